//! The figures of a day, gathered once and then only laid out: what is frozen is exactly this.

use crate::{
    rules::verdict,
    store::{self, PartWords, Review},
};
use base::{Date, Decimal, Outcome, deadline, fold, format, ids::UnitId};
use db::Tx;
use organisation::{Snapshot, Tree};
use programme::{
    figures::{self, Share},
    words::{Programme, State},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The sections that editors write, in the order of the outline.
pub const SECTIONS: [&str; 8] =
    ["context", "leadership", "strengths", "weaknesses", "causes", "lessons", "directions", "proposals"];

/// A share as printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// How many.
    pub of: i64,
    /// Out of how many.
    pub all: i64,
}

impl Part {
    fn new(share: &Share) -> Self {
        Self { of: share.numerator, all: share.denominator }
    }

    /// `45/48 (93,75 %)`; a dash when there is nothing to divide by.
    pub fn shown(&self) -> String {
        match format::percent_of(self.of, self.all) {
            Some(percent) => format!(
                "{}/{} ({} %)",
                format::whole(self.of),
                format::whole(self.all),
                format::decimal(percent.normalize())
            ),
            None => "–".to_owned(),
        }
    }
}

/// A document of the cascade.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// Number and symbol.
    pub mark: String,
    /// What it is about.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// When; a dash when unknown.
    pub issued: String,
}

/// A target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetLine {
    /// The indicator.
    pub title: String,
    /// Its unit of measure.
    pub measure: String,
    /// The goal as written.
    pub goal: String,
    /// The latest value and its day.
    pub value: String,
    /// Value over goal, never clamped.
    pub percent: String,
    /// The judgement.
    pub verdict: String,
}

/// A field of work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldLine {
    /// Its name.
    pub field: String,
    /// All tasks.
    pub all: i64,
    /// Due by the day, and done by their deadline.
    pub on_time: Part,
    /// Done after their deadline.
    pub late: i64,
    /// Overdue on the day.
    pub overdue: i64,
    /// Units that had at least two due and all done in time.
    pub good: Vec<String>,
    /// Units with the most overdue.
    pub behind: Vec<String>,
}

/// A unit in scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitLine {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Days to its own document; empty when it has none.
    pub early: String,
    /// Six clears.
    pub concrete: Part,
    /// Clauses taken up.
    pub in_step: Part,
    /// Due items done by their deadline.
    pub on_time: Part,
    /// Its place by the share on time; ties share it.
    pub rank: usize,
}

/// A task of the programme itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLine {
    /// Code and title.
    pub title: String,
    /// The lead unit.
    pub lead: String,
    /// Supporting units.
    pub support: String,
    /// The deadline.
    pub due: String,
    /// The deliverable.
    pub product: String,
    /// Progress and standing.
    pub progress: String,
}

/// Everything a report says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The review's code.
    pub code: String,
    /// `so_ket` or `tong_ket`.
    pub kind: String,
    /// Number and symbol of the programme.
    pub mark: String,
    /// The programme's title.
    pub title: String,
    /// The term.
    pub term: String,
    /// The day whose figures count.
    pub as_of: Option<Date>,
    /// Who reports.
    pub issuer: String,
    /// Who stands above the issuer in the Party; empty otherwise.
    pub parent: String,
    /// Whether the issuer is a Party organisation.
    pub is_party: bool,
    /// The units' own documents within the limit, out of all in scope.
    pub early: Part,
    /// The limit in days.
    pub early_limit: Option<i64>,
    /// The median of the days.
    pub early_median: String,
    /// Six clears.
    pub concrete: Part,
    /// Clauses taken up.
    pub in_step: Part,
    /// Due items done by their deadline, extensions counted.
    pub on_time: Part,
    /// The same by the first deadline.
    pub on_time_first: Part,
    /// Clauses that nobody took up.
    pub nobody: Vec<String>,
    /// Documents.
    pub documents: Vec<DocumentLine>,
    /// Targets.
    pub targets: Vec<TargetLine>,
    /// Fields.
    pub fields: Vec<FieldLine>,
    /// Units.
    pub units: Vec<UnitLine>,
    /// Tasks.
    pub tasks: Vec<TaskLine>,
    /// The editors' words by section.
    pub words: BTreeMap<String, String>,
    /// What units wrote and the office took: name, words.
    pub parts: Vec<(String, PartWords)>,
    /// Each unit's share on time in each field, in the order of [`Facts::fields`].
    #[serde(default)]
    pub matrix: Vec<(String, Vec<Part>)>,
    /// The share on time at the end of each quarter.
    #[serde(default)]
    pub trend: Vec<(String, Part)>,
    /// A mark at the head of every page.
    pub demo: String,
}

