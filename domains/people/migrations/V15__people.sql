create table people_person (
    id uuid not null primary key,
    code text not null unique,
    name text not null,
    folded text not null,
    sort_key text not null
);
create index people_person_sort on people_person (sort_key);

create table people_post (
    id uuid not null primary key,
    unit_id uuid not null references organisation_unit (id),
    title text not null,
    is_head boolean not null
);
create index people_post_unit on people_post (unit_id);

create table people_holding (
    id uuid not null primary key,
    person_id uuid not null references people_person (id),
    post_id uuid not null references people_post (id),
    is_main boolean not null,
    from_on date not null,
    to_on date,
    document text not null
);
create index people_holding_person on people_holding (person_id);
create index people_holding_post on people_holding (post_id);
