-- Wrong tries of one secret from one address: each makes the next one wait longer. What was tried is kept as a digest,
-- because people type passwords into the field of the name.
create table account_attempt (
    what text not null,
    address text not null,
    failures bigint not null,
    last_at timestamptz not null,
    primary key (what, address)
);
