//! A round from figures to council and history: what comes from records, who decides, what later years see.

use crate::{
    parindex::filled,
    world::{World, on_both, on_both_cities, records, root},
};
use base::{Actor, Clock, Date, Decimal, Outcome};
use db::Tx;
use parindex::{
    acts,
    board::{Sums, board},
    council, evidence, figures, history, points, publish, results,
    rules::{Figure, Given, Place, ranks},
    scheme::Scheme,
    store::{self, Round, Steps},
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use trongtam::intake::Kind;

fn act<T: Send + 'static>(
    world: &World,
    act: impl Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<T> + Send + 'static,
) -> T {
    let clock = world.clock.clone();
    world
        .db
        .act_now(move |tx| act(tx, &clock, &Actor::program("kiểm thử")))
        .unwrap_or_else(|stop| panic!("{stop}"))
}

/// Closes every unit of a round with its appraisals as they stand.
fn close_all(tx: &Tx<'_>, round: &Round) -> Outcome<()> {
    for part in store::parts(tx, round.id)? {
        store::set_part(tx, round.id, &store::Part { state: "closed".to_owned(), ..part })?;
    }
    Ok(())
}

#[test]
fn a_council_of_more_than_half_decides_on_the_results_as_they_stand() {
    on_both(|world| {
        let (_, round) = filled(world);
        act(world, move |tx, clock, actor| {
            council::set_members(tx, clock, actor, &round, "An; Chủ tịch\nBình; Sở\nCường\nDung")?;
            let vote =
                |name: &str, vote: &str| council::vote(tx, clock, actor, &round, (name, vote, "present"));
            assert!(vote("An", "yes").is_err(), "units are not wholly appraised");
            close_all(tx, &round)?;
            let publish =
                || results::publish_round(tx, clock, actor, &round.code, &results::Words::default());
            vote("An", "yes")?;
            vote("Bình", "yes")?;
            assert!(publish().is_err(), "two of four are not more than half");
            vote("Cường", "yes")?;
            // A point that changes afterwards makes the votes void.
            let unit = store::parts(tx, round.id)?.remove(0).unit;
            let mut kept = store::place_of(tx, round.id, unit, "1.1.2")?.unwrap();
            kept.place.second = Some(Given::Points(Decimal::new(25, 2)));
            store::put_place(tx, clock, (round.id, unit, "1.1.2"), &kept)?;
            assert_eq!(council::verdict(&council::members(tx, round.id)?).decided, 0);
            assert!(publish().is_err());
            for name in ["An", "Bình", "Cường"] {
                council::vote(tx, clock, actor, &round, (name, "yes", "written"))?;
            }
            publish()?;
            let facts: publish::Published =
                serde_json::from_str(&publish::all(tx, round.id)?.remove(0).content)
                    .map_err(anyhow::Error::from)?;
            assert_eq!(facts.council, Some((3, 4)));
            assert!(council::set_members(tx, clock, actor, &round, "Em").is_err(), "published");
            Ok(())
        });
    });
}

#[test]
fn whoever_owes_a_step_is_on_the_ledger_with_its_day() {
    on_both(|world| {
        let (_, round) = filled(world);
        act(world, move |tx, clock, actor| {
            let day = |month, day| Some(Date::constant(2023, month, day));
            let wrong = Steps { own: day(5, 1), first: day(4, 1), ..Steps::default() };
            assert!(acts::set_steps(tx, clock, actor, &round, wrong).is_err());
            let stale = Round { version: round.version + 1, ..round.clone() };
            assert!(
                acts::set_steps(tx, clock, actor, &stale, Steps::default()).is_err(),
                "somebody was faster"
            );
            let steps = Steps { own: day(5, 1), first: day(6, 1), publish: day(7, 1), ..Steps::default() };
            acts::set_steps(tx, clock, actor, &round, steps)?;
            let owed = parindex::owed::owed(tx, clock.today())?;
            let of = |step: &str| owed.iter().filter(|one| one.step == step).count();
            assert_eq!((of("own"), of("first"), of("explain"), of("publish")), (30, 0, 0, 1));
            let unit = store::parts(tx, round.id)?.remove(0).unit;
            acts::step(tx, clock, actor, (&round.code, unit), ("lock", "", 1))?;
            let owed = parindex::owed::owed(tx, clock.today())?;
            let of = |step: &str| owed.iter().filter(|one| one.step == step).count();
            assert_eq!(of("own"), 29);
            // The departments that own criteria and are in the catalogue, and the office that leads.
            assert!(of("first") >= 1);
            assert!(owed.iter().all(|one| one.step != "first" || one.due == Date::constant(2023, 6, 1)));
            Ok(())
        });
    });
}

