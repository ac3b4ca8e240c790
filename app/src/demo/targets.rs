//! The demo's targets.

use super::{City, Dice, back, words::TARGETS};
use base::{Actor, Clock, Date, Outcome};
use db::Tx;
use programme::{store, words::Programme};

/// Three targets of a programme: yearly plans, an allocation that sums, and what was measured so far.
pub(super) fn targets(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    city: &City,
    top: &Programme,
    dice: &mut Dice,
) -> Outcome<()> {
    let this_year = i64::from(clock.today().year());
    for (i, (title, measure, kind)) in TARGETS.iter().enumerate() {
        let short = top.code.trim_start_matches("CT-");
        let step = base::Decimal::from(10 * (1 + dice.below(9)));
        let is_share = *kind == "share";
        let plan_of = |year: i64| {
            let n = year - this_year + 3;
            if is_share { base::Decimal::from(80 + 3 * n) } else { step * base::Decimal::from(n + 1) }
        };
        let goal = plan_of(this_year + 2);
        let target = store::Target {
            id: programme::words::TargetId::new(clock),
            code: format!("CTI-{short}.{:02}", i + 1),
            programme: top.id,
            title: (*title).to_owned(),
            measure: (*measure).to_owned(),
            kind: (*kind).to_owned(),
            bound: "at_least".to_owned(),
            goal: Some(goal),
            goal_written: format!("≥ {}", base::format::decimal(goal)),
            split: if i == 0 { "sum" } else { "none" }.to_owned(),
            version: 1,
        };
        store::insert_target(tx, &target, i64::try_from(i).unwrap_or(0))?;
        // The first is given to the districts, and their parts make the whole.
        let parts: Vec<base::Decimal> = city
            .districts
            .iter()
            .filter(|_| i == 0)
            .map(|_| base::Decimal::from(1 + dice.below(9)))
            .collect();
        for year in this_year - 3..=this_year + 2 {
            let plan = if year == this_year && i == 0 { parts.iter().sum() } else { plan_of(year) };
            store::put_target_year(tx, target.id, year, Some(plan), &base::format::decimal(plan))?;
            // Every fourth has no figure of this year yet.
            if year < this_year || (year == this_year && dice.below(4) > 0) {
                let is_over = year < this_year;
                let share =
                    base::Decimal::from(if is_over { 90 + dice.below(20) } else { 60 + dice.below(45) });
                let reached = (plan * share / base::Decimal::ONE_HUNDRED).round();
                let value = store::Value {
                    unit: None,
                    year,
                    as_of: if is_over {
                        Date::new(i16::try_from(year).unwrap_or(2024), 12, 14).unwrap_or(clock.today())
                    } else {
                        back(clock.today(), 20)
                    },
                    value: if is_share { reached.min(base::Decimal::ONE_HUNDRED) } else { reached },
                    evidence: if is_over { "Báo cáo năm" } else { "Báo cáo quý" }.to_owned(),
                    actor: actor.name.clone(),
                };
                store::add_value(tx, clock.uuid(), target.id, &value, clock.now())?;
            }
        }
        for (district, part) in city.districts.iter().zip(parts) {
            store::put_allocation(tx, target.id, district.office, this_year, part)?;
        }
    }
    Ok(())
}
