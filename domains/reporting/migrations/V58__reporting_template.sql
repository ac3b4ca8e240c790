-- A Word file with placeholders that a report is laid out by: `whole` for all units together, `part` for one unit.
create table reporting_template (
    kind_id uuid not null references reporting_kind (id),
    which text not null,
    file_sha256 text not null,
    put_by text not null,
    put_at timestamptz not null,
    primary key (kind_id, which)
);
