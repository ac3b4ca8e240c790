//! Lists of tasks, limited to what the reader may see.

use crate::words::{ProgrammeId, State};
use base::{Date, Reach, Uuid, fold::terms, ids::UnitId};
use db::{Bound, Param, Row, Tx};

/// What a list shows. Everything stands in the page's address.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Folded words.
    pub words: String,
    /// Lead units; `None` for all.
    pub leads: Option<Vec<Uuid>>,
    /// Where the reader may see.
    pub seen: Reach,
    /// Where the lead unit must stand; stricter than `seen`, which a supporting unit satisfies too.
    pub lead_in: Option<Reach>,
    /// One programme.
    pub programme: Option<ProgrammeId>,
    /// With its plans: the programmes that implement it.
    pub with_plans: bool,
    /// One field of work.
    pub field: String,
    /// Something that waits, by its word.
    pub waits: String,
    /// One clause taken up.
    pub clause: Option<Uuid>,
    /// Codes; empty for all.
    pub codes: Vec<String>,
    /// Only codes after this one; empty for all.
    pub after: String,
    /// Only what is not a draft.
    pub is_given: bool,
    /// Standings as they were at the end of an earlier day, with the tasks that counted by then.
    pub as_of: Option<Date>,
    /// A state's word; empty for all.
    pub state: String,
    /// `overdue`, `due_soon`, `done_late`, `done_in_time`, `open`; empty for all.
    pub standing: String,
    /// Only "new and hard" ones.
    pub new_and_hard: bool,
    /// Only those with this tag; empty for all.
    pub tag: String,
    /// `due`, `-due`, `code`, `lead`, `percent`, `field`, `state`, `open` (what is not done first), each with `-` the
    /// other way; several by commas.
    pub sort: String,
}

/// One row of a list.
#[derive(Debug, Clone, Default)]
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
    /// Field of work.
    pub field: String,
    /// What waits, as kept.
    pub waits: String,
    /// The version it was read at.
    pub version: i64,
    /// The day it counts from.
    pub created: Date,
    /// Its tags, as kept.
    pub tags: String,
}

impl ListRow {
    /// What a rule needs of it to say why it deserves attention.
    pub fn open(&self) -> crate::rules::Open<'_> {
        crate::rules::Open {
            created: self.created,
            due: self.due,
            percent: self.percent,
            waits: &self.waits,
            new_and_hard: self.new_and_hard,
        }
    }
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
        state: r.word(State::from_word)?,
        percent: r.next()?,
        reported_on: r.next()?,
        person: r.next()?,
        new_and_hard: r.next()?,
        field: r.next()?,
        waits: r.next()?,
        version: r.next()?,
        created: r.next()?,
        tags: r.next()?,
    })
}

const COLUMNS: &str = "t.code, t.title, t.lead_id, t.lead_words, p.code, t.due, t.due_written, t.state, t.percent, \
                       t.reported_on, t.person_name, t.new_and_hard, t.field, t.waits, t.version, t.created_on, \
                       t.tags";

/// What a reach adds that holds only in a field of work.
fn in_fields(reach: &Reach, bind: &mut dyn FnMut(Param) -> usize) -> String {
    let mut text = String::new();
    for (field, units) in &reach.fields {
        text += &format!(" or (t.field = ${}", bind(Param::Text(field.clone())));
        if let Some(units) = units.list() {
            text += &format!(" and t.lead_id = any(${})", bind(Param::Uuids(units)));
        }
        text += ")";
    }
    text
}

