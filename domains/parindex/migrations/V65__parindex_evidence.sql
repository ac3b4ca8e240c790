-- What proves a leaf: a record of this program, a page elsewhere, or a file.
create table parindex_evidence (
    round_id uuid not null,
    unit_id uuid not null,
    leaf text not null,
    seq bigint not null,
    title text not null,
    href text not null,
    file_sha256 text,
    added_by text not null,
    added_at timestamptz not null,
    primary key (round_id, unit_id, leaf, seq),
    foreign key (round_id, unit_id) references parindex_part (round_id, unit_id)
);
