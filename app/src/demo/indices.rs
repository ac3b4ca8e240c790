//! Four years of an index over districts, the last still being appraised, and over communes: the first district climbs from
//! the fourth place to the first.

use super::{City, Dice};
use base::{Actor, Clock, Date, Outcome, Span, ids::UnitId};
use db::Tx;
use parindex::{
    acts, council, points, results,
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

/// Who decides on the results of a round; invented, like everybody here.
const COUNCIL: &str = "Trần Minh Hoà; Phó Chủ tịch, Chủ tịch Hội đồng\nLê Thu Hà; Giám đốc Sở Nội vụ\nPhạm Quốc Bảo; Sở Tư pháp\n\
                       Vũ Ngọc Lan; Sở Tài chính\nĐỗ Văn Khải; Văn phòng UBND";

/// The leaves that this program fills, with their figures.
const BOUND: [(&str, &str); 2] = [("1.6", "tasks_on_time"), ("7.7", "reports_on_time")];

/// Points that cost much work, and some that cost little; the others cost 2.
fn effort(code: &str) -> i64 {
    match code {
        "3.8" | "7.3" | "6.3" | "8.1" | "8.2" => 5,
        "1.2.1" | "1.8" | "3.1.2" | "3.5" => 1,
        _ => 2,
    }
}

/// The scale of a year for some kind of unit, with the figures that this program fills.
fn scheme_of(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (year, of_whom, kind): (i16, &str, &str),
) -> Outcome<Scheme> {
    let sheets = paper::sheets(SCALE)?;
    parindex::import::scheme(tx, clock, actor, &sheets, year)?;
    let read = store::schemes(tx)?.into_iter().find(|scheme| scheme.year == year && scheme.kind.is_empty());
    let read = read.map(|scheme| acts::load_scheme(tx, &scheme.code)).transpose()?;
    let Some(mut scheme) = read else { return base::Refusal::not_found().stop() };
    scheme.title = format!("Bộ chỉ số cải cách hành chính {of_whom} (thang mẫu, không chính thức)");
    kind.clone_into(&mut scheme.kind);
    for node in &mut scheme.nodes {
        let bound = BOUND.iter().find(|(code, _)| *code == node.code).map_or("", |(_, figure)| figure);
        let effort = effort(&node.code);
        node.leaf = node.leaf.take().map(|leaf| leaf.bound(bound, effort));
    }
    let known = acts::load_scheme(tx, &scheme.code)?;
    acts::change_scheme(tx, clock, actor, &known, scheme.clone())?;
    Ok(scheme)
}

/// A round of a year: who is scored, how well each does, where each stands.
struct Plan<'p> {
    year: i16,
    of_whom: &'p str,
    kind: &'p str,
    units: Vec<(UnitId, i64)>,
    /// Whether a unit, by its place, still scores itself; the others wait for the appraisal. None: all is done and published.
    is_open: Option<fn(usize) -> bool>,
}

