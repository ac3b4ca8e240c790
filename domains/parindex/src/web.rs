//! The pages: schemes and rounds, a round's results, a unit's grid and where each point comes from.

mod grid;
mod results;
mod what_if;

use crate::{
    acts,
    scheme::Scheme,
    store::{self, Round},
};
use askama::Template;
use axum::{
    Router,
    extract::{Form as Sent, Path},
    response::Response,
    routing::get,
};
use base::{Actor, Outcome, Refusal, Right};
use db::Tx;
use organisation::{Directory, Snapshot};
use web::{
    Cx, Reply, Shell, Show, Site,
    form::{Back, Form, back, day_in, download, field},
    see_other,
};

/// The room's routes with their methods.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/chi-so"),
    ("POST", "/chi-so"),
    ("GET", "/chi-so/bo/{bo}"),
    ("GET", "/chi-so/bo/{bo}/tep"),
    ("GET", "/chi-so/{cham}"),
    ("POST", "/chi-so/{cham}"),
    ("GET", "/chi-so/{cham}/tep/{ket_qua}"),
    ("GET", "/chi-so/{cham}/{don_vi}"),
    ("POST", "/chi-so/{cham}/{don_vi}"),
    ("GET", "/chi-so/{cham}/{don_vi}/thu"),
];

/// The room's pages.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/chi-so", get(list).post(open))
        .route("/chi-so/bo/{bo}", get(scheme))
        .route("/chi-so/bo/{bo}/tep", get(scheme_file))
        .route("/chi-so/{cham}", get(results::show).post(results::change))
        .route("/chi-so/{cham}/tep/{ket_qua}", get(results::file))
        .route("/chi-so/{cham}/{don_vi}", get(grid::show).post(grid::save))
        .route("/chi-so/{cham}/{don_vi}/thu", get(what_if::show))
}

/// Whether an actor sees every unit of a round before it is published.
fn leads(actor: &Actor, round: &Round) -> bool {
    actor.may(Right::Draft, round.issuer)
}

/// The mark at the head of every page of a document.
fn mark(cx: &Cx) -> String {
    if cx.site.demo { cx.in_vietnamese("shell-demo") } else { String::new() }
}

#[derive(Template)]
#[template(path = "indices.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    /// Rounds with the name of who leads them, and how many units.
    rounds: Vec<(Round, String, usize)>,
    schemes: Vec<Scheme>,
    may_open: bool,
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
            for round in store::rounds(tx)? {
                let units = store::parts(tx, round.id)?.len();
                let issuer = names.name(names.now(round.issuer));
                rounds.push((round, issuer, units));
            }
            Ok((rounds, store::schemes(tx)?, actor.may_somewhere(Right::Draft)))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-indices"), "/chi-so");
    cx.page_with(back.status, &ListPage { s, sh: Show, rounds, schemes, may_open, back })
}

async fn open(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Draft)?;
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

#[derive(Template)]
#[template(path = "scheme.html")]
struct SchemePage {
    s: Shell,
    sh: Show,
    scheme: Scheme,
}

/// A scheme by its code, for whoever is signed in: scales are public.
fn found(tx: &Tx<'_>, code: &str) -> Outcome<Scheme> {
    store::scheme(tx, code)?.map_or_else(|| Refusal::not_found().stop(), Ok)
}

async fn scheme(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let scheme = cx.read(move |tx, _| found(tx, &code)).await?;
        let mut s = cx.shell(format!("{} {}", scheme.title, scheme.year), "/chi-so");
        s.crumbs =
            vec![("/chi-so".to_owned(), cx.t.say("nav-indices")), (String::new(), scheme.code.clone())];
        cx.page(&SchemePage { s, sh: Show, scheme })
    };
    let out = out.await;
    cx.reply(out)
}

/// The scheme as a workbook that its import reads.
async fn scheme_file(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let scheme = cx.read(move |tx, _| found(tx, &code)).await?;
        let list = crate::export::workbook(&scheme);
        Ok(download(&format!("{}.xlsx", scheme.code), paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
