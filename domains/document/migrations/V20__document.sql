create table document_file (
    sha256 text not null primary key,
    name text not null,
    media_type text not null,
    size bigint not null,
    content bytea not null,
    kept_at timestamptz not null
);

create table document_document (
    id uuid not null primary key,
    code text not null unique,
    system text not null,
    kind text not null,
    number text not null,
    symbol text not null,
    title text not null,
    folded text not null,
    issuer_id uuid references organisation_unit (id),
    issuer_name text not null,
    issued date,
    term text not null,
    congress text not null,
    file_sha256 text references document_file (sha256),
    version bigint not null
);
create unique index document_document_identity
    on document_document (issuer_name, number, symbol, issued) where issued is not null;

create table document_clause (
    id uuid not null primary key,
    document_id uuid not null references document_document (id),
    ordinal bigint not null,
    key text not null,
    kind text not null,
    text text not null,
    folded text not null
);
create unique index document_clause_key on document_clause (document_id, key);
