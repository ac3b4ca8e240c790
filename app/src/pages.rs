//! What the whole house shows: my work, search, the import wizard, lists as files, help; and how the pages of all rooms are
//! served, with their limits and headers.

mod document_check;
mod import;
mod import_rows;
mod lists;
mod search;
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

/// The pages of the house itself.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/healthz", || get(health)),
    Route::get("/viec", || get(work::mine)),
    Route::get("/nhap", || get(import::form)),
    Route::post("/nhap", || post(import::upload)).parts(&[]),
    Route::get("/nhap/viec/{job}", || get(import::job)),
    Route::post("/nhap/viec/{job}", || post(import::cancel)).form(""),
    Route::get("/nhap/{file}", || get(import::check)),
    Route::post("/nhap/{file}", || post(import::run)).form(""),
    Route::post("/nhap/{file}/van-ban", || post(document_check::save)).form(""),
    Route::get("/xuat/{list}", || get(lists::export)),
    Route::get("/tim", || get(search::find)),
    Route::get("/tro-giup", || get(search::help)),
];

/// Their places in the rail.
pub(crate) const NAV: &[Entry] = &[
    Entry::all(Group::Mine, 20, "/viec", "nav-work"),
    Entry::all(Group::System, 10, "/nhap", "nav-import").with(&[
        Right::Assign,
        Right::Draft,
        Right::Organise,
        Right::Staff,
    ]),
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
