-- Two people who change one scheme at once: the second is told.
alter table parindex_scheme add column version bigint not null default 1;
