//! The index of thirty units, point by point against the sheet of right results.

#![expect(clippy::indexing_slicing, reason = "a test stops where a sheet is not as it says")]

use crate::world::{World, on_both};
use base::Date;
use parindex::{
    acts, points,
    rules::{Column, ranks, total},
    store,
};
use programme::import::Options;
use std::collections::BTreeMap;
use trongtam::intake::Kind;

/// The sheet of right results: unit → header → cell.
fn right() -> BTreeMap<String, BTreeMap<String, String>> {
    let bytes = std::fs::read("../testdata/cases/cham-diem-mau.xlsx").unwrap();
    let sheets = paper::sheets(&bytes).unwrap();
    let sheet = sheets.iter().find(|sheet| sheet.name == "Kết quả đúng").unwrap();
    let mut rows = sheet.rows.iter();
    let headers: Vec<String> = rows.next().unwrap().cells.values().map(paper::Cell::line).collect();
    rows.map(|row| {
        let cells = row.cells.iter().map(|(at, cell)| (headers[*at].clone(), cell.line()));
        let cells: BTreeMap<String, String> = cells.collect();
        (cells["Mã đơn vị"].clone(), cells)
    })
    .collect()
}

pub(crate) fn filled(world: &World) -> (parindex::scheme::Scheme, store::Round) {
    world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
    let of_year = Options { as_of: Some(Date::constant(2023, 12, 31)), ..Options::default() };
    let scheme = world.import_with(Kind::Scheme, "cases/bo-chi-so-cchc.xlsx", of_year);
    assert_eq!((scheme.refused.len(), scheme.file["leaves"].as_u64()), (0, Some(71)));
    let scores = world.import(Kind::Scores, "cases/cham-diem-mau.xlsx");
    assert!(scores.refused.is_empty(), "{:?}", scores.refused);
    let again = world.import(Kind::Scores, "cases/cham-diem-mau.xlsx");
    assert_eq!((again.created, again.changed), (0, 0));
    world
        .db
        .read_now(|tx| {
            let round = store::rounds(tx)?.remove(0);
            let (round, scheme) = acts::load(tx, &round.code)?;
            Ok((scheme, round))
        })
        .unwrap()
}

#[test]
fn thirty_units_have_the_right_points_and_ranks_to_the_last_digit() {
    let right = right();
    on_both(|world| {
        let (scheme, round) = filled(world);
        assert_eq!(scheme.leaves().filter(|(node, _)| !scheme.is_outside(node)).count(), 69);
        assert!(scheme.node("1.10").is_some() && scheme.faults().is_empty());
        let (by_unit, names) = world
            .db
            .read_now(move |tx| {
                let units = organisation::store::all_units(tx)?;
                let names: BTreeMap<_, _> = units.into_iter().map(|u| (u.id, u.code)).collect();
                Ok((store::places(tx, round.id)?, names))
            })
            .unwrap();
        let of = |column| {
            let totals =
                by_unit.iter().map(|(unit, places)| (names[unit].clone(), total(&scheme, places, column)));
            totals.collect::<BTreeMap<_, _>>()
        };
        let (appraised, by_rule, own) = (of(Column::Appraised), of(Column::Rule), of(Column::Own));
        assert_eq!(appraised.len(), 30);
        for (column, result, shown, rank) in [
            (&appraised, "Kết quả (đủ số lẻ)", "Kết quả hiển thị", "Hạng"),
            (&by_rule, "Theo quy tắc (đủ số lẻ)", "Theo quy tắc hiển thị", "Hạng theo quy tắc"),
        ] {
            let results = column.iter().map(|(code, totals)| (code.clone(), totals.result.clone())).collect();
            for standing in ranks(results) {
                let cells = &right[&standing.unit];
                let whole = cells[result].trim_end_matches('0').trim_end_matches('.');
                let own = points::digits(&standing.result);
                assert_eq!(
                    own.trim_end_matches('0').trim_end_matches('.'),
                    whole,
                    "{} {result}",
                    standing.unit
                );
                assert_eq!(
                    points::shown(&standing.result).replace(',', "."),
                    cells[shown],
                    "{}",
                    standing.unit
                );
                assert_eq!(standing.rank.to_string(), cells[rank], "{} {rank}", standing.unit);
            }
        }
        for (code, totals) in &appraised {
            let cells = &right[code];
            for (name, value) in [
                ("Thẩm định", &totals.scored),
                ("Điều tra", &totals.survey),
                ("Thưởng", &totals.bonus),
                ("Trừ", &totals.penalty),
                ("Tổng tối đa", &totals.base),
                ("Tự chấm", &own[code].scored),
            ] {
                // A unit without a survey says so in words.
                let cell = points::of(cells[name].parse::<base::Decimal>().unwrap_or_default());
                assert_eq!(points::shown(value), points::shown(&cell), "{code} {name}");
            }
            for field in scheme.fields() {
                let share = totals.fields[&field.code].as_ref().unwrap();
                let cell = &cells[&format!("Lĩnh vực {} (%)", field.code)];
                assert_eq!(points::shown(share).replace(',', "."), *cell, "{code} field {}", field.code);
            }
        }
    });
}

