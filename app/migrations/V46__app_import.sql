create table app_import (
    id uuid not null primary key,
    account_id uuid,
    sha256 text not null,
    name text not null,
    kind text not null,
    options text not null,
    begun_at timestamptz not null,
    ended_at timestamptz,
    state text not null,
    report text not null,
    check (state in ('running', 'done', 'refused', 'failed'))
);
create index app_import_account on app_import (account_id, begun_at);
