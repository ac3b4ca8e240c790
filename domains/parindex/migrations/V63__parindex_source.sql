-- Which named figure filled a leaf, with its cut-off; empty when somebody typed it.
alter table parindex_place add column source text not null default '';

-- Moves with every change of a unit's leaves: what is kept in memory of its totals carries it.
alter table parindex_part add column tick bigint not null default 0;

-- Who gave each of the three scores, and when, in words.
alter table parindex_place add column own_by text not null default '';
alter table parindex_place add column first_by text not null default '';
alter table parindex_place add column second_by text not null default '';
