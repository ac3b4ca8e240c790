//! The four adjectives, measured: early, concrete, in step, on time, for a programme at a date.
//!
//! Each is a share with numerator, denominator and the list behind it, whole and per unit. The date decides what
//! counts: facts are steps that count from a day, so the same question has the same answer later.

use crate::{
    rules, store,
    words::{Programme, ProgrammeId, State},
};
use base::{Date, Decimal, Outcome, format::percent_of, ids::UnitId};
use db::Tx;
use document::{ClauseId, ClauseKind};
use organisation::Snapshot;
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

/// A share and the list behind it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Share {
    /// How many have it.
    pub numerator: i64,
    /// Out of how many.
    pub denominator: i64,
    /// In percent with two decimals; none when there is nothing to divide by.
    pub percent: Option<Decimal>,
    /// The codes that count in the numerator.
    pub with: Vec<String>,
    /// The codes that do not.
    pub without: Vec<String>,
}

impl Share {
    fn count(&mut self, holds: bool, code: &str) {
        self.denominator += 1;
        if holds {
            self.numerator += 1;
            self.with.push(code.to_owned());
        } else {
            self.without.push(code.to_owned());
        }
    }

    fn close(mut self) -> Self {
        self.percent = percent_of(self.numerator, self.denominator);
        self
    }
}

/// Early: the units' own documents.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Early {
    /// Units whose document came within the limit, out of all in scope.
    pub share: Share,
    /// The limit in days.
    pub limit_days: Option<i64>,
    /// The median of the days of those that have one.
    pub median_days: Option<Decimal>,
    /// Unit code → days from the programme's issue to the unit's own document.
    pub days: BTreeMap<String, i64>,
    /// Units that have none, or of whose document the day is not known.
    pub not_yet: Vec<String>,
}

/// The figures of one unit.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OfUnit {
    /// Its code.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Its tasks whose six clears are complete.
    pub concrete: Share,
    /// The clauses it took up.
    pub in_step: Share,
    /// Its due items done by their deadline, extensions granted counted.
    pub on_time: Share,
}

/// All figures.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figures {
    /// The programme's code.
    pub programme: String,
    /// The date asked.
    pub as_of: Option<Date>,
    /// Whether the units in scope were set, or are those that have a plan.
    pub scope: &'static str,
    /// Sớm.
    pub early: Early,
    /// Cụ thể.
    pub concrete: Share,
    /// Đồng bộ: pairs `clause unit`.
    pub in_step: Share,
    /// Clauses that no unit took up.
    pub nobody_took_up: Vec<String>,
    /// Kịp thời, granted extensions counted.
    pub on_time: Share,
    /// Kịp thời, by the first deadline.
    pub on_time_first: Share,
    /// How many of the items due are still drafts: planned but never given to anybody.
    pub due_drafts: i64,
    /// By unit in scope.
    pub units: Vec<OfUnit>,
}

impl Figures {
    /// Leaves in the lists behind shares of tasks only those that the reader may see; the counts stay.
    pub fn name_only(&mut self, sees: impl Fn(&str) -> bool) {
        let whole = [&mut self.concrete, &mut self.on_time, &mut self.on_time_first];
        let units = self.units.iter_mut().flat_map(|unit| [&mut unit.concrete, &mut unit.on_time]);
        for share in whole.into_iter().chain(units) {
            share.with.retain(|task| sees(task));
            share.without.retain(|task| sees(task));
        }
    }
}

/// [`measure`]; the figures of today are kept in memory until the programme, one of its plans or a unit changes.
///
/// # Errors
/// When the reading fails.
pub fn measured(tx: &Tx<'_>, programme: &Programme, on: Date, today: Date) -> Outcome<Arc<Figures>> {
    if on != today {
        return measure(tx, programme, on).map(Arc::new);
    }
    // Each counter only grows, so their sum moves when any of them does.
    let version = store::tick_of(tx, programme.id)? + tx.version("organisation")?;
    Ok(tx.cached_at(&format!("figures {} {on}", programme.id), version, || {
        measure(tx, programme, on).map_err(|stop| match stop {
            base::Stop::Fault(fault) => fault,
            base::Stop::Refused(refusal) => anyhow::anyhow!("figures refused: {}", refusal.key),
        })
    })?)
}

