create table organisation_unit (
    id uuid not null primary key,
    code text not null unique,
    kind text not null,
    tree text not null,
    name text not null,
    folded text not null,
    sort_key text not null,
    official_code text not null,
    established date not null,
    dissolved date,
    territory_id uuid references organisation_unit (id),
    listed boolean not null,
    source text not null
);
create index organisation_unit_folded on organisation_unit (folded);
create index organisation_unit_official on organisation_unit (official_code);

create table organisation_name (
    unit_id uuid not null references organisation_unit (id),
    name text not null,
    from_on date not null,
    to_on date,
    document text not null,
    primary key (unit_id, from_on)
);

create table organisation_edge (
    id uuid not null primary key,
    child_id uuid not null references organisation_unit (id),
    parent_id uuid not null references organisation_unit (id),
    tree text not null,
    from_on date not null,
    to_on date,
    document text not null,
    check (child_id <> parent_id)
);
create index organisation_edge_child on organisation_edge (child_id);

create table organisation_successor (
    from_id uuid not null references organisation_unit (id),
    to_id uuid not null references organisation_unit (id),
    kind text not null,
    is_default boolean not null,
    effective date not null,
    document text not null,
    primary key (from_id, to_id)
);

create table organisation_synonym (
    folded text not null,
    issuer_id uuid,
    written text not null,
    unit_id uuid references organisation_unit (id),
    group_key text not null,
    decided_by text not null,
    decided_at timestamptz not null
);
create unique index organisation_synonym_here on organisation_synonym (folded, issuer_id) where issuer_id is not null;
create unique index organisation_synonym_everywhere on organisation_synonym (folded) where issuer_id is null;

create table organisation_special_day (
    day date not null primary key,
    kind text not null,
    name text not null,
    document text not null
);
