create table parindex_scheme (
    id uuid not null primary key,
    code text not null unique,
    title text not null,
    year bigint not null,
    made_by text not null,
    made_at timestamptz not null
);

-- Fields, criteria and components; a node with a method is a leaf. Points are decimals as text: exact in any database.
create table parindex_node (
    scheme_id uuid not null references parindex_scheme (id),
    position bigint not null,
    code text not null,
    title text not null,
    most text not null,
    method text not null,
    parameters text not null,
    evidence text not null,
    owner text not null,
    is_survey boolean not null,
    when_none text not null,
    when_zero text not null,
    primary key (scheme_id, code)
);

create table parindex_round (
    id uuid not null primary key,
    code text not null unique,
    scheme_id uuid not null references parindex_scheme (id),
    title text not null,
    issuer_id uuid not null references organisation_unit (id),
    opened_on date not null,
    self_due date,
    version bigint not null
);

-- Where a unit stands in a round.
create table parindex_part (
    round_id uuid not null references parindex_round (id),
    unit_id uuid not null references organisation_unit (id),
    state text not null,
    note text not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (round_id, unit_id)
);

-- A unit's leaf: its figure, what it gave itself, what was appraised, and the words between.
create table parindex_place (
    round_id uuid not null,
    unit_id uuid not null,
    leaf text not null,
    numerator text not null,
    denominator text not null,
    value text not null,
    has_evidence boolean not null,
    is_none boolean not null,
    evidence text not null,
    own text not null,
    first text not null,
    second text not null,
    words text not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (round_id, unit_id, leaf),
    foreign key (round_id, unit_id) references parindex_part (round_id, unit_id)
);

create table parindex_published (
    round_id uuid not null references parindex_round (id),
    seq bigint not null,
    sha256 text not null,
    content text not null,
    file_sha256 text not null,
    erratum text not null,
    made_by text not null,
    made_at timestamptz not null,
    primary key (round_id, seq)
);