/// A small source of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A leaf of some rule, and a figure that fits it.
fn any_leaf(dice: &mut Dice) -> (serde_json::Value, serde_json::Value) {
    use serde_json::json;
    let quarters = 1 + dice.below(12);
    let most = points::decimal(&(points::whole(i64::try_from(quarters).unwrap()) / points::whole(4)));
    let half = most / base::Decimal::TWO;
    let floor = 50 + dice.below(45);
    let (method, parameters) = match dice.below(14) {
        0 => ("yes_no", String::new()),
        1 => ("count_min", format!("5={most}; 3={half}; 0=0")),
        2 => ("penalty", "mỗi trường hợp=-0.3; sàn=0".to_owned()),
        3 => ("manual", format!("0..{most}")),
        4 => ("ratio_full_at", format!("T={floor}%")),
        5 => ("ratio_tier", format!("100%={most}; {floor}%={half}; 0%=0")),
        6 => ("ratio_linear_floor", format!("sàn={floor}%")),
        7 => ("ratio_95_80", String::new()),
        8 => (
            "formula",
            format!("numerator / denominator >= {floor}% ? max : max * numerator / denominator / {floor}%"),
        ),
        11 => ("rank_change", format!("tăng={most}; giữ={half}; giảm=0")),
        12 => ("deadline", "hạn=31/01; chậm đến 15 ngày=50%; chậm đến 40 ngày=12,5%".to_owned()),
        13 => ("survey_top2", String::new()),
        9 => ("formula", format!("min(max, max(0, {half} + value * 0.1 - 0.3))")),
        _ => ("survey_mean", "thang=5".to_owned()),
    };
    let is_survey = method.starts_with("survey");
    let is_ratio = method.starts_with("ratio") || is_survey || parameters.starts_with("numerator");
    let ways = ["zero", "full", "out"];
    let way = |dice: &mut Dice| ways[usize::try_from(dice.below(3)).unwrap()];
    let leaf = json!({"most": most.to_string(), "method": method, "parameters": parameters, "survey": is_survey,
                      "none": way(dice), "zero": way(dice)});
    let is_said = dice.below(20) > 0;
    let value = match method {
        _ if is_ratio || !is_said => String::new(),
        "yes_no" => if dice.below(2) == 0 { "có" } else { "không" }.to_owned(),
        "manual" => half.to_string(),
        "rank_change" => ["tăng", "giữ", "giảm"][usize::try_from(dice.below(3)).unwrap()].to_owned(),
        "deadline" => format!("{:02}/{:02}/2023", 1 + dice.below(28), 1 + dice.below(4)),
        _ => dice.below(7).to_string(),
    };
    let part = |dice: &mut Dice, most: u64| (is_ratio && is_said).then(|| dice.below(most));
    let below = part(dice, 400);
    let figure = json!({"above": part(dice, 400), "below": below, "value": value,
                        "evidence": dice.below(15) > 0, "none": dice.below(15) == 0});
    (leaf, figure)
}

