//! The pages: the trail with its filters, the same as a file, and one record's history.

use crate::rules::{Reader, Shown, act_key, address};
use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query},
    response::Response,
    routing::get,
};
use base::{Actor, Outcome, Refusal, Right, Timestamp, Uuid, ids::UnitId};
use db::{
    Tx,
    trail::{self, Filter, Head, Line},
};
use organisation::Snapshot;
use paper::write::{List, Out};
use std::collections::HashSet;
use web::room::Route;
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

/// The kinds and codes of records of which an actor may not know: what is not decided yet. The app passes in what the
/// rooms say of theirs.
pub type Hidden = fn(&Tx<'_>, &Actor) -> Outcome<HashSet<(String, String)>>;

/// Of lines those whose records the actor may know of.
fn shown(tx: &Tx<'_>, actor: &Actor, hidden: Hidden, mut lines: Vec<Line>) -> Outcome<Vec<Line>> {
    let hidden = hidden(tx, actor)?;
    if !hidden.is_empty() {
        lines.retain(|line| !hidden.contains(&(line.kind.clone(), line.code.clone())));
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

async fn audit(cx: Cx, Extension(hidden): Extension<Hidden>, Query(query): Query<Form>) -> Response {
    let out = async {
        let filter = filter_of(&query)?;
        let (t, today) = (cx.t.clone(), cx.today);
        let (lines, last, acts, head) = cx
            .read(move |tx, actor| {
                actor.need_somewhere(Right::Audit)?;
                let units = actor.units(Right::Audit).list();
                let lines = trail::page(tx, &Filter { units, ..filter.clone() }, PAGE)?;
                let last = lines.last().filter(|_| i64::try_from(lines.len()) == Ok(PAGE)).map(|l| l.id);
                let names = Snapshot::at(tx, today)?;
                let reader = Reader { texts: &t, names: &names };
                let lines = shown(tx, actor, hidden, lines)?;
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

async fn audit_file(cx: Cx, Extension(hidden): Extension<Hidden>, Query(query): Query<Form>) -> Response {
    let out = async {
        let filter = filter_of(&query)?;
        let (t, today, clock) = (cx.t.clone(), cx.today, cx.site.clock.clone());
        let list = cx
            .read(move |tx, actor| {
                actor.need_somewhere(Right::Audit)?;
                let filter = Filter { units: actor.units(Right::Audit).list(), ..filter.clone() };
                let lines = shown(tx, actor, hidden, trail::page(tx, &filter, MOST)?)?;
                let names = Snapshot::at(tx, today)?;
                let reader = Reader { texts: &t, names: &names };
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

/// The lines of a record that the actor may see; people and accounts by their identity, because not every act on them
/// names a code.
fn lines_of(tx: &Tx<'_>, actor: &Actor, kind: &str, code: &str) -> Outcome<Vec<Line>> {
    /// The most lines on the page.
    const MOST: i64 = 500;
    let record = match kind {
        "task" => Some(programme::acts::task_for(tx, actor, Right::See, code)?.id.0),
        // Whoever may see one of the posts may see the person.
        "person" => {
            let held = people::store::of_person(tx, code)?;
            held.iter().find(|h| people::sight::may_see(actor, h.unit)).map(|h| h.person.0)
        }
        "account" => {
            actor.need_everywhere(Right::Administer)?;
            account::store::by_login(tx, code)?.map(|a| a.id.0)
        }
        _ => {
            let by_code = Filter { code: code.to_owned(), ..Filter::default() };
            let mut lines = trail::page(tx, &by_code, MOST)?;
            lines.retain(|l| l.kind == kind && l.unit.is_none_or(|u| actor.may(Right::See, UnitId(u))));
            return Ok(lines);
        }
    };
    match record {
        Some(record) => Ok(trail::of_record(tx, record, MOST)?),
        None => Refusal::not_found().stop(),
    }
}

async fn history(
    cx: Cx,
    Extension(hidden): Extension<Hidden>,
    Path((kind, code)): Path<(String, String)>,
) -> Response {
    let out = async {
        cx.actor()?;
        let Some(back) = address(&kind, &code) else { return Refusal::not_found().stop() };
        let (wanted, t, today) = (code.clone(), cx.t.clone(), cx.today);
        let lines = cx
            .read(move |tx, actor| {
                if hidden(tx, actor)?.contains(&(kind.clone(), wanted.clone())) {
                    return Refusal::not_found().stop();
                }
                let lines = lines_of(tx, actor, &kind, &wanted)?;
                let names = Snapshot::at(tx, today)?;
                let reader = Reader { texts: &t, names: &names };
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
