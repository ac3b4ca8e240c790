//! A unit's grid: each leaf with its figure, what the rule makes of it and why, what the unit gave itself, and what was appraised.

use crate::{
    acts::{self, Typed},
    points,
    rules::{Column, Given, Place, Scored, Totals, score, total},
    scheme::{Node, Scheme},
    sight::{Found, found, leads},
    store::{self, Kept, Part, Round},
};
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use base::{Actor, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use std::collections::BTreeMap;
use web::form::Long;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

/// A node of the grid; a leaf has its place.
struct Row {
    node: Node,
    kept: Kept,
    /// What the rule makes of the figure: points and why, in the reader's language.
    rule: String,
    why: String,
    may_appraise: bool,
    /// Whether the reader may type the figure, and what the unit gives itself.
    may_type: bool,
    may_own: bool,
    /// Pieces of evidence on its own page.
    evidence: i64,
    /// Whether figure and points are those of the year before.
    is_copied: bool,
}

impl Row {
    fn is_leaf(&self) -> bool {
        self.node.leaf.is_some()
    }

    fn is_ratio(&self) -> bool {
        self.node.leaf.as_ref().and_then(|leaf| leaf.rule()).is_some_and(crate::rules::Rule::is_ratio)
    }

    fn has_value(&self) -> bool {
        let rule = self.node.leaf.as_ref().and_then(|leaf| leaf.rule());
        rule.is_none_or(crate::rules::Rule::has_value)
    }

    /// Whether this program fills the figure, so that nobody types it.
    fn is_filled(&self) -> bool {
        !self.kept.source.is_empty()
    }

    fn number(points: Option<&points::Points>) -> String {
        points.map(|points| points::digits(points).replace('.', ",")).unwrap_or_default()
    }

    fn above(&self) -> String {
        Self::number(self.kept.place.figure.numerator.as_ref())
    }

    fn below(&self) -> String {
        Self::number(self.kept.place.figure.denominator.as_ref())
    }

    fn given(&self, column: &str) -> String {
        let given = match column {
            "own" => self.kept.place.own,
            "first" => self.kept.place.first,
            _ => self.kept.place.second,
        };
        store::written(given).replace('.', ",")
    }

    fn most(&self) -> String {
        self.node.most.map(base::format::decimal).unwrap_or_default()
    }

    fn wants_reason(&self, column: &str) -> bool {
        self.kept.wants_reason(column)
    }

    /// Who gave a column's points, and when.
    fn by(&self, column: &str) -> &str {
        let at = ["own", "first", "second"].iter().position(|name| *name == column);
        at.and_then(|at| self.kept.given_by.get(at)).map_or("", String::as_str)
    }

    /// Whether what the unit gave itself is more than the rule gives.
    fn is_over(&self) -> bool {
        is_over(self.kept.place.own, &self.rule)
    }
}

#[derive(Template)]
#[template(path = "grid.html")]
struct GridPage {
    s: Shell,
    sh: Show,
    round: Round,
    part: Part,
    code: String,
    rows: Vec<Row>,
    totals: [(&'static str, Totals); 3],
    may_write: bool,
    /// Whether any figure may be typed.
    may_save: bool,
    /// Whether all leaves are shown; a department sees those it judges.
    is_whole: bool,
    may_lock: bool,
    may_explain: bool,
    may_lead: bool,
    may_appraise: bool,
    /// How many own points are more than the rules give.
    over: usize,
    /// How many appraisals differ from the points before them without a reason.
    unreasoned: usize,
    /// How many leaves are as they were the year before, and whether every own point is the most.
    copied: usize,
    is_all_full: bool,
    is_bound: bool,
    back: Back,
}

impl GridPage {
    fn source(&self, row: &Row) -> String {
        super::source_words(&self.s.t, &row.kept.source)
    }

    fn shown(&self, totals: &Totals) -> String {
        points::shown(&totals.result)
    }

    /// A cell as sent, when something was wrong; else as kept.
    fn cell(&self, prefix: &str, row: &Row, kept: &str) -> String {
        self.back.sent.get(&format!("{prefix}.{}", row.node.code)).cloned().unwrap_or_else(|| kept.to_owned())
    }
}

pub(super) async fn show(cx: Cx, Path(place): Path<(String, String)>) -> Response {
    let out = page(&cx, place, Back::default()).await;
    cx.reply(out)
}

fn is_over(own: Option<Given>, rule: &str) -> bool {
    let Some(Given::Points(own)) = own else { return false };
    base::number::parse(rule).is_some_and(|rule| own.round_dp(2) > rule)
}

/// What a rule makes of a figure: the points as shown, and why.
pub(super) fn told(texts: &base::texts::Texts, scored: Option<&Scored>) -> (String, String) {
    let Some(scored) = scored else { return ("–".to_owned(), texts.say("why-no-rule")) };
    let facts: Vec<(&str, String)> =
        scored.facts.iter().map(|(name, words)| (*name, words.clone())).collect();
    let why = texts.with_all(scored.why, &facts);
    (scored.points.as_ref().map_or_else(|| "–".to_owned(), points::shown), why)
}

async fn page(cx: &Cx, (code, unit_code): (String, String), back: Back) -> Reply {
    let (today, texts) = (cx.today, cx.t.clone());
    let mut shell = cx.shell(code.clone(), "/chi-so");
    let frame = shell.clone();
    let (mut page, unit_name) = cx
        .read(move |tx, actor| {
            let Found { round, scheme, unit, name, part, is_whole } =
                found(tx, actor, today, (&code, &unit_code))?;
            let mut kept = store::places_of(tx, round.id, unit)?;
            let places: BTreeMap<String, crate::rules::Place> =
                kept.iter().map(|(leaf, kept)| (leaf.clone(), kept.place.clone())).collect();
            let totals = [
                ("own", total(&scheme, &places, Column::Own)),
                ("appraised", total(&scheme, &places, Column::Appraised)),
                ("rule", total(&scheme, &places, Column::Rule)),
            ];
            let may_lead = leads(actor, &round);
            let own = |right| acts::is_own(tx, actor, today, (right, unit));
            let reports = own(Right::Report)? || (may_lead && actor.may(Right::Report, unit));
            let heads = own(Right::Lead)? || (may_lead && actor.may(Right::Lead, unit));
            let may_write = part.state == "own" && !scheme.is_computed && reports;
            let may_fill = may_lead && part.state != "closed";
            let judged = acts::judged(tx, actor, (&round, &scheme), today)?;
            let before = year_before(tx, &scheme, unit)?;
            let evidence = crate::evidence::counts(tx, (round.id, unit))?;
            let mut rows = Vec::new();
            for node in &scheme.nodes {
                let kept = kept.remove(&node.code).unwrap_or_default();
                let scored = node
                    .leaf
                    .as_ref()
                    .and_then(|leaf| Some(score(leaf.asked(scheme.year)?, &kept.place.figure)));
                let (rule, why) =
                    if node.leaf.is_some() { told(&texts, scored.as_ref()) } else { Default::default() };
                let is_office = acts::is_of_office(&scheme, node);
                let is_judged = node.leaf.as_ref().is_some_and(|leaf| judged.contains(&leaf.owner));
                let is_copied = before.get(&node.code).is_some_and(|was| is_copy(was, &kept.place));
                let evidence = evidence.get(&node.code).copied().unwrap_or(0);
                rows.push(Row {
                    node: node.clone(),
                    kept,
                    rule,
                    why,
                    may_appraise: is_judged && !is_office,
                    may_type: if is_office { may_fill } else { may_write },
                    may_own: may_write && !is_office,
                    evidence,
                    is_copied,
                });
            }
            let own: Vec<_> =
                rows.iter().filter_map(|row| Some((row.kept.place.own?, row.node.most?))).collect();
            let is_full = |(own, most): &(Given, base::Decimal)| *own == Given::Points(*most);
            let is_turn = matches!(part.state.as_str(), "locked" | "appraised" | "explained");
            let page = GridPage {
                s: frame.clone(),
                sh: Show,
                totals,
                may_save: rows.iter().any(|row| row.may_type),
                may_write,
                is_whole,
                may_lock: part.state == "own" && !scheme.is_computed && heads,
                may_explain: part.state == "appraised" && reports,
                may_appraise: is_turn && rows.iter().any(|row| row.may_appraise),
                may_lead,
                over: rows.iter().filter(|row| row.is_over()).count(),
                unreasoned: rows
                    .iter()
                    .filter(|row| row.wants_reason("first") || row.wants_reason("second"))
                    .count(),
                copied: rows.iter().filter(|row| row.is_copied).count(),
                is_all_full: own.len() > 5 && own.iter().all(is_full),
                is_bound: scheme.is_bound(),
                round,
                part,
                code: unit_code.clone(),
                rows,
                back: Back::default(),
            };
            Ok((page, name))
        })
        .await?;
    shell.title = format!("{} – {unit_name}", page.round.title);
    shell.crumbs = vec![
        ("/chi-so".to_owned(), cx.t.say("nav-indices")),
        (format!("/chi-so/{}", page.round.code), page.round.code.clone()),
        (String::new(), unit_name),
    ];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

/// The leaves of a unit in the newest round of the year before, by the same title.
fn year_before(tx: &Tx<'_>, scheme: &Scheme, unit: UnitId) -> Outcome<BTreeMap<String, Place>> {
    let schemes = store::schemes(tx)?;
    let is_before = |round: &Round| {
        schemes.iter().any(|s| {
            let is_like = (&s.title, &s.kind) == (&scheme.title, &scheme.kind);
            s.id == round.scheme && is_like && s.year == scheme.year - 1
        })
    };
    match store::rounds(tx)?.into_iter().find(is_before) {
        Some(round) => {
            let kept = store::places_of(tx, round.id, unit)?;
            Ok(kept.into_iter().map(|(leaf, kept)| (leaf, kept.place)).collect())
        }
        None => Ok(BTreeMap::new()),
    }
}

/// Whether a figure that two years hardly share by chance is the same as the year before: both parts of a share, or a day.
fn is_copy(was: &Place, is: &Place) -> bool {
    let both = is.figure.numerator.is_some() && is.figure.denominator.is_some();
    let is_telling = both || is.figure.value.contains('/');
    is_telling
        && (&was.figure.numerator, &was.figure.denominator, &was.figure.value)
            == (&is.figure.numerator, &is.figure.denominator, &is.figure.value)
}

/// Whether a cell says that nothing arose: không phát sinh.
fn is_nothing(text: &str) -> bool {
    text.eq_ignore_ascii_case("KPS")
}

/// A number in a cell; empty is none.
fn number_in(form: &Form, name: &str, leaf: &str) -> Outcome<Option<points::Points>> {
    let text = field(form, name);
    if text.is_empty() || is_nothing(&text) {
        return Ok(None);
    }
    match base::number::parse(&text) {
        Some(n) => Ok(Some(points::of(n))),
        None => {
            Refusal::new("parindex-refusal-cell").at("cells").with("code", leaf).with("value", text).stop()
        }
    }
}

fn given_in(form: &Form, name: &str, leaf: &str) -> Outcome<Option<Given>> {
    let text = field(form, name);
    match (text.as_str(), base::number::parse(&text)) {
        ("", _) => Ok(None),
        _ if is_nothing(&text) => Ok(Some(Given::Out)),
        (_, Some(n)) => Ok(Some(Given::Points(n.normalize()))),
        _ => Refusal::new("parindex-refusal-cell").at("cells").with("code", leaf).with("value", text).stop(),
    }
}

/// Keeps every cell that was changed.
fn save_cells(
    tx: &Tx<'_>,
    clock: &base::Clock,
    actor: &Actor,
    (code, unit): (&str, UnitId),
    (scheme, kept): (&Scheme, &BTreeMap<String, Kept>),
    form: &Form,
) -> Outcome<()> {
    let nothing = Kept::default();
    for (node, rule) in scheme.leaves() {
        let leaf = node.code.as_str();
        let before = kept.get(leaf).unwrap_or(&nothing);
        let is_sent = |prefix: &str| form.contains_key(&format!("{prefix}.{leaf}"));
        let name = |prefix: &str| format!("{prefix}.{leaf}");
        let version = field(form, &name("x")).parse().unwrap_or(0);
        let mut after = before.clone();
        after.version = version;
        if ["o", "a", "v"].iter().any(|prefix| is_sent(prefix)) {
            let figure = &mut after.place.figure;
            if is_sent("a") {
                figure.numerator = number_in(form, &name("a"), leaf)?;
                figure.denominator = number_in(form, &name("b"), leaf)?;
            }
            if is_sent("v") {
                figure.value = field(form, &name("v"));
            }
            figure.is_none = is_sent("n");
            // Offices write that nothing arose where the figure would stand.
            if ["a", "b", "v"].iter().any(|prefix| is_nothing(&field(form, &name(prefix)))) {
                figure.is_none = true;
                (figure.numerator, figure.denominator, figure.value) = (None, None, String::new());
            }
            after.evidence = field(form, &name("e"));
            // A link proves the figure; what a file brought with its cross stays proved.
            figure.has_evidence = rule.is_survey || !after.evidence.is_empty() || is_sent("c");
            if is_sent("o") {
                after.place.own = given_in(form, &name("o"), leaf)?;
            }
            if after.place != before.place || after.evidence != before.evidence {
                let typed = Typed { kept: after.clone(), column: "own", words: String::new() };
                acts::put_leaf(tx, clock, actor, (code, unit, leaf), typed)?;
            }
            continue;
        }
        for (prefix, column) in [("f", "first"), ("s", "second")] {
            if !is_sent(prefix) {
                continue;
            }
            let given = given_in(form, &name(prefix), leaf)?;
            let words = field(form, &name("w"));
            let kept_given = if column == "first" { before.place.first } else { before.place.second };
            if given == kept_given && words.is_empty() {
                continue;
            }
            if column == "first" {
                after.place.first = given;
            } else {
                after.place.second = given;
            }
            acts::put_leaf(
                tx,
                clock,
                actor,
                (code, unit, leaf),
                Typed { kept: after.clone(), column, words },
            )?;
        }
    }
    Ok(())
}

pub(super) async fn save(
    cx: Cx,
    Path((code, unit_code)): Path<(String, String)>,
    Long(form): Long<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let (place, sent) = ((code.clone(), unit_code.clone()), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let Found { round, scheme, unit, .. } = found(tx, actor, today, (&place.0, &place.1))?;
                match field(&form, "viec").as_str() {
                    "save" => {
                        let kept = store::places_of(tx, round.id, unit)?;
                        save_cells(tx, clock, actor, (&round.code, unit), (&scheme, &kept), &form)
                    }
                    "fill" => acts::fill(tx, clock, actor, (&round, &scheme), Some(unit)).map(|_| ()),
                    "accept" => acts::accept_own(tx, clock, actor, (&round, &scheme), unit).map(|_| ()),
                    "by-rule" => acts::score_by_rule(tx, clock, actor, (&round, &scheme), unit).map(|_| ()),
                    step => {
                        let version = field(&form, "version").parse().unwrap_or(0);
                        acts::step(
                            tx,
                            clock,
                            actor,
                            (&round.code, unit),
                            (step, &field(&form, "note"), version),
                        )
                    }
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/chi-so/{code}/{unit_code}?xong=saved"))),
            Err(stop) => page(&cx, (code, unit_code), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// What a kept cell answers: the row's version, what the rule makes of it, the totals; or what was wrong.
#[derive(serde::Serialize, Default)]
struct CellAnswer {
    version: i64,
    rule: String,
    why: String,
    /// Whether what the unit gave itself is more than the rule gives.
    over: bool,
    totals: Vec<String>,
    wrong: String,
}

/// Keeps one row of the grid at once, while the page stays as it is.
pub(super) async fn cell(
    cx: Cx,
    Path((code, unit_code)): Path<(String, String)>,
    Long(form): Long<Form>,
) -> Response {
    let (today, texts) = (cx.today, cx.t.clone());
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let Found { round, scheme, unit, .. } = found(tx, actor, today, (&code, &unit_code))?;
                let leaf = field(&form, "leaf");
                let kept = store::places_of(tx, round.id, unit)?;
                save_cells(tx, clock, actor, (&round.code, unit), (&scheme, &kept), &form)?;
                let kept = store::places_of(tx, round.id, unit)?;
                let places: BTreeMap<String, Place> =
                    kept.iter().map(|(leaf, kept)| (leaf.clone(), kept.place.clone())).collect();
                let totals = [Column::Own, Column::Appraised, Column::Rule]
                    .map(|column| points::shown(&total(&scheme, &places, column).result));
                let row = kept.get(&leaf).cloned().unwrap_or_default();
                let rule = scheme.node(&leaf).and_then(|node| node.leaf.as_ref());
                let scored = rule.and_then(|rule| Some(score(rule.asked(scheme.year)?, &row.place.figure)));
                let (rule, why) = told(&texts, scored.as_ref());
                Ok(CellAnswer {
                    version: row.version,
                    over: is_over(row.place.own, &rule),
                    rule,
                    why,
                    totals: totals.to_vec(),
                    wrong: String::new(),
                })
            })
            .await;
        match done {
            Ok(answer) => Ok(axum::Json(answer).into_response()),
            Err(stop) => {
                let back = back(&cx, stop, sent)?;
                let answer = CellAnswer { wrong: back.wrong, ..CellAnswer::default() };
                Ok((back.status, axum::Json(answer)).into_response())
            }
        }
    };
    let out = out.await;
    cx.reply(out)
}
