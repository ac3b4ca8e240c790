//! The pages: the trail with its filters, the same as a file, and one record's history.

use crate::rules::{Reader, Shown, act_key};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
    routing::get,
};
use base::{Outcome, Refusal, Right, Timestamp, Uuid, ids::UnitId};
use db::trail::{self, Filter, Head, Line};
use organisation::Snapshot;
use paper::write::{List, Out};
use room::{Read, Record};
use web::room::{Room, Route, records};
use web::{
    Cx, Shell, Show,
    form::{Form, day, download, encode, field},
};

/// The room's pages and what their forms do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/qt/nhat-ky", || get(audit)),
    Route::get("/qt/nhat-ky.xlsx", || get(audit_file)),
    Route::get("/lich-su/{kind}/{code}", || get(history)),
];

/// Of lines those whose records the actor may know of: the rest is not decided yet.
fn shown(read: &Read<'_, '_>, rooms: &'static [Room], mut lines: Vec<Line>) -> Outcome<Vec<Line>> {
    for record in records(rooms) {
        if let Some(hides) = record.hides {
            let hidden = hides(read)?;
            lines.retain(|line| line.kind != record.kind || !hidden.contains(&line.code));
        }
    }
    Ok(lines)
}

/// Lines on a page.
const PAGE: i64 = 100;
/// Lines in a file.
const MOST: i64 = 50_000;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    s: Shell,
    sh: Show,
    lines: Vec<Shown>,
    /// The acts that can be chosen: the word in the trail, the words.
    acts: Vec<(String, String)>,
    query: Form,
    file: String,
    next: Option<String>,
    head: Option<Head>,
}

impl AuditPage {
    fn sent(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }
}

/// The filter that an address describes.
///
/// # Errors
/// Refuses what is no day.
fn filter_of(query: &Form) -> Outcome<Filter> {
    let moment = |name: &'static str, days: i64| -> Outcome<Option<Timestamp>> {
        let text = field(query, name);
        if text.is_empty() {
            return Ok(None);
        }
        let Some(day) = day(query, name) else {
            return Refusal::new("refusal-day").at(name).with("value", text).stop();
        };
        Ok(day.checked_add(base::Span::new().days(days)).ok().and_then(base::start_of_day))
    };
    Ok(Filter {
        before: query.get("truoc").and_then(|v| v.parse().ok()),
        act: field(query, "viec"),
        code: field(query, "ma"),
        actor: field(query, "ai"),
        from: moment("tu", 0)?,
        until: moment("den", 1)?,
        units: None,
    })
}

/// The address of the page with the same filter, other than where it begins.
fn address_of(path: &str, query: &Form, before: Option<Uuid>) -> String {
    let mut parts: Vec<String> = ["viec", "ma", "ai", "tu", "den"]
        .iter()
        .filter_map(|name| {
            let value = field(query, name);
            (!value.is_empty()).then(|| format!("{name}={}", encode(&value)))
        })
        .collect();
    parts.extend(before.map(|id| format!("truoc={id}")));
    if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
}

async fn audit(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        let filter = filter_of(&query)?;
        let (t, today, rooms) = (cx.t.clone(), cx.today, cx.site.rooms);
        let (lines, last, acts, head) = cx
            .read(move |tx, actor| {
                actor.need_somewhere(Right::Audit)?;
                let units = actor.units(Right::Audit).list();
                let lines = trail::page(tx, &Filter { units, ..filter.clone() }, PAGE)?;
                let last = lines.last().filter(|_| i64::try_from(lines.len()) == Ok(PAGE)).map(|l| l.id);
                let names = Snapshot::at(tx, today)?;
                let reader = Reader { texts: &t, names: &names, rooms };
                let lines = shown(&Read { tx, actor, today }, rooms, lines)?;
                let shown: Vec<Shown> = lines.iter().map(|line| reader.line(line)).collect();
                let mut acts: Vec<(String, String)> = trail::acts(tx)?
                    .into_iter()
                    .map(|act| {
                        (act.clone(), if t.knows(&act_key(&act)) { t.say(&act_key(&act)) } else { act })
                    })
                    .collect();
                acts.sort_by_key(|(_, words)| base::fold::sort_key(words));
                Ok((shown, last, acts, trail::last_head(tx)?))
            })
            .await?;
        cx.page(&AuditPage {
            s: cx.shell(cx.t.say("nav-audit"), "/qt/nhat-ky"),
            sh: Show,
            lines,
            acts,
            file: address_of("/qt/nhat-ky.xlsx", &query, None),
            next: last.map(|id| address_of("/qt/nhat-ky", &query, Some(id))),
            query,
            head,
        })
    };
    let out = out.await;
    cx.reply(out)
}

