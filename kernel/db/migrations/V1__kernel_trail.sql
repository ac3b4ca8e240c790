create table kernel_trail (
    id uuid not null primary key,
    position bigint,
    at timestamptz not null,
    account_id uuid,
    person_id uuid,
    post_id uuid,
    actor text not null,
    on_behalf text not null,
    act text not null,
    record_kind text not null,
    record_id uuid,
    record_code text not null,
    unit_id uuid,
    facts text not null,
    digest text not null
);
create unique index kernel_trail_position on kernel_trail (position);
create index kernel_trail_record on kernel_trail (record_id, id);
create index kernel_trail_at on kernel_trail (at);
create index kernel_trail_unsealed on kernel_trail (id) where position is null;

create table kernel_trail_head (
    size bigint not null primary key,
    root text not null,
    frontier text not null,
    at timestamptz not null,
    key text not null,
    signature text not null
);

create table kernel_counter (
    name text not null primary key,
    n bigint not null
);

create table kernel_setting (
    name text not null primary key,
    value text not null
);
