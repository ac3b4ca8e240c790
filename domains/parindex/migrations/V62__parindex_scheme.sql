-- A scheme says which units it scores and by which limits they are classed: limits change with the years.
alter table parindex_scheme add column kind text not null default '';
alter table parindex_scheme add column classes text not null default 'A=90; B=80; C=70; D=0';
-- Whether the rules alone count, with nobody scoring or appraising.
alter table parindex_scheme add column is_computed boolean not null default false;

-- Which of the program's own figures fills a leaf, and how much work a point of it costs (1 least).
alter table parindex_node add column binding text not null default '';
alter table parindex_node add column effort bigint not null default 1;
