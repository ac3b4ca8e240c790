//! A round: where each unit stands, and its results with ranks.

use super::mark;
use crate::{
    acts, publish,
    results::{self, Row},
    scheme::Scheme,
    sight::{Seen, leads, seen},
    store::{Round, Steps},
};
use askama::Template;
use axum::{
    extract::{Form as Sent, Path, Query},
    response::Response,
};
use base::{Outcome, Refusal};
use organisation::Snapshot;
use reporting::frozen::Frozen;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, day_in, download, field, printed},
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
    /// Groups that can be asked for: in the address, words, whether it is the one shown.
    groups: Vec<(String, String, bool)>,
    council: Vec<crate::council::Member>,
    verdict: crate::council::Verdict,
    steps: Vec<(&'static str, Option<base::Date>)>,
    back: Back,
}

impl RoundPage {
    fn has_missing(&self) -> bool {
        self.rows.iter().any(|row| row.missing() > 0)
    }

    fn has_steps(&self) -> bool {
        self.steps.iter().any(|(_, day)| day.is_some())
    }

    /// Whether ranks are shown that may still change.
    fn is_provisional(&self) -> bool {
        !self.is_part && self.rows.iter().any(|row| !row.is_final)
    }
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let out = page(&cx, (code, field(&query, "nhom")), Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, (code, group): (String, String), back: Back) -> Reply {
    let (today, texts) = (cx.today, cx.t.clone());
    let mut shell = cx.shell(code.clone(), "/chi-so");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let (round, scheme) = acts::load(tx, &code)?;
            let names = Snapshot::at(tx, today)?;
            let Seen { rows, is_part, mut groups } = seen(tx, actor, (&round, &scheme), &names, &group)?;
            for (address, words, _) in &mut groups {
                if let Some(kind) = address.strip_prefix("loai-") {
                    *words = super::kind_words(&texts, kind);
                }
            }
            let council = crate::council::members(tx, round.id)?;
            Ok(RoundPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now(round.issuer)),
                rows,
                published: publish::all(tx, round.id)?,
                may_lead: leads(actor, &round),
                is_part,
                groups,
                verdict: crate::council::verdict(&council),
                council,
                steps: round.steps.named().to_vec(),
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
    let demo = mark(&cx);
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let (round, scheme) = acts::load(tx, &wanted)?;
                match field(&form, "viec").as_str() {
                    "units" => acts::add_units(tx, clock, actor, &round, &field(&form, "units")).map(|_| ()),
                    "fill" => acts::fill(tx, clock, actor, (&round, &scheme), None).map(|_| ()),
                    "steps" => acts::set_steps(tx, clock, actor, &round, steps_in(&form)?),
                    "council" => {
                        crate::council::set_members(tx, clock, actor, &round, &field(&form, "members"))
                    }
                    "vote" => crate::council::vote(
                        tx,
                        clock,
                        actor,
                        &round,
                        (&field(&form, "member"), &field(&form, "vote"), &field(&form, "way")),
                    ),
                    "publish" => {
                        let erratum = field(&form, "erratum");
                        results::publish_round(tx, clock, actor, &round.code, (&demo, &erratum))
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
            Err(stop) => page(&cx, (code, String::new()), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// The deadlines of the steps as typed.
fn steps_in(form: &Form) -> Outcome<Steps> {
    Ok(Steps {
        own: day_in(form, "own")?,
        first: day_in(form, "first")?,
        explain: day_in(form, "explain")?,
        second: day_in(form, "second")?,
        council: day_in(form, "council")?,
        publish: day_in(form, "publish")?,
    })
}

/// `bang.xlsx`: the list as it is seen; `lan-1.docx`, `lan-1.pdf`: a published list as an official document.
pub(super) async fn file(
    cx: Cx,
    Path((code, name)): Path<(String, String)>,
    Query(query): Query<Form>,
) -> Response {
    let out = async {
        if name == "bang.xlsx" {
            return list(&cx, code, field(&query, "nhom")).await;
        }
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

/// The list as a workbook.
async fn list(cx: &Cx, code: String, group: String) -> Reply {
    let (today, demo) = (cx.today, mark(cx));
    let wanted = code.clone();
    let list = cx
        .read(move |tx, actor| {
            let (round, scheme) = acts::load(tx, &wanted)?;
            let names = Snapshot::at(tx, today)?;
            let rows = seen(tx, actor, (&round, &scheme), &names, &group)?.rows;
            Ok(crate::export::results(&round, &scheme, &rows, (today, &demo)))
        })
        .await?;
    Ok(download(&format!("{code}.xlsx"), paper::FileKind::Xlsx.media_type(), list.xlsx()?))
}
