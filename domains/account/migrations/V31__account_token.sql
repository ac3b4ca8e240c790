create table account_token (
    token_digest text not null primary key,
    account_id uuid not null references account_account (id),
    name text not null,
    scope text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

create table account_idempotency (
    account_id uuid not null references account_account (id),
    key text not null,
    answer text not null,
    created_at timestamptz not null,
    primary key (account_id, key)
);
