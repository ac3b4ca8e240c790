//! The plans that a task had one after another: what was to come of it, by when, by whom.

use crate::words::Facts;
use base::{Date, ids::UnitId};

/// A plan of a task, with the day from which it held and why it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// From which day it held.
    pub on: Date,
    /// The deadline.
    pub due: Option<Date>,
    /// The deadline as written.
    pub due_written: String,
    /// The deliverable.
    pub product: String,
    /// How it is accepted.
    pub acceptance: String,
    /// The lead unit.
    pub lead: Option<UnitId>,
    /// The named lead.
    pub person: String,
    /// What was said when it was made.
    pub why: String,
}

impl Plan {
    fn of(on: Date, why: &str, f: &Facts) -> Self {
        Self {
            on,
            due: f.due.date(),
            due_written: f.due_written.clone(),
            product: f.product.clone(),
            acceptance: f.acceptance.clone(),
            lead: f.lead,
            person: f.person_name.clone(),
            why: why.to_owned(),
        }
    }

    /// Whether both plan the same, whenever and however it was said.
    fn is_like(&self, other: &Self) -> bool {
        let bare = |plan: &Self| Self { on: other.on, why: String::new(), ..plan.clone() };
        bare(self) == bare(other)
    }
}

/// The plans of a task from its steps (day, words, facts after it; the oldest first): the first one, and each that
/// changed something in it, the newest first.
pub fn plans<'s>(steps: impl Iterator<Item = (Date, &'s str, &'s Facts)>) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for (on, why, facts) in steps {
        let plan = Plan::of(on, why, facts);
        if plans.last().is_none_or(|last| !last.is_like(&plan)) {
            plans.push(plan);
        }
    }
    plans.reverse();
    plans
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::period::Due;

    #[test]
    fn a_plan_is_new_when_something_planned_changed() {
        let facts = |due: i8, product: &str| Facts {
            due: Due::Day { on: Date::constant(2023, 6, due) },
            product: product.to_owned(),
            ..Facts::default()
        };
        let steps = [
            (1, "", facts(15, "Báo cáo")),
            (2, "đổi sản phẩm", facts(15, "Đề án")),
            (5, "tiến độ", facts(15, "Đề án")),
            (9, "thêm thời gian", facts(30, "Đề án")),
        ];
        let plans = plans(steps.iter().map(|(day, why, facts)| (Date::constant(2023, 3, *day), *why, facts)));
        let shown: Vec<(i8, &str)> = plans.iter().map(|p| (p.on.day(), p.why.as_str())).collect();
        assert_eq!(shown, [(9, "thêm thời gian"), (2, "đổi sản phẩm"), (1, "")]);
    }
}
