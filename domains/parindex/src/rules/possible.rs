//! What a leaf can still come to before its deadline: the interval between doing nothing more and doing all that is left.

use super::{Figure, Leaf, Rule, score};
use crate::points::{self, Points};
use base::Date;
use num_traits::{Signed as _, Zero as _};

/// The most points that a leaf can still reach from its figure on a day. Within the year that is scored, what can still be
/// done counts as done; afterwards figures stand, and only what is missing or not proved can still be brought.
pub fn reachable(leaf: Leaf<'_>, figure: &Figure, today: Date) -> Points {
    let best = best(leaf.rule, leaf.most);
    let proved = Figure { has_evidence: true, ..figure.clone() };
    let as_it_stands = score(leaf, &proved).points;
    if figure.is_none {
        return as_it_stands.unwrap_or_else(|| best.clone());
    }
    if let Rule::Deadline { by: (month, day), late } = leaf.rule {
        return match as_it_stands {
            Some(points) => points,
            None => by_today(leaf, (*month, *day), late, today),
        };
    }
    match as_it_stands {
        // The year is over, or cases can only grow: the figure cannot become better.
        Some(points) if today.year() > leaf.year || matches!(leaf.rule, Rule::Penalty { .. }) => points,
        _ => best,
    }
}

/// The points if the day that is asked for is today.
fn by_today(leaf: Leaf<'_>, (month, day): (i8, i8), late: &[(i64, Points)], today: Date) -> Points {
    let days = Date::new(leaf.year, month, day).ok().and_then(|by| points::days(by, today)).unwrap_or(0);
    // A day of the past may still be brought once the year is over; nobody knows which.
    if days <= 0 || today.year() > leaf.year {
        return leaf.most.clone();
    }
    let share = late.iter().find(|(within, _)| days <= *within);
    share.map_or_else(Points::zero, |(_, share)| share * leaf.most)
}

/// The most points that a rule gives at all.
fn best(rule: &Rule, most: &Points) -> Points {
    let top =
        |steps: &[(Points, Points)]| steps.first().map_or_else(Points::zero, |(_, points)| points.clone());
    match rule {
        Rule::Tiers(steps) | Rule::Count(steps) => top(steps),
        Rule::RankChange(up, same, down) => up.max(same).max(down).clone(),
        Rule::Manual(_, high) => high.clone(),
        Rule::Penalty { .. } if most.is_negative() => Points::zero(),
        _ => most.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Absent, parse};
    use super::*;

    #[test]
    fn what_is_past_cannot_be_reached_any_more() {
        let most = points::whole(2);
        let day = |year, month, day| Date::constant(year, month, day);
        let of = |method: &str, parameters: &str, value: &str, has_evidence: bool, today: Date| {
            let rule = parse(method, parameters, &most).unwrap();
            let (when_none, when_zero) = (Absent::Zero, Absent::Zero);
            let leaf = Leaf {
                rule: &rule,
                most: &most,
                when_none,
                when_zero,
                is_survey: false,
                year: 2023,
                tells: true,
            };
            let figure = Figure { value: value.to_owned(), has_evidence, ..Figure::default() };
            points::digits(&reachable(leaf, &figure, today))
        };
        let late = "hạn=31/01; chậm đến 15 ngày=50%";
        assert_eq!(of("deadline", late, "", false, day(2023, 1, 20)), "2");
        assert_eq!(of("deadline", late, "", false, day(2023, 2, 5)), "1");
        assert_eq!(of("deadline", late, "", false, day(2023, 3, 1)), "0");
        assert_eq!(of("deadline", late, "03/02/2023", false, day(2023, 1, 20)), "1");
        assert_eq!(of("count_min", "3=2; 1=1; 0=0", "1", true, day(2023, 6, 1)), "2");
        assert_eq!(of("count_min", "3=2; 1=1; 0=0", "1", false, day(2024, 1, 10)), "1");
        assert_eq!(of("yes_no", "", "", false, day(2024, 1, 10)), "2");
    }
}
