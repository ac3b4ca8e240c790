//! The pages: the reporting calendar, one report with its units, a unit's part.

mod part;

use crate::{
    acts::{self, Days, NewKind, Owed},
    gather::Facts,
    rules::{Round, Turn, turn},
    store::{self, Kind},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
    routing::{get, post},
};
use base::{Outcome, Refusal, Right, period::Cycle, texts::Texts};
use document::frozen::Frozen;
use organisation::Snapshot;
use web::form::{Long, Upload};
use web::room::Route;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, day_in, download, field, parts, printed},
    see_other,
};

/// The room's pages and what their forms do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/bao-cao", || get(list)),
    Route::post("/bao-cao", || post(set_up))
        .form("title=x&issuer=TU&cycle=month&closes_on=14&due_days=3&scope=UB001&sections=y"),
    Route::get("/bao-cao/{report}", || get(show)),
    Route::post("/bao-cao/{report}", || post(change)).form("viec=freeze&ky=2023-Q1&erratum=x"),
    Route::get("/bao-cao/{report}/mau", || get(template)),
    Route::post("/bao-cao/{report}/mau", || post(put_template)).parts(&[("viec", "bo")]),
    Route::get("/bao-cao/{report}/{period}/{unit}", || get(part::show)),
    Route::post("/bao-cao/{report}/{period}/{unit}", || post(part::write)).form("viec=accept&version=9"),
    Route::get("/bao-cao/{report}/{period}/{unit}/tep/{part_print}", || get(part::file)),
    Route::get("/bao-cao/{report}/{period}/tep/{print}", || get(file)),
];

/// A period in the reader's words: `Quý I/2023`.
fn named(t: &Texts, cycle: Cycle, round: Round) -> String {
    let roman =
        ["I", "II", "III", "IV"].get(usize::try_from(round.n - 1).unwrap_or(0)).copied().unwrap_or("");
    let n = if cycle == Cycle::Quarter { roman.to_owned() } else { round.n.to_string() };
    let key = match (cycle, round.n) {
        (Cycle::HalfYear, 1) => "period-first-half".to_owned(),
        (Cycle::HalfYear, _) => "period-second-half".to_owned(),
        _ => format!("period-{}", cycle.word()),
    };
    t.with_all(&key, &[("n", n), ("year", round.year.to_string())])
}

/// The same in Vietnamese, as documents are.
fn named_in_document(cycle: Cycle, round: Round) -> String {
    let Round { year, n } = round;
    match cycle {
        Cycle::Month => format!("tháng {n} năm {year}"),
        Cycle::Quarter => {
            let roman = ["I", "II", "III", "IV"].get(usize::try_from(n - 1).unwrap_or(0)).unwrap_or(&"");
            format!("quý {roman} năm {year}")
        }
        Cycle::HalfYear if n == 1 => format!("6 tháng đầu năm {year}"),
        Cycle::HalfYear => format!("6 tháng cuối năm {year}"),
        Cycle::NineMonths => format!("9 tháng năm {year}"),
        Cycle::Year => format!("năm {year}"),
    }
}

/// The badge of a turn.
fn badge(turn: &Turn) -> &'static str {
    match turn {
        Turn::Sent => "ok",
        Turn::Missing | Turn::Returned => "bad",
        Turn::Due | Turn::Late => "warn",
        Turn::Running => "",
    }
}

/// What a unit owes, as a line of the calendar.
struct OwedLine {
    code: String,
    title: String,
    period: String,
    round: String,
    unit: String,
    unit_code: String,
    days: Days,
    turn: Turn,
}

/// A report, as a line of the calendar: its last closed period and how many parts came.
struct KindLine {
    kind: Kind,
    issuer: String,
    period: String,
    round: String,
    days: Option<Days>,
    units: usize,
    sent: usize,
    missing: usize,
}

#[derive(Template)]
#[template(path = "calendar_of_reports.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    owed: Vec<OwedLine>,
    kinds: Vec<KindLine>,
    programmes: Vec<(String, String)>,
    may_set_up: bool,
    cycles: [Cycle; 5],
    back: Back,
}

impl ListPage {
    fn value(&self, name: &str, usual: &str) -> String {
        self.back.sent.get(name).cloned().unwrap_or_else(|| usual.to_owned())
    }
}

async fn list(cx: Cx) -> Response {
    let out = list_page(&cx, Back::default()).await;
    cx.reply(out)
}

