alter table account_role add column field text not null default '';

alter table account_account add column totp_secret text not null default '';
alter table account_account add column totp_on boolean not null default false;
alter table account_account add column totp_step bigint not null default 0;

alter table account_session add column acting_for uuid;

create table account_recovery (
    account_id uuid not null references account_account (id),
    digest text not null,
    primary key (account_id, digest)
);

create table account_delegation (
    id uuid not null primary key,
    giver_id uuid not null references account_account (id),
    taker_id uuid not null references account_account (id),
    from_on date not null,
    to_on date not null,
    document text not null,
    ended boolean not null
);
create index account_delegation_taker on account_delegation (taker_id);

create table account_address (
    address text not null primary key,
    window_start timestamptz not null,
    failures bigint not null
);
