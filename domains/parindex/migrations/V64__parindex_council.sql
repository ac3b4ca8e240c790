-- By when each step of a round is to be done; the first is self_due.
alter table parindex_round add column first_due date;
alter table parindex_round add column explain_due date;
alter table parindex_round add column second_due date;
alter table parindex_round add column council_due date;
alter table parindex_round add column publish_due date;

-- The appraisal council of a round, and how each member decided on the results as they stood at a tick.
create table parindex_member (
    round_id uuid not null references parindex_round (id),
    position bigint not null,
    name text not null,
    post text not null,
    vote text not null,
    way text not null,
    tick bigint not null,
    recorded_by text not null,
    recorded_at timestamptz not null,
    primary key (round_id, name)
);
