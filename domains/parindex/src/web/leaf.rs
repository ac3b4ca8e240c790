//! One leaf of a unit, opened to the ground: its rule, its figure, the records behind it, what proves it, who gave what and why.

use super::grid::told;
use crate::{
    acts,
    evidence::{self, Evidence, New},
    figures::{self, Record},
    points,
    rules::score,
    scheme::Node,
    sight::{Found, found, is_own, leads, oversees},
    store::{self, Kept, Part, Round},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Actor, Date, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use web::form::Upload;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, back, download, field, parts},
    see_other,
};

/// The records behind a figure, as far as the reader may see them.
struct Behind {
    cut_off: Date,
    numerator: i64,
    denominator: i64,
    records: Vec<Record>,
    /// Whether there are records that the reader may not see.
    is_hidden: bool,
    /// Whether what is kept is no longer what is measured now.
    is_old: bool,
}

#[derive(Template)]
#[template(path = "leaf.html")]
struct LeafPage {
    s: Shell,
    sh: Show,
    round: Round,
    part: Part,
    code: String,
    node: Node,
    kept: Kept,
    rule: String,
    why: String,
    figure: String,
    /// What filled it, in words; empty when it was typed.
    source: String,
    behind: Option<Behind>,
    /// Whether the figure should come from this program and nobody can measure it yet.
    is_unmeasured: bool,
    evidence: Vec<Evidence>,
    may_add: bool,
    back: Back,
}

impl LeafPage {
    fn given(&self, column: &str) -> String {
        let place = &self.kept.place;
        let given = match column {
            "own" => place.own,
            "first" => place.first,
            _ => place.second,
        };
        store::written(given).replace('.', ",")
    }

    /// Who gave a column's points, and when.
    fn by(&self, column: usize) -> &str {
        self.kept.given_by.get(column).map_or("", String::as_str)
    }

    fn most(&self) -> String {
        self.node.most.map(base::format::decimal).unwrap_or_default()
    }

    fn text(&self, what: &str) -> &str {
        let Some(leaf) = &self.node.leaf else { return "" };
        match what {
            "method" => &leaf.method,
            "parameters" => &leaf.parameters,
            "owner" => &leaf.owner,
            "evidence" => &leaf.evidence,
            _ => &leaf.binding,
        }
    }
}

pub(super) async fn show(cx: Cx, Path(place): Path<(String, String, String)>) -> Response {
    let out = page(&cx, place, Back::default()).await;
    cx.reply(out)
}

/// What is measured now, by the records.
fn behind(
    tx: &Tx<'_>,
    actor: &Actor,
    (unit, year, today): (UnitId, i16, Date),
    binding: &str,
    kept: &Kept,
) -> Outcome<Option<Behind>> {
    // A figure that was taken opens to the records of its own cut-off.
    let taken = kept.source.rsplit(' ').next().and_then(|day| base::period::read(day).date());
    let by = taken.map_or(today, |taken| taken.min(today));
    let Some((cut_off, found)) = figures::measure_one(tx, (binding, year, by), unit)? else {
        return Ok(None);
    };
    let unit = Snapshot::at(tx, cut_off)?.now(unit);
    let figure = &kept.place.figure;
    let differs = |kept: Option<&points::Points>, n: i64| kept.is_some_and(|kept| *kept != points::whole(n));
    let is_value = figure.numerator.is_none() && !figure.value.is_empty();
    let value = if found.value.is_empty() { found.numerator.to_string() } else { found.value.clone() };
    let is_old = !kept.source.is_empty()
        && (differs(figure.numerator.as_ref(), found.numerator)
            || differs(figure.denominator.as_ref(), found.denominator)
            || (is_value && figure.value != value && figure.value != found.numerator.to_string()));
    // The counts are part of the score; which records they are is for whoever may see the unit's work.
    let records = if actor.may(Right::See, unit) { found.records } else { Vec::new() };
    Ok(Some(Behind {
        cut_off,
        numerator: found.numerator,
        denominator: found.denominator,
        is_hidden: records.is_empty() && found.denominator > 0,
        records,
        is_old,
    }))
}

