-- Words that people put on tasks, kept beside the facts for filters; and filters shared with a role.
alter table programme_task add column tags text not null default '';
alter table programme_view add column role text not null default '';