async fn audit_file(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        let filter = filter_of(&query)?;
        let (t, today, clock, rooms) = (cx.t.clone(), cx.today, cx.site.clock.clone(), cx.site.rooms);
        let list = cx
            .read(move |tx, actor| {
                actor.need_somewhere(Right::Audit)?;
                let filter = Filter { units: actor.units(Right::Audit).list(), ..filter.clone() };
                let lines = shown(&Read { tx, actor, today }, rooms, trail::page(tx, &filter, MOST)?)?;
                let names = Snapshot::at(tx, today)?;
                let reader = Reader { texts: &t, names: &names, rooms };
                let row = |line: Shown| -> Vec<Out> {
                    let facts = line.facts_in_one();
                    [line.at, line.who, line.act, line.code, line.unit, facts].map(Out::from).to_vec()
                };
                Ok(List {
                    name: t.say("nav-audit"),
                    headers: ["audit-at", "audit-who", "audit-act", "code", "unit", "audit-facts"]
                        .map(|key| t.say(key))
                        .to_vec(),
                    rows: lines.iter().map(|line| row(reader.line(line))).collect(),
                    about: vec![(t.say("export-made"), base::format::moment(clock.now()))],
                })
            })
            .await?;
        Ok(download("nhat-ky.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage {
    s: Shell,
    code: String,
    back: String,
    lines: Vec<Shown>,
}

/// The most lines on a record's page.
const MOST_OF_ONE: i64 = 500;

/// The lines of a record that the actor may see; by its identity where its room names one, because not every act on it names
/// a code.
fn lines_of(read: &Read<'_, '_>, record: &Record, code: &str) -> Outcome<Vec<Line>> {
    let hidden = record.hides.map(|hides| hides(read)).transpose()?.unwrap_or_default();
    if !record.has_history || hidden.iter().any(|hidden| hidden == code) {
        return Refusal::not_found().stop();
    }
    if let Some(id) = (record.find)(read, code)?.id {
        return Ok(trail::of_record(read.tx, id, MOST_OF_ONE)?);
    }
    let by_code = Filter { code: code.to_owned(), ..Filter::default() };
    let mut lines = trail::page(read.tx, &by_code, MOST_OF_ONE)?;
    let may_see = |unit: Uuid| read.actor.may(Right::See, UnitId(unit));
    lines.retain(|line| line.kind == record.kind && line.unit.is_none_or(may_see));
    Ok(lines)
}

async fn history(cx: Cx, Path((kind, code)): Path<(String, String)>) -> Response {
    let out = async {
        cx.actor()?;
        let rooms = cx.site.rooms;
        let known = records(rooms).find(|record| record.kind == kind);
        let Some((record, back)) = known.and_then(|record| Some((record, record.page(&code)?))) else {
            return Refusal::not_found().stop();
        };
        let (wanted, t, today) = (code.clone(), cx.t.clone(), cx.today);
        let lines = cx
            .read(move |tx, actor| {
                let lines = lines_of(&Read { tx, actor, today }, record, &wanted)?;
                let names = Snapshot::at(tx, today)?;
                let reader = Reader { texts: &t, names: &names, rooms };
                Ok(lines.iter().map(|line| reader.line(line)).collect())
            })
            .await?;
        let mut s = cx.shell(format!("{} {code}", cx.t.say("record-history")), "");
        s.crumbs = vec![(back.clone(), code.clone()), (String::new(), cx.t.say("record-history"))];
        cx.page(&HistoryPage { s, code, back, lines })
    };
    let out = out.await;
    cx.reply(out)
}
