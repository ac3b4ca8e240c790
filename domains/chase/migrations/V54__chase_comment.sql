create table chase_comment (
    id uuid not null primary key,
    task_code text not null,
    account_id uuid not null references account_account (id),
    author text not null,
    words text not null,
    at timestamptz not null
);
create index chase_comment_task on chase_comment (task_code, at);

create table chase_mention (
    comment_id uuid not null references chase_comment (id),
    account_id uuid not null references account_account (id),
    primary key (comment_id, account_id)
);
create index chase_mention_account on chase_mention (account_id);

create table chase_watch (
    account_id uuid not null references account_account (id),
    task_code text not null,
    primary key (account_id, task_code)
);
