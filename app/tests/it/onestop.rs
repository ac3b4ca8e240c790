//! Dossiers of forty wards: their clocks against the expected sums, and the index of Decision 766 as far as columns go.

use crate::world::{World, on_both};
use base::{Actor, Date, DateTime};
use onestop::{figures::judged, rules::Standing, words::State};
use std::collections::BTreeMap;
use trongtam::intake::Kind;

/// The wards of the file, the days off, the procedures, then the dossiers.
pub(crate) fn filled(world: &World) -> base::intake::Report {
    world.import(Kind::Calendar, "vn-holidays.csv");
    let wards = world.import(Kind::Units, "cases/phuong-gia-dinh.csv");
    assert_eq!((wards.created, wards.refused.len()), (40, 0), "{:?}", wards.refused);
    world.import(Kind::Procedures, "procedures.csv");
    world.import(Kind::Dossiers, "cases/ho-so-mot-cua.csv")
}

#[test]
fn clocks_of_twenty_thousand_dossiers_are_right_to_the_minute() {
    on_both(|world| {
        let report = filled(world);
        assert_eq!((report.read, report.created, report.unchanged), (20_000, 19_989, 5));
        let early = report.refused.iter().filter(|row| row.code == "onestop-refusal-before").count();
        assert_eq!((early, report.refused.len()), (6, 6));
        let all = world
            .db
            .read_now(|tx| judged(tx, Date::constant(2023, 1, 1), Date::constant(2023, 12, 31)))
            .unwrap();
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        let start = DateTime::constant(2023, 1, 1, 0, 0, 0, 0);
        let mut minutes = 0_i64;
        for one in &all {
            let many = one.dossier.pauses.len() > 1;
            let group = match (one.dossier.state, one.standing) {
                (State::Refused, _) => "tu_choi_tiep_nhan",
                (State::Withdrawn, _) => "rut_ho_so",
                (State::Waiting, _) => "tam_dung_cho_bo_sung",
                (_, Standing::Early) => "xong_truoc_han",
                (_, Standing::OnTime) => "xong_dung_han",
                (_, Standing::Late) if many => "xong_qua_han_vi_bo_sung_qua_mot_lan",
                (_, Standing::Late) => "xong_qua_han",
                (_, Standing::Overdue) => "dang_xu_ly_qua_han",
                _ => "dang_xu_ly_trong_han",
            };
            *groups.entry(group).or_default() += 1;
            if one.dossier.state.is_done() {
                let due = one.due.unwrap();
                minutes += due.duration_since(start).as_mins();
            }
        }
        let expected = [
            ("dang_xu_ly_qua_han", 55),
            ("dang_xu_ly_trong_han", 168),
            ("rut_ho_so", 187),
            ("tam_dung_cho_bo_sung", 19),
            ("tu_choi_tiep_nhan", 375),
            ("xong_dung_han", 9924),
            ("xong_qua_han", 2674),
            ("xong_qua_han_vi_bo_sung_qua_mot_lan", 85),
            ("xong_truoc_han", 6502),
        ];
        assert_eq!(groups, BTreeMap::from(expected));
        assert_eq!(minutes, 5_160_138_229);
    });
}

