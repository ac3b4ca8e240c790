//! Lists of tasks, limited to what the reader may see, and the programmes × units matrix.

use crate::words::{ProgrammeId, State};
use base::{Date, Uuid, fold::fold, ids::UnitId};
use db::{Bound, Param, Row, Tx};

/// What a list shows. Everything stands in the page's address.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Folded words.
    pub words: String,
    /// Lead units; `None` for all.
    pub leads: Option<Vec<Uuid>>,
    /// The units that the reader may see; `None` for all.
    pub seen: Option<Vec<Uuid>>,
    /// One programme.
    pub programme: Option<ProgrammeId>,
    /// A state's word; empty for all.
    pub state: String,
    /// `overdue`, `due_soon`, `done_late`, `done_in_time`, `open`; empty for all.
    pub standing: String,
    /// Only "new and hard" ones.
    pub new_and_hard: bool,
    /// `due`, `-due`, `code`, `lead`, `percent`.
    pub sort: String,
}

/// One row of a list.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Lead unit.
    pub lead: Option<UnitId>,
    /// Lead as written when open.
    pub lead_words: String,
    /// Programme code.
    pub programme: String,
    /// Due date.
    pub due: Option<Date>,
    /// Due as written.
    pub due_written: String,
    /// Where it stands.
    pub state: State,
    /// Hundredths of a percent.
    pub percent: i64,
    /// Day reported done.
    pub reported_on: Option<Date>,
    /// Named lead.
    pub person: String,
    /// "New and hard".
    pub new_and_hard: bool,
}

fn row(r: &Row<'_>) -> anyhow::Result<ListRow> {
    Ok(ListRow {
        code: r.next()?,
        title: r.next()?,
        lead: r.next()?,
        lead_words: r.next()?,
        programme: r.next()?,
        due: r.next()?,
        due_written: r.next()?,
        state: State::from_word(&r.next::<String>()?).unwrap_or_default(),
        percent: r.next()?,
        reported_on: r.next()?,
        person: r.next()?,
        new_and_hard: r.next()?,
    })
}

const COLUMNS: &str = "t.code, t.title, t.lead_id, t.lead_words, p.code, t.due, t.due_written, t.state, t.percent, \
                       t.reported_on, t.person_name, t.new_and_hard";

/// The conditions of a filter and what they bind. Only what is asked for stands in the text, so that indexes serve it.
fn conditions(f: &Filter, today: Date, soon: Date) -> (String, Vec<Param>) {
    let mut text = String::from("t.state <> 'cancelled'");
    let mut params: Vec<Param> = Vec::new();
    let mut bind = |param: Param| {
        params.push(param);
        params.len()
    };
    if let Some(seen) = &f.seen {
        let n = bind(Param::Uuids(seen.clone()));
        text += &format!(
            " and (t.lead_id = any(${n}) or exists (select 1 from programme_task_support s
                                                     where s.task_id = t.id and s.unit_id = any(${n})))"
        );
    }
    if let Some(leads) = &f.leads {
        text += &format!(" and t.lead_id = any(${})", bind(Param::Uuids(leads.clone())));
    }
    if !f.words.is_empty() {
        text += &format!(" and t.folded like ${}", bind(Param::Text(format!("%{}%", fold(&f.words)))));
    }
    if let Some(programme) = f.programme {
        text += &format!(" and t.programme_id = ${}", bind(Param::Uuid(programme.0)));
    }
    if !f.state.is_empty() {
        text += &format!(" and t.state = ${}", bind(Param::Text(f.state.clone())));
    }
    match f.standing.as_str() {
        "overdue" => text += &format!(" and t.reported_on is null and t.due < ${}", bind(Param::Date(today))),
        "due_soon" => {
            let (from, to) = (bind(Param::Date(today)), bind(Param::Date(soon)));
            text += &format!(" and t.reported_on is null and t.due >= ${from} and t.due <= ${to}");
        }
        "open" => text += " and t.reported_on is null",
        "done_late" => text += " and t.reported_on is not null and t.due < t.reported_on",
        "done_in_time" => text += " and t.reported_on is not null and t.due >= t.reported_on",
        _ => {}
    }
    if f.new_and_hard {
        text += " and t.new_and_hard";
    }
    (text, params)
}

