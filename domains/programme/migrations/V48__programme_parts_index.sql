drop index programme_task_parent;
create index programme_task_parent on programme_task (parent_id) where parent_id is not null;
