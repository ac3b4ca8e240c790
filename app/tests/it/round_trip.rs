//! Spreadsheets go round: what is exported is read back and changes nothing, and a cell changed in it changes that.

use crate::world::{World, on_both, on_both_cities};
use base::{
    Actor, Date, Decimal,
    intake::Report,
    texts::{Lang, Texts},
};
use programme::import::Options;
use trongtam::{
    exports,
    intake::{self, File, Kind},
};

fn exported(world: &World, kind: &str, csv: bool) -> Vec<u8> {
    let texts = Texts::new(trongtam::catalogue().unwrap(), Lang::Vi);
    let (clock, kind, today) = (world.clock.clone(), kind.to_owned(), world.clock.today());
    let list = world
        .db
        .read_now(move |tx| exports::by_kind(tx, &clock, &texts, &Actor::program("test"), &kind, today))
        .unwrap();
    if csv { list.csv().unwrap() } else { list.xlsx().unwrap() }
}

fn read_back(world: &World, kind: Kind, bytes: Vec<u8>) -> Report {
    let file = File::new("x".to_owned(), bytes, Options::default());
    intake::run(&world.db, &world.clock, &Actor::program("test"), kind, &file, false)
        .unwrap_or_else(|stop| panic!("{}: {stop}", kind.word()))
}

const LISTS: [Kind; 7] =
    [Kind::Units, Kind::UnitsMap, Kind::People, Kind::Calendar, Kind::Tasks, Kind::Targets, Kind::Progress];

#[track_caller]
fn changes_nothing(world: &World, place: &str) {
    for kind in LISTS {
        for csv in [false, true] {
            let report = read_back(world, kind, exported(world, kind.word(), csv));
            let word = kind.word();
            assert_eq!((report.created, report.changed), (0, 0), "{place}, {word}, csv: {csv}");
            assert!(report.refused.is_empty(), "{place}, {word}: {:?}", report.refused.first());
            assert_eq!(report.read, report.unchanged, "{place}, {word}");
        }
    }
}