#[test]
fn another_program_in_another_language_agrees_on_a_thousand_schemes() {
    use parindex::{
        rules::{Absent, Figure, Place},
        scheme::{Node, NodeLeaf, Scheme},
    };
    let mut dice = Dice(20_230_419);
    let (mut cases, mut own) = (Vec::new(), Vec::new());
    for _ in 0..1000 {
        let (mut leaves, mut figures) = (Vec::new(), serde_json::Map::new());
        let mut scheme = Scheme {
            id: base::Uuid::nil(),
            code: String::new(),
            title: String::new(),
            year: 2023,
            kind: String::new(),
            classes: parindex::scheme::Classes::default(),
            is_computed: false,
            version: 1,
            nodes: Vec::new(),
        };
        let mut places = BTreeMap::new();
        scheme.nodes.push(Node {
            code: "1".to_owned(),
            title: String::new(),
            most: Some(base::Decimal::ONE_HUNDRED),
            leaf: None,
        });
        for n in 1..=2 + dice.below(8) {
            let (mut leaf, figure) = any_leaf(&mut dice);
            let code = format!("1.{n}");
            leaf["code"] = code.clone().into();
            let text = |of: &serde_json::Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
            let whole = |name: &str| figure[name].as_i64().map(points::whole);
            let most: base::Decimal = text(&leaf, "most").parse().unwrap();
            let absent = (Absent::from_word(&text(&leaf, "none")), Absent::from_word(&text(&leaf, "zero")));
            let is_survey = leaf["survey"].as_bool().unwrap();
            let rule = (text(&leaf, "method"), text(&leaf, "parameters"));
            let made = NodeLeaf::new((&rule.0, &rule.1), ("", ""), is_survey, absent, Some(most));
            assert!(made.rule().is_some(), "{leaf}");
            scheme.nodes.push(Node {
                code: code.clone(),
                title: String::new(),
                most: Some(most),
                leaf: Some(made),
            });
            let kept = Figure {
                numerator: whole("above"),
                denominator: whole("below"),
                value: text(&figure, "value"),
                has_evidence: figure["evidence"].as_bool().unwrap(),
                is_none: figure["none"].as_bool().unwrap(),
            };
            places.insert(code.clone(), Place { figure: kept, ..Place::default() });
            leaves.push(leaf);
            figures.insert(code, figure);
        }
        own.push(total(&scheme, &places, Column::Rule).result);
        cases.push(serde_json::json!({"leaves": leaves, "figures": figures}));
    }
    let mut other = std::process::Command::new("node")
        .arg("../testdata/parindex/recompute.js")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("node is needed: https://nodejs.org");
    let mut into = other.stdin.take().unwrap();
    let said = serde_json::to_vec(&cases).unwrap();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut into, &said).unwrap());
    let out = other.wait_with_output().unwrap();
    writer.join().unwrap();
    let theirs: Vec<String> = String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(theirs.len(), own.len());
    let ranked = parindex::rules::ranks(own.iter().cloned().enumerate().collect());
    let ranks: BTreeMap<usize, usize> = ranked.into_iter().map(|one| (one.unit, one.rank)).collect();
    for (n, (own, theirs)) in own.iter().zip(&theirs).enumerate() {
        assert_eq!(&format!("{} {}", points::digits(own), ranks[&n]), theirs, "{}", cases[n]);
    }
}

#[test]
fn a_scheme_is_read_back_from_its_own_workbook_and_one_with_faults_is_kept_out_whole() {
    on_both(|world| {
        let (scheme, round) = filled(world);
        let bytes = parindex::export::workbook(&scheme).xlsx().unwrap();
        let of_year = || Options { as_of: Some(Date::constant(2023, 12, 31)), ..Options::default() };
        let again = world.import_bytes(Kind::Scheme, bytes, of_year());
        assert_eq!((again.unchanged, again.created, again.changed), (again.read, 0, 0));
        // Overlapping tiers and a sum that misses 100: each told with its code, nothing kept.
        let faulty = "Mã,Nội dung,Điểm tối đa,Phương pháp,Tham số\n1,A,50,,\n1.1,B,20,ratio_tier,80%=1; 80%=0.5\n1.2,C,20,yes_no,\n";
        let report = world.import_bytes(Kind::Scheme, faulty.as_bytes().to_vec(), of_year());
        let told: Vec<(u32, &str)> = report.refused.iter().map(|r| (r.row, r.value.as_str())).collect();
        assert_eq!(told, [(2, "1"), (3, "1.1"), (1, "")]);
        let kept = world.db.read_now(|tx| Ok(store::schemes(tx)?.len())).unwrap();
        assert_eq!((report.created, kept), (0, 1));
        assert_eq!(round.scheme, scheme.id);
    });
}

