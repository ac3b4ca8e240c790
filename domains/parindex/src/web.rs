//! The pages: schemes and rounds, a round's results, a unit's grid and where each point comes from.

mod grid;
mod results;
mod what_if;

use crate::{
    acts,
    scheme::{Fault, Scheme},
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
    faults: Vec<Fault>,
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
        cx.page(&SchemePage { s, sh: Show, faults: scheme.faults(), scheme })
    };
    let out = out.await;
    cx.reply(out)
}

/// The scheme as a workbook that its import reads.
async fn scheme_file(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let scheme = cx.read(move |tx, _| found(tx, &code)).await?;
        let rows = scheme.nodes.iter().map(|node| {
            let leaf = node.leaf.as_ref();
            let text = |of: fn(&crate::scheme::NodeLeaf) -> &str| leaf.map_or("", of).into();
            let absent = |how: Option<crate::rules::Absent>| match how.map(crate::rules::Absent::word) {
                Some("full") => "điểm tối đa",
                Some("out") => "loại khỏi mẫu số",
                _ => "",
            };
            vec![
                node.code.as_str().into(),
                node.title.as_str().into(),
                node.most.map_or(paper::write::Out::Empty, Into::into),
                text(|leaf| &leaf.method),
                text(|leaf| &leaf.parameters),
                text(|leaf| &leaf.evidence),
                text(|leaf| &leaf.owner),
                if leaf.is_some_and(|leaf| leaf.is_survey) { "x" } else { "" }.into(),
                absent(leaf.map(|leaf| leaf.when_none)).into(),
                absent(leaf.map(|leaf| leaf.when_zero)).into(),
            ]
        });
        let headers = [
            "Mã",
            "Nội dung",
            "Điểm tối đa",
            "Phương pháp",
            "Tham số",
            "Tài liệu kiểm chứng",
            "Cơ quan thẩm định",
            "Điều tra xã hội học",
            "Khi không phát sinh",
            "Khi mẫu số bằng 0",
        ];
        let list = paper::write::List {
            name: "Bộ chỉ số".to_owned(),
            headers: headers.map(str::to_owned).to_vec(),
            rows: rows.collect(),
            about: vec![(String::new(), scheme.title.clone())],
        };
        Ok(download(&format!("{}.xlsx", scheme.code), paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
