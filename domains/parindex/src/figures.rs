//! Named figures: what this program itself knows of a unit and a leaf can be bound to. Each has numerator and denominator
//! or a value, a cut-off, and the list of records behind it.

mod dossiers;
mod work;

use base::{Date, Outcome, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use std::collections::BTreeMap;

/// What is asked of a figure.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Units as they are named on the cut-off.
    pub names: &'a Snapshot,
    /// The first day that counts.
    pub from: Date,
    /// The last day that counts: the cut-off.
    pub to: Date,
    /// What stands behind the colon of a binding, `plan_issued:CT-01`.
    pub of: &'a str,
    /// The only unit that is asked about, as named on the cut-off; none for all. A measure may tell of others, too.
    pub only: Option<UnitId>,
}

impl Ask<'_> {
    /// The unit under which work counts; none where it is not asked about.
    pub(crate) fn counts_under(&self, unit: UnitId) -> Option<UnitId> {
        let unit = self.names.now(unit);
        self.only.is_none_or(|only| only == unit).then_some(unit)
    }
}

/// A record behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its code.
    pub code: String,
    /// What it is.
    pub title: String,
    /// The page that shows it.
    pub href: String,
    /// What decided: due and done, or days.
    pub words: String,
    /// Whether it counts in the numerator.
    pub holds: bool,
}

/// A unit's figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// How many hold.
    pub numerator: i64,
    /// Out of how many.
    pub denominator: i64,
    /// A day or a number, for leaves that take one.
    pub value: String,
    /// The records, in order.
    pub records: Vec<Record>,
}

impl Measured {
    /// Adds a record.
    pub fn count(&mut self, record: Record) {
        self.denominator += 1;
        self.numerator += i64::from(record.holds);
        self.records.push(record);
    }
}

/// How a figure is measured: by unit; a unit that nothing is known of has none.
pub type Measure = fn(&Tx<'_>, &Ask<'_>) -> Outcome<BTreeMap<UnitId, Measured>>;

/// A named figure.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Its name in a scheme.
    pub name: &'static str,
    /// How it is measured; none while the room that will know it is not there, so that the figure is typed.
    pub measure: Option<Measure>,
}

impl Source {
    /// The text key of its name.
    pub fn key(&self) -> String {
        key(self.name)
    }
}

/// All named figures.
pub const ALL: &[Source] = &[
    Source { name: "tasks_on_time", measure: Some(work::tasks_on_time) },
    Source { name: "tasks_done", measure: Some(work::tasks_done) },
    Source { name: "plan_issued", measure: Some(work::plan_issued) },
    Source { name: "reports_on_time", measure: Some(work::reports_on_time) },
    Source { name: "dossiers_on_time", measure: Some(dossiers::on_time) },
    Source { name: "dossiers_done_on_time", measure: Some(dossiers::done_on_time) },
    Source { name: "dossiers_online", measure: Some(dossiers::online) },
    Source { name: "dossiers_content", measure: Some(dossiers::content) },
    Source { name: "dossiers_rated_well", measure: Some(dossiers::rated_well) },
    Source { name: "dossiers_synchronised", measure: None },
    Source { name: "dossiers_paid_online", measure: None },
    Source { name: "dossiers_digitised", measure: None },
    Source { name: "dossiers_reused", measure: None },
    Source { name: "dossiers_shared", measure: None },
    Source { name: "results_electronic", measure: None },
    Source { name: "procedures_published", measure: None },
    Source { name: "procedures_updated", measure: None },
    Source { name: "procedures_complete", measure: None },
    Source { name: "procedures_online", measure: None },
    Source { name: "services_used", measure: None },
    Source { name: "petitions_on_time", measure: None },
    Source { name: "petitions_content", measure: None },
    Source { name: "apologies_given", measure: None },
    Source { name: "meetings_held", measure: None },
    Source { name: "organisations_classified", measure: None },
];

/// The text key of a binding's name; what stands behind the colon is no part of it.
pub fn key(binding: &str) -> String {
    let name = binding.split(':').next().unwrap_or(binding).trim();
    match ALL.iter().find(|source| source.name == name) {
        Some(source) => format!("figure-{}", source.name.replace('_', "-")),
        None => "figure-unknown".to_owned(),
    }
}

/// The figure of a binding and what stands behind its colon; none when nobody knows its name.
pub fn source(binding: &str) -> Option<(&'static Source, &str)> {
    let (name, of) = binding.split_once(':').unwrap_or((binding, ""));
    Some((ALL.iter().find(|source| source.name == name.trim())?, of.trim()))
}

/// Measures a binding for a year, by the cut-off: the end of the year, or today before it. None when it cannot be measured.
///
/// # Errors
/// When the reading fails.
pub fn measure(tx: &Tx<'_>, asked: (&str, i16, Date)) -> Outcome<Option<(Date, BTreeMap<UnitId, Measured>)>> {
    measure_for(tx, asked, None)
}

/// [`measure`] for one unit, without making the records of all others.
///
/// # Errors
/// When the reading fails.
pub fn measure_one(tx: &Tx<'_>, asked: (&str, i16, Date), unit: UnitId) -> Outcome<Option<(Date, Measured)>> {
    let Some((cut_off, mut measured)) = measure_for(tx, asked, Some(unit))? else { return Ok(None) };
    let unit = Snapshot::at(tx, cut_off)?.now(unit);
    Ok(Some((cut_off, measured.remove(&unit).unwrap_or_default())))
}

fn measure_for(
    tx: &Tx<'_>,
    (binding, year, today): (&str, i16, Date),
    only: Option<UnitId>,
) -> Outcome<Option<(Date, BTreeMap<UnitId, Measured>)>> {
    let (Ok(from), Ok(last)) = (Date::new(year, 1, 1), Date::new(year, 12, 31)) else { return Ok(None) };
    let Some((Some(measure), of)) = source(binding).map(|(source, of)| (source.measure, of)) else {
        return Ok(None);
    };
    let to = last.min(today);
    let names = Snapshot::at(tx, to)?;
    let only = only.map(|unit| names.now(unit));
    let measured = measure(tx, &Ask { names: &names, from, to, of, only })?;
    Ok(Some((to, measured)))
}
