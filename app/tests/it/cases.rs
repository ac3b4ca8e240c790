//! The files of offices with what must come out of them.

use crate::world::{World, on_both, root, testdata};
use base::{Date, Decimal};
use serde_json::Value;
use std::collections::HashMap;
use trongtam::intake::Kind;

fn expected() -> Value {
    serde_json::from_slice(&testdata("cases/expected.json")).unwrap()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn csv_rows(name: &str) -> Vec<HashMap<String, String>> {
    let path = root().join("testdata/cases").join(name);
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|r| {
            let record = r.unwrap();
            headers
                .iter()
                .map(|h| h.trim_start_matches('\u{feff}').to_owned())
                .zip(record.iter().map(str::to_owned))
                .collect()
        })
        .collect()
}

fn start(world: &World) {
    world.import(Kind::Units, "units.csv");
    world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
    world.import(Kind::Document, "cases/chuong-trinh-01.docx");
}

#[test]
fn units_of_hanoi_are_right_on_three_days_and_importing_twice_changes_nothing() {
    on_both(|world| {
        let first = world.import(Kind::Units, "units.csv");
        assert!(first.refused.is_empty(), "{:?}", first.refused.first());
        let map = world.import(Kind::UnitsMap, "units-map.csv");
        assert!(map.refused.is_empty(), "{:?}", map.refused.first());
        assert_eq!(map.created, 794);
        let again = world.import(Kind::Units, "units.csv");
        assert_eq!((again.created, again.changed), (0, 0));
        for (on, districts, communes) in [
            (Date::constant(2023, 4, 19), 30, 579),
            (Date::constant(2025, 1, 15), 30, 526),
            (Date::constant(2025, 7, 1), 0, 126),
        ] {
            let counts = world.db.read_now(move |tx| {
                let snapshot = organisation::Snapshot::at(tx, on)?;
                let city = snapshot.by_code("T01").unwrap().id;
                let under = snapshot.under(city);
                let count =
                    |kind: &str| snapshot.units().filter(|u| under.contains(&u.id) && u.kind == kind).count();
                Ok((count("district"), count("commune")))
            });
            assert_eq!(counts.unwrap(), (districts, communes), "{on}");
        }
    });
}

#[test]
fn the_programme_is_read_clause_by_clause() {
    on_both(|world| {
        world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
        let report = world.import(Kind::Document, "cases/chuong-trinh-01.docx");
        let want = &expected()["chuong-trinh-01.docx"];
        let keys: Vec<String> = report.rows.iter().map(|r| r["key"].as_str().unwrap().to_owned()).collect();
        assert_eq!(keys, strings(&want["clause_keys"]));
        assert_eq!(report.file["parts"], want["parts"]);
        assert_eq!(report.file["number"], want["number"]);
        assert_eq!(report.file["symbol"], want["symbol"]);
        assert_eq!(report.file["issued"], want["issued"]);
        assert_eq!(report.file["issuer"], want["issuer"]);
        assert_eq!(report.file["title"], want["title"]);
        assert_eq!(report.file["system"], "party");
        let targets = world.import(Kind::Targets, "cases/chuong-trinh-01.docx");
        assert_eq!(targets.rows.len(), 14);
        let vi = |kind: &str| match kind {
            "count_per_year" => "dem_moi_nam",
            "share" => "ty_le",
            "reduction_share" => "ty_le_giam_luy_ke",
            "rank_change" => "thay_doi_hang",
            "cumulative" => "luy_ke",
            "at_most" => "muc_toi_da",
            "yes_no_by_date" => "co_khong_theo_ngay",
            other => panic!("{other}"),
        };
        for row in &targets.rows {
            let title = row["title"].as_str().unwrap();
            assert_eq!(vi(row["kind"].as_str().unwrap()), want["target_kinds"][title], "{title}");
        }
        let tasks = world.import(Kind::Tasks, "cases/chuong-trinh-01.docx");
        assert_eq!(tasks.read, 24);
        assert_eq!(
            tasks
                .rows
                .iter()
                .filter(|r| r["support"].as_array().unwrap().is_empty()
                    && r["support_groups"].as_array().unwrap().is_empty()
                    && r["support_open"].as_array().unwrap().is_empty())
                .count(),
            3
        );
    });
}

