//! Focus points of a period: what could be chosen, what was, week by week, and what came of it.

use askama::Template;
use axum::{extract::Query, response::Response};
use base::period::quarter;
use base::{Date, Outcome, Refusal, Right};
use organisation::{Snapshot, soon};
use programme::{
    acts,
    rules::{Risk, risks},
    store::{self, Filter, Focus, ListRow, Note},
};
use web::form::{Form, Sent, back, field};
use web::{Cx, Reply, Shell, Show, form::Back, see_other};

#[derive(Template)]
#[template(path = "focus.html")]
struct FocusPage {
    s: Shell,
    sh: Show,
    period: String,
    /// The field of work asked for; empty for all.
    field: String,
    /// A day of the period, for the list as a file.
    day: String,
    points: Vec<Point>,
    candidates: Vec<Candidate>,
    /// Points of earlier periods that nobody answered for: period, unit, how many.
    unanswered: Vec<(String, String, i64)>,
    /// This week.
    week: String,
    /// Whether points can be chosen and noted: the period is not over.
    is_open: bool,
    back: Back,
}

impl FocusPage {
    /// Whether nothing was noted of a point this week.
    fn owes(&self, point: &Point) -> bool {
        self.is_open
            && point.focus.result.is_empty()
            && point.notes.first().is_none_or(|note| note.week != self.week)
    }
}

/// A focus point with names in words.
struct Point {
    focus: Focus,
    by: String,
    lead: String,
    standing: &'static str,
    notes: Vec<Note>,
    may_note: bool,
    may_answer: bool,
}

/// A task that could be chosen, and why.
struct Candidate {
    row: ListRow,
    lead: String,
    why: Vec<Risk>,
}

/// No more candidates are offered at once.
const OFFERED: i64 = 20;

/// The first day of a quarter, `2023-Q2`.
fn first_day(period: &str) -> String {
    let (year, q) = period.split_once("-Q").unwrap_or((period, "1"));
    format!("{year}-{:02}-01", q.parse::<u8>().unwrap_or(1) * 3 - 2)
}

/// A quarter as an address or a person names it: `2023-Q2`, `Q2/2023`, `quý II/2023`.
fn period_named(text: &str) -> Outcome<String> {
    let short = text.strip_prefix(['Q', 'q']).and_then(|rest| rest.split_once('/'));
    let named = text.split_once("-Q").map(|(year, q)| (q, year)).or(short);
    if let Some((q, year)) = named
        && let (Ok(q @ 1..=4), Ok(year @ 1900..=2200)) = (q.parse::<i16>(), year.parse::<i16>())
    {
        return Ok(format!("{year}-Q{q}"));
    }
    match base::period::read(text).date() {
        Some(end) if text.contains(['/', ' ']) => Ok(quarter(end)),
        _ => Refusal::new("focus-period-wrong").at("ky").with("value", text).stop(),
    }
}

/// The period of a form or an address; the current one when it names none.
fn period_of(form: &Form, today: Date) -> Outcome<String> {
    let asked = field(form, "ky");
    if asked.is_empty() { Ok(quarter(today)) } else { period_named(&asked) }
}

pub(super) async fn focus(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = focus_page(&cx, query, Back::default()).await;
    cx.reply(out)
}

async fn focus_page(cx: &Cx, query: Form, back: Back) -> Reply {
    let today = cx.today;
    let period = period_of(&query, today)?;
    let asked = field(&query, "linh_vuc");
    let is_open = period >= quarter(today);
    let (wanted, only) = (period.clone(), asked.clone());
    let (points, candidates, unanswered) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let soon = soon(tx, today)?;
            let mut notes = store::focus_notes(tx, &wanted)?;
            let points: Vec<Point> = store::focus_of(tx, &wanted, 500)?
                .into_iter()
                .filter(|f| f.lead.is_none_or(|unit| actor.may(Right::See, unit)))
                .filter(|f| only.is_empty() || f.field == only)
                .map(|f| {
                    let may_answer = actor.may(Right::Focus, f.unit);
                    Point {
                        by: names.name(f.unit),
                        lead: f.lead.map(|u| names.name(u)).unwrap_or_default(),
                        standing: base::deadline::standing(f.due, f.reported_on, today, soon).word(),
                        notes: notes.remove(&f.id).unwrap_or_default(),
                        may_note: is_open
                            && f.result.is_empty()
                            && (may_answer
                                || f.lead.is_some_and(|u| actor.may_in(Right::Report, u, &f.field))),
                        may_answer,
                        focus: f,
                    }
                })
                .collect();
            let reach = actor.reach(Right::Focus);
            let filter = Filter {
                seen: actor.reach(Right::See),
                lead_in: Some(reach),
                field: only.clone(),
                is_given: true,
                ..Filter::default()
            };
            let mut candidates = Vec::new();
            if is_open && actor.may_somewhere(Right::Focus) {
                let rows = store::candidates(tx, &filter, today, soon, OFFERED)?;
                candidates = rows
                    .into_iter()
                    .filter(|row| !points.iter().any(|p| p.focus.task == row.code))
                    .map(|row| Candidate {
                        lead: row.lead.map_or_else(|| row.lead_words.clone(), |u| names.name(u)),
                        why: risks(&row.open(), today, soon),
                        row,
                    })
                    .collect::<Vec<_>>();
                candidates.sort_by_key(|c| (std::cmp::Reverse(c.why.len()), c.row.due));
                candidates.truncate(usize::try_from(OFFERED).unwrap_or(0));
            }
            let unanswered = store::unanswered(tx, &quarter(today))?
                .into_iter()
                .filter(|(_, unit, _)| actor.may(Right::Focus, *unit))
                .map(|(period, unit, n)| (period, names.name(unit), n))
                .collect();
            Ok((points, candidates, unanswered))
        })
        .await?;
    cx.page_with(
        back.status,
        &FocusPage {
            day: first_day(&period),
            s: cx.shell(cx.t.say("nav-focus"), "/trong-tam"),
            sh: Show,
            week: base::period::week_of(today),
            field: asked,
            period,
            points,
            candidates,
            unanswered,
            is_open,
            back,
        },
    )
}

/// Chooses, notes, or answers.
pub(super) async fn change(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let sent = form.clone();
        let period = period_of(&form, today)?;
        let wanted = period.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let id = field(&form, "id").parse();
                match (field(&form, "viec").as_str(), id) {
                    ("choose", _) => {
                        let words = (field(&form, "bottleneck"), field(&form, "solution"));
                        let task = field(&form, "task");
                        acts::choose_focus(tx, clock, actor, &task, &wanted, &words.0, &words.1)
                    }
                    ("note", Ok(id)) => acts::note_focus(tx, clock, actor, id, &field(&form, "note")),
                    (_, Ok(id)) => acts::answer_focus(tx, clock, actor, id, &field(&form, "result")),
                    _ => Refusal::not_found().stop(),
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/trong-tam?ky={}&xong=saved", web::form::encode(&period)))),
            Err(stop) => {
                let query = Form::from([("ky".to_owned(), period)]);
                focus_page(&cx, query, back(&cx, stop, sent)?).await
            }
        }
    };
    let out = out.await;
    cx.reply(out)
}