fn round(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (issuer, plan): (UnitId, &Plan<'_>),
    dice: &mut Dice,
) -> Outcome<()> {
    let scheme = scheme_of(tx, clock, actor, (plan.year, plan.of_whom, plan.kind))?;
    let title = format!("Chỉ số cải cách hành chính {} năm {}", plan.of_whom, plan.year);
    let day = |month, day| Date::new(plan.year + 1, month, day).ok();
    let round = acts::open_round(tx, clock, actor, (&scheme.code, &title, issuer), day(1, 15))?;
    let steps = store::Steps {
        own: day(1, 15),
        first: day(6, 15),
        explain: day(6, 30),
        second: day(7, 10),
        council: day(7, 20),
        publish: day(7, 31),
    };
    acts::set_steps(tx, clock, actor, &round, steps)?;
    let (round, scheme) = acts::load(tx, &round.code)?;
    for (n, (unit, quality)) in plan.units.iter().enumerate() {
        store::add_part(tx, round.id, *unit, &actor.signature(), clock.now())?;
        let is_open = plan.is_open.is_some_and(|is_open| is_open(n));
        fill(tx, clock, (round.id, *unit), &scheme, *quality, is_open, dice)?;
        let state = match plan.is_open {
            None => "closed",
            Some(_) if is_open => "own",
            Some(_) => "locked",
        };
        if let Some(part) = store::part(tx, round.id, *unit)? {
            store::set_part(tx, round.id, &store::Part { state: state.to_owned(), ..part })?;
        }
    }
    if plan.is_open.is_some() {
        acts::fill(tx, clock, actor, (&round, &scheme), None)?;
        return council::set_members(tx, clock, actor, &round, COUNCIL);
    }
    council::set_members(tx, clock, actor, &round, COUNCIL)?;
    for member in council::members(tx, round.id)?.iter().take(4) {
        council::vote(tx, clock, actor, &round, (&member.name, "yes", "present"))?;
    }
    let words =
        results::Words { mark: MARK.to_owned(), grounds: results::grounds(&scheme), erratum: String::new() };
    results::publish_round(tx, clock, actor, &round.code, &words)
}

/// The mark at the head of what the demo city publishes.
const MARK: &str = "DỮ LIỆU HƯ CẤU – DÙNG THỬ";

/// The rounds of three years over the districts, and of the year that is still open; over the communes, all published.
pub(super) fn indices(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City, is_large: bool) -> Outcome<()> {
    let mut dice = Dice::new(17);
    let last = clock.today().year() - 1;
    let issuer = city.home_affairs();
    // A small city is walked through in tests: one unit is left to score itself.
    let is_small = city.districts.len() < 10;
    for (at, year) in (last - 3..=last).enumerate() {
        let districts = city.districts.iter().enumerate();
        let plan = Plan {
            year,
            of_whom: "các quận, huyện",
            kind: "quận, huyện, thị xã",
            units: districts.map(|(n, district)| (district.office, quality(n, at))).collect(),
            is_open: (year == last).then_some(if is_small { |n| n == 0 } else { |n| n % 3 == 0 }),
        };
        round(tx, clock, actor, (issuer, &plan), &mut dice)?;
        if !is_large || at == 0 {
            continue;
        }
        let communes = city.districts.iter().flat_map(|district| &district.communes).enumerate();
        let plan = Plan {
            year,
            of_whom: "các xã, phường",
            kind: "xã, phường, thị trấn",
            units: communes
                .map(|(n, commune)| (*commune, 52 + i64::try_from((n * 37 + at * 11) % 43).unwrap_or(0)))
                .collect(),
            is_open: None,
        };
        round(tx, clock, actor, (issuer, &plan), &mut dice)?;
    }
    checklist(tx, clock, actor, city)
}

/// The checklist of two districts on their way to become urban, scored by themselves.
fn checklist(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City) -> Outcome<()> {
    let year = clock.today().year();
    let report = parindex::ready::put(tx, clock, actor, "huyen-thanh-quan", year)?;
    let code = report.file.get("scheme").and_then(|code| code.as_str()).unwrap_or_default().to_owned();
    let title = format!("Huyện phát triển thành quận, năm {year}");
    let issuer = city.home_affairs();
    let round = acts::open_round(tx, clock, actor, (&code, &title, issuer), None)?;
    let (round, scheme) = acts::load(tx, &round.code)?;
    let figures = [
        ("1.1", "187400", None),
        ("1.2", "61,5", None),
        ("1.3", "14", None),
        ("1.4", "", Some((9, 14))),
        ("2.1", "có", None),
        ("2.2", "", Some((108, 100))),
        ("2.3", "có", None),
        ("2.4", "có", None),
        ("2.5", "", Some((84, 100))),
        ("3.1", "8,2", None),
        ("3.2", "", Some((100, 100))),
        ("3.3", "", Some((93, 100))),
        ("3.4", "", Some((21, 100))),
        ("3.5", "", Some((61, 74))),
    ];
    for district in city.districts.iter().rev().take(2) {
        store::add_part(tx, round.id, district.office, &actor.signature(), clock.now())?;
        for (leaf, value, share) in figures {
            let figure = Figure {
                numerator: share.map(|(above, _)| points::whole(above)),
                denominator: share.map(|(_, below)| points::whole(below)),
                value: value.to_owned(),
                has_evidence: true,
                is_none: false,
            };
            let rule = scheme.node(leaf).and_then(|node| node.leaf.as_ref()?.asked(year));
            let given =
                rule.and_then(|asked| score(asked, &figure).points).map(|points| points::decimal(&points));
            let own = given.map(|points| Given::Points(points.normalize()));
            let place = Place { figure, own, first: None, second: None };
            let kept = Kept { place, changed_by: "Dữ liệu dùng thử".to_owned(), ..Kept::default() };
            store::put_place(tx, clock, (round.id, district.office, leaf), &kept)?;
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
