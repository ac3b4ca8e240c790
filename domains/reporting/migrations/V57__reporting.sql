-- A report that units owe again and again: to whom, how often, on which day its figures close.
create table reporting_kind (
    id uuid not null primary key,
    code text not null unique,
    title text not null,
    issuer_id uuid not null references organisation_unit (id),
    programme_id uuid references programme_programme (id),
    cycle text not null,
    closes_on bigint not null,
    due_days bigint not null,
    sections text not null,
    from_on date not null,
    until_on date,
    version bigint not null
);

-- Who owes it.
create table reporting_scope (
    kind_id uuid not null references reporting_kind (id),
    unit_id uuid not null references organisation_unit (id),
    primary key (kind_id, unit_id)
);

-- What a unit wrote for one period; its figures are kept as they were when it was handed in.
create table reporting_part (
    kind_id uuid not null references reporting_kind (id),
    period text not null,
    unit_id uuid not null references organisation_unit (id),
    state text not null,
    words text not null,
    figures text not null,
    note text not null,
    writer text not null,
    changed_at timestamptz not null,
    sent_on date,
    version bigint not null,
    primary key (kind_id, period, unit_id)
);

-- The whole of one period as it was frozen: its facts as text, their hash, the Word file they make.
create table reporting_frozen (
    kind_id uuid not null references reporting_kind (id),
    period text not null,
    seq bigint not null,
    sha256 text not null,
    content text not null,
    file_sha256 text not null,
    erratum text not null,
    made_by text not null,
    made_at timestamptz not null,
    primary key (kind_id, period, seq)
);
