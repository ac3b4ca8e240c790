create table review_review (
    id uuid not null primary key,
    code text not null unique,
    programme_id uuid not null references programme_programme (id),
    kind text not null,
    as_of date not null,
    parts_due date,
    issuer_id uuid not null references organisation_unit (id),
    state text not null,
    opened_on date not null,
    concluded_on date,
    version bigint not null
);

-- What each unit in scope is asked to write; its figures are already here.
create table review_part (
    review_id uuid not null references review_review (id),
    unit_id uuid not null references organisation_unit (id),
    state text not null,
    strengths text not null,
    weaknesses text not null,
    causes text not null,
    proposals text not null,
    note text not null,
    writer text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (review_id, unit_id)
);

-- The editors' words, by section of the outline.
create table review_words (
    review_id uuid not null references review_review (id),
    section text not null,
    words text not null,
    writer text not null,
    changed_at timestamptz not null,
    primary key (review_id, section)
);

-- Delegates' papers in their speaking order.
create table review_paper (
    id uuid not null primary key,
    review_id uuid not null references review_review (id),
    unit_id uuid not null references organisation_unit (id),
    place bigint not null,
    topic text not null,
    speaker text not null,
    words text not null,
    state text not null,
    version bigint not null
);
create index review_paper_review on review_paper (review_id, place);

-- What was frozen: the facts as text, their hash, and the Word file they make.
create table review_snapshot (
    review_id uuid not null references review_review (id),
    seq bigint not null,
    sha256 text not null,
    content text not null,
    file_sha256 text not null,
    erratum text not null,
    made_by text not null,
    made_at timestamptz not null,
    primary key (review_id, seq)
);

-- What the conference concluded, each to become a task.
create table review_conclusion (
    review_id uuid not null references review_review (id),
    seq bigint not null,
    words text not null,
    lead_id uuid not null references organisation_unit (id),
    person text not null,
    product text not null,
    acceptance text not null,
    authority text not null,
    due_written text not null,
    task_code text not null,
    primary key (review_id, seq)
);

create table review_lesson (
    id uuid not null primary key,
    code text not null unique,
    review_id uuid references review_review (id),
    unit_id uuid references organisation_unit (id),
    field text not null,
    context text not null,
    worked text not null,
    folded text not null,
    made_by text not null,
    made_on date not null
);
create index review_lesson_field on review_lesson (field);