#[test]
fn figures_come_from_records_and_one_that_nobody_knows_is_missing_never_zero() {
    on_both_cities(|world| {
        act(world, |tx, clock, _| {
            let (round, scheme) = acts::load(tx, "CD-2022-01")?;
            let names = organisation::Snapshot::at(tx, clock.today())?;
            let unit = names.by_code("UB001").unwrap().id;
            let kept = store::place_of(tx, round.id, unit, "1.6")?.unwrap();
            assert_eq!(kept.source, "tasks_on_time 31/12/2022");
            // Counted once more, straight from the tasks.
            let rows =
                programme::store::due_between(tx, Date::constant(2022, 1, 1), Date::constant(2022, 12, 31))?;
            let own: Vec<_> = rows.iter().filter(|row| names.now(row.lead) == unit).collect();
            let on_time = own.iter().filter(|row| row.reported.is_some_and(|done| done <= row.due)).count();
            let whole = |n: usize| points::whole(i64::try_from(n).unwrap());
            assert!(!own.is_empty());
            assert_eq!(kept.place.figure.numerator, Some(whole(on_time)));
            assert_eq!(kept.place.figure.denominator, Some(whole(own.len())));
            let measured = figures::measure(tx, ("tasks_on_time", 2022, clock.today()))?.unwrap().1;
            assert_eq!(measured[&unit].records.len(), own.len());
            let one = figures::measure_one(tx, ("tasks_on_time", 2022, clock.today()), unit)?.unwrap().1;
            assert_eq!(one, measured[&unit], "asked about alone");
            // Nothing in this program yields meetings: the leaf has no figure, so no points, and says so.
            assert_eq!(figures::measure(tx, ("meetings_held", 2022, clock.today()))?, None);
            let mut bound = scheme.clone();
            for node in &mut bound.nodes {
                node.leaf = node.leaf.take().map(|leaf| leaf.bound("meetings_held", 1));
            }
            let told: Vec<_> = bound.warnings().into_iter().map(|fault| fault.key).collect();
            assert!(told.contains(&"scheme-warn-binding-none"));
            let empty = Sums::of(&scheme, &BTreeMap::new());
            assert_eq!(empty.by_rule.known, points::whole(0));
            assert_eq!(empty.by_rule.missing.len(), 59);
            Ok(())
        });
    });
}

#[test]
fn evidence_is_a_record_a_page_or_a_file_and_only_what_exists() {
    on_both_cities(|world| {
        act(world, |tx, clock, actor| {
            let unit = organisation::Snapshot::at(tx, clock.today())?.by_code("UB001").unwrap().id;
            let (round, _) = acts::load(tx, "CD-2022-01")?;
            let at = ("CD-2022-01", unit, "1.8");
            let record = |words: &str| evidence::New { record: words.to_owned(), file: None };
            assert!(evidence::add(tx, clock, actor, at, record("NV-99.999"), &records()).is_err());
            assert!(evidence::add(tx, clock, actor, at, record("javascript:alert(1)"), &records()).is_err());
            evidence::add(tx, clock, actor, at, record("CT-01"), &records())?;
            evidence::add(tx, clock, actor, at, record("https://example.vn/bien-ban"), &records())?;
            let file = Some(("biên bản.pdf".to_owned(), b"%PDF-1.7".to_vec()));
            evidence::add(tx, clock, actor, at, evidence::New { record: String::new(), file }, &records())?;
            let all = evidence::of_leaf(tx, (round.id, unit, "1.8"))?;
            let hrefs: Vec<&str> = all.iter().map(|one| one.href.as_str()).collect();
            assert_eq!(hrefs, ["/ct/CT-01", "https://example.vn/bien-ban", ""]);
            assert!(store::place_of(tx, round.id, unit, "1.8")?.unwrap().place.figure.has_evidence);
            evidence::remove(tx, clock, actor, at, 2)?;
            acts::step(tx, clock, actor, ("CD-2022-01", unit), ("lock", "", 2))?;
            assert!(evidence::remove(tx, clock, actor, at, 1).is_err(), "approved by the head");
            assert_eq!(evidence::counts(tx, (round.id, unit))?["1.8"], 2);
            Ok(())
        });
    });
}