/// The figures of a unit of today, which may have had another code on the day of the figures.
pub(crate) fn of_unit<'f>(
    figures: &'f figures::Figures,
    (then, now): (&Snapshot, &Snapshot),
    unit: UnitId,
) -> Option<&'f figures::OfUnit> {
    figures.units.iter().find(|u| then.by_code(&u.unit).is_some_and(|found| now.now(found.id) == unit))
}

/// Gathers what a report says.
///
/// # Errors
/// When the reading fails.
pub fn gather(
    tx: &Tx<'_>,
    review: &Review,
    programme: &Programme,
    today: Date,
    demo: &str,
) -> Outcome<Facts> {
    let on = review.as_of;
    let names = Snapshot::at(tx, on)?;
    let figures = figures::measured(tx, programme, on, today)?;
    let issuer = names.unit(review.issuer);
    let is_party = issuer.is_some_and(|u| u.tree == Tree::Party);
    let above = names.parent(review.issuer).filter(|u| is_party && u.tree == Tree::Party);
    let mut facts = Facts {
        code: review.code.clone(),
        kind: review.kind.clone(),
        mark: programme.mark(),
        title: programme.title.clone(),
        term: programme.term.clone(),
        as_of: Some(on),
        issuer: names.name(review.issuer),
        parent: above.map(|u| u.name.clone()).unwrap_or_default(),
        is_party,
        early: Part::new(&figures.early.share),
        early_limit: figures.early.limit_days,
        early_median: figures.early.median_days.map_or_else(String::new, |d| format::decimal(d.normalize())),
        concrete: Part::new(&figures.concrete),
        in_step: Part::new(&figures.in_step),
        on_time: Part::new(&figures.on_time),
        on_time_first: Part::new(&figures.on_time_first),
        nobody: figures.nobody_took_up.clone(),
        targets: targets(tx, programme, on)?,
        words: store::words(tx, review.id)?.into_iter().collect(),
        demo: demo.to_owned(),
        ..Facts::default()
    };
    facts.units = figures
        .units
        .iter()
        .map(|u| UnitLine {
            name: u.name.clone(),
            code: u.unit.clone(),
            early: figures.early.days.get(&u.unit).map_or_else(String::new, |days| format::whole(*days)),
            concrete: Part::new(&u.concrete),
            in_step: Part::new(&u.in_step),
            on_time: Part::new(&u.on_time),
            rank: 0,
        })
        .collect();
    rank(&mut facts.units);
    let plans = programme::store::children(tx, programme.id)?;
    for p in std::iter::once(programme).chain(plans.iter().filter(|p| p.starts <= on)) {
        facts.documents.push(DocumentLine {
            mark: p.mark(),
            title: p.title.clone(),
            issuer: p.issuer.map(|u| names.name(names.now(u))).unwrap_or_default(),
            issued: p.issued.map_or_else(|| "–".to_owned(), format::date),
        });
    }
    tasks(tx, &mut facts, programme, &plans, &names, on)?;
    facts.trend = trend(tx, programme, &plans, on)?;
    for part in store::parts(tx, review.id)? {
        if part.state == reporting::rules::PartState::Accepted {
            facts.parts.push((names.name(names.now(part.unit)), part.words));
        }
    }
    facts.parts.sort_by_key(|(name, _)| fold::sort_key(name));
    Ok(facts)
}

/// Gives each unit its place by the share on time: 1, 2, 2, 4; those with nothing due come last and share a place.
fn rank(units: &mut [UnitLine]) {
    // of / all, compared without dividing.
    let better = |a: &Part, b: &Part| match (a.all, b.all) {
        (0, _) => false,
        (_, 0) => true,
        _ => a.of * b.all > b.of * a.all,
    };
    let shares: Vec<Part> = units.iter().map(|u| u.on_time.clone()).collect();
    for unit in units.iter_mut() {
        unit.rank = 1 + shares.iter().filter(|other| better(other, &unit.on_time)).count();
    }
    units.sort_by_key(|unit| (unit.rank, fold::sort_key(&unit.name)));
}

