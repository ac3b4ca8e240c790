//! Pages of programmes, targets and tasks, the leader's desk and the overview.

mod api;
mod cascade;
mod focus;
mod hard;
pub mod items;
mod leader;
mod leader_targets;
mod overview;
mod programme_edit;
mod programme_new;
mod programmes;
mod ranking;
mod target_grid;
mod target_list;
mod targets;
mod task_edit;
mod task_list;
mod task_many;
mod task_views;
mod tasks;

use axum::routing::{get, post};
use base::{Right, texts::RoomTexts};
use web::room::{Entry, Group, Room, Route};

const TEXTS: RoomTexts = RoomTexts {
    room: "programme_web",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

const ROUTES: &[Route] = &[
    Route::get("/lanh-dao", || get(leader::show)),
    Route::get("/tong-quan", || get(overview::show)),
    Route::get("/xep-hang", || get(ranking::show)),
    Route::get("/tong-quan/{unit}", || get(overview::of_unit)),
    Route::get("/ct", || get(programmes::list)),
    Route::get("/ct/moi", || get(programme_new::form)),
    Route::post("/ct/moi", || post(programme_new::create)).form(""),
    Route::get("/ct/{programme}", || get(programmes::show)),
    Route::get("/ct/{programme}/cay", || get(cascade::tree)),
    Route::get("/ct/{programme}/sua", || get(programme_edit::form)),
    Route::post("/ct/{programme}/sua", || post(programme_edit::save)).form(""),
    Route::post("/ct/{programme}/loai-tru", || post(programmes::rule_out)).form(""),
    Route::get("/ct/{programme}/{adjective}", || get(cascade::share)),
    Route::get("/nv", || get(task_list::list)),
    Route::get("/nv.csv", || get(task_list::csv)),
    Route::get("/nv.xlsx", || get(task_list::xlsx)),
    Route::post("/nv/hang-loat", || post(task_many::steps)).form("buoc=cancel&words=x&ma={task}"),
    Route::post("/nv/bo-loc", || post(task_many::keep_view)).form("name=x&loc=q%3Dx"),
    Route::post("/nv/bo-loc/{view}/bo", || post(task_many::drop_view)).form(""),
    Route::get("/nv/moi", || get(task_edit::new_form)),
    Route::post("/nv/moi", || post(task_edit::create)).form("programme=CT-01&title=x&lead=UB001"),
    Route::get("/nv/{task}", || get(tasks::show)),
    Route::post("/nv/{task}/buoc", || post(tasks::step)).parts(&[("buoc", "progress"), ("percent", "55")]),
    Route::get("/nv/{task}/sua", || get(task_edit::edit_form)),
    Route::post("/nv/{task}/sua", || post(task_edit::edit)).form(""),
    Route::post("/nv/{task}/tach", || post(tasks::expand)).form(""),
    Route::post("/nv/{task}/trong-tam", || post(tasks::focus)).form(""),
    Route::get("/chi-tieu", || get(target_list::list)),
    Route::post("/chi-tieu", || post(target_list::create)).form(""),
    Route::get("/chi-tieu/{target}", || get(targets::show)),
    Route::post("/chi-tieu/{target}", || post(targets::measure)).form(""),
    Route::post("/chi-tieu/{target}/sua", || post(targets::change))
        .form("title=y&measure=%25&goal=95&version=1"),
    Route::get("/chi-tieu/{target}/luoi", || get(target_grid::show)),
    Route::post("/chi-tieu/{target}/luoi", || post(target_grid::save))
        .form("nam=2023&viec=measure&as_of=19%2F04%2F2023&value.UB001=5"),
    Route::get("/moi-kho", || get(hard::list)),
    Route::get("/trong-tam", || get(focus::focus)),
    Route::post("/trong-tam", || post(focus::change)).form(""),
    Route::get("/chi-tieu/{target}/phan-bo.xlsx", || get(target_grid::allocation)),
];

const NAV: &[Entry] = &[
    Entry::all(Group::Mine, 10, "/lanh-dao", "nav-leader").with(&[Right::Direct]),
    Entry::all(Group::Mine, 40, "/tong-quan", "nav-overview"),
    Entry::all(Group::Programmes, 20, "/ct", "nav-programmes"),
    Entry::all(Group::Programmes, 30, "/nv", "nav-tasks"),
    Entry::all(Group::Programmes, 40, "/chi-tieu", "nav-targets"),
    Entry::all(Group::Programmes, 50, "/trong-tam", "nav-focus"),
    Entry::all(Group::Programmes, 60, "/moi-kho", "nav-hard"),
];

/// The room as the house composes it.
pub const ROOM: Room = Room {
    routes: ROUTES,
    api: api::API,
    nav: NAV,
    migrations: programme::MIGRATIONS,
    samples: &[
        ("programme", "CT-01"),
        ("adjective", "concrete"),
        ("task", "NV-01.05.003"),
        ("target", "CTI-01.01"),
        ("view", "00000000-0000-0000-0000-000000000000"),
    ],
    records: programme::records::RECORDS,
    seeks: programme::records::SEEKS,
    may_have: Some(programme::records::may_have),
    follower: Some(programme::follow::FOLLOWER),
    checks: programme::records::CHECKS,
    lists: programme::lists::LISTS,
    ..Room::new("programme", &[programme::TEXTS, TEXTS])
};
