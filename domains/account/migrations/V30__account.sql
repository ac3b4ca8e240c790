create table account_account (
    id uuid not null primary key,
    login text not null unique,
    name text not null,
    person_id uuid references people_person (id),
    password text not null,
    locked_until timestamptz,
    failures bigint not null,
    disabled boolean not null,
    created_at timestamptz not null
);

create table account_session (
    token_digest text not null primary key,
    account_id uuid not null references account_account (id),
    created_at timestamptz not null,
    seen_at timestamptz not null,
    agent text not null
);
create index account_session_account on account_session (account_id);

create table account_role (
    id uuid not null primary key,
    role text not null,
    post_id uuid references people_post (id),
    account_id uuid references account_account (id),
    unit_id uuid references organisation_unit (id),
    from_on date not null,
    to_on date,
    check (post_id is not null or account_id is not null)
);
create index account_role_post on account_role (post_id);
create index account_role_account on account_role (account_id);

create table account_invitation (
    token_digest text not null primary key,
    purpose text not null,
    account_id uuid references account_account (id),
    expires_at timestamptz not null
);
