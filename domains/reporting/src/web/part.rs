//! A unit's part of a period: its figures, which are known, and the words that it writes, hands in, and gets back.

use super::{badge, named, named_in_document};
use crate::{
    acts::{self, Days},
    gather::Figures,
    remark::{self, Remark},
    rules::{PartStep, Round, Turn, turn},
    store::{self, Kind, Part},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use std::collections::BTreeMap;
use web::form::Long;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field, printed},
    see_other,
};

#[derive(Template)]
#[template(path = "report_part.html")]
struct PartPage {
    s: Shell,
    sh: Show,
    kind: Kind,
    issuer: String,
    period: String,
    round: String,
    days: Days,
    part: Part,
    turn: Turn,
    unit: String,
    code: String,
    figures: Figures,
    /// Whether the figures are those that were handed in.
    is_kept: bool,
    is_closed: bool,
    may_write: bool,
    may_judge: bool,
    remarks: Vec<Remark>,
    account: Option<base::Uuid>,
    may_talk: bool,
    back: Back,
}

impl PartPage {
    fn badge(&self) -> &'static str {
        badge(&self.turn)
    }

    /// The headings with what was typed, else what is kept: place, heading, words.
    fn sections(&self) -> Vec<(usize, &str, &str)> {
        let kept = |heading: &str| self.part.words.get(heading).map_or("", String::as_str);
        self.kind
            .sections
            .iter()
            .enumerate()
            .map(|(at, heading)| {
                let typed = self.back.sent.get(&format!("phan.{at}")).map(String::as_str);
                (at, heading.as_str(), typed.unwrap_or_else(|| kept(heading)))
            })
            .collect()
    }

    /// What somebody else kept meanwhile, where it differs from what was typed.
    fn meanwhile(&self, heading: &str, typed: &str) -> Option<&str> {
        let kept = self.part.words.get(heading).map_or("", String::as_str);
        let is_conflict = self.back.status == axum::http::StatusCode::CONFLICT;
        (is_conflict && kept != typed.trim()).then_some(kept)
    }
}

/// The report, the period and the unit that an address names, where the actor may see the unit's part.
fn found(
    tx: &Tx<'_>,
    actor: &base::Actor,
    today: base::Date,
    (code, period, unit): (&str, &str, &str),
) -> Outcome<(Kind, Round, UnitId)> {
    let kind = acts::load(tx, code)?;
    let names = Snapshot::at(tx, today)?;
    let round = Round::from_code(kind.cycle, period).filter(|r| acts::rounds_of(&kind, today).contains(r));
    let unit = names.by_code(unit).map(|u| u.id);
    let (Some(round), Some(unit)) = (round, unit) else { return Refusal::not_found().stop() };
    let sees = actor.may(Right::See, unit) || actor.may(Right::Draft, kind.issuer);
    if !sees || !acts::units_of(tx, &kind, &names)?.contains(&unit) {
        return Refusal::not_found().stop();
    }
    Ok((kind, round, unit))
}

/// What remarks on a part are kept under.
fn subject((code, period, unit): (&str, &str, &str)) -> String {
    format!("bao-cao/{code}/{period}/{unit}")
}

pub(super) async fn show(cx: Cx, Path(place): Path<(String, String, String)>) -> Response {
    let out = part_page(&cx, place, Back::default()).await;
    cx.reply(out)
}

async fn part_page(cx: &Cx, (code, period, unit_code): (String, String, String), back: Back) -> Reply {
    let (today, t) = (cx.today, cx.t.clone());
    let mut shell = cx.shell(code.clone(), "/bao-cao");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let (kind, round, unit) = found(tx, actor, today, (&code, &period, &unit_code))?;
            let names = Snapshot::at(tx, today)?;
            let days = acts::days_of(tx, &kind, round)?;
            let part = store::part_of(tx, kind.id, &period, unit)?.unwrap_or_else(|| Part::empty(unit));
            let figures = acts::figures_of(tx, &kind, &names, &part, days)?;
            Ok(PartPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now(kind.issuer)),
                period: named(&t, kind.cycle, round),
                round: period.clone(),
                turn: turn(part.state, part.sent_on, (days.last, days.due), today),
                days,
                unit: names.name(unit),
                code: unit_code.clone(),
                figures,
                is_kept: !part.figures.is_empty() && !part.state.is_open(),
                is_closed: days.last < today,
                may_write: part.state.is_open() && actor.may(Right::Report, unit),
                may_judge: actor.may(Right::Draft, kind.issuer),
                remarks: remark::of(tx, &subject((&kind.code, &period, &unit_code)))?,
                account: actor.account.map(|account| account.0),
                may_talk: remark::may_talk(actor, unit, kind.issuer),
                kind,
                part,
                back: Back::default(),
            })
        })
        .await?;
    shell.title = format!("{} {} – {}", page.kind.title, page.period, page.unit);
    shell.crumbs = vec![
        ("/bao-cao".to_owned(), cx.t.say("nav-reporting")),
        (format!("/bao-cao/{}?ky={}", page.kind.code, page.round), page.kind.code.clone()),
        (String::new(), page.unit.clone()),
    ];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

pub(super) async fn write(
    cx: Cx,
    Path((code, period, unit_code)): Path<(String, String, String)>,
    Long(form): Long<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let place = (code.clone(), period.clone(), unit_code.clone());
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let (code, period, unit) = &place;
                let subject = subject((code, period, unit));
                let (kind, round, unit) = found(tx, actor, today, (code, period, unit))?;
                if field(&form, "viec") == "remark" {
                    let own = field(&form, "id").parse().ok();
                    let words = form.get("remark").map_or("", String::as_str);
                    return remark::put(tx, clock, actor, (&subject, unit, kind.issuer), (own, words));
                }
                let Some(step) = PartStep::from_word(&field(&form, "viec")) else {
                    return Refusal::new("refusal-unknown-word")
                        .at("viec")
                        .with("field", "viec")
                        .with("value", field(&form, "viec"))
                        .stop();
                };
                let words: BTreeMap<String, String> = kind
                    .sections
                    .iter()
                    .enumerate()
                    .map(|(at, heading)| {
                        (heading.clone(), form.get(&format!("phan.{at}")).cloned().unwrap_or_default())
                    })
                    .collect();
                let version = field(&form, "version").parse().unwrap_or(0);
                let note = field(&form, "note");
                acts::part_step(tx, clock, actor, (code, round, unit), step, &words, &note, version)
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/bao-cao/{code}/{period}/{unit_code}?xong=saved"))),
            Err(stop) => part_page(&cx, (code, period, unit_code), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn file(
    cx: Cx,
    Path((code, period, unit_code, name)): Path<(String, String, String, String)>,
) -> Response {
    let (today, mark) = (cx.today, cx.mark());
    let out = async {
        let (stem, file_kind) = paper::FileKind::printed(&name);
        if stem != "bao-cao" {
            return Refusal::not_found().stop();
        }
        let stem = format!("{code}-{period}-{unit_code}");
        let bytes = cx
            .read(move |tx, actor| {
                let (kind, round, unit) = found(tx, actor, today, (&code, &period, &unit_code))?;
                let part = store::part_of(tx, kind.id, &period, unit)?.unwrap_or_else(|| Part::empty(unit));
                let shown = named_in_document(kind.cycle, round);
                let facts = acts::facts_of_part(tx, today, &kind, (round, &shown), &part, &mark)?;
                acts::printed(tx, &facts, file_kind)
            })
            .await?;
        Ok(printed(&stem, file_kind, bytes))
    };
    let out = out.await;
    cx.reply(out)
}