/// Measures a programme at a date.
///
/// # Errors
/// When the reading fails.
pub fn measure(tx: &Tx<'_>, programme: &Programme, on: Date) -> Outcome<Figures> {
    let snapshot = Snapshot::at(tx, on)?;
    let code_of = |unit: UnitId| snapshot.unit(unit).map_or_else(|| unit.to_string(), |u| u.code.clone());
    let plans: Vec<Programme> =
        store::children(tx, programme.id)?.into_iter().filter(|p| p.starts <= on).collect();
    let set = store::scope(tx, programme.id)?;
    let mut scope: Vec<UnitId> =
        if set.is_empty() { plans.iter().filter_map(|p| p.issuer).collect() } else { set.clone() };
    // Whoever has taken a unit over by the day answers for it.
    for unit in &mut scope {
        *unit = snapshot.now(*unit);
    }
    scope.retain(|unit| snapshot.unit(*unit).is_some());
    scope.sort_unstable();
    scope.dedup();
    scope.sort_by_key(|unit| code_of(*unit));

    let mut figures = Figures {
        programme: programme.code.clone(),
        as_of: Some(on),
        scope: if set.is_empty() { "units_with_a_plan" } else { "set" },
        early: early(programme, &plans, &scope, on, &snapshot),
        ..Figures::default()
    };

    let ids: Vec<ProgrammeId> = std::iter::once(programme.id).chain(plans.iter().map(|p| p.id)).collect();
    let owner: HashMap<ProgrammeId, UnitId> =
        plans.iter().filter_map(|p| Some((p.id, snapshot.now(p.issuer?)))).collect();
    let mut units: BTreeMap<String, OfUnit> = BTreeMap::new();
    for unit in &scope {
        let code = code_of(*unit);
        units.insert(code.clone(), OfUnit { unit: code, name: snapshot.name(*unit), ..OfUnit::default() });
    }
    let mut taken: HashSet<(ClauseId, UnitId)> = HashSet::new();
    for (_, code, task_programme, facts) in store::facts_on(tx, &ids, on)? {
        if facts.state == State::Cancelled {
            continue;
        }
        // A plan's tasks are its issuer's; the programme's own tasks are their lead unit's.
        let unit = owner.get(&task_programme).copied().or(facts.lead.map(|lead| snapshot.now(lead)));
        let of_unit = unit.and_then(|u| units.get_mut(&code_of(u)));
        let clear = rules::missing(&facts).is_empty();
        figures.concrete.count(clear, &code);
        let due = facts.due.date().filter(|due| *due <= on);
        let in_time = due.is_some_and(|due| facts.reported_on.is_some_and(|done| done <= due));
        if due.is_some() {
            figures.on_time.count(in_time, &code);
            figures.due_drafts += i64::from(facts.state == State::Draft);
        }
        if let Some(first) = facts.first_due.or(facts.due.date()).filter(|due| *due <= on) {
            figures.on_time_first.count(facts.reported_on.is_some_and(|done| done <= first), &code);
        }
        if let Some(of_unit) = of_unit {
            of_unit.concrete.count(clear, &code);
            if due.is_some() {
                of_unit.on_time.count(in_time, &code);
            }
        }
        if let Some(unit) = unit {
            taken.extend(facts.clauses.iter().map(|clause| (*clause, unit)));
        }
    }
    for (clause, unit, _) in store::exclusions(tx, programme.id, on)? {
        taken.insert((clause, snapshot.now(unit)));
    }
    if let Some(document) = programme.document {
        for (id, key) in clauses_in_scope(tx, document)? {
            let mut anybody = false;
            for unit in &scope {
                let (code, holds) = (code_of(*unit), taken.contains(&(id, *unit)));
                anybody |= holds;
                figures.in_step.count(holds, &format!("{key} {code}"));
                if let Some(of_unit) = units.get_mut(&code) {
                    of_unit.in_step.count(holds, &key);
                }
            }
            if !anybody {
                figures.nobody_took_up.push(key);
            }
        }
    }
    figures.concrete = figures.concrete.close();
    figures.in_step = figures.in_step.close();
    figures.on_time = figures.on_time.close();
    figures.on_time_first = figures.on_time_first.close();
    figures.units = units
        .into_values()
        .map(|u| OfUnit {
            concrete: u.concrete.close(),
            in_step: u.in_step.close(),
            on_time: u.on_time.close(),
            ..u
        })
        .collect();
    Ok(figures)
}

/// The clauses that units are to take up: the lettered points where there are any, else the items.
///
/// # Errors
/// When the reading fails.
pub fn clauses_in_scope(
    tx: &Tx<'_>,
    document: document::DocumentId,
) -> anyhow::Result<Vec<(ClauseId, String)>> {
    let clauses = document::store::clauses(tx, document)?;
    let points = clauses.iter().any(|c| c.kind == ClauseKind::Point);
    let wanted = if points { ClauseKind::Point } else { ClauseKind::Item };
    Ok(clauses.into_iter().filter(|c| c.kind == wanted).map(|c| (c.id, c.key)).collect())
}

fn early(programme: &Programme, plans: &[Programme], scope: &[UnitId], on: Date, names: &Snapshot) -> Early {
    let code_of = |unit: UnitId| names.unit(unit).map_or_else(|| unit.to_string(), |u| u.code.clone());
    let mut early = Early { limit_days: programme.early_days, ..Early::default() };
    let mut days: Vec<i64> = Vec::new();
    for unit in scope {
        let issued = plans
            .iter()
            .filter(|p| p.issuer.is_some_and(|issuer| names.now(issuer) == *unit))
            .filter_map(|p| p.issued)
            .filter(|issued| *issued <= on)
            .min();
        let code = code_of(*unit);
        match (programme.issued, issued) {
            (Some(from), Some(to)) => {
                let n = from.until(to).map_or(0, |span| i64::from(span.get_days()));
                early.share.count(programme.early_days.is_none_or(|limit| n <= limit), &code);
                early.days.insert(code, n);
                days.push(n);
            }
            _ => {
                early.share.count(false, &code);
                early.not_yet.push(code);
            }
        }
    }
    days.sort_unstable();
    let middle = days.len() / 2;
    early.median_days = match days.len() {
        0 => None,
        n if n % 2 == 1 => days.get(middle).map(|d| Decimal::from(*d)),
        _ => days.get(middle).zip(days.get(middle - 1)).map(|(a, b)| Decimal::from(a + b) / Decimal::TWO),
    };
    early.share = early.share.close();
    early
}