fn owed_line(t: &Texts, names: &Snapshot, owed: &Owed) -> OwedLine {
    OwedLine {
        code: owed.kind.code.clone(),
        title: owed.kind.title.clone(),
        period: named(t, owed.kind.cycle, owed.round),
        round: owed.round.code(owed.kind.cycle),
        unit: names.name(owed.unit),
        unit_code: names.unit(owed.unit).map(|u| u.code.clone()).unwrap_or_default(),
        days: owed.days,
        turn: owed.turn,
    }
}

async fn list_page(cx: &Cx, back: Back) -> Reply {
    let (today, t) = (cx.today, cx.t.clone());
    let (owed, kinds, programmes, may_set_up) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let writes = actor.does_work();
            let owed: Vec<OwedLine> = acts::owed(tx, today, |unit| writes && actor.may(Right::Report, unit))?
                .iter()
                .map(|owed| owed_line(&t, &names, owed))
                .collect();
            let mut kinds = Vec::new();
            for kind in store::kinds(tx)? {
                let rounds = acts::rounds_of(&kind, today);
                let mut line = KindLine {
                    issuer: names.name(names.now(kind.issuer)),
                    period: String::new(),
                    round: String::new(),
                    days: None,
                    units: 0,
                    sent: 0,
                    missing: 0,
                    kind,
                };
                // The last period that has closed; else the one that runs.
                let mut chosen = rounds.first().copied();
                for round in rounds {
                    if acts::days_of(tx, &line.kind, round)?.last < today {
                        chosen = Some(round);
                        break;
                    }
                }
                if let Some(round) = chosen {
                    let days = acts::days_of(tx, &line.kind, round)?;
                    line.period = named(&t, line.kind.cycle, round);
                    line.round = round.code(line.kind.cycle);
                    line.days = Some(days);
                    let parts = store::parts(tx, line.kind.id, &line.round)?;
                    for unit in acts::units_of(tx, &line.kind, &names)? {
                        let part = parts.iter().find(|p| names.now(p.unit) == unit);
                        let state = part.map_or(crate::rules::PartState::Asked, |p| p.state);
                        let now = turn(state, part.and_then(|p| p.sent_on), (days.last, days.due), today);
                        line.units += 1;
                        line.sent += usize::from(matches!(now, Turn::Sent | Turn::Late));
                        line.missing += usize::from(now == Turn::Missing);
                    }
                }
                kinds.push(line);
            }
            let programmes = programme::store::programmes(tx)?
                .into_iter()
                .filter(|p| p.parent.is_none())
                .map(|p| (p.code, p.title))
                .collect();
            Ok((owed, kinds, programmes, actor.may_somewhere(Right::Draft)))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-reporting"), "/bao-cao");
    let page = ListPage { s, sh: Show, owed, kinds, programmes, may_set_up, cycles: Cycle::ALL, back };
    cx.page_with(page.back.status, &page)
}