#[test]
fn decision_766_is_computed_as_far_as_the_columns_go_and_says_what_is_missing() {
    use parindex::{acts, board::board, figures, points, store};
    on_both(|world| {
        filled(world);
        let (of_ward, all) = world
            .db
            .act_now(move |tx| {
                let actor = Actor::program("test");
                // The year is over when its index is computed.
                let clock = base::Clock::stopped_on(Date::constant(2024, 1, 10)).unwrap();
                let report = parindex::ready::put(tx, &clock, &actor, "766", 2023)?;
                let scheme = report.file["scheme"].as_str().unwrap().to_owned();
                let ward = organisation::Snapshot::at(tx, clock.today())?.by_code("GD01").unwrap().id;
                let round = acts::open_round(tx, &clock, &actor, (&scheme, "766", ward), None)?;
                let wards: Vec<String> = (1..=40).map(|n| format!("GD{n:02}")).collect();
                acts::add_units(tx, &clock, &actor, &round, &wards.join("; "))?;
                let (round, scheme) = acts::load(tx, &round.code)?;
                let parts = store::parts(tx, round.id)?;
                let board = board(tx, &round, &scheme, &parts)?;
                let sums = board.of(ward).unwrap().clone();
                let figure = store::place_of(tx, round.id, ward, "2.1")?.unwrap();
                let done = figures::measure(tx, ("dossiers_done_on_time", 2023, clock.today()))?.unwrap().1;
                let sum = done.values().fold((0, 0), |s, m| (s.0 + m.numerator, s.1 + m.denominator));
                Ok(((sums, figure), (parts.len(), sum)))
            })
            .unwrap();
        // The sums over all wards are those of the case: 16,426 of 19,185 done on time.
        assert_eq!(all, (40, (16_426, 19_185)));
        let (sums, figure) = of_ward;
        assert_eq!(figure.source, "dossiers_on_time 31/12/2023");
        assert!(figure.place.figure.numerator.unwrap() <= figure.place.figure.denominator.unwrap());
        // Three of sixteen parts can be computed; the others are missing and never silently 0.
        let totals = sums.counted();
        assert_eq!((points::shown(&totals.known), totals.missing.len()), ("32,00".to_owned(), 13));
        assert!(!sums.is_final());
    });
}

#[test]
fn what_came_after_the_cut_off_had_not_happened_and_a_day_without_a_time_is_told() {
    on_both(|world| {
        world.import(Kind::Calendar, "vn-holidays.csv");
        world.import(Kind::Units, "cases/phuong-gia-dinh.csv");
        world.import(Kind::Procedures, "procedures.csv");
        let head = "ma_ho_so,ma_thu_tuc,noi_tiep_nhan,kenh,tiep_nhan,yeu_cau_bo_sung_1,bo_sung_xong_1,trang_thai,xong,tra_ket_qua,diem_danh_gia\n";
        let rows = [
            // Received in 2022 and handled in 2023; received in 2023 and handled after the year; a result that was only fetched.
            "A1,1.012796,GD01,trực tiếp,20/12/2022 09:00,,,Đã xử lý xong,04/01/2023 10:00,,",
            "A2,1.012796,GD01,trực tiếp,28/12/2023 09:00,,,Đã xử lý xong,05/01/2024 10:00,,5",
            "A3,1.012796,GD01,trực tiếp,01/03/2023 09:00,,,Đã trả kết quả,,02/03/2023 10:00,4",
            "A4,1.012796,GD01,trực tiếp,01/03/2023,,,Đã trả kết quả,,02/03/2023 10:00,4",
        ];
        let file = format!("{head}{}\n", rows.join("\n")).into_bytes();
        let report = world.import_bytes(Kind::Dossiers, file, Default::default());
        let told: Vec<(u32, &str)> = report.refused.iter().map(|r| (r.row, r.code.as_str())).collect();
        assert_eq!((report.created, told.as_slice()), (3, [(5, "onestop-refusal-no-time")].as_slice()));
        let of = |year: i16| {
            let judged = world
                .db
                .read_now(move |tx| judged(tx, Date::constant(year, 1, 1), Date::constant(year, 12, 31)))
                .unwrap();
            let line = |one: onestop::figures::Judged| {
                (one.dossier.code.clone(), one.dossier.state, one.dossier.rating)
            };
            judged.into_iter().map(line).collect::<Vec<_>>()
        };
        assert_eq!(of(2022), [("A1".to_owned(), State::Open, None)]);
        let of_2023 = [
            ("A1".to_owned(), State::Done, None),
            ("A3".to_owned(), State::Returned, Some(4)),
            ("A2".to_owned(), State::Open, None),
        ];
        assert_eq!(of(2023), of_2023);
        assert_eq!(of(2024), [("A2".to_owned(), State::Done, Some(5))]);
    });
}