#[test]
fn the_task_appendix_equals_the_right_rows() {
    on_both(|world| {
        start(world);
        let report = world.import(Kind::Tasks, "cases/phu-luc-nhiem-vu.xlsx");
        let want = &expected()["phu-luc-nhiem-vu.xlsx"];
        assert_eq!(report.read, 120);
        assert_eq!(report.file["group_rows"], want["group_rows"]);
        let rows: HashMap<u64, &Value> =
            report.rows.iter().map(|r| (r["row"].as_u64().unwrap(), r)).collect();
        let kinds = HashMap::from([
            ("ngay", "day"),
            ("ky", "period"),
            ("thuong_xuyen", "continuous"),
            ("lap_lai", "recurring"),
            ("lap_lai_ngay", "recurring_day"),
            ("trong", "none"),
            ("loi", "invalid"),
        ]);
        let mut ordinals = 0i64;
        let mut pairs = 0;
        for right in csv_rows("phu-luc-nhiem-vu.dung.csv") {
            let at = &right["dong_excel"];
            let row = rows[&at.parse::<u64>().unwrap()];
            assert_eq!(row["title"], right["nhiem_vu"].as_str(), "row {at}");
            let leads = strings(&row["lead"]).join(" ");
            assert_eq!(leads, right["ma_chu_tri"], "lead of row {at}");
            let mut support = strings(&row["support"]);
            let mut want_support: Vec<String> =
                right["ma_phoi_hop"].split_whitespace().map(str::to_owned).collect();
            support.sort();
            want_support.sort();
            assert_eq!(support, want_support, "support of row {at}");
            let open = row["support_open"].as_array().unwrap().len();
            let want_open = right["phoi_hop_chung_chung"].split(';').filter(|s| !s.trim().is_empty()).count();
            assert_eq!(open, want_open, "open words of row {at}");
            assert_eq!(row["deadline"]["kind"], kinds[right["loai_han"].as_str()], "deadline of row {at}");
            match right["loai_han"].as_str() {
                "ngay" | "ky" => {
                    assert_eq!(row["deadline"]["due"], right["han"].as_str(), "due of row {at}");
                    let day: Date = right["han"].parse().unwrap();
                    ordinals += i64::from(Date::constant(1, 1, 1).until(day).unwrap().get_days()) + 1;
                }
                "lap_lai_ngay" => assert_eq!(row["deadline"]["day"], right["han"].as_str(), "row {at}"),
                _ => {}
            }
            assert_eq!(row["product"], right["san_pham"].as_str(), "product of row {at}");
            pairs += row["support_expanded"].as_array().unwrap().len();
        }
        assert_eq!(ordinals, want["sum_of_due_ordinals"].as_i64().unwrap());
        assert_eq!(pairs, 1123);
        let status = |s: &str| report.rows.iter().filter(|r| r["status"] == s).count();
        assert_eq!((status("created"), status("duplicate"), status("refused")), (116, 1, 3));
        let again = world.import(Kind::Tasks, "cases/phu-luc-nhiem-vu.xlsx");
        assert_eq!((again.created, again.changed), (0, 0));
        let allocation = world.import(Kind::Targets, "cases/phu-luc-nhiem-vu.xlsx");
        assert_eq!(allocation.rows.len(), 30);
        for (year, sum) in want["sheet2"]["sums"].as_object().unwrap() {
            assert_eq!(allocation.file["sums"][year].as_str().unwrap(), sum.to_string());
        }
        assert!(allocation.warnings.iter().all(|w| w.code != "programme-warn-sum"));
    });
}

#[test]
fn four_district_plans_take_up_the_right_clauses() {
    on_both(|world| {
        start(world);
        let mut refused = 0;
        for (file, rows) in [("dong-anh", 46), ("hoan-kiem", 42), ("ba-dinh", 38), ("tay-ho", 36)] {
            let name = format!("cases/quan-{file}.xlsx");
            let report = world.import(Kind::Tasks, &name);
            let want = &expected()[format!("quan-{file}.xlsx")];
            assert_eq!(report.read, rows, "{file}");
            let values: Vec<&str> = report.refused.iter().map(|r| r.value.as_str()).collect();
            let right: Vec<&str> = want["citations_that_must_be_refused"]
                .as_array()
                .unwrap()
                .iter()
                .map(|p| p[0].as_str().unwrap())
                .collect();
            assert_eq!(values, right, "{file}");
            refused += report.refused.len();
            let mut taken: Vec<String> = report
                .rows
                .iter()
                .filter(|r| r["status"] == "created")
                .flat_map(|r| strings(&r["clauses"]))
                .collect();
            taken.sort();
            taken.dedup();
            let mut right = strings(&want["clauses_taken_up"]);
            right.sort();
            assert_eq!(taken, right, "{file}");
            let again = world.import(Kind::Tasks, &name);
            assert_eq!((again.created, again.changed), (0, 0), "{file}");
        }
        assert_eq!(refused, 16);
        let figures = |on: Date| {
            let found = world.db.read_now(move |tx| {
                let all = programme::store::programmes(tx)?;
                programme::figures::measure(tx, programme::import::find(&all, "01-CTr/TU").unwrap(), on)
            });
            found.unwrap()
        };
        let on = figures(Date::constant(2023, 4, 19));
        let want = &expected()["dong-bo-4-don-vi"];
        assert_eq!((on.in_step.numerator, on.in_step.denominator), (88, 132));
        assert_eq!(on.in_step.percent, Some(Decimal::new(6667, 2)));
        assert_eq!(on.nobody_took_up, strings(&want["clauses_nobody_took_up"]));
        let before = figures(Date::constant(2021, 3, 16));
        assert_eq!(before.in_step.denominator, 0);
    });
}