async fn set_up(cx: Cx, Long(form): Long<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let text = |name: &str| form.get(name).cloned().unwrap_or_default();
        let new = NewKind {
            title: field(&form, "title"),
            issuer: field(&form, "issuer"),
            programme: field(&form, "programme"),
            cycle: field(&form, "cycle"),
            closes_on: field(&form, "closes_on"),
            due_days: field(&form, "due_days"),
            scope: field(&form, "scope"),
            sections: text("sections"),
            from: None,
        };
        let done = cx
            .act(move |tx, clock, actor| {
                let from = day_in(&form, "from")?;
                acts::set_up(tx, clock, actor, &NewKind { from, ..new.clone() })
            })
            .await;
        match done {
            Ok(code) => Ok(see_other(&format!("/bao-cao/{code}?xong=saved"))),
            Err(stop) => list_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// A unit with how it stands, as the page of a report shows it.
struct UnitRow {
    name: String,
    code: String,
    turn: Turn,
    state: &'static str,
    sent_on: Option<base::Date>,
    figures: crate::gather::Figures,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ShowPage {
    s: Shell,
    sh: Show,
    kind: Kind,
    issuer: String,
    programme: Option<(String, String)>,
    /// Its periods: code, words, whether it is the one shown.
    rounds: Vec<(String, String, bool)>,
    round: String,
    period: String,
    days: Option<Days>,
    units: Vec<UnitRow>,
    frozen: Vec<Frozen>,
    may_edit: bool,
    /// Whether the period has closed.
    is_closed: bool,
    /// The templates in force: for the whole and for a part, who put them there and when.
    templates: [(&'static str, Option<(String, base::Timestamp)>); 2],
    back: Back,
}

impl ShowPage {
    /// How many units stand in one of the turns whose words are given, parted by blanks.
    fn count(&self, words: &str) -> usize {
        self.units.iter().filter(|u| words.split(' ').any(|word| word == u.turn.word())).count()
    }
}

async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let out = show_page(&cx, code, field(&query, "ky"), Back::default()).await;
    cx.reply(out)
}

/// The period that an address names; without one, the last that has closed, else the one that runs.
fn chosen(tx: &db::Tx<'_>, kind: &Kind, code: &str, today: base::Date) -> Outcome<Option<Round>> {
    let rounds = acts::rounds_of(kind, today);
    if !code.is_empty() {
        let named = Round::from_code(kind.cycle, code).filter(|round| rounds.contains(round));
        return named.map_or_else(|| Refusal::not_found().stop(), |round| Ok(Some(round)));
    }
    for round in &rounds {
        if acts::days_of(tx, kind, *round)?.last < today {
            return Ok(Some(*round));
        }
    }
    Ok(rounds.first().copied())
}

async fn show_page(cx: &Cx, code: String, period: String, back: Back) -> Reply {
    let (today, t) = (cx.today, cx.t.clone());
    let mut shell = cx.shell(code.clone(), "/bao-cao");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let kind = acts::load(tx, &code)?;
            let names = Snapshot::at(tx, today)?;
            let round = chosen(tx, &kind, &period, today)?;
            let may_edit = actor.may(Right::Draft, kind.issuer);
            let programme = kind
                .programme
                .map(|id| programme::store::programme_by_id(tx, id))
                .transpose()?
                .flatten()
                .map(|p| (p.code, p.title));
            let mut page = ShowPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now(kind.issuer)),
                programme,
                rounds: acts::rounds_of(&kind, today)
                    .into_iter()
                    .take(24)
                    .map(|r| (r.code(kind.cycle), named(&t, kind.cycle, r), Some(r) == round))
                    .collect(),
                round: String::new(),
                period: String::new(),
                days: None,
                units: Vec::new(),
                frozen: Vec::new(),
                may_edit,
                is_closed: false,
                templates: [
                    ("whole", store::template(tx, kind.id, "whole")?.map(|(_, by, at)| (by, at))),
                    ("part", store::template(tx, kind.id, "part")?.map(|(_, by, at)| (by, at))),
                ],
                kind,
                back: Back::default(),
            };
            let Some(round) = round else { return Ok(page) };
            let days = acts::days_of(tx, &page.kind, round)?;
            page.round = round.code(page.kind.cycle);
            page.period = named(&t, page.kind.cycle, round);
            page.days = Some(days);
            page.is_closed = days.last < today;
            page.frozen = store::frozen(tx, page.kind.id, &page.round)?;
            let parts = store::parts(tx, page.kind.id, &page.round)?;
            for unit in acts::units_of(tx, &page.kind, &names)? {
                if !may_edit && !actor.may(Right::See, unit) {
                    continue;
                }
                let part = parts.iter().find(|p| names.now(p.unit) == unit);
                let state = part.map_or(crate::rules::PartState::Asked, |p| p.state);
                let sent_on = part.and_then(|p| p.sent_on);
                let now = turn(state, sent_on, (days.last, days.due), today);
                let is_in = matches!(now, Turn::Sent | Turn::Late);
                let figures = match part.filter(|_| is_in) {
                    Some(part) => acts::figures_of(tx, &page.kind, &names, part, days)?,
                    None => crate::gather::counts(tx, &page.kind, &names, unit, (days.first, days.last))?,
                };
                page.units.push(UnitRow {
                    name: names.name(unit),
                    code: names.unit(unit).map(|u| u.code.clone()).unwrap_or_default(),
                    turn: now,
                    state: state.word(),
                    sent_on: sent_on.filter(|_| is_in),
                    figures,
                });
            }
            Ok(page)
        })
        .await?;
    shell.title = format!("{} {}", page.kind.title, page.period);
    shell.crumbs =
        vec![("/bao-cao".to_owned(), cx.t.say("nav-reporting")), (String::new(), page.kind.code.clone())];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

async fn change(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let (wanted, sent, mark, today) = (code.clone(), form.clone(), cx.mark(), cx.today);
        let period = field(&form, "ky");
        let asked = period.clone();
        let done = cx
            .act(move |tx, clock, actor| match field(&form, "viec").as_str() {
                "freeze" => {
                    let kind = acts::load(tx, &wanted)?;
                    actor.need(Right::Draft, kind.issuer)?;
                    let Some(round) = chosen(tx, &kind, &asked, today)? else {
                        return Refusal::not_found().stop();
                    };
                    let shown = named_in_document(kind.cycle, round);
                    let erratum = field(&form, "erratum");
                    acts::freeze(tx, clock, actor, (&wanted, round, &shown), &erratum, &mark).map(|_| ())
                }
                "end" => {
                    let version = field(&form, "version").parse().unwrap_or(0);
                    acts::end(tx, clock, actor, &wanted, day_in(&form, "until")?, version)
                }
                other => Refusal::new("refusal-unknown-word")
                    .at("viec")
                    .with("field", "viec")
                    .with("value", other)
                    .stop(),
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/bao-cao/{code}?ky={period}&xong=saved"))),
            Err(stop) => show_page(&cx, code, period, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

async fn file(cx: Cx, Path((code, period, name)): Path<(String, String, String)>) -> Response {
    let (today, mark) = (cx.today, cx.mark());
    let out = async {
        let (stem, file_kind) = paper::FileKind::printed(&name);
        let (wanted, asked, which) = (code.clone(), period.clone(), stem.to_owned());
        let bytes = cx
            .read(move |tx, actor| {
                let kind = acts::load(tx, &wanted)?;
                let Some(round) = chosen(tx, &kind, &asked, today)? else {
                    return Refusal::not_found().stop();
                };
                // The draft holds what every unit handed in; what was frozen is for whoever may see the issuer.
                if which == "du-thao" {
                    actor.need(Right::Draft, kind.issuer)?;
                    let shown = named_in_document(kind.cycle, round);
                    let facts: Facts = acts::facts_of_whole(tx, today, &kind, (round, &shown), &mark)?;
                    return acts::printed(tx, &facts, file_kind);
                }
                if !actor.may(Right::See, kind.issuer) {
                    return Refusal::not_found().stop();
                }
                let seq: i64 = which.strip_prefix("lan-").and_then(|n| n.parse().ok()).unwrap_or(0);
                let frozen =
                    store::frozen(tx, kind.id, &round.code(kind.cycle))?.into_iter().find(|f| f.seq == seq);
                frozen.map_or_else(
                    || Refusal::not_found().stop(),
                    |frozen| acts::reprint(tx, &frozen, file_kind),
                )
            })
            .await?;
        Ok(printed(&format!("{code}-{period}-{stem}"), file_kind, bytes))
    };
    let out = out.await;
    cx.reply(out)
}

/// The template in force, or one to begin with, to be edited in Word.
async fn template(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let is_whole = field(&query, "loai") != "part";
    let out = async {
        let name = format!("{code}-mau-{}.docx", if is_whole { "tong-hop" } else { "don-vi" });
        let bytes = cx
            .read(move |tx, actor| {
                let kind = acts::load(tx, &code)?;
                actor.need(Right::Draft, kind.issuer)?;
                acts::template_file(tx, today, &kind, is_whole)
            })
            .await?;
        Ok(download(&name, paper::FileKind::Docx.media_type(), bytes))
    };
    let out = out.await;
    cx.reply(out)
}

async fn put_template(cx: Cx, Path(code): Path<String>, sent: Upload) -> Response {
    let out = async {
        cx.read(|_, actor| Ok(actor.need_somewhere(Right::Draft)?)).await?;
        let (form, file) = parts(sent).await?;
        let is_whole = field(&form, "loai") != "part";
        let is_taken_away = field(&form, "viec") == "bo";
        let wanted = code.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let file = file.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
                if file.is_none() && !is_taken_away {
                    return Refusal::new("paper-empty").at("mau").stop();
                }
                acts::put_template(tx, clock, actor, (&wanted, is_whole), file.filter(|_| !is_taken_away))
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/bao-cao/{code}?xong=saved#mau"))),
            Err(stop) => show_page(&cx, code, String::new(), back(&cx, stop, form)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
