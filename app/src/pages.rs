//! The routes and pages of the product.
//!
//! They stand here, in the app, until each room has enough of them to carry its own `web.rs`
//! (`docs/decisions/0005-pages-in-the-app.md`).

mod accounts;
mod cascade;
mod document_check;
mod documents;
mod focus;
mod hard;
mod import;
mod import_rows;
mod leader;
mod leader_targets;
mod lists;
mod me;
mod overview;
mod programme_edit;
mod programme_new;
mod programmes;
mod ranking;
mod search;
mod sign;
mod target_grid;
mod target_list;
mod targets;
mod task_edit;
mod task_list;
mod task_many;
mod task_views;
mod tasks;
mod work;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base::{Refusal, Right};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, set_header::SetResponseHeaderLayer,
};
use web::{
    Cx, Site,
    room::{Entry, Group, Route},
};

/// The texts of the pages.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "app",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The pages that stand here.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/", || get(sign::home)),
    Route::get("/healthz", || get(health)),
    Route::get("/dang-nhap", || get(sign::form)),
    Route::post("/dang-nhap", || post(sign::sign_in)).form(""),
    Route::post("/dang-xuat", || post(sign::sign_out)).form(""),
    Route::get("/bat-dau", || get(sign::first)),
    Route::post("/bat-dau", || post(sign::make_first)).form(""),
    Route::get("/toi", || get(me::show)),
    Route::post("/toi", || post(me::act)).form(""),
    Route::post("/toi/dang-xuat-moi-noi", || post(me::out_everywhere)).form(""),
    Route::get("/co-chu", || get(sign::size)),
    Route::get("/nen", || get(sign::theme)),
    Route::get("/ngon-ngu", || get(sign::language)),
    Route::get("/viec", || get(work::mine)),
    Route::get("/lanh-dao", || get(leader::show)),
    Route::get("/tong-quan", || get(overview::show)),
    Route::get("/xep-hang", || get(ranking::show)),
    Route::get("/tong-quan/{unit}", || get(overview::of_unit)),
    Route::get("/van-ban", || get(documents::list)),
    Route::get("/van-ban/{document}", || get(documents::show)),
    Route::post("/van-ban/{document}", || post(documents::correct_head))
        .form("trich-yeu=x&so=01&ky-hieu=CTr%2FTU&he-thong=party&version=1"),
    Route::get("/van-ban/{document}/{clause}", || get(documents::clause)),
    Route::post("/van-ban/{document}/dieu-khoan", || post(documents::correct)).form(""),
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
    Route::get("/tep/{file}", || get(tasks::file)),
    Route::get("/chi-tieu", || get(target_list::list)),
    Route::post("/chi-tieu", || post(target_list::create)).form(""),
    Route::get("/chi-tieu/{target}", || get(targets::show)),
    Route::post("/chi-tieu/{target}", || post(targets::measure)).form(""),
    Route::post("/chi-tieu/{target}/sua", || post(targets::change))
        .form("title=y&measure=%25&goal=95&version=1"),
    Route::get("/chi-tieu/{target}/phan-bo.xlsx", || get(lists::allocation)),
    Route::get("/chi-tieu/{target}/luoi", || get(target_grid::show)),
    Route::post("/chi-tieu/{target}/luoi", || post(target_grid::save))
        .form("nam=2023&viec=measure&as_of=19%2F04%2F2023&value.UB001=5"),
    Route::get("/moi-kho", || get(hard::list)),
    Route::get("/trong-tam", || get(focus::focus)),
    Route::post("/trong-tam", || post(focus::change)).form(""),
    Route::get("/nhap", || get(import::form)),
    Route::post("/nhap", || post(import::upload)).parts(&[]),
    Route::get("/nhap/viec/{job}", || get(import::job)),
    Route::post("/nhap/viec/{job}", || post(import::cancel)).form(""),
    Route::get("/nhap/{file}", || get(import::check)),
    Route::post("/nhap/{file}", || post(import::run)).form(""),
    Route::post("/nhap/{file}/van-ban", || post(document_check::save)).form(""),
    Route::get("/xuat/{list}", || get(lists::export)),
    Route::get("/tim", || get(search::find)),
    Route::get("/qt/nguoi-dung", || get(accounts::list)),
    Route::post("/qt/nguoi-dung", || post(accounts::create)).form(""),
    Route::get("/qt/nguoi-dung/{account}", || get(accounts::show)),
    Route::post("/qt/nguoi-dung/{account}", || post(accounts::change)).form("viec=grant&role=reader"),
    Route::get("/tro-giup", || get(search::help)),
];

