//! A round: where each unit stands, and its results with ranks.

use super::{leads, mark};
use crate::{
    acts, publish,
    results::{self, Row},
    scheme::Scheme,
    store::{self, Round},
};
use askama::Template;
use axum::{
    extract::{Form as Sent, Path},
    response::Response,
};
use base::{Refusal, Right};
use organisation::Snapshot;
use reporting::frozen::Frozen;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field, printed},
    see_other,
};

#[derive(Template)]
#[template(path = "round.html")]
struct RoundPage {
    s: Shell,
    sh: Show,
    round: Round,
    scheme: Scheme,
    issuer: String,
    rows: Vec<Row>,
    published: Vec<Frozen>,
    may_lead: bool,
    /// Whether only the reader's own units are shown, because nothing is published.
    is_part: bool,
    back: Back,
}

impl RoundPage {
    /// Whether ranks are shown that may still change.
    fn is_provisional(&self) -> bool {
        !self.is_part && self.rows.iter().any(|row| !row.is_final)
    }
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = page(&cx, code, Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, code: String, back: Back) -> Reply {
    let today = cx.today;
    let mut shell = cx.shell(code.clone(), "/chi-so");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let (round, scheme) = acts::load(tx, &code)?;
            let names = Snapshot::at(tx, today)?;
            let published = publish::all(tx, round.id)?;
            let places = store::places(tx, round.id)?;
            let mut rows = results::rows(&scheme, store::parts(tx, round.id)?, &places, &names);
            let may_lead = leads(actor, &round);
            let is_part = !may_lead && published.is_empty();
            if is_part {
                // Before publication nobody learns of another unit's points, nor of a rank among them.
                rows.retain(|row| {
                    actor.may(Right::Report, row.part.unit) || actor.may(Right::Lead, row.part.unit)
                });
                for row in &mut rows {
                    (row.rank, row.rank_by_rule) = (0, 0);
                }
            }
            Ok(RoundPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now(round.issuer)),
                rows,
                published,
                may_lead,
                is_part,
                round,
                scheme,
                back: Back::default(),
            })
        })
        .await?;
    shell.title = page.round.title.clone();
    shell.crumbs =
        vec![("/chi-so".to_owned(), cx.t.say("nav-indices")), (String::new(), page.round.code.clone())];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

pub(super) async fn change(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let (today, demo) = (cx.today, mark(&cx));
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let (round, scheme) = acts::load(tx, &wanted)?;
                match field(&form, "viec").as_str() {
                    "units" => acts::add_units(tx, clock, actor, &round, &field(&form, "units")).map(|_| ()),
                    "publish" => {
                        let names = Snapshot::at(tx, today)?;
                        let places = store::places(tx, round.id)?;
                        let rows = results::rows(&scheme, store::parts(tx, round.id)?, &places, &names);
                        let facts = results::published((&round, &scheme), &rows, &names, (today, &demo))?;
                        publish::publish(tx, clock, actor, &round, &facts, &field(&form, "erratum"))
                    }
                    other => Refusal::new("refusal-unknown-word")
                        .at("viec")
                        .with("field", "viec")
                        .with("value", other)
                        .stop(),
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/chi-so/{code}?xong=saved"))),
            Err(stop) => page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// A published list as an official document: `lan-1.docx`, `lan-1.pdf`.
pub(super) async fn file(cx: Cx, Path((code, name)): Path<(String, String)>) -> Response {
    let out = async {
        let (stem, kind) = paper::FileKind::printed(&name);
        let seq: i64 = stem.strip_prefix("lan-").and_then(|n| n.parse().ok()).unwrap_or(0);
        let wanted = code.clone();
        let letter = cx
            .read(move |tx, _| {
                let (round, _) = acts::load(tx, &wanted)?;
                match publish::all(tx, round.id)?.into_iter().find(|frozen| frozen.seq == seq) {
                    Some(frozen) => publish::reprint(&frozen),
                    None => Refusal::not_found().stop(),
                }
            })
            .await?;
        Ok(printed(&format!("{code}-{stem}"), kind, letter.file(kind)?))
    };
    let out = out.await;
    cx.reply(out)
}
