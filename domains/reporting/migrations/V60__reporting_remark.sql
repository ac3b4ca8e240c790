-- What editors and units say to each other about a part, before it is taken. `subject` names the part by its address.
create table reporting_remark (
    id uuid not null primary key,
    subject text not null,
    account_id uuid,
    author text not null,
    words text not null,
    at timestamptz not null,
    changed_at timestamptz
);
create index reporting_remark_subject on reporting_remark (subject, at);
