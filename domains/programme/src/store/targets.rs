//! Statements about targets, their yearly plans, allocations, values, and about focus points.

use crate::words::{ProgrammeId, TargetId};
use base::{Date, Decimal, Timestamp, Uuid, fold::fold, ids::UnitId};
use db::{Row, Tx};

/// A target as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its identity.
    pub id: TargetId,
    /// Its code.
    pub code: String,
    /// Its programme.
    pub programme: ProgrammeId,
    /// What is measured.
    pub title: String,
    /// The unit of measure.
    pub measure: String,
    /// The kind, see [`crate::import::targets::kind_of`].
    pub kind: String,
    /// `at_least`, `at_most`, `about`, `exact`.
    pub bound: String,
    /// The final value.
    pub goal: Option<Decimal>,
    /// The final value as written.
    pub goal_written: String,
    /// How allocations make the whole: `none`, `sum`, `mean`, `each`.
    pub split: String,
    /// Counts the changes, from 1.
    pub version: i64,
}

const TARGET: &str =
    "id, code, programme_id, title, measure, kind, bound, final, final_written, split, version";

fn target(r: &Row<'_>) -> anyhow::Result<Target> {
    Ok(Target {
        id: r.next()?,
        code: r.next()?,
        programme: r.next()?,
        title: r.next()?,
        measure: r.next()?,
        kind: r.next()?,
        bound: r.next()?,
        goal: r.next()?,
        goal_written: r.next()?,
        split: r.next()?,
        version: r.next()?,
    })
}

/// The targets of a programme, or of all.
pub fn targets(tx: &Tx<'_>, programme: Option<ProgrammeId>) -> anyhow::Result<Vec<Target>> {
    tx.rows(
        &format!(
            "select {TARGET} from programme_target where ($1 is null or programme_id = $1)
              order by programme_id, position, code limit 2000"
        ),
        &[&programme],
        target,
    )
}

/// A target by its code.
pub fn target_by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Target>> {
    tx.row(&format!("select {TARGET} from programme_target where code = $1"), &[&code], target)
}

/// Keeps a target.
pub fn insert_target(tx: &Tx<'_>, t: &Target, position: i64) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_target (id, code, programme_id, position, title, folded, measure, kind, bound, final,
                                       final_written, split, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
        &[
            &t.id,
            &t.code,
            &t.programme,
            &position,
            &t.title,
            &fold(&t.title),
            &t.measure,
            &t.kind,
            &t.bound,
            &t.goal,
            &t.goal_written,
            &t.split,
        ],
    )?;
    Ok(())
}

/// Says how the allocations of a target make the whole.
pub fn set_split(tx: &Tx<'_>, target: TargetId, split: &str) -> anyhow::Result<()> {
    tx.run(
        "update programme_target set split = $1, version = version + 1 where id = $2",
        &[&split, &target],
    )?;
    Ok(())
}

/// Changes what a target says; false when somebody was faster.
pub fn update_target(tx: &Tx<'_>, t: &Target) -> anyhow::Result<bool> {
    let changed = tx.run(
        "update programme_target set title = $1, folded = $2, measure = $3, kind = $4, bound = $5, final = $6,
                final_written = $7, version = version + 1
          where id = $8 and version = $9",
        &[
            &t.title,
            &fold(&t.title),
            &t.measure,
            &t.kind,
            &t.bound,
            &t.goal,
            &t.goal_written,
            &t.id,
            &t.version,
        ],
    )?;
    Ok(changed > 0)
}

/// The yearly plans of a target: year, plan, as written.
pub fn target_years(tx: &Tx<'_>, target: TargetId) -> anyhow::Result<Vec<(i64, Option<Decimal>, String)>> {
    tx.rows(
        "select year, plan, written from programme_target_year where target_id = $1 order by year",
        &[&target],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Keeps a yearly plan; says whether it changed.
pub fn put_target_year(
    tx: &Tx<'_>,
    target: TargetId,
    year: i64,
    plan: Option<Decimal>,
    written: &str,
) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into programme_target_year (target_id, year, plan, written) values ($1, $2, $3, $4)
         on conflict (target_id, year) do update set plan = excluded.plan, written = excluded.written
          where programme_target_year.written <> excluded.written",
        &[&target, &year, &plan, &written],
    )?;
    Ok(n == 1)
}

/// The allocations of a target: unit, year, plan.
pub fn allocations(tx: &Tx<'_>, target: TargetId) -> anyhow::Result<Vec<(UnitId, i64, Decimal)>> {
    tx.rows(
        "select unit_id, year, plan from programme_allocation where target_id = $1 order by unit_id, year",
        &[&target],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Keeps an allocation.
pub fn put_allocation(
    tx: &Tx<'_>,
    target: TargetId,
    unit: UnitId,
    year: i64,
    plan: Decimal,
) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_allocation (target_id, unit_id, year, plan) values ($1, $2, $3, $4)
         on conflict (target_id, unit_id, year) do update set plan = excluded.plan",
        &[&target, &unit, &year, &plan],
    )?;
    Ok(())
}

/// A measured value.
#[derive(Debug, Clone)]
pub struct Value {
    /// The unit measured; `None` for the whole.
    pub unit: Option<UnitId>,
    /// The year it belongs to.
    pub year: i64,
    /// The day it speaks of.
    pub as_of: Date,
    /// The value.
    pub value: Decimal,
    /// Where it comes from.
    pub evidence: String,
    /// Who entered it.
    pub actor: String,
}

/// The values measured up to a day, newest first.
pub fn values(tx: &Tx<'_>, target: TargetId, until: Date) -> anyhow::Result<Vec<Value>> {
    tx.rows(
        "select unit_id, year, as_of, value, evidence, actor from programme_value
          where target_id = $1 and as_of <= $2 order by as_of desc, recorded_at desc, id limit 2000",
        &[&target, &until],
        |r| {
            Ok(Value {
                unit: r.next()?,
                year: r.next()?,
                as_of: r.next()?,
                value: r.next()?,
                evidence: r.next()?,
                actor: r.next()?,
            })
        },
    )
}

/// The latest value of each target as a whole, up to a day: target, year, day, value.
pub fn latest_values(tx: &Tx<'_>, until: Date) -> anyhow::Result<Vec<(TargetId, i64, Date, Decimal)>> {
    let all: Vec<(TargetId, i64, Date, Decimal)> = tx.rows(
        "select target_id, year, as_of, value from programme_value
          where unit_id is null and as_of <= $1 order by target_id, as_of desc, recorded_at desc, id",
        &[&until],
        |r| Ok((r.next()?, r.next()?, r.next()?, r.next()?)),
    )?;
    let mut latest: Vec<(TargetId, i64, Date, Decimal)> = Vec::new();
    for line in all {
        if latest.last().is_none_or(|kept| kept.0 != line.0) {
            latest.push(line);
        }
    }
    Ok(latest)
}

/// The plans of every target: target, year, plan.
pub fn all_target_years(tx: &Tx<'_>) -> anyhow::Result<Vec<(TargetId, i64, Decimal)>> {
    tx.rows(
        "select target_id, year, plan from programme_target_year where plan is not null order by target_id, year",
        &[],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Keeps a measured value beside the earlier ones.
pub fn add_value(tx: &Tx<'_>, id: Uuid, target: TargetId, v: &Value, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_value (id, target_id, unit_id, year, as_of, value, evidence, actor, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[&id, &target, &v.unit, &v.year, &v.as_of, &v.value, &v.evidence, &v.actor, &at],
    )?;
    Ok(())
}
