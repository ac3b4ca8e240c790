//! The routes and pages of the product.
//!
//! They stand here, in the app, until each room has enough of them to carry its own `web.rs`
//! (`docs/decisions/0005-pages-in-the-app.md`).

mod accounts;
mod admin;
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
mod people;
mod programme_edit;
mod programme_new;
mod programmes;
mod ranking;
mod reorganise;
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
mod units;
mod work;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base::{Outcome, Refusal};
use db::Tx;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, set_header::SetResponseHeaderLayer,
};
use web::{Cx, Site};

/// The texts of the pages.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "app",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// Every route with its methods; the table of rights in the tests is compared with this list.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/healthz"),
    ("GET", "/dang-nhap"),
    ("POST", "/dang-nhap"),
    ("POST", "/dang-xuat"),
    ("GET", "/bat-dau"),
    ("POST", "/bat-dau"),
    ("GET", "/toi"),
    ("POST", "/toi"),
    ("POST", "/toi/dang-xuat-moi-noi"),
    ("GET", "/co-chu"),
    ("GET", "/nen"),
    ("GET", "/ngon-ngu"),
    ("GET", "/viec"),
    ("GET", "/lanh-dao"),
    ("GET", "/tong-quan"),
    ("GET", "/tong-quan/{ma}"),
    ("GET", "/xep-hang"),
    ("GET", "/van-ban"),
    ("GET", "/van-ban/{ma}"),
    ("POST", "/van-ban/{ma}"),
    ("GET", "/van-ban/{ma}/{dieu}"),
    ("POST", "/van-ban/{ma}/dieu-khoan"),
    ("GET", "/ct"),
    ("GET", "/ct/moi"),
    ("POST", "/ct/moi"),
    ("GET", "/ct/{ma}"),
    ("GET", "/ct/{ma}/cay"),
    ("GET", "/ct/{ma}/sua"),
    ("POST", "/ct/{ma}/sua"),
    ("POST", "/ct/{ma}/loai-tru"),
    ("GET", "/ct/{ma}/{tinh_tu}"),
    ("GET", "/nv"),
    ("GET", "/nv.csv"),
    ("GET", "/nv.xlsx"),
    ("POST", "/nv/hang-loat"),
    ("POST", "/nv/bo-loc"),
    ("POST", "/nv/bo-loc/{id}/bo"),
    ("GET", "/nv/moi"),
    ("POST", "/nv/moi"),
    ("GET", "/nv/{ma}"),
    ("POST", "/nv/{ma}/buoc"),
    ("GET", "/nv/{ma}/sua"),
    ("POST", "/nv/{ma}/sua"),
    ("POST", "/nv/{ma}/tach"),
    ("POST", "/nv/{ma}/trong-tam"),
    ("GET", "/tep/{sha}"),
    ("GET", "/chi-tieu"),
    ("POST", "/chi-tieu"),
    ("GET", "/chi-tieu/{ma}"),
    ("POST", "/chi-tieu/{ma}"),
    ("POST", "/chi-tieu/{ma}/sua"),
    ("GET", "/chi-tieu/{ma}/phan-bo.xlsx"),
    ("GET", "/chi-tieu/{ma}/luoi"),
    ("POST", "/chi-tieu/{ma}/luoi"),
    ("GET", "/moi-kho"),
    ("GET", "/trong-tam"),
    ("POST", "/trong-tam"),
    ("GET", "/to-chuc"),
    ("POST", "/to-chuc"),
    ("GET", "/to-chuc/sap-xep"),
    ("POST", "/to-chuc/sap-xep"),
    ("GET", "/to-chuc/sap-xep/{ma}"),
    ("POST", "/to-chuc/sap-xep/{ma}"),
    ("GET", "/to-chuc/sap-xep/{ma}/bao-cao.xlsx"),
    ("GET", "/to-chuc/{ma}"),
    ("POST", "/to-chuc/{ma}"),
    ("GET", "/can-bo"),
    ("POST", "/can-bo"),
    ("GET", "/can-bo/{ma}"),
    ("POST", "/can-bo/{ma}"),
    ("GET", "/nhap"),
    ("POST", "/nhap"),
    ("GET", "/nhap/viec/{id}"),
    ("POST", "/nhap/viec/{id}"),
    ("GET", "/nhap/{sha}"),
    ("POST", "/nhap/{sha}"),
    ("POST", "/nhap/{sha}/van-ban"),
    ("GET", "/xuat/{tep}"),
    ("GET", "/tim"),
    ("GET", "/qt/nguoi-dung"),
    ("POST", "/qt/nguoi-dung"),
    ("GET", "/qt/nguoi-dung/{ten}"),
    ("POST", "/qt/nguoi-dung/{ten}"),
    ("GET", "/qt/ten-goi"),
    ("POST", "/qt/ten-goi"),
    ("GET", "/qt/lich"),
    ("POST", "/qt/lich"),
    ("GET", "/tro-giup"),
];

/// Every list of routes there is: the app's pages, the rooms' pages, the API.
pub fn all_routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROUTES
        .iter()
        .chain(audit::ROUTES)
        .chain(chase::ROUTES)
        .chain(reporting::ROUTES)
        .chain(review::ROUTES)
        .chain(parindex::ROUTES)
        .chain(survey::ROUTES)
        .chain(crate::api::ROUTES)
        .copied()
}

