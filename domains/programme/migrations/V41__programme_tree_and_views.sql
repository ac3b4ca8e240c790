alter table programme_programme add column tick bigint not null default 0;

alter table programme_task add column field text not null default '';
alter table programme_task add column waits text not null default '';
create index programme_task_parent on programme_task (parent_id);

alter table programme_target add column split text not null default 'none';

create table programme_implements (
    programme_id uuid not null references programme_programme (id),
    clause_id uuid not null references document_clause (id),
    primary key (programme_id, clause_id)
);

create table programme_view (
    id uuid not null primary key,
    owner_id uuid not null,
    name text not null,
    query text not null,
    shared boolean not null
);
create index programme_view_owner on programme_view (owner_id);
