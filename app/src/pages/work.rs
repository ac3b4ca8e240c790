//! My work, and the overview of a level.

use super::{Form, day, quarter, soon};
use askama::Template;
use axum::{extract::Query, response::Response};
use base::{Date, Right, ids::UnitId};
use organisation::Snapshot;
use programme::{
    store::{self, Filter, Focus, ListRow},
    words::{Programme, ProgrammeId, State},
};
use std::collections::HashMap;
use web::{Cx, Shell, Show};

/// A task as shown in a short list.
pub(super) struct Item {
    pub(super) row: ListRow,
    pub(super) lead: String,
    pub(super) standing: &'static str,
    pub(super) days: i64,
}

/// Puts names and standings to rows.
pub(super) fn items(rows: Vec<ListRow>, names: &Snapshot, today: Date, soon: Date) -> Vec<Item> {
    rows.into_iter()
        .map(|row| {
            let lead = row.lead.map_or_else(|| row.lead_words.clone(), |unit| names.name(unit));
            let standing = base::deadline::standing(row.due, row.reported_on, today, soon).word();
            let days = row.due.map_or(0, |due| i64::from(due.until(today).map_or(0, |s| s.get_days())));
            Item { row, lead, standing, days }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "work.html")]
struct WorkPage {
    s: Shell,
    sh: Show,
    groups: Vec<(&'static str, Vec<Item>)>,
    waiting: Vec<Item>,
}

pub(super) async fn mine(cx: Cx) -> Response {
    let today = cx.today;
    let out = async {
        let (open, waiting) = cx
            .read(move |tx, actor| {
                let names = Snapshot::at(tx, today)?;
                let soon = soon(tx, today)?;
                let reach = if actor.has_role(base::Role::UnitHead) || actor.has_role(base::Role::Clerk) {
                    actor.units(Right::Report)
                } else {
                    base::Units::none()
                };
                let units = reach.list().unwrap_or_default();
                let open = store::open_of_units(tx, &units, 200)?;
                let waits = Filter {
                    seen: actor.units(Right::Assign).list(),
                    state: State::Reported.word().to_owned(),
                    ..Filter::default()
                };
                let waiting = if actor.may_somewhere(Right::Assign) {
                    store::list(tx, &waits, today, soon, 50, 0)?.0
                } else {
                    Vec::new()
                };
                Ok((items(open, &names, today, soon), items(waiting, &names, today, soon)))
            })
            .await?;
        let mut groups: Vec<(&'static str, Vec<Item>)> =
            ["overdue", "due_soon", "in_time", "undated"].map(|key| (key, Vec::new())).into();
        for item in open {
            if let Some((_, list)) = groups.iter_mut().find(|(key, _)| *key == item.standing) {
                list.push(item);
            }
        }
        groups.retain(|(_, list)| !list.is_empty());
        cx.page(&WorkPage { s: cx.shell(cx.t.say("nav-work"), "/viec"), sh: Show, groups, waiting })
    };
    let out = out.await;
    cx.reply(out)
}

/// One row of the matrix.
struct MatrixRow {
    programme: Programme,
    cells: Vec<Cell>,
    all: (i64, i64),
}

#[derive(Clone, Default)]
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

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    s: Shell,
    sh: Show,
    today: Date,
    totals: [i64; 6],
    columns: Vec<(String, String)>,
    rows: Vec<MatrixRow>,
    overdue: Vec<Item>,
    focus: Vec<(Focus, String, &'static str)>,
    period: String,
}

pub(super) async fn overview(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = day(&query, "ngay").unwrap_or(cx.today);
    let out = async {
        let period = quarter(today);
        let wanted = period.clone();
        let page = cx
            .read(move |tx, actor| {
                let names = Snapshot::at(tx, today)?;
                let soon = soon(tx, today)?;
                let seen = actor.units(Right::See).list();
                let totals = store::totals(tx, seen.as_ref(), today, soon)?;
                let tops: Vec<Programme> = store::programmes(tx)?;
                let top_of: HashMap<ProgrammeId, ProgrammeId> =
                    tops.iter().map(|p| (p.id, p.parent.unwrap_or(p.id))).collect();
                let mut cells: HashMap<(ProgrammeId, UnitId), Cell> = HashMap::new();
                let mut columns: Vec<UnitId> = Vec::new();
                let mut column_of: HashMap<UnitId, UnitId> = HashMap::new();
                for cell in store::matrix(tx, today)? {
                    if !actor.may(Right::See, cell.lead) {
                        continue;
                    }
                    let column = *column_of.entry(cell.lead).or_insert_with(|| names.column(cell.lead));
                    let top = top_of.get(&cell.programme).copied().unwrap_or(cell.programme);
                    let sum = cells.entry((top, column)).or_default();
                    sum.due += cell.due;
                    sum.on_time += cell.on_time;
                    sum.overdue += cell.overdue;
                    columns.push(column);
                }
                columns.sort_unstable();
                columns.dedup();
                let order: HashMap<UnitId, usize> =
                    names.units().enumerate().map(|(i, u)| (u.id, i)).collect();
                columns.sort_by_key(|c| order.get(c).copied().unwrap_or(usize::MAX));
                let rows: Vec<MatrixRow> = tops
                    .into_iter()
                    .filter(|p| p.parent.is_none())
                    .map(|programme| {
                        let own: Vec<Cell> = columns
                            .iter()
                            .map(|c| cells.get(&(programme.id, *c)).cloned().unwrap_or_default())
                            .collect();
                        let all = (own.iter().map(|c| c.on_time).sum(), own.iter().map(|c| c.due).sum());
                        MatrixRow { programme, cells: own, all }
                    })
                    .collect();
                let late = Filter { seen, standing: "overdue".to_owned(), ..Filter::default() };
                let overdue = items(store::list(tx, &late, today, soon, 12, 0)?.0, &names, today, soon);
                let focus = store::focus_of(tx, &wanted, 8)?
                    .into_iter()
                    .filter(|f| f.lead.is_none_or(|unit| actor.may(Right::See, unit)))
                    .map(|f| {
                        let lead = f.lead.map(|u| names.name(u)).unwrap_or_default();
                        let standing = base::deadline::standing(f.due, f.reported_on, today, soon).word();
                        (f, lead, standing)
                    })
                    .collect();
                let columns = columns
                    .into_iter()
                    .filter_map(|c| names.unit(c))
                    .map(|u| (u.code.clone(), u.name.clone()))
                    .collect();
                Ok((totals, columns, rows, overdue, focus))
            })
            .await?;
        let (totals, columns, rows, overdue, focus) = page;
        cx.page(&OverviewPage {
            s: cx.shell(cx.t.say("nav-overview"), "/tong-quan"),
            sh: Show,
            today,
            totals,
            columns,
            rows,
            overdue,
            focus,
            period,
        })
    };
    let out = out.await;
    cx.reply(out)
}