async fn page(cx: &Cx, (code, unit_code, leaf): (String, String, String), back: Back) -> Reply {
    let (today, texts) = (cx.today, cx.t.clone());
    let mut shell = cx.shell(code.clone(), "/chi-so");
    let frame = shell.clone();
    let (mut page, unit_name) = cx
        .read(move |tx, actor| {
            let Found { round, scheme, unit, name, part, .. } = found(tx, actor, today, (&code, &unit_code))?;
            let Some((node, rule)) = scheme.node(&leaf).and_then(|node| Some((node, node.leaf.as_ref()?)))
            else {
                return Refusal::not_found().stop();
            };
            let kept = store::place_of(tx, round.id, unit, &leaf)?.unwrap_or_default();
            let scored = rule.asked(scheme.year).map(|asked| score(asked, &kept.place.figure));
            let (points, why) = told(&texts, scored.as_ref());
            let is_bound = !rule.binding.is_empty();
            let behind = if is_bound {
                behind(tx, actor, (unit, scheme.year, today), &rule.binding, &kept)?
            } else {
                None
            };
            let figure = &kept.place.figure;
            let number =
                |n: Option<&points::Points>| n.map(points::digits).unwrap_or_default().replace('.', ",");
            let is_ratio = figure.numerator.is_some() || figure.denominator.is_some();
            let figure = if is_ratio {
                format!("{} / {}", number(figure.numerator.as_ref()), number(figure.denominator.as_ref()))
            } else {
                figure.value.clone()
            };
            let may_report = !scheme.is_computed
                && (acts::is_own(tx, actor, today, (Right::Report, unit))?
                    || (leads(actor, &round) && actor.may(Right::Report, unit)));
            let page = LeafPage {
                s: frame.clone(),
                sh: Show,
                is_unmeasured: is_bound && behind.is_none(),
                behind,
                rule: points,
                why,
                figure,
                source: super::source_words(&texts, &kept.source),
                evidence: evidence::of_leaf(tx, (round.id, unit, &leaf))?,
                may_add: may_report && matches!(part.state.as_str(), "own" | "appraised"),
                node: node.clone(),
                kept,
                round,
                part,
                code: unit_code.clone(),
                back: Back::default(),
            };
            Ok((page, name))
        })
        .await?;
    shell.title = format!("{} {}", page.node.code, page.node.title);
    shell.crumbs = vec![
        ("/chi-so".to_owned(), cx.t.say("nav-indices")),
        (format!("/chi-so/{}", page.round.code), page.round.code.clone()),
        (format!("/chi-so/{}/{}#o-{}", page.round.code, page.code, page.node.code), unit_name),
        (String::new(), page.node.code.clone()),
    ];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

/// Adds evidence, or takes it away.
pub(super) async fn change(
    cx: Cx,
    Path((code, unit_code, leaf)): Path<(String, String, String)>,
    sent: Upload,
) -> Response {
    let today = cx.today;
    let out = async {
        let (form, file) = parts(sent).await?;
        let (place, typed) = ((code.clone(), unit_code.clone(), leaf.clone()), form.clone());
        let records: Vec<_> = web::room::records(cx.site.rooms).collect();
        let done = cx
            .act(move |tx, clock, actor| {
                let Found { round, unit, .. } = found(tx, actor, today, (&place.0, &place.1))?;
                let at = (round.code.as_str(), unit, place.2.as_str());
                if let Ok(seq) = field(&form, "bo").parse() {
                    return evidence::remove(tx, clock, actor, at, seq);
                }
                evidence::add(
                    tx,
                    clock,
                    actor,
                    at,
                    New { record: field(&form, "record"), file: file.clone() },
                    &records,
                )
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/chi-so/{code}/{unit_code}/{leaf}?xong=saved"))),
            Err(stop) => page(&cx, (code, unit_code, leaf), back(&cx, stop, typed)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// A file that proves a leaf, for whoever may look at the leaf.
pub(super) async fn file(
    cx: Cx,
    Path((code, unit_code, leaf, seq)): Path<(String, String, String, i64)>,
) -> Response {
    let today = cx.today;
    let out = async {
        let (name, media, content) =
            cx.read(move |tx, actor| file_of(tx, actor, today, (&code, &unit_code, &leaf), seq)).await?;
        Ok(download(&name, &media, content))
    };
    let out = out.await;
    cx.reply(out)
}

fn file_of(
    tx: &Tx<'_>,
    actor: &Actor,
    today: Date,
    (code, unit, leaf): (&str, &str, &str),
    seq: i64,
) -> Outcome<(String, String, Vec<u8>)> {
    let Found { round, scheme, unit, .. } = found(tx, actor, today, (code, unit))?;
    // What proves a leaf may name people: once published, points are for all, files for those who work with them.
    let owner = scheme.node(leaf).and_then(|node| Some(node.leaf.as_ref()?.owner.clone()));
    let Some(owner) = owner else { return Refusal::not_found().stop() };
    let judges = acts::judged(tx, actor, (&round, &scheme), today)?.contains(&owner);
    if !judges && !is_own(tx, actor, today, unit)? && !oversees(actor, &round) {
        return Refusal::not_found().stop();
    }
    let all = evidence::of_leaf(tx, (round.id, unit, leaf))?;
    let sha256 = all.into_iter().find(|one| one.seq == seq).and_then(|one| one.file);
    match sha256.map(|sha256| document::store::file(tx, &sha256)).transpose()?.flatten() {
        Some(file) => Ok(file),
        None => Refusal::not_found().stop(),
    }
}