/// The last day of a term, `2020-2025`; the end of the programme's fifth year when the term does not say.
fn end_of(programme: &Programme) -> Date {
    let year = programme.term.rsplit(['-', '–']).next().and_then(|y| y.trim().parse::<i16>().ok());
    Date::new(year.unwrap_or(programme.starts.year() + 4), 12, 31).unwrap_or(programme.starts)
}

fn targets(tx: &Tx<'_>, programme: &Programme, on: Date) -> Outcome<Vec<TargetLine>> {
    let latest = programme::store::latest_values(tx, on)?;
    let term = (programme.starts, end_of(programme));
    let all = programme::store::targets(tx, Some(programme.id))?;
    let line = |t: programme::store::Target| {
        let value = latest.iter().find(|(id, ..)| *id == t.id);
        let percent = match (value, t.goal) {
            (Some((.., value)), Some(goal)) if !goal.is_zero() => {
                format::decimal((*value * Decimal::ONE_HUNDRED / goal).round_dp(1).normalize())
            }
            _ => "–".to_owned(),
        };
        TargetLine {
            verdict: verdict(value.map(|v| v.3), t.goal, &t.bound, term, on).shown().to_owned(),
            value: value.map_or_else(
                || "–".to_owned(),
                |(_, _, day, value)| {
                    format!("{} ({})", format::decimal(value.normalize()), format::date(*day))
                },
            ),
            title: t.title,
            measure: t.measure,
            goal: t.goal_written,
            percent,
        }
    };
    Ok(all.into_iter().map(line).collect())
}

/// What is counted of one unit in one field.
#[derive(Default)]
struct Count {
    due: i64,
    on_time: i64,
    overdue: i64,
}

fn tasks(
    tx: &Tx<'_>,
    facts: &mut Facts,
    programme: &Programme,
    plans: &[Programme],
    names: &Snapshot,
    on: Date,
) -> Outcome<()> {
    let ids: Vec<_> = std::iter::once(programme.id).chain(plans.iter().map(|p| p.id)).collect();
    let mut fields: BTreeMap<String, (FieldLine, BTreeMap<UnitId, Count>)> = BTreeMap::new();
    let owner: BTreeMap<_, _> = plans.iter().filter_map(|p| Some((p.id, names.now(p.issuer?)))).collect();
    let mut own: Own = BTreeMap::new();
    for (id, code, of, task) in programme::store::facts_on(tx, &ids, on)? {
        let name = if task.field.is_empty() { "Lĩnh vực khác".to_owned() } else { task.field.clone() };
        // As the units' figures count: a plan's tasks are its issuer's, the programme's own are their lead unit's.
        let of_unit = owner.get(&of).copied().or(task.lead.map(|lead| names.now(lead)));
        let due = task.due.date().filter(|due| *due <= on && task.state != State::Cancelled);
        if let (Some(unit), Some(due)) = (of_unit, due) {
            let part = own.entry(name.clone()).or_default().entry(unit).or_default();
            part.all += 1;
            part.of += i64::from(task.reported_on.is_some_and(|done| done <= due));
        }
        if matches!(task.state, State::Cancelled | State::Draft) {
            continue;
        }
        let (line, units) = fields.entry(name.clone()).or_default();
        line.field = name;
        line.all += 1;
        let done = task.reported_on.filter(|day| *day <= on);
        let standing = deadline::standing(task.due.date(), done, on, on).word();
        let lead = task.lead.map(|unit| names.now(unit));
        let mut none = Count::default();
        let count = lead.map_or(&mut none, |unit| units.entry(unit).or_default());
        if task.due.date().is_some_and(|due| due <= on) {
            line.on_time.all += 1;
            count.due += 1;
        }
        match standing {
            "done_in_time" if task.due.date().is_some_and(|due| due <= on) => {
                line.on_time.of += 1;
                count.on_time += 1;
            }
            "done_late" => line.late += 1,
            "overdue" => {
                line.overdue += 1;
                count.overdue += 1;
            }
            _ => {}
        }
        if of == programme.id {
            let support = programme::store::support(tx, id)?.into_iter();
            let support: Vec<String> =
                support.map(|(unit, _, written)| unit.map_or(written, |u| names.name(u))).collect();
            facts.tasks.push(TaskLine {
                title: format!("{} ({code})", task.title),
                lead: lead.map_or_else(|| task.lead_words.clone(), |u| names.name(u)),
                support: support.join("; "),
                due: task.due.date().map_or_else(|| task.due_written.clone(), format::date),
                product: task.product.clone(),
                progress: format!("{}; {}", percent(task.percent), standing_shown(standing, done.is_some())),
            });
        }
    }
    for (mut line, units) in fields.into_values() {
        let mut good: Vec<String> = units
            .iter()
            .filter(|(_, c)| c.due >= 2 && c.on_time == c.due)
            .map(|(unit, _)| names.name(*unit))
            .collect();
        good.sort_by_key(|name| fold::sort_key(name));
        good.truncate(5);
        let mut behind: Vec<(&UnitId, &Count)> = units.iter().filter(|(_, c)| c.overdue > 0).collect();
        behind.sort_by_key(|(unit, c)| (std::cmp::Reverse(c.overdue), fold::sort_key(&names.name(**unit))));
        line.good = good;
        line.behind = behind
            .into_iter()
            .take(5)
            .map(|(unit, c)| format!("{} ({})", names.name(*unit), format::whole(c.overdue)))
            .collect();
        facts.fields.push(line);
    }
    facts.fields.sort_by_key(|line| fold::sort_key(&line.field));
    matrix(facts, &own, names);
    Ok(())
}

