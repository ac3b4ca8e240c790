create table document_file_owner (
    sha256 text not null references document_file (sha256),
    account_id uuid not null,
    primary key (sha256, account_id)
);