#[test]
fn a_district_climbs_from_four_to_one_in_three_published_years_and_merged_units_are_re_based() {
    on_both_cities(|world| {
        act(world, |tx, clock, actor| {
            let (round, scheme) = acts::load(tx, "CD-2022-01")?;
            let names = organisation::Snapshot::at(tx, clock.today())?;
            let of = |code: &str| names.by_code(code).unwrap().id;
            let years = history::years(tx, &round, &scheme, &names)?;
            let ranks: Vec<usize> = years.iter().map(|year| year.units[&of("UB001")].rank).collect();
            assert_eq!(ranks, [4, 2, 1]);
            // Where nothing was merged, nothing moves.
            assert_eq!(history::rebased(&years, &names)[2].units, years[2].units);
            use organisation::reorganise::{self, Change, Into, Newcomer};
            let on = Date::constant(2023, 4, 1);
            let draft = reorganise::draft(tx, clock, actor, "Sáp nhập", "1/NQ-HĐND", on)?;
            let into = Into::New(Newcomer {
                code: "UB901".to_owned(),
                name: "UBND quận Hợp Nhất".to_owned(),
                kind: "ubnd_cap_huyen".to_owned(),
                parent: of("TP"),
            });
            let units = vec![of("UB001"), of("UB002")];
            reorganise::add(tx, clock, actor, &draft.code, &Change::Merge { units, into })?;
            let mut everything = actor.clone();
            for role in [base::Role::OrganisationOfficer, base::Role::PersonnelOfficer] {
                let grant = base::rights::Grant { role, top: None, units: base::Units::All, field: None };
                everything.grants.push(grant);
            }
            reorganise::apply(tx, clock, &everything, &draft.code, &trongtam::FOLLOWERS, false)?;
            let later = organisation::Snapshot::at(tx, on)?;
            let merged = later.by_code("UB901").unwrap().id;
            let rebased = history::rebased(&years, &later);
            let one = &rebased[2].units[&merged];
            let mean = |at: usize| {
                let result = |code: &str| years[at].units[&of(code)].result.clone();
                (result("UB001") + result("UB002")) / points::whole(2)
            };
            // The new unit has the mean of the two it came from, and all five are ranked anew.
            assert_eq!((one.of, one.result.clone()), (2, mean(2)));
            assert_eq!(rebased[2].units.len(), years[2].units.len() - 1);
            let better = rebased[2].units.values().filter(|stood| stood.result > mean(2)).count();
            assert_eq!(one.rank, better + 1);
            Ok(())
        });
    });
}

#[test]
fn two_files_of_one_unit_and_late_ones_are_told_with_their_cell() {
    on_both(|world| {
        let (_, round) = filled(world);
        let head = "Mã đơn vị,Đơn vị,Mã tiêu chí,Tử số,Mẫu số,Giá trị,Có tài liệu,Không phát sinh\n";
        let file = |rows: &str| format!("{head}{rows}").into_bytes();
        let import = |rows: &str| world.import_bytes(Kind::Scores, file(rows), Default::default());
        // The same cell twice with different words: the second is refused and names the first.
        let twice = import("MH01,,1.1.2,7,9,,x,\nMH01,,1.1.2,8,9,,x,\n");
        let told: Vec<_> = twice.refused.iter().map(|r| (r.row, r.code.as_str())).collect();
        assert_eq!(told, [(3, "parindex-refusal-row-twice")]);
        // A second file of the unit replaces what was there, and says whose figures these were.
        assert!(twice.warnings.iter().any(|warning| warning.code == "parindex-warn-replaced"));
        assert_eq!(import("MH01,,1.1.2,bảy,9,,x,\n").refused[0].code, "parindex-refusal-row-number");
        act(world, move |tx, clock, actor| {
            let unit = organisation::Snapshot::at(tx, clock.today())?.by_code("MH01").unwrap().id;
            let version = store::part(tx, round.id, unit)?.unwrap().version;
            acts::step(tx, clock, actor, (&round.code, unit), ("lock", "", version))
        });
        let late = import("MH01,,1.1.2,6,9,,x,\nMH02,,1.1.2,6,9,,x,\n");
        let told: Vec<_> = late.refused.iter().map(|r| (r.row, r.code.as_str())).collect();
        assert_eq!((told.as_slice(), late.changed), ([(2, "parindex-refusal-row-turn")].as_slice(), 1));
    });
}

