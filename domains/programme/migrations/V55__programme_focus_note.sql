-- What is noted of a focus point week by week.
create table programme_focus_note (
    focus_id uuid not null references programme_focus (id),
    week text not null,
    words text not null,
    percent bigint not null,
    actor text not null,
    noted_at timestamptz not null,
    primary key (focus_id, week)
);
