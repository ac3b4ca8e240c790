-- A questionnaire for one group of respondents; once open its questions stay, a change is a new version.
create table survey_survey (
    id uuid not null primary key,
    code text not null unique,
    title text not null,
    respondents text not null,
    feeds text not null,
    issuer_id uuid not null references organisation_unit (id),
    edition bigint not null,
    state text not null,
    least_seconds bigint not null,
    secret text not null,
    opened_on date,
    closed_on date,
    made_by text not null,
    made_at timestamptz not null,
    version bigint not null
);

create table survey_question (
    survey_id uuid not null references survey_survey (id),
    position bigint not null,
    words text not null,
    kind text not null,
    leaf text not null,
    primary key (survey_id, position)
);

-- How many answers about a unit are planned, and how many valid ones its result needs.
create table survey_sample (
    survey_id uuid not null references survey_survey (id),
    unit_id uuid not null references organisation_unit (id),
    wanted bigint not null,
    least bigint not null,
    primary key (survey_id, unit_id)
);

-- Codes that open a questionnaire once. Only digests are kept, and nothing joins a code to its answer.
create table survey_code (
    digest text not null primary key,
    survey_id uuid not null references survey_survey (id),
    unit_id uuid not null references organisation_unit (id),
    channel text not null,
    is_used boolean not null,
    last_at timestamptz
);

-- An answer knows the unit, the day and how it came, and nothing of who gave it.
create table survey_answer (
    survey_id uuid not null references survey_survey (id),
    seq bigint not null,
    unit_id uuid not null references organisation_unit (id),
    channel text not null,
    given_on date not null,
    content text not null,
    flags text not null,
    state text not null,
    primary key (survey_id, seq)
);
create index survey_answer_unit on survey_answer (survey_id, unit_id);

-- Sheets of paper as two people typed them, until both say the same.
create table survey_paper (
    survey_id uuid not null references survey_survey (id),
    unit_id uuid not null references organisation_unit (id),
    sheet text not null,
    turn bigint not null,
    content text not null,
    typed_by text not null,
    typed_at timestamptz not null,
    state text not null,
    primary key (survey_id, unit_id, sheet, turn)
);
