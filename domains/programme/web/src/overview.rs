//! The overview of a level: figures, focus points, programmes × units, what is overdue. Every figure opens its list.

use crate::items::{Item, items};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::period::quarter;
use base::{Actor, Date, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::{Snapshot, soon};
use programme::{
    store::{self, Filter, Focus},
    words::{Programme, ProgrammeId, State},
};
use std::collections::{HashMap, HashSet};
use web::form::{Form, encode};
use web::{Cx, Reply, Shell, Show};

/// One row of the matrix.
struct MatrixRow {
    programme: Programme,
    cells: Vec<Cell>,
    all: (i64, i64),
}

#[derive(Clone, Copy, Default)]
struct Cell {
    due: i64,
    on_time: i64,
    overdue: i64,
}

impl Cell {
    /// The level colour, 5 best; 0 when nothing was due.
    fn level(&self) -> u8 {
        if self.due == 0 {
            return 0;
        }
        match self.on_time * 100 / self.due {
            97.. => 5,
            90.. => 4,
            80.. => 3,
            70.. => 2,
            _ => 1,
        }
    }

    fn percent(&self) -> String {
        if self.due == 0 { "–".to_owned() } else { (self.on_time * 100 / self.due).to_string() }
    }
}

/// The figures over all tasks that the reader may see.
#[derive(Clone, Copy, Default)]
struct Totals {
    all: i64,
    due: i64,
    on_time: i64,
    soon: i64,
    overdue: i64,
    waiting: i64,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    s: Shell,
    sh: Show,
    today: Date,
    /// What every link to a list carries: the unit and the day.
    scope: String,
    /// The day alone, for links that name a column.
    day: String,
    totals: Totals,
    columns: Vec<(String, String)>,
    /// How a column is named in a list's address.
    column_by: &'static str,
    rows: Vec<MatrixRow>,
    overdue: Vec<Item>,
    focus: Vec<(Focus, String, &'static str)>,
    period: String,
    /// The share on time of what fell due in each of the last quarters.
    trend: String,
}

/// How many quarters the trend shows.
const QUARTERS: usize = 8;

/// What fell due in a quarter, and what of it was done in time; a quarter is counted from year 0.
type Trend = std::collections::BTreeMap<i32, (i64, i64)>;

fn quarter_number(day: Date) -> i32 {
    i32::from(day.year()) * 4 + (i32::from(day.month()) - 1) / 3
}

fn trend_chart(title: &str, trend: &Trend) -> String {
    let bars: Vec<web::chart::Bar> = trend
        .iter()
        .map(|(quarter, (due, on_time))| web::chart::Bar {
            label: format!("Q{}/{}", quarter % 4 + 1, quarter / 4 % 100),
            plan: None,
            value: base::format::percent_of(*on_time, *due).map(|p| p.round_dp(1)),
        })
        .collect();
    web::chart::bars(title, &bars)
}

/// What is gathered over all tasks.
struct Gathered {
    totals: Totals,
    columns: Vec<UnitId>,
    cells: HashMap<(ProgrammeId, UnitId), Cell>,
    trend: Trend,
}

/// Works the matrix and the totals out of the marks of all tasks.
fn gather(
    tx: &Tx<'_>,
    actor: &Actor,
    names: &Snapshot,
    programmes: &[Programme],
    within: Option<&HashSet<UnitId>>,
    (today, soon): (Date, Date),
) -> Outcome<Gathered> {
    let top_of: HashMap<ProgrammeId, ProgrammeId> =
        programmes.iter().map(|p| (p.id, p.parent.unwrap_or(p.id))).collect();
    let sees_all = within.is_none() && actor.may_everywhere(Right::See);
    let first = quarter_number(today) + 1 - i32::try_from(QUARTERS).unwrap_or(8);
    let mut trend = Trend::new();
    let mut totals = Totals::default();
    let mut cells: HashMap<(ProgrammeId, UnitId), Cell> = HashMap::new();
    let mut columns: HashSet<UnitId> = HashSet::new();
    for (programme, index) in store::index(tx)? {
        let top = top_of.get(&programme).copied().unwrap_or(programme);
        // Leads are few beside tasks: what a lead means is worked out once a programme.
        let places: Vec<Option<UnitId>> = index
            .leads
            .iter()
            .map(|lead| {
                let seen = actor.may(Right::See, *lead) && within.is_none_or(|units| units.contains(lead));
                let column = || if within.is_some() { names.now(*lead) } else { names.column(*lead) };
                seen.then(column)
            })
            .collect();
        let mut own: Vec<Cell> = vec![Cell::default(); places.len()];
        // What was never given to anybody is neither due nor late.
        for mark in index.marks.iter().filter(|mark| mark.created <= today) {
            let place = mark.lead.map(usize::from);
            let seen = match place {
                Some(place) => places.get(place).is_some_and(Option::is_some),
                None => sees_all,
            };
            if !seen {
                continue;
            }
            let (due, on_time, overdue) =
                (mark.is_due(today), mark.is_on_time(today), mark.is_overdue(today));
            if let Some(due) = mark.due.filter(|due| *due <= today)
                && first <= quarter_number(due)
            {
                let quarter = trend.entry(quarter_number(due)).or_default();
                quarter.0 += 1;
                quarter.1 += i64::from(on_time);
            }
            totals.all += 1;
            totals.due += i64::from(due);
            totals.on_time += i64::from(on_time);
            totals.overdue += i64::from(overdue);
            totals.soon += i64::from(mark.is_soon(today, soon));
            totals.waiting += i64::from(mark.state == State::Reported);
            if let Some(cell) = place.and_then(|place| own.get_mut(place)) {
                cell.due += i64::from(due);
                cell.on_time += i64::from(on_time);
                cell.overdue += i64::from(overdue);
            }
        }
        for (column, cell) in places.iter().zip(own) {
            let Some(column) = column else { continue };
            columns.insert(*column);
            let sum = cells.entry((top, *column)).or_default();
            sum.due += cell.due;
            sum.on_time += cell.on_time;
            sum.overdue += cell.overdue;
        }
    }
    let order: HashMap<UnitId, usize> = names.units().enumerate().map(|(i, u)| (u.id, i)).collect();
    // Work of a unit that ended and that nobody follows is counted, but has no column.
    let mut columns: Vec<UnitId> = columns.into_iter().filter(|c| names.unit(*c).is_some()).collect();
    columns.sort_by_key(|c| (order.get(c).copied().unwrap_or(usize::MAX), *c));
    Ok(Gathered { totals, columns, cells, trend })
}

pub(super) async fn show(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = page(&cx, query, None).await;
    cx.reply(out)
}

pub(super) async fn of_unit(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let out = page(&cx, query, Some(code)).await;
    cx.reply(out)
}

async fn page(cx: &Cx, query: Form, unit: Option<String>) -> Reply {
    let asked = web::form::asked_day(&query)?.filter(|day| *day < cx.today);
    let today = asked.unwrap_or(cx.today);
    let period = quarter(today);
    let asked_day =
        asked.map_or_else(String::new, |day| format!("&ngay={}", encode(&base::format::date(day))));
    let mut scope = String::new();
    if let Some(code) = &unit {
        scope += &format!("&don_vi={}", encode(code));
    }
    scope += &asked_day;
    let trend_title = cx.t.say("trend-title");
    let shell = cx.shell(cx.t.say("nav-overview"), "/tong-quan");
    let page = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let soon = soon(tx, today)?;
            let mut s = shell.clone();
            let within = match &unit {
                Some(code) => {
                    let Some(found) = names.by_code(code) else { return Refusal::not_found().stop() };
                    s.title = format!("{}: {}", s.title, found.name);
                    s.crumbs = vec![
                        ("/tong-quan".to_owned(), s.say("nav-overview")),
                        (String::new(), found.name.clone()),
                    ];
                    Some(names.work_of(found.id))
                }
                None => None,
            };
            let programmes = store::programmes(tx)?;
            let Gathered { totals, columns, cells, trend } =
                gather(tx, actor, &names, &programmes, within.as_ref(), (today, soon))?;
            let rows: Vec<MatrixRow> = programmes
                .into_iter()
                .filter(|p| p.parent.is_none())
                .map(|programme| {
                    let own: Vec<Cell> = columns
                        .iter()
                        .map(|c| cells.get(&(programme.id, *c)).copied().unwrap_or_default())
                        .collect();
                    let all = (own.iter().map(|c| c.on_time).sum(), own.iter().map(|c| c.due).sum());
                    MatrixRow { programme, cells: own, all }
                })
                .collect();
            let late = Filter {
                seen: actor.reach(Right::See),
                leads: within.as_ref().map(|units| units.iter().map(|u| u.0).collect()),
                standing: "overdue".to_owned(),
                as_of: asked,
                ..Filter::default()
            };
            let overdue = store::first(tx, &late, today, soon, 12)?;
            let focus = store::focus_of(tx, &period, 100)?
                .into_iter()
                .filter(|f| f.lead.is_none_or(|unit| actor.may(Right::See, unit)))
                .filter(|f| within.as_ref().is_none_or(|units| units.contains(&f.unit)))
                .take(8)
                .map(|f| {
                    let lead = f.lead.map(|u| names.name(u)).unwrap_or_default();
                    let standing = base::deadline::standing(f.due, f.reported_on, today, soon).word();
                    (f, lead, standing)
                })
                .collect();
            let columns = columns
                .into_iter()
                .filter_map(|id| names.unit(id))
                .map(|u| (u.code.clone(), u.name.clone()))
                .collect();
            Ok(OverviewPage {
                s,
                sh: Show,
                today,
                scope: scope.clone(),
                day: asked_day.clone(),
                totals,
                columns,
                column_by: if within.is_some() { "chu_tri" } else { "nhom" },
                rows,
                overdue: items(overdue, &names, organisation::store::calendar(tx)?.as_ref(), (today, soon)),
                focus,
                period: period.clone(),
                trend: trend_chart(&trend_title, &trend),
            })
        })
        .await?;
    cx.page(&page)
}