#[test]
fn the_quarterly_report_keeps_every_reported_figure() {
    on_both(|world| {
        start(world);
        let report = world.import(Kind::Progress, "cases/tien-do-quy-1-2023.xlsx");
        let want = &expected()["tien-do-quy-1-2023.xlsx"];
        assert_eq!(report.read, 120);
        assert!(report.refused.is_empty(), "{:?}", report.refused.first());
        let dec = |v: &Value| v.as_str().map(|s| s.parse::<Decimal>().unwrap());
        let rows: HashMap<u64, &Value> =
            report.rows.iter().map(|r| (r["row"].as_u64().unwrap(), r)).collect();
        for right in csv_rows("tien-do-quy-1-2023.dung.csv") {
            let at = &right["dong_excel"];
            let row = rows[&at.parse::<u64>().unwrap()];
            let number = |name: &str| right[name].parse::<Decimal>().ok().map(|d| d.normalize());
            assert_eq!(row["unit"], right["don_vi"].as_str(), "row {at}");
            assert_eq!(dec(&row["plan"]).map(|d| d.normalize()), number("ke_hoach"), "plan of row {at}");
            assert_eq!(dec(&row["actual"]).map(|d| d.normalize()), number("thuc_hien"), "actual of row {at}");
            assert_eq!(
                dec(&row["percent"]).map(|d| d.normalize()),
                number("ty_le_phan_tram"),
                "percent of row {at}"
            );
        }
        let sum = |name: &str| -> Decimal { report.rows.iter().filter_map(|r| dec(&r[name])).sum() };
        assert_eq!(sum("percent"), "7827.6".parse().unwrap());
        assert_eq!(sum("actual"), "53936.72".parse().unwrap());
        let flagged =
            report.rows.iter().filter(|r| strings(&r["flags"]).contains(&"disagrees".to_owned())).count();
        assert_eq!(flagged as u64, want["rows_percent_disagrees_with_plan_and_actual"].as_u64().unwrap());
        let again = world.import(Kind::Progress, "cases/tien-do-quy-1-2023.xlsx");
        assert_eq!((again.created, again.changed), (0, 0));
        assert_eq!(again.unchanged, 120);
    });
}

#[test]
fn names_that_no_catalogue_knows_are_not_torn_apart() {
    on_both(|world| {
        world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
        let items = world.db.read_now(|tx| {
            let names = organisation::Directory::at(tx, Date::constant(2023, 4, 19))?;
            let text = "Sở Tài nguyên và Môi trường; Sở Nội vụ và Sở Quy hoạch và Kiến trúc, Cục Thuế và Kho bạc Nhà nước; Văn phòng HĐND và UBND quận Không Có";
            Ok(names.list(text, None))
        });
        let written: Vec<String> = items.unwrap().into_iter().map(|i| i.written).collect();
        assert_eq!(
            written,
            [
                "Sở Tài nguyên và Môi trường",
                "Sở Nội vụ",
                "Sở Quy hoạch và Kiến trúc",
                "Cục Thuế",
                "Kho bạc Nhà nước",
                "Văn phòng HĐND và UBND quận Không Có"
            ]
        );
    });
}

#[test]
fn an_exported_list_of_units_reads_back_without_a_change() {
    on_both(|world| {
        world.import(Kind::Units, "units.csv");
        world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
        let clock = world.clock.clone();
        let texts = base::texts::Texts::new(trongtam::catalogue().unwrap(), base::texts::Lang::Vi);
        let list = world.db.read_now(move |tx| {
            trongtam::exports::by_kind(
                tx,
                &clock,
                &texts,
                &base::Actor::program("test"),
                "units",
                Date::constant(2023, 4, 19),
            )
        });
        let bytes = list.unwrap().xlsx().unwrap();
        let file =
            trongtam::intake::File::new("u.xlsx".to_owned(), bytes, programme::import::Options::default());
        let actor = base::Actor::program("test");
        let report =
            trongtam::intake::run(&world.db, &world.clock, &actor, Kind::Units, &file, false).unwrap();
        assert_eq!((report.read, report.created, report.changed), (700, 0, 0));
        assert!(report.refused.is_empty(), "{:?}", report.refused.first());
    });
}