#[test]
fn a_scheme_is_copied_to_the_next_year_edited_and_compared() {
    use parindex::scheme::{Classes, changes};
    on_both(|world| {
        let (scheme, _) = filled(world);
        act(world, move |tx, clock, actor| {
            let code = acts::copy_scheme(tx, clock, actor, &scheme.code)?;
            assert!(acts::copy_scheme(tx, clock, actor, &scheme.code).is_err(), "the next year has one");
            let copy = acts::load_scheme(tx, &code)?;
            assert_eq!((copy.year, changes(&scheme, &copy).len()), (2024, 0));
            let mut edited = copy.clone();
            edited.classes = Classes::read("Tốt=80; Yếu=0").unwrap();
            edited.nodes.retain(|node| node.code != "9.2");
            for node in edited.nodes.iter_mut().filter(|node| node.code == "1.6") {
                node.leaf = node.leaf.take().map(|leaf| leaf.bound("tasks_on_time", 3));
            }
            acts::change_scheme(tx, clock, actor, &copy, edited)?;
            let told = changes(&scheme, &acts::load_scheme(tx, &code)?);
            let kinds: Vec<_> = told.iter().map(|change| (change.code.as_str(), change.kind)).collect();
            assert_eq!(kinds, [("1.6", "changed"), ("9.2", "removed")]);
            // A sum that misses 100 keeps nothing.
            let kept = acts::load_scheme(tx, &code)?;
            let mut faulty = kept.clone();
            faulty.nodes.retain(|node| node.code != "8.1");
            assert!(acts::change_scheme(tx, clock, actor, &kept, faulty).is_err());
            assert!(acts::change_scheme(tx, clock, actor, &scheme, kept).is_err(), "a round uses it");
            Ok(())
        });
    });
}

#[test]
fn what_is_in_memory_is_what_is_added_up_anew() {
    on_both(|world| {
        let (_, round) = filled(world);
        let read = |world: &World| {
            let code = round.code.clone();
            world
                .db
                .read_now(move |tx| {
                    let (round, scheme) = acts::load(tx, &code)?;
                    let parts = store::parts(tx, round.id)?;
                    let board = board(tx, &round, &scheme, &parts)?;
                    let places = store::places(tx, round.id)?;
                    for part in &parts {
                        let anew = Sums::of(&scheme, &places[&part.unit]);
                        let kept = board.of(part.unit).unwrap();
                        assert_eq!(
                            (&kept.own, &kept.appraised, &kept.by_rule),
                            (&anew.own, &anew.appraised, &anew.by_rule)
                        );
                    }
                    let first = parts[0].unit;
                    Ok((first, board.of(first).unwrap().appraised.result.clone()))
                })
                .unwrap()
        };
        let (unit, before) = read(world);
        let id = round.id;
        act(world, move |tx, clock, _| {
            let mut kept = store::place_of(tx, id, unit, "1.1.2")?.unwrap();
            kept.place.second = Some(Given::Points(Decimal::ZERO));
            store::put_place(tx, clock, (id, unit, "1.1.2"), &kept)?;
            Ok(())
        });
        let after = world.db.read_now(move |tx| Ok(store::parts(tx, id)?.len())).unwrap();
        assert_eq!(after, 30);
        assert_ne!(read(world).1, before);
    });
}

/// Rules that never give less for more, each with parameters for any number of points.
const RISING: [(&str, &str); 6] = [
    ("ratio_full_at", "T=80%"),
    ("ratio_tier", "100%=1; 70%=0,4; 20%=0,1"),
    ("ratio_linear_floor", "sàn=50%"),
    ("ratio_95_80", ""),
    ("survey_top2", ""),
    ("formula", "min(max, max * numerator / denominator)"),
];

