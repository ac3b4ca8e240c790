//! Targets on the leader's desk: the furthest behind among those with a fresh figure; the others are named as a gap.

use base::{Date, Decimal};
use db::Tx;
use organisation::Snapshot;
use programme::{
    store::{self, Target},
    words::{Programme, TargetId},
};
use std::collections::HashMap;
use web::Show;

/// Days after which a measured figure is no longer shown: a quarter and the days in which it is reported.
pub(super) const STALE: i64 = 100;
/// How many targets, and how many gaps, are shown.
const SHOWN: usize = 5;

/// A target with its latest figure, whose it is and how old.
pub(super) struct Measured {
    pub(super) target: Target,
    pub(super) owner: String,
    /// The figure; none where nothing was ever measured.
    pub(super) value: Option<Decimal>,
    pub(super) plan: Option<Decimal>,
    /// The share of the plan in percent, never clamped.
    pub(super) percent: Option<Decimal>,
    /// The day of the figure.
    pub(super) as_of: Option<Date>,
    /// Its age in days.
    pub(super) age: Option<i64>,
}

impl Measured {
    /// `97 / 120 mô hình`.
    pub(super) fn figure(&self, show: Show) -> String {
        let plan = self.plan.map(|plan| format!(" / {}", show.decimal(&Some(plan)))).unwrap_or_default();
        format!("{}{plan} {}", show.decimal(&self.value), self.target.measure)
    }
}

/// The targets whose figures are fresh, the furthest behind first; those without a fresh one, the oldest first; and how
/// many of these there are.
pub(super) fn targets(
    tx: &Tx<'_>,
    names: &Snapshot,
    today: Date,
) -> anyhow::Result<(Vec<Measured>, Vec<Measured>, usize)> {
    let programmes: HashMap<_, Programme> = store::programmes(tx)?.into_iter().map(|p| (p.id, p)).collect();
    let mut latest: HashMap<TargetId, (i64, Date, Decimal)> = HashMap::new();
    for (target, year, as_of, value) in store::latest_values(tx, today)? {
        latest.insert(target, (year, as_of, value));
    }
    let plans: HashMap<(TargetId, i64), Decimal> =
        store::all_target_years(tx)?.into_iter().map(|(target, year, plan)| ((target, year), plan)).collect();
    let measured = store::targets(tx, None)?.into_iter().map(|target| {
        let last = latest.get(&target.id).copied();
        let plan = last.and_then(|(year, ..)| plans.get(&(target.id, year))).copied();
        let value = last.map(|(_, _, value)| value);
        let owner = programmes.get(&target.programme).and_then(|p| p.issuer);
        Measured {
            owner: owner.map(|unit| names.name(names.now(unit))).unwrap_or_default(),
            percent: value
                .zip(plan)
                .filter(|(_, plan)| !plan.is_zero())
                .map(|(value, plan)| (value * Decimal::ONE_HUNDRED / plan).round_dp(1)),
            value,
            plan,
            as_of: last.map(|(_, as_of, _)| as_of),
            age: last.and_then(|(_, as_of, _)| Some(i64::from(as_of.until(today).ok()?.get_days()))),
            target,
        }
    });
    let (mut fresh, mut gaps): (Vec<Measured>, Vec<Measured>) =
        measured.partition(|m| m.age.is_some_and(|age| age <= STALE));
    fresh.sort_by_key(|m| m.percent.unwrap_or(Decimal::MAX));
    fresh.truncate(SHOWN);
    gaps.sort_by_key(|m| m.as_of);
    let all = gaps.len();
    gaps.truncate(SHOWN);
    Ok((fresh, gaps, all))
}