#[test]
fn rows_are_work_whatever_they_begin_with_and_a_changed_row_changes_its_draft() {
    on_both(|world| {
        world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
        world.import(Kind::Document, "cases/chuong-trinh-01.docx");
        let import = |rows: &str| {
            let text = format!("STT,Nội dung nhiệm vụ,Đơn vị chủ trì,Phối hợp,Thời hạn,Sản phẩm\n{rows}");
            let file = trongtam::intake::File::new(
                "x.csv".to_owned(),
                text.into_bytes(),
                programme::import::Options::default(),
            );
            let actor = base::Actor::program("kiểm thử");
            trongtam::intake::run(&world.db, &world.clock, &actor, Kind::Tasks, &file, false).unwrap()
        };
        let first = import(
            "1,Người lập biểu mẫu thống kê,Sở Nội vụ,,30/6/2023,Báo cáo\n\
             2,Việc hai,Chủ trì: Sở Tư pháp; Phối hợp: Sở Y tế,,30/6,Báo cáo\n\
             3,Việc ba,Sở Tài chính,Sở Tư pháp,30/6/2023,Báo cáo\n\
             ,Người lập biểu,,,,\n",
        );
        assert_eq!((first.read, first.created), (3, 2), "{:?}", first.refused);
        let refused: Vec<&str> = first.refused.iter().map(|r| r.code.as_str()).collect();
        assert_eq!(refused, ["programme-refusal-row-due-year"]);
        let two = first.rows.get(1).unwrap();
        assert_eq!(
            (&two["lead"], &two["support"]),
            (&serde_json::json!(["STP"]), &serde_json::json!(["SYT"]))
        );
        let again = "3,Việc ba,Sở Tài chính,Sở Y tế,30/6/2023,Đề án\n";
        assert_eq!(import(again).changed, 1);
        let kept = world.db.read_now(|tx| {
            let found = programme::store::first(
                tx,
                &programme::store::Filter {
                    words: "viec ba".to_owned(),
                    seen: base::Reach::everything(),
                    ..Default::default()
                },
                Date::constant(2023, 4, 19),
                Date::constant(2023, 4, 19),
                5,
            )?;
            let codes: Vec<String> = found.into_iter().map(|row| row.code).collect();
            Ok(programme::store::details(tx, &codes)?
                .into_values()
                .map(|d| (d.support, d.facts.product))
                .collect::<Vec<_>>())
        });
        assert_eq!(kept.unwrap(), [(vec!["Sở Y tế".to_owned()], "Đề án".to_owned())]);
        assert_eq!(import(again).unchanged, 1);
        // Another unit's task by another day only has the same name.
        assert_eq!(import("1,Việc ba,Sở Nội vụ,,30/9/2023,Đề án\n").created, 1);
    });
}

/// What stands in brackets is a note; what follows it in the list is never lost.
#[test]
fn notes_in_brackets_lose_no_unit_of_a_list() {
    use organisation::{Directory, Named};
    on_both(|world| {
        world.import(Kind::Units, "units.csv");
        world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
        let read = world
            .db
            .read_now(|tx| {
                let names = Directory::at(tx, Date::constant(2023, 4, 19))?;
                let codes = |text: &str| -> Vec<String> {
                    names
                        .list(text, None)
                        .into_iter()
                        .map(|item| match item.named {
                            Named::Unit(unit) => {
                                names.snapshot.unit(unit).map_or("?", |u| &u.code).to_owned()
                            }
                            Named::Group(key) => key,
                            other => format!("{other:?} {}", item.written),
                        })
                        .collect()
                };
                Ok([
                    codes("Sở Nội vụ (đầu mối), Sở Tài chính, Sở Y tế"),
                    codes("UBND các quận, huyện, thị xã (30 đơn vị), Sở Y tế"),
                    codes("Sở Nội vụ (đầu mối, tổng hợp); Sở Tài chính"),
                ])
            })
            .unwrap();
        assert_eq!(read[0], ["SNV", "STC", "SYT"]);
        assert_eq!(read[1], ["ubnd.district", "SYT"]);
        assert_eq!(read[2], ["SNV", "STC"]);
    });
}
