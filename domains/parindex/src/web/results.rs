//! A round: where each unit stands, and its results with ranks.

use super::{leads, mark};
use crate::{
    acts, points,
    publish::{self, Line, Published},
    rules::{Column, Totals, ranks, total},
    scheme::Scheme,
    store::{self, Part, Round},
};
use askama::Template;
use axum::{
    extract::{Form as Sent, Path},
    response::Response,
};
use base::{Refusal, Right, ids::UnitId};
use organisation::Snapshot;
use reporting::frozen::Frozen;
use std::collections::BTreeMap;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, download, field},
    see_other,
};

/// A unit's line.
pub(super) struct Row {
    pub(super) part: Part,
    code: String,
    pub(super) name: String,
    /// By what counts: appraised where appraisal has begun, else what the unit gave itself.
    pub(super) totals: Totals,
    by_rule: Totals,
    pub(super) rank: usize,
    rank_by_rule: usize,
}

impl Row {
    fn result(&self) -> String {
        points::shown(&self.totals.result)
    }

    fn rule_result(&self) -> String {
        points::shown(&self.by_rule.result)
    }

    fn points(&self, which: &str) -> String {
        points::shown(match which {
            "scored" => &self.totals.scored,
            "survey" => &self.totals.survey,
            "bonus" => &self.totals.bonus,
            "penalty" => &self.totals.penalty,
            _ => &self.totals.base,
        })
    }

    fn field(&self, code: &str) -> String {
        self.totals.fields.get(code).and_then(Option::as_ref).map_or_else(|| "–".to_owned(), points::shown)
    }

    /// The class of the result by the limits of the national index: A from 90, B from 80, C from 70, D below.
    fn class(&self) -> &'static str {
        publish::class(&self.totals.result)
    }
}

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

/// The totals of every unit by what counts now and by the rules.
pub(super) fn rows(
    scheme: &Scheme,
    parts: Vec<Part>,
    places: &BTreeMap<UnitId, BTreeMap<String, crate::rules::Place>>,
    names: &Snapshot,
) -> Vec<Row> {
    let nothing = BTreeMap::new();
    let mut rows: Vec<Row> = parts
        .into_iter()
        .map(|part| {
            let own = places.get(&part.unit).unwrap_or(&nothing);
            let is_appraised = own.values().any(|place| place.appraised().is_some());
            let column = if is_appraised { Column::Appraised } else { Column::Own };
            let unit = names.now(part.unit);
            Row {
                code: names.unit(unit).map(|unit| unit.code.clone()).unwrap_or_default(),
                name: names.name(unit),
                totals: total(scheme, own, column),
                by_rule: total(scheme, own, Column::Rule),
                rank: 0,
                rank_by_rule: 0,
                part,
            }
        })
        .collect();
    rows.sort_by_key(|row| base::fold::sort_key(&row.name));
    let ranked = |of: fn(&Row) -> &Totals| -> BTreeMap<usize, usize> {
        let results = rows.iter().enumerate().map(|(at, row)| (at, of(row).result.clone()));
        ranks(results.collect()).into_iter().map(|standing| (standing.unit, standing.rank)).collect()
    };
    let (by_result, by_rule) = (ranked(|row| &row.totals), ranked(|row| &row.by_rule));
    for (at, row) in rows.iter_mut().enumerate() {
        row.rank = by_result.get(&at).copied().unwrap_or(0);
        row.rank_by_rule = by_rule.get(&at).copied().unwrap_or(0);
    }
    rows.sort_by_key(|row| row.rank);
    rows
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
            let mut rows = rows(&scheme, store::parts(tx, round.id)?, &places, &names);
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
                        let rows = rows(&scheme, store::parts(tx, round.id)?, &places, &names);
                        let lines = rows.iter().map(|row| Line {
                            rank: row.rank,
                            code: row.code.clone(),
                            name: row.name.clone(),
                            scored: points::digits(&row.totals.scored),
                            survey: points::digits(&row.totals.survey),
                            bonus: points::digits(&row.totals.bonus),
                            penalty: points::digits(&row.totals.penalty),
                            base: points::digits(&row.totals.base),
                            result: points::digits(&row.totals.result),
                            shown: row.result(),
                            class: row.class().to_owned(),
                        });
                        let facts = Published {
                            title: round.title.clone(),
                            scheme: scheme.code.clone(),
                            year: scheme.year,
                            issuer: names.name(names.now(round.issuer)),
                            day: today,
                            mark: demo.clone(),
                            lines: lines.collect(),
                        };
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
        let ending = if kind == paper::FileKind::Pdf { "pdf" } else { "docx" };
        Ok(download(&format!("{code}-{stem}.{ending}"), kind.media_type(), letter.file(kind)?))
    };
    let out = out.await;
    cx.reply(out)
}
