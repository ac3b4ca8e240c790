//! The rules on their limits, and what never changes however figures fall.

use super::*;
use crate::points::{parse as p, whole};

#[track_caller]
fn scores(method: &str, parameters: &str, most: &str, figure: &Figure) -> Option<Points> {
    let most = p(most).unwrap();
    let rule = parse(method, parameters, &most).unwrap();
    let leaf = Leaf {
        rule: &rule,
        most: &most,
        when_none: Absent::Out,
        when_zero: Absent::Zero,
        is_survey: false,
        year: 2023,
        tells: true,
    };
    score(leaf, figure).points
}

fn ratio_of(above: i64, below: i64) -> Figure {
    Figure {
        numerator: Some(whole(above)),
        denominator: Some(whole(below)),
        has_evidence: true,
        ..Figure::default()
    }
}

fn said(value: &str) -> Figure {
    Figure { value: value.to_owned(), has_evidence: true, ..Figure::default() }
}

#[test]
fn each_rule_on_its_limits() {
    for (method, parameters, most, figure, points) in [
        ("yes_no", "có=1.0", "1", said("có"), "1"),
        ("yes_no", "có=1.0", "1", said("không"), "0"),
        ("deadline", "hạn=31/01; chậm đến 15 ngày=50%; chậm hơn=0", "1", said("31/01/2023"), "1"),
        ("deadline", "hạn=31/01; chậm đến 15 ngày=50%; chậm hơn=0", "1", said("15/02/2023"), "0,5"),
        ("deadline", "hạn=31/01; chậm đến 15 ngày=50%; chậm hơn=0", "1", said("16/02/2023"), "0"),
        ("ratio_tier", "100%=1.5; 80%=0.75; 0%=0", "1,5", ratio_of(80, 100), "0,75"),
        ("ratio_tier", "100%=1.5; 80%=0.75; 0%=0", "1,5", ratio_of(79_996, 100_000), "0"),
        ("ratio_full_at", "T=30%", "1", ratio_of(30, 100), "1"),
        ("ratio_full_at", "T=30%", "1", ratio_of(15, 100), "0,5"),
        ("ratio_linear_floor", "sàn=80%", "2", ratio_of(79, 100), "0"),
        ("ratio_linear_floor", "sàn=80%", "2", ratio_of(80, 100), "1,6"),
        ("ratio_linear_floor", "sàn=80%", "2", ratio_of(120, 100), "2"),
        ("ratio_95_80", "", "2", ratio_of(95, 100), "2"),
        ("ratio_95_80", "", "2", ratio_of(80, 100), "1"),
        ("count_min", "5=1.0; 3=0.5; 0=0", "1", said("4"), "0,5"),
        ("rank_change", "tăng=0.5; giữ=0.25; giảm=0", "0,5", said("giữ"), "0,25"),
        ("penalty", "mỗi trường hợp=-0.5; sàn=0", "1", said("3"), "0"),
        ("penalty", "mỗi trường hợp=-1; sàn=-3", "-3", said("2"), "-2"),
        ("penalty", "mỗi trường hợp=-1; sàn=-3", "-3", said("9"), "-3"),
        ("manual", "0..0.5", "0,5", said("0,3"), "0,3"),
    ] {
        assert_eq!(scores(method, parameters, most, &figure), p(points), "{method} {figure:?}");
    }
}

#[test]
fn what_is_missing_never_becomes_nothing() {
    let most = whole(1);
    let rule = Rule::NinetyFiveEighty;
    let leaf = Leaf {
        rule: &rule,
        most: &most,
        when_none: Absent::Full,
        when_zero: Absent::Out,
        is_survey: false,
        year: 2023,
        tells: true,
    };
    assert!(score(leaf, &Figure::default()).is_missing());
    assert!(score(leaf, &Figure { denominator: None, ..ratio_of(1, 1) }).is_missing());
    assert!(score(leaf, &ratio_of(0, 0)).is_out);
    assert_eq!(score(leaf, &Figure { is_none: true, ..Figure::default() }).points, Some(whole(1)));
    assert_eq!(score(leaf, &Figure { has_evidence: false, ..ratio_of(1, 1) }).points, Some(whole(0)));
    let council = Rule::Manual(whole(0), whole(1));
    assert!(score(Leaf { rule: &council, ..leaf }, &said("1,5")).is_missing(), "beyond the limits");
}