/// Their places in the rail.
pub(crate) const NAV: &[Entry] = &[
    Entry::all(Group::Mine, 10, "/lanh-dao", "nav-leader").with(&[Right::Direct]),
    Entry::all(Group::Mine, 20, "/viec", "nav-work"),
    Entry::all(Group::Mine, 40, "/tong-quan", "nav-overview"),
    Entry::all(Group::Programmes, 10, "/van-ban", "nav-documents"),
    Entry::all(Group::Programmes, 20, "/ct", "nav-programmes"),
    Entry::all(Group::Programmes, 30, "/nv", "nav-tasks"),
    Entry::all(Group::Programmes, 40, "/chi-tieu", "nav-targets"),
    Entry::all(Group::Programmes, 50, "/trong-tam", "nav-focus"),
    Entry::all(Group::Programmes, 60, "/moi-kho", "nav-hard"),
    Entry::all(Group::System, 10, "/nhap", "nav-import").with(&[
        Right::Assign,
        Right::Draft,
        Right::Organise,
        Right::Staff,
    ]),
    Entry::all(Group::System, 20, "/qt/nguoi-dung", "nav-accounts").with(&[Right::Administer]),
    Entry::all(Group::System, 70, "/tro-giup", "nav-help"),
];

/// All routes with their limits and headers.
pub fn router(site: Site) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    web::room::router(crate::ROOMS)
        .route("/tinh/{name}", get(web::asset))
        .merge(web::api::router(crate::ROOMS))
        .fallback(nowhere)
        .layer(Extension(parindex::feed::takes as survey::Takes))
        .layer(Extension(crate::jobs::Jobs::default()))
        .layer(Extension(Health::default()))
        // Forms, long forms and uploads have limits of their own (`web::form`); this is for whatever else is sent.
        .layer(DefaultBodyLimit::max(web::form::MOST_OF_A_FORM))
        .layer(axum::middleware::from_fn_with_state(site.clone(), web::gate))
        .layer(header(header::CONTENT_SECURITY_POLICY, "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(broken))
        .with_state(site)
}

/// How long an answer about the database's health is good: whoever watches may ask often.
const HEALTH_FOR: Duration = Duration::from_secs(1);
/// How long the database may take to say that it is there.
const HEALTH_PATIENCE: Duration = Duration::from_secs(2);

/// When the database was last asked, and whether it answered.
#[derive(Clone, Default)]
struct Health(Arc<Mutex<Option<(Instant, bool)>>>);

/// For whoever watches: 200 while the database answers, else 503.
async fn health(State(site): State<Site>, Extension(health): Extension<Health>) -> Response {
    let known = *health.0.lock().unwrap_or_else(PoisonError::into_inner);
    let is_well = match known.filter(|(at, _)| at.elapsed() < HEALTH_FOR) {
        Some((_, is_well)) => is_well,
        None => {
            let asked = site.db.read(|tx| Ok(tx.is_there()?));
            let is_well = tokio::time::timeout(HEALTH_PATIENCE, asked).await.is_ok_and(|told| told.is_ok());
            *health.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), is_well));
            is_well
        }
    };
    if is_well {
        return "ok".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, web::RETRY_SECONDS)], "no database")
        .into_response()
}

/// A page that broke answers with a number like any other fault, instead of closing the connection.
fn broken(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<String>().cloned();
    let words = words.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default();
    tracing::error!(words, "a page panicked");
    let told = "Máy chủ gặp sự cố; việc vừa rồi chưa được lưu. The server failed; nothing was saved.";
    (StatusCode::INTERNAL_SERVER_ERROR, told).into_response()
}

async fn nowhere(cx: Cx, uri: axum::http::Uri) -> Response {
    if uri.path().starts_with("/api/") {
        return web::api::nowhere(&cx);
    }
    cx.reply(Refusal::not_found().stop())
}