/// The conditions of a filter and what they bind. Only what is asked for stands in the text, so that indexes serve it.
fn conditions(f: &Filter, today: Date, soon: Date) -> (String, Vec<Param>) {
    let mut text = String::from("t.state <> 'cancelled'");
    let mut params: Vec<Param> = Vec::new();
    let mut bind = |param: Param| {
        params.push(param);
        params.len()
    };
    if let Some(seen) = f.seen.units.list() {
        let n = bind(Param::Uuids(seen));
        let support = format!(
            "exists (select 1 from programme_task_support s where s.task_id = t.id and s.unit_id = any(${n}))"
        );
        let fields = in_fields(&f.seen, &mut bind);
        text += &format!(" and (t.lead_id = any(${n}) or {support}{fields})");
    }
    if let Some(reach) = &f.lead_in
        && let Some(units) = reach.units.list()
    {
        let n = bind(Param::Uuids(units));
        let fields = in_fields(reach, &mut bind);
        text += &if fields.is_empty() {
            format!(" and t.lead_id = any(${n})")
        } else {
            format!(" and (t.lead_id = any(${n}){fields})")
        };
    }
    if let Some(leads) = &f.leads {
        text += &format!(" and t.lead_id = any(${})", bind(Param::Uuids(leads.clone())));
    }
    if !f.words.is_empty() {
        for term in terms(&f.words) {
            text += &format!(" and t.folded like ${}", bind(Param::Text(format!("%{term}%"))));
        }
    }
    if let Some(programme) = f.programme {
        let n = bind(Param::Uuid(programme.0));
        text += &if f.with_plans {
            format!(
                " and t.programme_id in (select p.id from programme_programme p where p.id = ${n} or p.parent_id = ${n})"
            )
        } else {
            format!(" and t.programme_id = ${n}")
        };
    }
    if !f.field.is_empty() {
        text += &format!(" and t.field = ${}", bind(Param::Text(f.field.clone())));
    }
    if !f.waits.is_empty() {
        text += &format!(" and t.waits like ${}", bind(Param::Text(format!("%,{},%", f.waits))));
    }
    if let Some(clause) = f.clause {
        text += &format!(
            " and exists (select 1 from programme_task_clause c where c.task_id = t.id and c.clause_id = ${})",
            bind(Param::Uuid(clause))
        );
    }
    if !f.codes.is_empty() {
        let places: Vec<String> =
            f.codes.iter().map(|code| format!("${}", bind(Param::Text(code.clone())))).collect();
        text += &format!(" and t.code in ({})", places.join(", "));
    }
    if !f.after.is_empty() {
        text += &format!(" and t.code > ${}", bind(Param::Text(f.after.clone())));
    }
    if f.is_given {
        text += " and t.state <> 'draft'";
    }
    if !f.state.is_empty() {
        text += &format!(" and t.state = ${}", bind(Param::Text(f.state.clone())));
    }
    // On an earlier day a task that was reported done later was still open.
    let (open, done, today) = match f.as_of {
        None => ("t.reported_on is null".to_owned(), "t.reported_on is not null".to_owned(), today),
        Some(day) => {
            let n = bind(Param::Date(day));
            text += &format!(" and t.created_on <= ${n}");
            (
                format!("(t.reported_on is null or t.reported_on > ${n})"),
                format!("t.reported_on <= ${n}"),
                day,
            )
        }
    };
    if !matches!(f.standing.as_str(), "" | "open") {
        // What was never given to anybody is neither due nor late.
        text += " and t.state <> 'draft'";
    }
    match f.standing.as_str() {
        "overdue" => text += &format!(" and {open} and t.due < ${}", bind(Param::Date(today))),
        "due_soon" => {
            let (from, to) = (bind(Param::Date(today)), bind(Param::Date(soon)));
            text += &format!(" and {open} and t.due >= ${from} and t.due <= ${to}");
        }
        "due" => text += &format!(" and t.due <= ${}", bind(Param::Date(today))),
        "on_time" => {
            text += &format!(" and t.due <= ${} and t.reported_on <= t.due", bind(Param::Date(today)));
        }
        "open" => text += &format!(" and {open}"),
        "done_late" => text += &format!(" and {done} and t.due < t.reported_on"),
        "done_in_time" => text += &format!(" and {done} and t.due >= t.reported_on"),
        _ => {}
    }
    if !f.tag.is_empty() {
        // A tag holds no comma and no sign of a pattern; see `rules::tag`.
        text += &format!(" and t.tags like ${}", bind(Param::Text(format!("%,{},%", f.tag))));
    }
    if f.new_and_hard {
        text += " and t.new_and_hard";
    }
    (text, params)
}

/// The order of a list; unknown words are passed over.
fn order(f: &Filter) -> String {
    // Where only dated tasks can be found, the plain column lets an index give the order.
    let dated = matches!(
        f.standing.as_str(),
        "overdue" | "due_soon" | "due" | "on_time" | "done_late" | "done_in_time"
    );
    let due = if dated { "t.due" } else { "case when t.due is null then 1 else 0 end, t.due" };
    let mut parts: Vec<String> = Vec::new();
    for word in f.sort.split(',') {
        let (column, down) = word.strip_prefix('-').map_or((word, ""), |column| (column, " desc"));
        match column {
            "open" => parts.push(format!("case when t.reported_on is null then 0 else 1 end{down}")),
            "code" => parts.push(format!("t.code{down}")),
            "due" => parts.push(format!("{due}{down}")),
            "percent" => parts.push(format!("t.percent{down}")),
            "lead" => {
                parts.push(format!(
                    "(select u.sort_key from organisation_unit u where u.id = t.lead_id){down}"
                ));
            }
            "field" => parts.push(format!("t.field{down}")),
            "state" => parts.push(format!("t.state{down}")),
            "person" => parts.push(format!("t.person_name{down}")),
            _ => {}
        }
    }
    if parts.is_empty() {
        parts.push(due.to_owned());
    }
    parts.push("t.code".to_owned());
    parts.join(", ")
}

/// The first tasks of a list, without counting the others.
pub fn first(tx: &Tx<'_>, f: &Filter, today: Date, soon: Date, limit: i64) -> anyhow::Result<Vec<ListRow>> {
    page(tx, conditions(f, today, soon), &order(f), limit, 0)
}

fn page(
    tx: &Tx<'_>,
    (condition, mut params): (String, Vec<Param>),
    order: &str,
    limit: i64,
    skip: i64,
) -> anyhow::Result<Vec<ListRow>> {
    params.extend([Param::Int(limit), Param::Int(skip)]);
    let (limit_at, skip_at) = (params.len() - 1, params.len());
    let bound: Vec<&dyn Bound> = params.iter().map(|p| p as &dyn Bound).collect();
    tx.rows(
        &format!(
            "select {COLUMNS} from programme_task t join programme_programme p on p.id = t.programme_id
              where {condition} order by {order} limit ${limit_at} offset ${skip_at}"
        ),
        &bound,
        row,
    )
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
    let counted: Vec<&dyn Bound> = params.iter().map(|p| p as &dyn Bound).collect();
    let total = tx.number(&format!("select count(*) from programme_task t where {condition}"), &counted)?;
    let rows = page(tx, (condition, params), &order(f), limit, skip)?;
    Ok((rows, total))
}