#[test]
fn a_scheme_that_cannot_be_scored_says_where() {
    for (method, parameters, key) in [
        ("ratio_tier", "80%=1; 80%=0,5", "scheme-problem-overlap"),
        ("ratio_tier", "100%=0,5; 80%=1", "scheme-problem-order"),
        ("ratio_tier", "100%=9; 0%=0", "scheme-problem-unreachable"),
        ("ratio_tier", "", "scheme-problem-empty"),
        ("ratio_full_at", "T=abc", "scheme-problem-number"),
        ("deadline", "hạn=31/02", "scheme-problem-deadline"),
        ("không có", "", "scheme-problem-rule"),
    ] {
        assert_eq!(parse(method, parameters, &whole(1)).unwrap_err().key, key, "{method} {parameters}");
    }
}

#[test]
fn raising_a_numerator_never_lowers_a_score() {
    for (method, parameters) in [
        ("ratio_tier", "100%=1; 80%=0,5; 0%=0"),
        ("ratio_full_at", "T=30%"),
        ("ratio_linear_floor", "sàn=80%"),
        ("ratio_95_80", ""),
    ] {
        let mut before = None;
        for above in 0..=130 {
            let points = scores(method, parameters, "1", &ratio_of(above, 100)).unwrap();
            assert!(before.as_ref().is_none_or(|before| points >= *before), "{method} at {above}");
            before = Some(points);
        }
    }
}

#[test]
fn ties_stay_ties_in_any_order_and_the_next_rank_is_passed_over() {
    let results = [("a", 90), ("b", 80), ("c", 80), ("d", 70)];
    for turn in 0..results.len() {
        let mut turned = results.to_vec();
        turned.rotate_left(turn);
        let mut standings = ranks(turned.into_iter().map(|(unit, n)| (unit, whole(n))).collect());
        standings.sort_by_key(|standing| standing.unit);
        let ranks: Vec<usize> = standings.iter().map(|standing| standing.rank).collect();
        assert_eq!(ranks, [1, 2, 2, 4]);
    }
}

#[test]
fn rules_have_one_name_in_workbooks_and_on_pages() {
    for method in super::METHODS {
        let name = super::rule_name(method);
        assert_eq!(super::rule_word(name), method, "{name}");
        assert_eq!(super::rule_word(method), method);
        let text = format!("rule-{} = {name}\n", method.replace('_', "-"));
        assert!(include_str!("../../texts/vi.ftl").contains(&text), "{text}");
    }
    assert_eq!(super::rule_word(" lạ "), "lạ");
}

#[test]
fn parameters_that_would_be_passed_over_are_faults() {
    let most = whole(2);
    let told = |method: &str, parameters: &str| parse(method, parameters, &most).unwrap_err().key;
    assert_eq!(told("ratio_tier", "100=1.5; 80=0.75; 0=0"), "scheme-problem-tier");
    assert_eq!(told("deadline", "hạn=31/01; trễ đến 15 ngày=50%"), "scheme-problem-parameter");
    assert_eq!(told("survey_mean", "thang=nhiều"), "scheme-problem-number");
    assert!(parse("survey_mean", "thang=100", &most).is_ok());
    assert!(parse("deadline", "hạn=31/01; chậm đến 15 ngày=50%; chậm hơn=0", &most).is_ok());
}

#[test]
fn what_takes_points_away_needs_no_proof_and_never_takes_more_for_nothing() {
    let most = whole(-3);
    let rule = parse("yes_no", "", &most).unwrap();
    let leaf = Leaf {
        rule: &rule,
        most: &most,
        when_none: Absent::Full,
        when_zero: Absent::Zero,
        is_survey: false,
        year: 2023,
        tells: false,
    };
    let said = |value: &str, is_none: bool| {
        let figure = Figure { value: value.to_owned(), is_none, ..Figure::default() };
        score(leaf, &figure).points
    };
    assert_eq!(said("có", false), Some(most.clone()));
    assert_eq!(said("", true), Some(whole(0)));
}
