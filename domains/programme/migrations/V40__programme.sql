create table programme_programme (
    id uuid not null primary key,
    code text not null unique,
    kind text not null,
    term text not null,
    congress text not null,
    number text not null,
    symbol text not null,
    title text not null,
    folded text not null,
    issuer_id uuid references organisation_unit (id),
    document_id uuid references document_document (id),
    parent_id uuid references programme_programme (id),
    issued date,
    starts date not null,
    early_days bigint,
    version bigint not null
);
create index programme_programme_parent on programme_programme (parent_id);

create table programme_scope (
    programme_id uuid not null references programme_programme (id),
    unit_id uuid not null references organisation_unit (id),
    primary key (programme_id, unit_id)
);

create table programme_exclusion (
    programme_id uuid not null references programme_programme (id),
    clause_id uuid not null references document_clause (id),
    unit_id uuid not null references organisation_unit (id),
    reason text not null,
    on_date date not null,
    primary key (programme_id, clause_id, unit_id)
);

create table programme_target (
    id uuid not null primary key,
    code text not null unique,
    programme_id uuid not null references programme_programme (id),
    position bigint not null,
    title text not null,
    folded text not null,
    measure text not null,
    kind text not null,
    bound text not null,
    final text,
    final_written text not null,
    version bigint not null
);
create index programme_target_programme on programme_target (programme_id);

create table programme_target_year (
    target_id uuid not null references programme_target (id),
    year bigint not null,
    plan text,
    written text not null,
    primary key (target_id, year)
);

create table programme_allocation (
    target_id uuid not null references programme_target (id),
    unit_id uuid not null references organisation_unit (id),
    year bigint not null,
    plan text not null,
    primary key (target_id, unit_id, year)
);

create table programme_value (
    id uuid not null primary key,
    target_id uuid not null references programme_target (id),
    unit_id uuid references organisation_unit (id),
    year bigint not null,
    as_of date not null,
    value text not null,
    evidence text not null,
    actor text not null,
    recorded_at timestamptz not null
);
create index programme_value_target on programme_value (target_id, year);

create table programme_task (
    id uuid not null primary key,
    code text not null unique,
    programme_id uuid not null references programme_programme (id),
    parent_id uuid references programme_task (id),
    position bigint not null,
    group_title text not null,
    title text not null,
    folded text not null,
    lead_id uuid references organisation_unit (id),
    lead_words text not null,
    person_name text not null,
    due date,
    due_kind text not null,
    due_written text not null,
    state text not null,
    percent bigint not null,
    reported_on date,
    new_and_hard boolean not null,
    created_on date not null,
    facts text not null,
    version bigint not null,
    check (state in ('draft', 'returned', 'cancelled') or lead_id is not null)
);
create index programme_task_programme on programme_task (programme_id, position);
create index programme_task_lead on programme_task (lead_id, state, due);
create index programme_task_open on programme_task (due, lead_id) where reported_on is null;
create index programme_task_matrix on programme_task (programme_id, lead_id, state, due, reported_on);

create table programme_task_support (
    task_id uuid not null references programme_task (id),
    ordinal bigint not null,
    unit_id uuid references organisation_unit (id),
    group_key text not null,
    words text not null,
    primary key (task_id, ordinal)
);
create index programme_task_support_unit on programme_task_support (unit_id);

create table programme_task_clause (
    task_id uuid not null references programme_task (id),
    clause_id uuid not null references document_clause (id),
    primary key (task_id, clause_id)
);
create index programme_task_clause_clause on programme_task_clause (clause_id);

create table programme_step (
    task_id uuid not null references programme_task (id),
    seq bigint not null,
    on_date date not null,
    recorded_at timestamptz not null,
    act text not null,
    actor text not null,
    words text not null,
    facts text not null,
    primary key (task_id, seq)
);

create table programme_evidence (
    id uuid not null primary key,
    task_id uuid not null references programme_task (id),
    seq bigint not null,
    name text not null,
    sha256 text references document_file (sha256),
    link text not null,
    added_at timestamptz not null
);
create index programme_evidence_task on programme_evidence (task_id);

create table programme_report (
    id uuid not null primary key,
    programme_id uuid not null references programme_programme (id),
    unit_id uuid not null references organisation_unit (id),
    clause_id uuid references document_clause (id),
    task_id uuid references programme_task (id),
    item text not null,
    as_of date not null,
    reported_on date,
    plan text,
    actual text,
    percent text,
    words text not null,
    evidence text not null,
    flags text not null
);
create unique index programme_report_key on programme_report (programme_id, unit_id, item, as_of);

create table programme_focus (
    id uuid not null primary key,
    unit_id uuid not null references organisation_unit (id),
    period text not null,
    task_id uuid not null references programme_task (id),
    bottleneck text not null,
    solution text not null,
    result text not null,
    chosen_on date not null,
    version bigint not null
);
create unique index programme_focus_key on programme_focus (unit_id, period, task_id);