/// All routes with their limits and headers.
pub fn router(site: Site) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/", get(sign::home))
        .route("/healthz", get(health))
        .route("/tinh/{name}", get(web::asset))
        .route("/dang-nhap", get(sign::form).post(sign::sign_in))
        .route("/dang-xuat", post(sign::sign_out))
        .route("/bat-dau", get(sign::first).post(sign::make_first))
        .route("/toi", get(me::show).post(me::act))
        .route("/toi/dang-xuat-moi-noi", post(me::out_everywhere))
        .route("/co-chu", get(sign::size))
        .route("/nen", get(sign::theme))
        .route("/ngon-ngu", get(sign::language))
        .route("/viec", get(work::mine))
        .route("/lanh-dao", get(leader::show))
        .route("/tong-quan", get(overview::show))
        .route("/xep-hang", get(ranking::show))
        .route("/tong-quan/{ma}", get(overview::of_unit))
        .route("/van-ban", get(documents::list))
        .route("/van-ban/{ma}", get(documents::show).post(documents::correct_head))
        .route("/van-ban/{ma}/{dieu}", get(documents::clause))
        .route("/van-ban/{ma}/dieu-khoan", post(documents::correct))
        .route("/ct", get(programmes::list))
        .route("/ct/moi", get(programme_new::form).post(programme_new::create))
        .route("/ct/{ma}", get(programmes::show))
        .route("/ct/{ma}/cay", get(cascade::tree))
        .route("/ct/{ma}/sua", get(programme_edit::form).post(programme_edit::save))
        .route("/ct/{ma}/loai-tru", post(programmes::rule_out))
        .route("/ct/{ma}/{tinh_tu}", get(cascade::share))
        .route("/nv", get(task_list::list))
        .route("/nv.csv", get(task_list::csv))
        .route("/nv.xlsx", get(task_list::xlsx))
        .route("/nv/hang-loat", post(task_many::steps))
        .route("/nv/bo-loc", post(task_many::keep_view))
        .route("/nv/bo-loc/{id}/bo", post(task_many::drop_view))
        .route("/nv/moi", get(task_edit::new_form).post(task_edit::create))
        .route("/nv/{ma}", get(tasks::show))
        .route("/nv/{ma}/buoc", post(tasks::step))
        .route("/nv/{ma}/sua", get(task_edit::edit_form).post(task_edit::edit))
        .route("/nv/{ma}/tach", post(tasks::expand))
        .route("/nv/{ma}/trong-tam", post(tasks::focus))
        .route("/tep/{sha}", get(tasks::file))
        .route("/chi-tieu", get(target_list::list).post(target_list::create))
        .route("/chi-tieu/{ma}", get(targets::show).post(targets::measure))
        .route("/chi-tieu/{ma}/sua", post(targets::change))
        .route("/chi-tieu/{ma}/phan-bo.xlsx", get(lists::allocation))
        .route("/chi-tieu/{ma}/luoi", get(target_grid::show).post(target_grid::save))
        .route("/moi-kho", get(hard::list))
        .route("/trong-tam", get(focus::focus).post(focus::change))
        .route("/to-chuc", get(units::tree).post(units::establish))
        .route("/to-chuc/sap-xep", get(reorganise::list).post(reorganise::draft))
        .route("/to-chuc/sap-xep/{ma}", get(reorganise::show).post(reorganise::act))
        .route("/to-chuc/sap-xep/{ma}/bao-cao.xlsx", get(reorganise::report))
        .route("/to-chuc/{ma}", get(units::show).post(units::change))
        .route("/can-bo", get(people::list).post(people::appoint))
        .route("/can-bo/{ma}", get(people::show).post(people::change))
        .route("/nhap", get(import::form).post(import::upload))
        .route("/nhap/viec/{id}", get(import::job).post(import::cancel))
        .route("/nhap/{sha}", get(import::check).post(import::run))
        .route("/nhap/{sha}/van-ban", post(document_check::save))
        .route("/xuat/{tep}", get(lists::export))
        .route("/tim", get(search::find))
        .route("/qt/nguoi-dung", get(accounts::list).post(accounts::create))
        .route("/qt/nguoi-dung/{ten}", get(accounts::show).post(accounts::change))
        .route("/qt/ten-goi", get(admin::names).post(admin::decide))
        .route("/qt/lich", get(admin::calendar).post(admin::keep_day))
        .route("/tro-giup", get(search::help))
        .merge(audit::routes(undecided))
        .merge(chase::routes())
        .merge(reporting::routes())
        .merge(review::routes())
        .merge(parindex::routes())
        .merge(survey::routes(parindex::feed::takes))
        .merge(crate::api::router())
        .fallback(nowhere)
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

/// What is not decided yet and not for this reader, for the trail.
fn undecided(tx: &Tx<'_>, actor: &base::Actor) -> Outcome<std::collections::HashSet<(String, String)>> {
    let reorganisations = organisation::reorganise::sight::hidden(tx, actor)?.into_iter();
    let reviews = review::sight::hidden(tx, actor)?.into_iter();
    let of = |kind: &'static str| move |code: String| (kind.to_owned(), code);
    Ok(reorganisations.map(of("reorganisation")).chain(reviews.map(of("review"))).collect())
}

async fn nowhere(cx: Cx, uri: axum::http::Uri) -> Response {
    if uri.path().starts_with("/api/") {
        return crate::api::nowhere(&cx);
    }
    cx.reply(Refusal::not_found().stop())
}
