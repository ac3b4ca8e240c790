-- Where and when somebody wants a digest by mail; the hours as `07:30,16:30`.
create table chase_digest (
    account_id uuid not null primary key references account_account (id),
    mail text not null,
    hours text not null
);

-- Addresses of other programs that are told of acts. The cursor is a place in the trail.
create table chase_hook (
    id uuid not null primary key,
    url text not null,
    secret text not null,
    acts text not null,
    cursor_position bigint not null,
    active boolean not null,
    made_by text not null,
    made_at timestamptz not null
);

-- What leaves the house: a digest to an account, or a call to a hook. A slot is one hour of one day, or one line of the
-- trail, so that each is written once.
create table chase_message (
    id uuid not null primary key,
    kind text not null,
    target_id uuid not null,
    slot text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    state text not null,
    tries bigint not null,
    next_try timestamptz not null,
    fault text not null,
    made_at timestamptz not null,
    unique (kind, target_id, slot)
);
create index chase_message_waiting on chase_message (state, next_try);
create index chase_message_target on chase_message (target_id, made_at);

-- The secret address of somebody's deadlines; only its digest is kept.
create table chase_feed (
    account_id uuid not null primary key references account_account (id),
    digest text not null unique,
    made_at timestamptz not null
);
