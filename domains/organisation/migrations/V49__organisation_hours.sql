create table organisation_hours (
    unit_id uuid not null primary key references organisation_unit (id),
    spans text not null,
    document text not null
);