/// A scheme of one field with leaves of given points, all scored by a share.
fn shares(most: &[i64]) -> Scheme {
    shares_by(RISING[0], most)
}

/// The same by a rule.
fn shares_by((method, parameters): (&str, &str), most: &[i64]) -> Scheme {
    use parindex::{
        rules::Absent,
        scheme::{Classes, Node, NodeLeaf},
    };
    let absent = (Absent::Zero, Absent::Out);
    let leaf = |most: i64| NodeLeaf::new((method, parameters), ("", ""), false, absent, Some(most.into()));
    let mut nodes =
        vec![Node { code: "1".to_owned(), title: String::new(), most: Some(100.into()), leaf: None }];
    nodes.extend(most.iter().enumerate().map(|(at, most)| Node {
        code: format!("1.{}", at + 1),
        title: String::new(),
        most: Some((*most).into()),
        leaf: Some(leaf(*most)),
    }));
    Scheme {
        id: base::Uuid::nil(),
        code: String::new(),
        title: String::new(),
        year: 2023,
        kind: String::new(),
        classes: Classes::default(),
        is_computed: true,
        version: 1,
        nodes,
    }
}

fn result(scheme: &Scheme, figures: &[(i64, i64)]) -> points::Points {
    let places = figures.iter().enumerate().map(|(at, (above, below))| {
        let figure = Figure {
            numerator: Some(points::whole(*above)),
            denominator: Some(points::whole(*below)),
            has_evidence: true,
            ..Figure::default()
        };
        (format!("1.{}", at + 1), Place { figure, ..Place::default() })
    });
    Sums::of(scheme, &places.collect()).by_rule.result
}

proptest! {
    /// Raising a numerator never lowers a result.
    #[test]
    fn more_never_counts_less(
        rule in 0_usize..RISING.len(),
        figures in prop::collection::vec((0_i64..200, 250_i64..400), 1..8),
        at in 0_usize..8,
        more in 1_i64..50,
    ) {
        let scheme = shares_by(RISING[rule], &vec![7; figures.len()]);
        prop_assert!(scheme.leaves().all(|(_, leaf)| leaf.rule().is_some()));
        let mut raised = figures.clone();
        let at = at % raised.len();
        raised[at].0 += more;
        prop_assert!(result(&scheme, &raised) >= result(&scheme, &figures));
    }

    /// Twice the points on every leaf keep every result, and so the order.
    #[test]
    fn rescaling_keeps_the_order(units in prop::collection::vec(prop::collection::vec((0_i64..100, 1_i64..100), 4), 2..6)) {
        let (one, two) = (shares(&[1, 2, 3, 4]), shares(&[2, 4, 6, 8]));
        for unit in &units {
            prop_assert_eq!(result(&one, unit), result(&two, unit));
        }
    }

    /// Ties are ties in whatever order the units come, and the places after them are passed over.
    #[test]
    fn ties_stay_ties(results in prop::collection::vec(0_i64..6, 1..12), turn in 0_usize..12) {
        let of = |list: &[(usize, i64)]| -> BTreeMap<usize, usize> {
            let results = list.iter().map(|(unit, n)| (*unit, points::whole(*n) / points::whole(7)));
            ranks(results.collect()).into_iter().map(|standing| (standing.unit, standing.rank)).collect()
        };
        let named: Vec<(usize, i64)> = results.iter().copied().enumerate().collect();
        let mut turned = named.clone();
        turned.rotate_left(turn % named.len());
        prop_assert_eq!(of(&named), of(&turned));
        for (unit, rank) in of(&named) {
            let better = results.iter().filter(|n| **n > results[unit]).count();
            prop_assert_eq!(rank, better + 1);
        }
    }
}

#[test]
fn no_float_stands_anywhere_in_a_score() {
    let mut waiting = vec![
        root().join("domains/parindex/src"),
        root().join("domains/survey/src"),
        root().join("domains/onestop/src"),
    ];
    let mut read = 0;
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["f64", "f32", "to_f64", "from_f64"] {
                let is_there = text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word);
                assert!(!is_there, "{word} in {}", path.display());
            }
            read += 1;
        }
    }
    assert!(read > 25);
}
