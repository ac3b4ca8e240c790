create index programme_task_open_lead on programme_task (lead_id, due, code, state) where reported_on is null;
drop index programme_task_matrix;
