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

fn filled(world: &World) -> (parindex::scheme::Scheme, store::Round) {
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
