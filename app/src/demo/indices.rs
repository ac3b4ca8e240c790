//! Three years of an index over the districts, the first of which climbs; the last year is still being appraised.

use super::{City, Dice};
use base::{Actor, Clock, Date, Outcome, Span, ids::UnitId};
use db::Tx;
use parindex::{
    acts, points,
    rules::{Figure, Given, Place, Rule, score},
    scheme::{NodeLeaf, Scheme},
    store::{self, Kept},
};

/// A scale made for trials; it is nobody's official one.
const SCALE: &[u8] = include_bytes!("../../../testdata/cases/bo-chi-so-cchc.xlsx");

/// How well a district does in a year, in percent: the first district passes its three rivals within three years.
fn quality(district: usize, year: usize) -> i64 {
    match (district, year) {
        (0, 0) => 88,
        (0, 1) => 93,
        (0, _) => 97,
        (1, _) => 94,
        (2, _) => 92,
        (3, _) => 90,
        (other, _) => 55 + i64::try_from(other * 37 % 31).unwrap_or(0),
    }
}

/// A figure as good as the quality says, with a little luck.
fn figure(leaf: &NodeLeaf, quality: i64, year: i16, dice: &mut Dice) -> Figure {
    let luck = i64::try_from(dice.below(5)).unwrap_or(0) - 2;
    let good = (quality + luck).clamp(0, 100);
    let mut figure = Figure { has_evidence: true, ..Figure::default() };
    match leaf.rule() {
        Some(Rule::SurveyMean(_)) => {
            figure.numerator = Some(points::whole(200 * 5 * good / 100));
            figure.denominator = Some(points::whole(200));
        }
        Some(rule) if rule.is_ratio() => {
            figure.numerator = Some(points::whole(10 * good));
            figure.denominator = Some(points::whole(1000));
        }
        Some(Rule::Deadline { by: (month, day), .. }) => {
            let late = Span::new().days((90 - good) / 2);
            let on = Date::new(year, *month, *day).ok().and_then(|by| by.checked_add(late).ok());
            figure.value = on.map(base::format::date).unwrap_or_default();
        }
        Some(Rule::Count(_)) => figure.value = (good / 20).to_string(),
        Some(Rule::RankChange(..)) => "giữ".clone_into(&mut figure.value),
        Some(Rule::Penalty { .. }) => figure.value = i64::from(good < 60).to_string(),
        Some(Rule::Manual(_, high)) => {
            figure.value =
                base::format::decimal(points::decimal(&(high * points::whole(good) / points::whole(100))));
        }
        _ => figure.value = if good > 62 { "có" } else { "không" }.to_owned(),
    }
    figure
}

/// The scheme of each of three years, a round of each, and what every district says and gets.
pub(super) fn indices(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City) -> Outcome<()> {
    let sheets = paper::sheets(SCALE)?;
    let mut dice = Dice::new(17);
    let last = clock.today().year() - 1;
    for (at, year) in (last - 2..=last).enumerate() {
        parindex::import::scheme(tx, clock, actor, &sheets, year)?;
        let Some(scheme) = store::schemes(tx)?.into_iter().find(|scheme| scheme.year == year) else {
            continue;
        };
        let title = format!("Chỉ số cải cách hành chính các quận, huyện năm {year}");
        let issuer = city.departments.first().copied().unwrap_or(city.top);
        let due = Date::new(year + 1, 1, 15).ok();
        let round = acts::open_round(tx, clock, actor, (&scheme.code, &title, issuer), due)?;
        let (round, scheme) = acts::load(tx, &round.code)?;
        for (n, district) in city.districts.iter().enumerate() {
            store::add_part(tx, round.id, district.office, &actor.signature(), clock.now())?;
            // This year's appraisal has not begun for all.
            let is_open = year == last && n % 3 == 0;
            fill(tx, clock, (round.id, district.office), &scheme, quality(n, at), is_open, &mut dice)?;
            let state = if year < last {
                "closed"
            } else if is_open {
                "own"
            } else {
                "locked"
            };
            if let Some(part) = store::part(tx, round.id, district.office)? {
                let next = store::Part { state: state.to_owned(), ..part };
                store::set_part(tx, round.id, &next)?;
            }
        }
    }
    Ok(())
}

fn fill(
    tx: &Tx<'_>,
    clock: &Clock,
    (round, unit): (base::Uuid, UnitId),
    scheme: &Scheme,
    quality: i64,
    is_open: bool,
    dice: &mut Dice,
) -> Outcome<()> {
    for (node, leaf) in scheme.leaves() {
        let figure = figure(leaf, quality, scheme.year, dice);
        let points = leaf.asked(scheme.year).and_then(|asked| score(asked, &figure).points);
        let given = points.as_ref().map(|points| Given::Points(points::decimal(points).normalize()));
        let is_scored = !leaf.is_survey && !scheme.is_outside(node);
        let own = given.filter(|_| is_scored && !(is_open && dice.below(3) == 0));
        let place = Place { figure, own, first: given.filter(|_| is_scored && !is_open), second: None };
        let evidence = if leaf.is_survey { "" } else { "Hồ sơ lưu tại đơn vị" }.to_owned();
        let kept =
            Kept { place, evidence, changed_by: "Dữ liệu dùng thử".to_owned(), ..Kept::default() };
        store::put_place(tx, clock, (round, unit, &node.code), &kept)?;
    }
    Ok(())
}
