-- Where and when somebody wants a digest by mail; the hours as `07:30,16:30`.
create table chase_digest (
    account_id uuid not null primary key references account_account (id),
    mail text not null,
    hours text not null
);

-- Mails to send. A slot is one hour of one day, so that it is written once.
create table chase_mail (
    id uuid not null primary key,
    account_id uuid not null references account_account (id),
    slot text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    state text not null,
    tries bigint not null,
    next_try timestamptz not null,
    fault text not null,
    made_at timestamptz not null,
    unique (account_id, slot)
);
create index chase_mail_waiting on chase_mail (state, next_try);

-- The secret address of somebody's deadlines; only its digest is kept.
create table chase_feed (
    account_id uuid not null primary key references account_account (id),
    digest text not null unique,
    made_at timestamptz not null
);
