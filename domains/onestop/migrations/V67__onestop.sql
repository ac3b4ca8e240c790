-- A procedure with its time limit, as catalogues publish it.
create table onestop_procedure (
    code text not null primary key,
    title text not null,
    field text not null,
    limit_rule text not null,
    limit_n bigint,
    fee text not null
);

-- A dossier as it came from a file. Moments are civil times of the office, minutes exact; what is due is never stored.
create table onestop_dossier (
    code text not null primary key,
    procedure text not null references onestop_procedure (code),
    unit_id uuid not null references organisation_unit (id),
    home_id uuid references organisation_unit (id),
    channel text not null,
    received text not null,
    pauses text not null,
    state text not null,
    finished text,
    returned text,
    rating bigint,
    brought_by text not null,
    brought_at timestamptz not null
);
create index onestop_dossier_unit on onestop_dossier (unit_id, received);