fn a_report(world: &World) {
    let clock = world.clock.clone();
    world
        .db
        .act_now(move |tx| {
            let programme = programme::store::programme_by_code(tx, "CT-01")?.unwrap();
            let unit = organisation::Snapshot::at(tx, clock.today())?.by_code("UB001").unwrap().id;
            let task = programme::store::tasks_of(tx, programme.id)?.remove(0).code;
            let line = programme::store::ReportLine {
                unit,
                item: task,
                clause: None,
                as_of: Date::constant(2023, 3, 14),
                reported_on: None,
                plan: Some(Decimal::TEN),
                actual: Some(Decimal::TWO),
                percent: Some(Decimal::from(20)),
                words: "Đang làm".to_owned(),
                evidence: String::new(),
                flags: String::new(),
            };
            programme::store::put_report(tx, clock.uuid(), programme.id, &line)?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_list_of_the_demo_city_is_read_back_and_changes_nothing() {
    on_both_cities(|world| {
        a_report(world);
        changes_nothing(world, "demo");
    });
}

#[test]
fn every_list_of_imported_files_is_read_back_and_changes_nothing() {
    on_both(|world| {
        world.import(Kind::Calendar, "vn-holidays.csv");
        world.import(Kind::Units, "units.csv");
        world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
        world.import(Kind::UnitsMap, "units-map.csv");
        world.import(Kind::Document, "cases/chuong-trinh-01.docx");
        world.import(Kind::Tasks, "cases/phu-luc-nhiem-vu.xlsx");
        world.import(Kind::Tasks, "cases/quan-dong-anh.xlsx");
        world.import(Kind::Tasks, "cases/quan-hoan-kiem.xlsx");
        world.import(Kind::Progress, "cases/tien-do-quy-1-2023.xlsx");
        changes_nothing(world, "cases");
    });
}

#[test]
fn a_cell_changed_in_the_exported_file_changes_that_draft_and_an_assigned_task_keeps_its_deadline() {
    on_both_cities(|world| {
        let text = String::from_utf8(exported(world, "tasks", true)).unwrap();
        let mut lines = text.lines();
        let header = lines.next().unwrap();
        let row = |state: &str| {
            text.lines()
                .find(|line| line.contains(state) && !line.contains('"'))
                .unwrap_or_else(|| panic!("no row in {state}"))
                .to_owned()
        };
        let (draft, running) = (row("Nháp"), row("Đang thực hiện"));
        let title = |line: &str| line.split(',').nth(2).unwrap().trim_matches('"').to_owned();
        let changed = draft.replacen(&title(&draft), "Tên sửa trong Excel", 1);
        let file = format!("{header}\n{changed}\n");
        let report = read_back(world, Kind::Tasks, file.into_bytes());
        assert_eq!((report.changed, report.created, report.refused.len()), (1, 0, 0));
        let due = running.split(',').nth(6).unwrap().to_owned();
        let file = format!("{header}\n{}\n", running.replace(&due, "31/12/2029"));
        let report = read_back(world, Kind::Tasks, file.into_bytes());
        assert_eq!((report.changed, report.created), (0, 0));
        assert_eq!(report.refused[0].code, "programme-refusal-row-assigned");
    });
}

/// The allocation of a target goes out with the target's code and comes back to it, whatever its title.
#[test]
fn an_allocation_is_read_back_to_its_target() {
    on_both(|world| {
        for (kind, file) in [
            (Kind::Units, "units.csv"),
            (Kind::Units, "cases/danh-muc-don-vi.csv"),
            (Kind::Document, "cases/chuong-trinh-01.docx"),
            (Kind::Tasks, "cases/phu-luc-nhiem-vu.xlsx"),
            (Kind::Targets, "cases/phu-luc-nhiem-vu.xlsx"),
        ] {
            world.import(kind, file);
        }
        let code = world.db.read_now(|tx| Ok(programme::store::targets(tx, None)?.remove(0).code)).unwrap();
        let (clock, wanted) = (world.clock.clone(), code.clone());
        let list = world
            .db
            .act_now(move |tx| {
                let target = programme::store::target_by_code(tx, &wanted)?.unwrap();
                let names = organisation::Snapshot::at(tx, clock.today())?;
                for (n, unit) in names.units().filter(|u| u.kind == "ubnd_cap_huyen").take(3).enumerate() {
                    for year in [2023, 2024] {
                        let plan = Decimal::from(10 * (n + 1));
                        programme::store::put_allocation(tx, target.id, unit.id, year, plan)?;
                    }
                }
                let texts = Texts::new(trongtam::catalogue()?, Lang::Vi);
                programme::lists::allocation(tx, &clock, &texts, &Actor::program("test"), &wanted)
            })
            .unwrap();
        assert!(list.rows.len() >= 3, "{}", list.rows.len());
        let report = read_back(world, Kind::Targets, list.xlsx().unwrap());
        assert_eq!((report.created, report.changed, report.unchanged), (0, 0, report.read));
        assert_eq!(report.file["target"], serde_json::json!(code));
        assert!(report.refused.is_empty(), "{:?}", report.refused.first());
    });
}

/// Lists that no import reads go out as well, with headers in words of both languages and a row for each record.
#[test]
fn lists_without_an_import_are_files_too() {
    on_both_cities(|world| {
        let is_key =
            |text: &str| text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        for kind in ["accounts", "reorganisations", "focus", "notices", "reminders", "reviews", "lessons"] {
            assert!(exports::is_kind(kind));
            for lang in [Lang::Vi, Lang::En] {
                let texts = Texts::new(trongtam::catalogue().unwrap(), lang);
                let (clock, today) = (world.clock.clone(), world.clock.today());
                let list = world
                    .db
                    .read_now(move |tx| {
                        exports::by_kind(tx, &clock, &texts, &Actor::program("test"), kind, today)
                    })
                    .unwrap();
                let words = list.headers.iter().chain([&list.name]);
                assert!(words.clone().all(|w| !w.is_empty() && !is_key(w)), "{kind}: {:?}", list.headers);
                assert!(list.rows.iter().all(|row| row.len() == list.headers.len()), "{kind}");
                if matches!(kind, "accounts" | "reorganisations" | "focus" | "reviews" | "lessons") {
                    assert!(!list.rows.is_empty(), "{kind} of the demo city");
                }
                assert!(list.csv().is_ok() && list.xlsx().is_ok());
            }
        }
    });
}