/// A page of tasks and how many there are in all.
pub fn list(
    tx: &Tx<'_>,
    f: &Filter,
    today: Date,
    soon: Date,
    limit: i64,
    skip: i64,
) -> anyhow::Result<(Vec<ListRow>, i64)> {
    let (condition, params) = conditions(f, today, soon);
    let order = match f.sort.as_str() {
        "code" => "t.code",
        "-due" => "case when t.due is null then 1 else 0 end, t.due desc, t.code",
        "percent" => "t.percent, t.code",
        "-percent" => "t.percent desc, t.code",
        _ => "case when t.due is null then 1 else 0 end, t.due, t.code",
    };
    let counted: Vec<&dyn Bound> = params.iter().map(|p| p as &dyn Bound).collect();
    let total = tx.number(&format!("select count(*) from programme_task t where {condition}"), &counted)?;
    let mut paged = params;
    paged.extend([Param::Int(limit), Param::Int(skip)]);
    let (limit_at, skip_at) = (paged.len() - 1, paged.len());
    let paged: Vec<&dyn Bound> = paged.iter().map(|p| p as &dyn Bound).collect();
    let rows = tx.rows(
        &format!(
            "select {COLUMNS} from programme_task t join programme_programme p on p.id = t.programme_id
              where {condition} order by {order} limit ${limit_at} offset ${skip_at}"
        ),
        &paged,
        row,
    )?;
    Ok((rows, total))
}

/// The open tasks that some units lead, soonest first: "my work".
pub fn open_of_units(tx: &Tx<'_>, units: &[Uuid], limit: i64) -> anyhow::Result<Vec<ListRow>> {
    tx.rows(
        &format!(
            "select {COLUMNS} from programme_task t join programme_programme p on p.id = t.programme_id
              where t.lead_id = any($1) and t.reported_on is null and t.state <> 'cancelled' and t.state <> 'draft'
              order by case when t.due is null then 1 else 0 end, t.due, t.code limit $2"
        ),
        &[&units.to_vec(), &limit],
        row,
    )
}

/// One cell of the matrix before columns are gathered: programme, lead unit, and counts.
#[derive(Debug, Clone)]
pub struct MatrixCell {
    /// The programme.
    pub programme: ProgrammeId,
    /// The lead unit.
    pub lead: UnitId,
    /// Due by today.
    pub due: i64,
    /// Of these, done by their deadline.
    pub on_time: i64,
    /// Open and late.
    pub overdue: i64,
    /// All.
    pub all: i64,
}

/// Counts by programme and lead unit, straight from the tasks.
pub fn matrix(tx: &Tx<'_>, today: Date) -> anyhow::Result<Vec<MatrixCell>> {
    tx.rows(
        "select programme_id, lead_id,
                cast(sum(case when due <= $1 then 1 else 0 end) as bigint),
                cast(sum(case when due <= $1 and reported_on <= due then 1 else 0 end) as bigint),
                cast(sum(case when due < $1 and reported_on is null then 1 else 0 end) as bigint),
                count(*)
           from programme_task
          where lead_id is not null and state <> 'cancelled'
          group by programme_id, lead_id
          order by programme_id, lead_id",
        &[&today],
        |r| {
            Ok(MatrixCell {
                programme: r.next()?,
                lead: r.next()?,
                due: r.next()?,
                on_time: r.next()?,
                overdue: r.next()?,
                all: r.next()?,
            })
        },
    )
}

/// The figures over the tasks that some units lead: all, due by today, on time, due soon, overdue, waiting.
pub fn totals(tx: &Tx<'_>, units: Option<&Vec<Uuid>>, today: Date, soon: Date) -> anyhow::Result<[i64; 6]> {
    let list = units.cloned().unwrap_or_default();
    let found = tx.row(
        "select count(*),
                cast(coalesce(sum(case when due <= $1 then 1 else 0 end), 0) as bigint),
                cast(coalesce(sum(case when due <= $1 and reported_on <= due then 1 else 0 end), 0) as bigint),
                cast(coalesce(sum(case when due >= $1 and due <= $2 and reported_on is null then 1 else 0 end), 0) as bigint),
                cast(coalesce(sum(case when due < $1 and reported_on is null then 1 else 0 end), 0) as bigint),
                cast(coalesce(sum(case when state = 'reported' then 1 else 0 end), 0) as bigint)
           from programme_task
          where state <> 'cancelled' and ($3 or lead_id = any($4))",
        &[&today, &soon, &units.is_none(), &list],
        |r| Ok([r.next()?, r.next()?, r.next()?, r.next()?, r.next()?, r.next()?]),
    )?;
    Ok(found.unwrap_or_default())
}
