-- Addresses of other programs that are told of acts, and what was told. The cursor is a place in the trail.
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

create table chase_delivery (
    id uuid not null primary key,
    hook_id uuid not null references chase_hook (id),
    line_id uuid not null,
    act text not null,
    body text not null,
    state text not null,
    tries bigint not null,
    next_try timestamptz not null,
    fault text not null,
    made_at timestamptz not null,
    unique (hook_id, line_id)
);
create index chase_delivery_waiting on chase_delivery (state, next_try);
