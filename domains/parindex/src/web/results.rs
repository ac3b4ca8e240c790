//! A round: where each unit stands, and its results with ranks.

use crate::{
    acts, publish,
    results::{self, Row},
    scheme::Scheme,
    sight::{Seen, leads, oversees, seen},
    store::{self, Round, Steps},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Outcome, Refusal};
use document::frozen::Frozen;
use organisation::Past;
use web::form::Sent;
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
    /// Units of which the reader judges some leaves: code, name, state, whether all have points.
    to_judge: Vec<(String, String, String, bool)>,
    /// Units that have survey leaves without answers.
    unasked: usize,
    /// What a decision rests on, as proposed.
    grounds: String,
    /// Whether something changed since the results were published, and whether the reader sees it.
    is_changed: bool,
    sees_live: bool,
    /// Whether what is published next is an erratum.
    is_again: bool,
    council: Vec<crate::council::Member>,
    verdict: crate::council::Verdict,
    steps: Vec<(&'static str, Option<base::Date>)>,
    /// Whether every line is asked for.
    is_all: bool,
    back: Back,
}

/// How many lines a page shows unless all are asked for.
const LINES: usize = 100;

impl RoundPage {
    /// The lines that are shown.
    fn shown(&self) -> &[Row] {
        if self.is_all { &self.rows } else { self.rows.get(..LINES).unwrap_or(&self.rows) }
    }

    fn left_out(&self) -> usize {
        self.rows.len() - self.shown().len()
    }

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
    let is_all = !field(&query, "het").is_empty();
    let out = page(&cx, (code, field(&query, "nhom"), is_all), Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, (code, group, is_all): (String, String, bool), back: Back) -> Reply {
    let (today, texts) = (cx.today, cx.t.clone());
    let mut shell = cx.shell(code.clone(), "/chi-so");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let (round, scheme) = acts::load(tx, &code)?;
            let names = Past::at(tx, today)?;
            let Seen { rows, is_part, mut groups, to_judge } =
                seen(tx, actor, (&round, &scheme), &names, &group)?;
            for (address, words, _) in &mut groups {
                if let Some(kind) = address.strip_prefix("loai-") {
                    *words = super::kind_words(&texts, kind);
                }
            }
            let published = publish::all(tx, round.id)?;
            // How members decide is for whoever oversees them; what they decided stands in the decision.
            let sees_council = oversees(actor, &round);
            let facts = publish::newest(tx, round.id)?;
            let parts = store::parts(tx, round.id)?;
            let is_changed = facts.as_ref().is_some_and(|facts| !publish::is_as_published(facts, &parts));
            let council = if sees_council { crate::council::members(tx, round.id)? } else { Vec::new() };
            let is_again = !published.is_empty();
            let verdict = crate::council::verdict(&council);
            Ok(RoundPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now().now(round.issuer)),
                unasked: rows.iter().filter(|row| row.totals().unasked > 0).count(),
                grounds: match &facts {
                    Some(facts) if !facts.grounds.is_empty() => facts.grounds.join("\n"),
                    _ => results::grounds(&scheme).join("\n"),
                },
                is_changed,
                sees_live: oversees(actor, &round),
                rows,
                published,
                may_lead: leads(actor, &round),
                is_part,
                is_again,
                groups,
                to_judge,
                verdict,
                council,
                steps: round.steps.named().to_vec(),
                round,
                scheme,
                is_all,
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
    let demo = cx.mark();
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let (mut round, scheme) = acts::load(tx, &wanted)?;
                // A form says at which version it was filled in.
                round.version = field(&form, "version").parse().unwrap_or(round.version);
                match field(&form, "viec").as_str() {
                    "units" => {
                        // Offices list units line by line as well as with semicolons.
                        let words = lines_in(&form, "units").lines().collect::<Vec<_>>().join("; ");
                        acts::add_units(tx, clock, actor, &round, &words).map(|_| ())
                    }
                    "fill" => acts::fill(tx, clock, actor, (&round, &scheme), None).map(|_| ()),
                    "steps" => acts::set_steps(tx, clock, actor, &round, steps_in(&form)?),
                    "council" => {
                        crate::council::set_members(tx, clock, actor, &round, &lines_in(&form, "members"))
                    }
                    "vote" => crate::council::vote(
                        tx,
                        clock,
                        actor,
                        &round,
                        (&field(&form, "member"), &field(&form, "vote"), &field(&form, "way")),
                    ),
                    "publish" => {
                        if field(&form, "sure").is_empty() {
                            return Refusal::new("refusal-sure").at("cong-bo").stop();
                        }
                        let grounds = lines_in(&form, "grounds");
                        let grounds = grounds.lines().map(base::fold::tidy);
                        let words = results::Words {
                            mark: demo.clone(),
                            grounds: grounds
                                .map(|line| line.trim_end_matches([';', '.', ',']).to_owned())
                                .filter(|line| !line.is_empty())
                                .collect(),
                            erratum: field(&form, "erratum"),
                        };
                        results::publish_round(tx, clock, actor, &round.code, &words)
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
            Err(stop) => page(&cx, (code, String::new(), false), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// A text of several lines as sent; what `field` would draw into one.
fn lines_in(form: &Form, name: &str) -> String {
    form.get(name).cloned().unwrap_or_default()
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
        let (letter, kept) = cx
            .read(move |tx, _| {
                let (round, _) = acts::load(tx, &wanted)?;
                match publish::all(tx, round.id)?.into_iter().find(|frozen| frozen.seq == seq) {
                    Some(frozen) => {
                        let kept = document::store::file(tx, &frozen.file)?.map(|(_, _, content)| content);
                        Ok((publish::reprint(&frozen)?, kept))
                    }
                    None => Refusal::not_found().stop(),
                }
            })
            .await?;
        // The Word file is the one that was made then, whatever this program would make of the facts today.
        let content = match kept.filter(|_| kind != paper::FileKind::Pdf) {
            Some(kept) => kept,
            None => letter.file(kind)?,
        };
        Ok(printed(&format!("{code}-{stem}"), kind, content))
    };
    let out = out.await;
    cx.reply(out)
}

/// The list as a workbook.
async fn list(cx: &Cx, code: String, group: String) -> Reply {
    let (today, demo) = (cx.today, cx.mark());
    let wanted = code.clone();
    let list = cx
        .read(move |tx, actor| {
            let (round, scheme) = acts::load(tx, &wanted)?;
            let names = Past::at(tx, today)?;
            let rows = seen(tx, actor, (&round, &scheme), &names, &group)?.rows;
            Ok(crate::export::results(&round, &scheme, &rows, (today, &demo)))
        })
        .await?;
    Ok(download(&format!("{code}.xlsx"), paper::FileKind::Xlsx.media_type(), list.xlsx()?))
}
