create table organisation_reorganisation (
    id uuid not null primary key,
    code text not null unique,
    title text not null,
    document text not null,
    effective date not null,
    state text not null,
    proposer text not null,
    created_at timestamptz not null,
    applied_at timestamptz,
    version bigint not null,
    check (state in ('draft', 'applied', 'sealed', 'reversed'))
);

create table organisation_change (
    reorganisation_id uuid not null references organisation_reorganisation (id),
    seq bigint not null,
    facts text not null,
    primary key (reorganisation_id, seq)
);

create table organisation_carried (
    reorganisation_id uuid not null references organisation_reorganisation (id),
    seq bigint not null,
    room text not null,
    what text not null,
    record_id uuid not null,
    code text not null,
    label text not null,
    from_id uuid not null,
    to_id uuid,
    undo text not null,
    primary key (reorganisation_id, seq)
);
create index organisation_carried_record on organisation_carried (reorganisation_id, record_id);
