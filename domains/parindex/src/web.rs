//! The pages: schemes and rounds, a round's results, a unit's grid and where each point comes from.

pub(crate) mod api;
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
    response::Response,
    routing::{get, post},
};
use base::{Refusal, Right};
use organisation::{Directory, Snapshot};
use web::form::Sent;
use web::room::Route;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, day_in, field},
    see_other,
};

/// The room's pages and what their forms do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/chi-so", || get(list)),
    Route::post("/chi-so", || post(open)).form("scheme=BCS-2022-01&title=x&issuer=SNV"),
    Route::get("/chi-so/bo/{scheme}", || get(scheme::show)),
    Route::post("/chi-so/bo/{scheme}", || post(scheme::copy)).form(""),
    Route::get("/chi-so/bo/{scheme}/tep", || get(scheme::file)),
    Route::get("/chi-so/bo/{scheme}/sua", || get(edit::show)),
    Route::post("/chi-so/bo/{scheme}/sua", || post(edit::save)).form("title=x&rows=1&c.0=1&m.0=100"),
    Route::post("/chi-so/bo/{scheme}/kiem", || post(edit::checked)).form("title=x&rows=1&c.0=1&m.0=100"),
    Route::get("/chi-so/so-lieu", || get(figures::show)),
    Route::get("/chi-so/{round}", || get(results::show)),
    Route::post("/chi-so/{round}", || post(results::change)).form("viec=units&units=UB001"),
    Route::get("/chi-so/{published}/tep/{edition}", || get(results::file)),
    Route::get("/chi-so/{round}/lich-su", || get(ranks::show)),
    Route::get("/chi-so/{round}/dieu-tra", || get(feed::show)),
    Route::post("/chi-so/{round}/dieu-tra", || post(feed::feed)).form(""),
    Route::get("/chi-so/{round}/{unit}", || get(grid::show)),
    Route::post("/chi-so/{round}/{unit}", || post(grid::save)).form("viec=save"),
    Route::post("/chi-so/{round}/{unit}/o", || post(grid::cell)).form("leaf=1.1.2"),
    Route::get("/chi-so/{round}/{unit}/ket-qua", || get(card::show)),
    Route::get("/chi-so/{round}/{unit}/thu", || get(what_if::show)),
    Route::get("/chi-so/{round}/{unit}/{leaf}", || get(leaf::show)),
    Route::post("/chi-so/{round}/{unit}/{leaf}", || post(leaf::change)).parts(&[("record", "CT-01")]),
    Route::get("/chi-so/{round}/{unit}/{leaf}/tep/{proof}", || get(leaf::file)),
];

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
