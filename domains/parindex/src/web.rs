//! The pages: schemes and rounds, a round's results, a unit's grid and where each point comes from.

mod card;
mod edit;
mod feed;
mod figures;
mod grid;
mod leaf;
mod ranks;
mod results;
mod scheme;
mod what_if;

use crate::{
    acts,
    scheme::Scheme,
    store::{self, Round},
};
use askama::Template;
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use base::{Refusal, Right};
use organisation::{Directory, Snapshot};
use web::form::Sent;
use web::{
    Cx, Reply, Shell, Show, Site,
    form::{Back, Form, back, day_in, field},
    see_other,
};

/// The room's routes with their methods.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/chi-so"),
    ("POST", "/chi-so"),
    ("GET", "/chi-so/bo/{bo}"),
    ("POST", "/chi-so/bo/{bo}"),
    ("GET", "/chi-so/bo/{bo}/tep"),
    ("GET", "/chi-so/bo/{bo}/sua"),
    ("POST", "/chi-so/bo/{bo}/sua"),
    ("POST", "/chi-so/bo/{bo}/kiem"),
    ("GET", "/chi-so/so-lieu"),
    ("GET", "/chi-so/{cham}"),
    ("POST", "/chi-so/{cham}"),
    ("GET", "/chi-so/{cham}/tep/{ket_qua}"),
    ("GET", "/chi-so/{cham}/lich-su"),
    ("GET", "/chi-so/{cham}/dieu-tra"),
    ("POST", "/chi-so/{cham}/dieu-tra"),
    ("GET", "/chi-so/{cham}/{don_vi}"),
    ("POST", "/chi-so/{cham}/{don_vi}"),
    ("POST", "/chi-so/{cham}/{don_vi}/o"),
    ("GET", "/chi-so/{cham}/{don_vi}/ket-qua"),
    ("GET", "/chi-so/{cham}/{don_vi}/thu"),
    ("GET", "/chi-so/{cham}/{don_vi}/{tieu_chi}"),
    ("POST", "/chi-so/{cham}/{don_vi}/{tieu_chi}"),
    ("GET", "/chi-so/{cham}/{don_vi}/{tieu_chi}/tep/{stt}"),
];

/// The room's pages.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/chi-so", get(list).post(open))
        .route("/chi-so/bo/{bo}", get(scheme::show).post(scheme::copy))
        .route("/chi-so/bo/{bo}/tep", get(scheme::file))
        .route("/chi-so/bo/{bo}/sua", get(edit::show).post(edit::save))
        .route("/chi-so/bo/{bo}/kiem", post(edit::checked))
        .route("/chi-so/so-lieu", get(figures::show))
        .route("/chi-so/{cham}", get(results::show).post(results::change))
        .route("/chi-so/{cham}/tep/{ket_qua}", get(results::file))
        .route("/chi-so/{cham}/lich-su", get(ranks::show))
        .route("/chi-so/{cham}/dieu-tra", get(feed::show).post(feed::feed))
        .route("/chi-so/{cham}/{don_vi}", get(grid::show).post(grid::save))
        .route("/chi-so/{cham}/{don_vi}/o", post(grid::cell))
        .route("/chi-so/{cham}/{don_vi}/ket-qua", get(card::show))
        .route("/chi-so/{cham}/{don_vi}/thu", get(what_if::show))
        .route("/chi-so/{cham}/{don_vi}/{tieu_chi}", get(leaf::show).post(leaf::change))
        .route("/chi-so/{cham}/{don_vi}/{tieu_chi}/tep/{stt}", get(leaf::file))
}

/// The states of a unit in their order.
const STATES: [&str; 5] = ["own", "locked", "appraised", "explained", "closed"];

impl ListPage {
    fn ready(&self) -> &'static [crate::ready::Ready] {
        crate::ready::ALL
    }
}

/// A round in the list: who leads it, how many units, where they stand by state; whether its results are published.
struct Line {
    round: Round,
    issuer: String,
    units: usize,
    states: Vec<(&'static str, usize)>,
    is_published: bool,
}

#[derive(Template)]
#[template(path = "indices.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    rounds: Vec<Line>,
    schemes: Vec<Scheme>,
    may_open: bool,
    year: i16,
    back: Back,
}

async fn list(cx: Cx) -> Response {
    let out = list_page(&cx, Back::default()).await;
    cx.reply(out)
}

async fn list_page(cx: &Cx, back: Back) -> Reply {
    let today = cx.today;
    let (rounds, schemes, may_open) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let mut rounds = Vec::new();
            let schemes = store::schemes(tx)?;
            for round in store::rounds(tx)? {
                let parts = store::parts(tx, round.id)?;
                let of = |state: &str| parts.iter().filter(|part| part.state == state).count();
                // What is only computed has no steps of units.
                let is_computed =
                    schemes.iter().any(|scheme| scheme.id == round.scheme && scheme.is_computed);
                let states = STATES.iter().filter(|_| !is_computed).map(|state| (*state, of(state)));
                rounds.push(Line {
                    issuer: names.name(names.now(round.issuer)),
                    units: parts.len(),
                    states: states.filter(|(_, n)| *n > 0).collect(),
                    is_published: crate::publish::is_published(tx, round.id)?,
                    round,
                });
            }
            Ok((rounds, schemes, actor.may_somewhere(Right::Draft)))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-indices"), "/chi-so");
    cx.page_with(back.status, &ListPage { s, sh: Show, rounds, schemes, may_open, year: today.year(), back })
}

async fn open(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Draft)?;
                let ready = field(&form, "ready");
                if !ready.is_empty() {
                    let year = field(&form, "year").parse().unwrap_or_else(|_| clock.today().year());
                    let report = crate::ready::put(tx, clock, actor, &ready, year)?;
                    let made = report.file.get("scheme").and_then(|code| code.as_str()).unwrap_or_default();
                    return Ok(format!("bo/{made}"));
                }
                let issuer = Directory::at(tx, clock.today())?.asked(&field(&form, "issuer"), "issuer")?;
                let Some(issuer) = issuer else {
                    return Refusal::new("refusal-required").at("issuer").with("field", "issuer").stop();
                };
                let (scheme, title) = (field(&form, "scheme"), field(&form, "title"));
                let round = acts::open_round(
                    tx,
                    clock,
                    actor,
                    (&scheme, &title, issuer),
                    day_in(&form, "self_due")?,
                )?;
                Ok(round.code)
            })
            .await;
        match done {
            Ok(code) => Ok(see_other(&format!("/chi-so/{code}?xong=saved"))),
            Err(stop) => list_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// The words of a kind of unit; one that offices invented is its own word.
fn kind_words(texts: &base::texts::Texts, kind: &str) -> String {
    if organisation::Kind::LISTED.contains(&kind) {
        texts.say(&format!("unit-kind-{kind}"))
    } else {
        kind.to_owned()
    }
}

/// What filled a figure, in words: a named figure with its cut-off; a survey is its code.
fn source_words(texts: &base::texts::Texts, source: &str) -> String {
    let (name, rest) = source.split_once(' ').unwrap_or((source, ""));
    match crate::figures::source(name) {
        Some((figure, "")) => format!("{} {rest}", texts.say(&figure.key())),
        Some((figure, of)) => format!("{} ({of}) {rest}", texts.say(&figure.key())),
        None => source.to_owned(),
    }
}
