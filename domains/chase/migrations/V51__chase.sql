-- What was called, to whom, for which deadline. The key makes it once, however many processes look.
create table chase_notice (
    id uuid not null primary key,
    task_code text not null,
    title text not null,
    due date not null,
    after_days bigint not null,
    whom text not null,
    unit_id uuid not null references organisation_unit (id),
    lead_id uuid not null references organisation_unit (id),
    holder text not null,
    day date not null,
    unique (task_code, due, after_days, whom)
);
create index chase_notice_unit on chase_notice (unit_id, day);
create index chase_notice_lead on chase_notice (lead_id, day);

create table chase_seen (
    account_id uuid not null,
    until date not null,
    primary key (account_id)
);

-- Reminders as official documents, with the file as it was made.
create table chase_reminder (
    id uuid not null primary key,
    code text not null unique,
    unit_id uuid not null references organisation_unit (id),
    issuer_id uuid not null references organisation_unit (id),
    mark text not null,
    cut_off timestamptz not null,
    reply_by date,
    tasks text not null,
    tasks_count bigint not null,
    sha256 text not null,
    state text not null,
    made_by text not null,
    made_at timestamptz not null,
    sent_on date,
    version bigint not null
);
create index chase_reminder_unit on chase_reminder (unit_id, made_at);