/// What each unit did on time in each field.
type Own = BTreeMap<String, BTreeMap<UnitId, Part>>;

/// Each unit's share on time in each field: the units in their ranking, the fields in the order of the report.
fn matrix(facts: &mut Facts, own: &Own, names: &Snapshot) {
    let rows = facts.units.iter().map(|unit| {
        let id = names.by_code(&unit.code).map(|u| u.id);
        let cell =
            |line: &FieldLine| id.and_then(|id| own.get(&line.field)?.get(&id)).cloned().unwrap_or_default();
        (unit.name.clone(), facts.fields.iter().map(cell).collect())
    });
    facts.matrix = rows.collect();
}

/// The share on time at the end of each quarter since the programme began, and on the day of the figures.
fn trend(tx: &Tx<'_>, programme: &Programme, plans: &[Programme], on: Date) -> Outcome<Vec<(String, Part)>> {
    let about: std::collections::HashSet<_> =
        std::iter::once(programme.id).chain(plans.iter().map(|p| p.id)).collect();
    let indexes: Vec<_> =
        programme::store::index(tx)?.into_iter().filter(|(id, _)| about.contains(id)).collect();
    let mut trend = Vec::new();
    let (mut year, mut quarter) = (programme.starts.year(), (programme.starts.month() - 1) / 3 + 1);
    while let Some((_, last)) = base::period::span(base::period::Cycle::Quarter, 31, year, quarter) {
        let day = last.min(on);
        let mut part = Part::default();
        for mark in indexes.iter().flat_map(|(_, index)| index.marks.iter()) {
            part.all += i64::from(mark.is_due(day));
            part.of += i64::from(mark.is_on_time(day));
        }
        if part.all > 0 {
            let label = if day == last { format!("Q{quarter}/{year}") } else { format::date(day) };
            trend.push((label, part));
        }
        if last >= on {
            break;
        }
        (year, quarter) = if quarter == 4 { (year + 1, 1) } else { (year, quarter + 1) };
    }
    Ok(trend)
}

fn percent(hundredths: i64) -> String {
    format!("{} %", format::decimal(Decimal::new(hundredths, 2).normalize()))
}

/// A standing in the report, which is in Vietnamese.
fn standing_shown(word: &str, is_done: bool) -> &'static str {
    match word {
        "done_in_time" => "hoàn thành đúng hạn",
        "done_late" => "hoàn thành quá hạn",
        "overdue" => "quá hạn",
        "due_soon" | "in_time" => "đang thực hiện, trong hạn",
        _ if is_done => "hoàn thành",
        _ => "đang thực hiện, không ghi hạn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_a_place_and_nothing_due_comes_last() {
        let unit = |name: &str, of: i64, all: i64| UnitLine {
            name: name.to_owned(),
            on_time: Part { of, all },
            ..UnitLine::default()
        };
        let mut units = [unit("A", 1, 2), unit("B", 3, 3), unit("C", 2, 4), unit("D", 0, 0), unit("E", 1, 3)];
        rank(&mut units);
        let places: Vec<(usize, &str)> = units.iter().map(|u| (u.rank, u.name.as_str())).collect();
        assert_eq!(places, [(1, "B"), (2, "A"), (2, "C"), (4, "E"), (5, "D")]);
    }
}
