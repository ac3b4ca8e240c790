-- Who is invited to the conference of a review, with the code on their card, and when they came.
create table review_delegate (
    id uuid not null primary key,
    review_id uuid not null references review_review (id),
    place bigint not null,
    name text not null,
    title text not null,
    unit text not null,
    code text not null unique,
    came_at timestamptz,
    let_in_by text not null
);
create index review_delegate_review on review_delegate (review_id, place);