#[test]
fn a_unit_goes_step_by_step_and_what_is_published_stays() {
    use base::{Actor, Decimal, Stop};
    use parindex::{acts::Typed, publish, rules::Given, store::Kept};
    on_both(|world| {
        let (_, round) = filled(world);
        let (clock, code) = (world.clock.clone(), round.code.clone());
        let done = world.db.act_now(move |tx| {
            let actor = Actor::program("kiểm thử");
            let unit = store::parts(tx, round.id)?.remove(0).unit;
            let typed = |column: &'static str, points: i64, version: i64| {
                let given = Some(Given::Points(Decimal::from(points)));
                let mut kept = Kept { version, ..Kept::default() };
                (kept.place.own, kept.place.first, kept.place.second) = (given, given, given);
                let words = if column == "own" { "" } else { "thiếu văn bản" }.to_owned();
                Typed { kept, column, words }
            };
            let put = |column, points, version| {
                acts::put_leaf(tx, &clock, &actor, (&code, unit, "1.1.1"), typed(column, points, version))
            };
            let version = store::places_of(tx, round.id, unit)?["1.1.1"].version;
            assert!(put("own", 2, version).is_err(), "more than the most");
            assert!(put("first", 1, version).is_err(), "before the head approved");
            put("own", 1, version)?;
            assert!(put("own", 1, version).is_err(), "somebody was faster");
            let step = |step: &str, words: &str, version: i64| {
                acts::step(tx, &clock, &actor, (&code, unit), (step, words, version))
            };
            step("lock", "", 1)?;
            assert!(put("own", 0, version + 1).is_err(), "locked");
            assert!(step("explain", "x", 2).is_err(), "not appraised yet");
            put("first", 0, version + 1)?;
            let bare = store::place_of(tx, round.id, unit, "1.1.1")?.unwrap();
            assert!(!bare.wants_reason("first"), "it was said why");
            assert!(Kept { words: String::new(), ..bare }.wants_reason("first"));
            step("appraise", "", 2)?;
            assert!(step("explain", "", 3).is_err(), "an explanation has words");
            step("explain", "Đã gửi đủ", 3)?;
            put("second", 1, version + 2)?;
            step("close", "", 4)?;
            let line = publish::Line {
                rank: 1,
                code: "MH01".to_owned(),
                name: "Đơn vị".to_owned(),
                scored: "60.1".to_owned(),
                survey: "20".to_owned(),
                bonus: "0".to_owned(),
                penalty: "0".to_owned(),
                base: "100".to_owned(),
                result: "80.1".to_owned(),
                shown: "80,10".to_owned(),
                class: "B".to_owned(),
                unit: Some(unit),
                tick: None,
                fields: BTreeMap::new(),
                rule: String::new(),
            };
            let facts = publish::Published {
                title: "Chỉ số".to_owned(),
                scheme: "BCS".to_owned(),
                year: 2023,
                issuer: "Sở Nội vụ".to_owned(),
                place: String::new(),
                grounds: Vec::new(),
                day: clock.today(),
                mark: String::new(),
                erratum: String::new(),
                replaces: None,
                council: None,
                lines: vec![line],
            };
            publish::publish(tx, &clock, &actor, &round, &facts, "")?;
            assert!(
                publish::publish(tx, &clock, &actor, &round, &facts, "").is_err(),
                "an erratum has words"
            );
            publish::publish(tx, &clock, &actor, &round, &facts, "Sai tên")?;
            let all = publish::all(tx, round.id)?;
            let file = document::store::file(tx, &all[0].file)?.unwrap().2;
            assert_eq!(publish::reprint(&all[0])?.docx()?, file, "byte for byte");
            let mut changed = all[0].clone();
            changed.content = changed.content.replace("80,10", "90,10");
            assert!(matches!(publish::reprint(&changed), Err(Stop::Fault(_))), "behind the program's back");
            Ok(all.len())
        });
        assert_eq!(done.unwrap(), 2);
    });
}
