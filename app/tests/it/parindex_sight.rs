//! Who may write and see what of a round, and what an office cannot go round.

use crate::{
    parindex::filled,
    world::{World, on_both, on_both_cities, records},
};
use base::{
    Actor, Clock, Date, Decimal, Outcome, Role, Stop,
    ids::UnitId,
    rights::{Grant, Units},
};
use db::Tx;
use organisation::{Past, Snapshot};
use parindex::{
    acts::{self, Typed},
    board::Sums,
    council, evidence, points, publish, results,
    rules::Given,
    sight,
    store::{self, Kept, Round},
};
use std::collections::{BTreeMap, HashSet};

fn run(world: &World, test: impl Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<()> + Send + 'static) {
    let clock = world.clock.clone();
    world
        .db
        .act_now(move |tx| test(tx, &clock, &Actor::program("kiểm thử")))
        .unwrap_or_else(|stop| panic!("{stop}"));
}

/// Somebody with one role over some units.
fn holder(actor: &Actor, role: Role, units: &[UnitId]) -> Actor {
    let units: HashSet<UnitId> = units.iter().copied().collect();
    let grant = Grant { role, top: None, units: Units::Only(units.into()), field: None };
    Actor { grants: vec![grant], ..actor.clone() }
}

fn unit(tx: &Tx<'_>, clock: &Clock, code: &str) -> UnitId {
    Snapshot::at(tx, clock.today()).unwrap().by_code(code).unwrap().id
}

/// The text key of a refusal.
fn key<T: std::fmt::Debug>(out: Outcome<T>) -> String {
    match out {
        Err(Stop::Refused(refusal)) => refusal.key.to_string(),
        other => panic!("{other:?}"),
    }
}

fn typed(kept: Kept, column: &'static str) -> Typed {
    Typed { kept, column, words: String::new() }
}

/// Moves a unit to a state, as if all before had been done.
fn state(tx: &Tx<'_>, round: &Round, unit: UnitId, state: &str) -> Outcome<()> {
    let part = store::part(tx, round.id, unit)?.unwrap();
    store::set_part(tx, round.id, &store::Part { state: state.to_owned(), ..part })?;
    Ok(())
}

#[test]
fn a_unit_types_its_own_figures_and_none_that_are_the_office_s_or_the_program_s() {
    on_both_cities(|world| {
        run(world, |tx, clock, office| {
            let unit = unit(tx, clock, "UB001");
            let clerk = holder(office, Role::Clerk, &[unit]);
            let (round, scheme) = acts::load(tx, "CD-2022-01")?;
            let put = |actor: &Actor, leaf: &str, change: &dyn Fn(&mut Kept)| -> Outcome<()> {
                let mut kept = store::place_of(tx, round.id, unit, leaf)?.unwrap_or_default();
                change(&mut kept);
                acts::put_leaf(tx, clock, actor, (&round.code, unit, leaf), typed(kept, "own"))
            };
            let survey = scheme.leaves().find(|(_, leaf)| leaf.is_survey).unwrap().0.code.clone();
            let outside = scheme.leaves().find(|(node, _)| scheme.is_outside(node)).unwrap().0.code.clone();
            let more = |kept: &mut Kept| kept.place.figure.numerator = Some(points::whole(999));
            let one = |kept: &mut Kept| kept.place.figure.value = "1".to_owned();
            assert!(put(&clerk, &survey, &more).is_err(), "answers of a survey");
            assert!(put(&clerk, &outside, &one).is_err(), "bonus and penalty");
            put(office, &outside, &one)?;
            // Counted by the program: no typing over, but own points and evidence as ever.
            assert_eq!(key(put(&clerk, "1.6", &more)), "parindex-refusal-filled");
            put(&clerk, "1.6", &|kept| kept.place.own = Some(Given::Points(Decimal::new(1, 1))))?;
            // Words where the rule needs something else are told with what to write.
            let value =
                |words: &'static str| move |kept: &mut Kept| kept.place.figure.value = words.to_owned();
            let of = |method: &str| {
                let found = scheme.leaves().find(|(node, leaf)| {
                    leaf.method == method && !acts::is_of_office(&scheme, node) && leaf.binding.is_empty()
                });
                found.unwrap().0.code.clone()
            };
            // A file that could be for several rounds is for none.
            assert_eq!(key(acts::round_for(tx, clock, office, None)), "parindex-refusal-which");
            // Points may leave the base only where the scheme says so.
            let stays =
                scheme.leaves().find(|(node, leaf)| !leaf.may_leave() && !acts::is_of_office(&scheme, node));
            let stays = stays.unwrap().0.code.clone();
            assert_eq!(
                key(put(&clerk, &stays, &|kept| kept.place.own = Some(Given::Out))),
                "parindex-refusal-kps"
            );
            // A clerk of a body above the unit's territory has reach, and no voice for the unit.
            let mut above = clerk.clone();
            above.grants[0].top = Some(self::unit(tx, clock, "TP"));
            let own = |kept: &mut Kept| kept.place.own = Some(Given::Points(Decimal::ZERO));
            assert!(matches!(put(&above, "1.6", &own), Err(Stop::Refused(_))));
            assert!(sight::found(tx, &above, clock.today(), (&round.code, "UB001")).is_err());
            for (method, words, told) in [
                ("yes_no", "chắc là có", "parindex-refusal-yes-no"),
                ("deadline", "31/02/2022", "parindex-refusal-cell-day"),
                ("count_min", "vài", "parindex-refusal-cell"),
                ("count_min", "-3", "parindex-refusal-beyond"),
            ] {
                let leaf = of(method);
                assert_eq!(key(put(&clerk, &leaf, &value(words))), told, "{method}");
            }
            Ok(())
        });
    });
}

#[test]
fn a_department_sees_and_appraises_its_leaves_of_approved_units_and_nothing_else() {
    on_both_cities(|world| {
        run(world, |tx, clock, office| {
            let (round, scheme) = acts::load(tx, "CD-2022-01")?;
            let names = organisation::Directory::at(tx, clock.today())?;
            let owned = scheme.leaves().find_map(|(node, leaf)| match names.name(&leaf.owner, None) {
                organisation::Named::Unit(unit) if unit != round.issuer => Some((node.code.clone(), unit)),
                _ => None,
            });
            let (leaf, department) = owned.expect("a leaf that a department of the demo city owns");
            let clerk = holder(office, Role::Clerk, &[department]);
            let find = |code: &str| sight::found(tx, &clerk, clock.today(), (&round.code, code));
            let states: BTreeMap<UnitId, String> =
                store::parts(tx, round.id)?.into_iter().map(|part| (part.unit, part.state)).collect();
            let (own, locked) = (unit(tx, clock, "UB001"), unit(tx, clock, "UB002"));
            assert_eq!((states[&own].as_str(), states[&locked].as_str()), ("own", "locked"));
            assert!(find("UB001").is_err(), "still scoring itself");
            let found = find("UB002")?;
            assert!(!found.is_whole && found.scheme.node(&leaf).is_some());
            assert!(found.scheme.leaves().count() < scheme.leaves().count());
            let past = Past::at(tx, clock.today())?;
            let seen = sight::seen(tx, &clerk, (&round, &scheme), &past, "")?;
            assert!(seen.rows.is_empty() && seen.is_part);
            assert_eq!(seen.to_judge.len(), states.values().filter(|state| *state == "locked").count());
            assert!(seen.to_judge.iter().all(|(.., is_done)| *is_done), "the demo city appraised all");
            let mut kept = store::place_of(tx, round.id, locked, &leaf)?.unwrap();
            kept.place.first = None;
            store::put_place(tx, clock, (round.id, locked, &leaf), &kept)?;
            let first = sight::seen(tx, &clerk, (&round, &scheme), &past, "")?.to_judge.remove(0);
            assert_eq!((first.0.as_str(), first.3), ("UB002", false), "what waits stands first");
            // Each department that has something left is called by an address of its own.
            let owed = parindex::owed::owed(tx, clock.today())?;
            let firsts: Vec<_> =
                owed.iter().filter(|one| one.step == "first" && one.title == round.title).collect();
            let mut addresses: Vec<_> = firsts.iter().map(|one| one.address.as_str()).collect();
            addresses.dedup();
            assert_eq!(addresses.len(), 2, "{addresses:?}");
            assert!(firsts.iter().any(|one| one.unit == department));
            // It judges its own leaf and no other.
            let given = |leaf: &str| {
                let mut kept = store::place_of(tx, round.id, locked, leaf).unwrap().unwrap();
                kept.place.first = Some(Given::Points(Decimal::ZERO));
                acts::put_leaf(tx, clock, &clerk, (&round.code, locked, leaf), typed(kept, "first"))
            };
            given(&leaf)?;
            let judged = acts::judged(tx, &clerk, (&round, &scheme), clock.today())?;
            let other = scheme
                .leaves()
                .find(|(node, leaf)| !judged.contains(&leaf.owner) && !acts::is_of_office(&scheme, node));
            assert!(given(&other.unwrap().0.code.clone()).is_err());
            Ok(())
        });
    });
}

#[test]
fn steps_wait_for_what_they_need_and_one_can_go_back() {
    on_both(|world| {
        let (_, round) = filled(world);
        run(world, move |tx, clock, office| {
            let unit = store::parts(tx, round.id)?.remove(0).unit;
            let step = |step: &str, words: &str| {
                let version = store::part(tx, round.id, unit).unwrap().unwrap().version;
                acts::step(tx, clock, office, (&round.code, unit), (step, words, version))
            };
            let at = || store::part(tx, round.id, unit).unwrap().unwrap().state;
            step("lock", "")?;
            // One leaf is not appraised: the first appraisal is not over.
            let before = store::place_of(tx, round.id, unit, "1.1.2")?.unwrap();
            let mut kept = before.clone();
            (kept.place.first, kept.place.second) = (None, None);
            store::put_place(tx, clock, (round.id, unit, "1.1.2"), &kept)?;
            assert_eq!(key(step("appraise", "")), "parindex-refusal-lacking");
            // What the unit gave itself can be taken for all that have none yet.
            let (_, scheme) = acts::load(tx, &round.code)?;
            assert_eq!(acts::accept_own(tx, clock, office, (&round, &scheme), unit)?, 1);
            assert_eq!(store::place_of(tx, round.id, unit, "1.1.2")?.unwrap().place.first, before.place.own);
            step("appraise", "")?;
            step("close", "")?;
            assert_eq!(key(step("reopen", "")), "refusal-required");
            step("reopen", "cộng nhầm")?;
            assert_eq!(at(), "appraised");
            step("reopen", "chấm nhầm")?;
            assert_eq!(at(), "locked");
            step("reopen", "đơn vị xin sửa")?;
            assert_eq!(at(), "own");
            // A unit that is not closed keeps the whole from being published.
            for part in store::parts(tx, round.id)? {
                if part.unit != unit {
                    state(tx, &round, part.unit, "closed")?;
                }
            }
            let publish =
                || results::publish_round(tx, clock, office, &round.code, &results::Words::default());
            assert_eq!(key(publish()), "parindex-refusal-unclosed");
            state(tx, &round, unit, "closed")?;
            publish()
        });
    });
}

#[test]
fn a_council_cannot_be_cut_after_its_votes_and_others_see_what_was_published() {
    on_both(|world| {
        let (_, round) = filled(world);
        run(world, move |tx, clock, office| {
            let parts = store::parts(tx, round.id)?;
            for part in &parts {
                state(tx, &round, part.unit, "closed")?;
            }
            let set = |lines: &str| {
                let (fresh, _) = acts::load(tx, &round.code)?;
                council::set_members(tx, clock, office, &fresh, lines)
            };
            set("An; Chủ tịch\nBình; Sở\nCường")?;
            assert!(council::set_members(tx, clock, office, &round, "Em").is_err(), "somebody was faster");
            council::vote(tx, clock, office, &round, ("An", "yes", "present"))?;
            assert_eq!(key(set("  \n")), "parindex-refusal-council-empty");
            // Without the others An alone would be more than half: no vote survives a change of members.
            set("An; Chủ tịch")?;
            let verdict = council::verdict(&council::members(tx, round.id)?);
            assert_eq!((verdict.members, verdict.decided), (1, 0));
            council::vote(tx, clock, office, &round, ("An", "yes", "present"))?;
            let words =
                |erratum: &str| results::Words { erratum: erratum.to_owned(), ..results::Words::default() };
            results::publish_round(tx, clock, office, &round.code, &words(""))?;
            let late = council::vote(tx, clock, office, &round, ("An", "no", "written"));
            assert_eq!(key(late), "parindex-refusal-voted");
            assert_eq!(
                key(acts::add_units(tx, clock, office, &round, "MH01")),
                "parindex-refusal-units-late"
            );
            // Somebody of another unit reads the lines as published, also while one is being corrected.
            let (first, other) = (parts[0].unit, parts[1].unit);
            let reader = holder(office, Role::Clerk, &[other]);
            let (_, scheme) = acts::load(tx, &round.code)?;
            let past = Past::at(tx, clock.today())?;
            let line = |actor: &Actor| {
                let (rows, is_part) = sight::standing(tx, actor, (&round, &scheme), &past).unwrap();
                assert!(!is_part);
                let row = rows.iter().find(|row| row.part.unit == first).unwrap();
                (row.rank, points::digits(&row.totals().result), points::digits(&row.sums().by_rule.result))
            };
            let published = line(&reader);
            assert_eq!(line(office), published, "nothing changed since");
            let version = store::part(tx, round.id, first)?.unwrap().version;
            acts::step(tx, clock, office, (&round.code, first), ("reopen", "tính sai", version))?;
            let mut kept = store::place_of(tx, round.id, first, "1.1.2")?.unwrap();
            kept.place.second = Some(Given::Points(Decimal::ZERO));
            let said = Typed { words: "tính sai".to_owned(), ..typed(kept, "second") };
            acts::put_leaf(tx, clock, office, (&round.code, first, "1.1.2"), said)?;
            assert_ne!(line(office).1, published.1);
            assert_eq!(line(&reader), published);
            let looker = holder(office, Role::Reader, &[first, other]);
            let code = past.code(first);
            let find = || sight::found(tx, &looker, clock.today(), (&round.code, &code));
            assert!(find().is_err(), "being corrected");
            acts::step(tx, clock, office, (&round.code, first), ("close", "", version + 1))?;
            assert!(find().is_err(), "corrected, and not yet published");
            // The council decided on other points.
            assert_eq!(
                key(results::publish_round(tx, clock, office, &round.code, &words("tính sai"))),
                "parindex-refusal-council"
            );
            council::vote(tx, clock, office, &round, ("An", "yes", "written"))?;
            results::publish_round(tx, clock, office, &round.code, &words("tính sai"))?;
            assert!(find()?.is_whole);
            assert_eq!(line(&reader), line(office));
            let all = publish::all(tx, round.id)?;
            let second: publish::Published = all[1].facts()?;
            assert_eq!((all.len(), second.replaces), (2, Some(clock.today())));
            let text = format!("{:?}", publish::reprint(&all[1])?);
            assert!(
                text.contains("Đính chính kết quả") && text.contains("tính sai"),
                "an erratum says what it corrects"
            );
            Ok(())
        });
    });
}

#[test]
fn units_that_were_merged_keep_their_own_line_under_the_code_of_their_time() {
    on_both_cities(|world| {
        run(world, |tx, clock, office| {
            use organisation::reorganise::{self, Change, Into, Newcomer};
            let (round, scheme) = acts::load(tx, "CD-2022-01")?;
            let (one, two) = (unit(tx, clock, "UB001"), unit(tx, clock, "UB002"));
            let on = Date::constant(2023, 4, 1);
            let draft = reorganise::draft(tx, clock, office, "Sáp nhập", "1/NQ-HĐND", on)?;
            let into = Into::New(Newcomer {
                code: "UB901".to_owned(),
                name: "UBND quận Hợp Nhất".to_owned(),
                kind: "ubnd_cap_huyen".to_owned(),
                parent: unit(tx, clock, "TP"),
            });
            reorganise::add(tx, clock, office, &draft.code, &Change::Merge { units: vec![one, two], into })?;
            let mut everything = office.clone();
            for role in [Role::OrganisationOfficer, Role::PersonnelOfficer] {
                everything.grants.push(Grant { role, top: None, units: Units::All, field: None });
            }
            reorganise::apply(tx, clock, &everything, &draft.code, &trongtam::FOLLOWERS, false)?;
            let past = Past::at(tx, on)?;
            let (rows, _) = sight::standing(tx, office, (&round, &scheme), &past)?;
            let codes: HashSet<&str> = rows.iter().map(|row| row.code.as_str()).collect();
            assert_eq!(codes.len(), rows.len(), "no two lines under one code");
            assert!(codes.contains("UB001") && codes.contains("UB002") && !codes.contains("UB901"));
            // Whoever follows them goes on with each.
            let merged = past.now().by_code("UB901").unwrap().id;
            let heirs: Vec<UnitId> =
                past.now().taken_over(&HashSet::from([merged])).into_iter().chain([merged]).collect();
            let head = holder(office, Role::UnitHead, &heirs);
            let found = sight::found(tx, &head, on, (&round.code, "UB001"))?;
            assert_eq!((found.unit, found.is_whole), (one, true));
            let owed = parindex::owed::owed(tx, on)?;
            let address = format!("chi-so/{}/UB001?buoc=own", round.code);
            assert!(owed.iter().any(|owed| owed.address == address && owed.unit == merged));
            Ok(())
        });
    });
}

#[test]
fn appraisals_count_once_all_are_there_and_the_last_proof_taken_away_leaves_none() {
    on_both_cities(|world| {
        run(world, |tx, clock, office| {
            let (round, scheme) = acts::load(tx, "CD-2022-01")?;
            let unit = unit(tx, clock, "UB001");
            let mut places: BTreeMap<_, _> =
                store::places_of(tx, round.id, unit)?.into_iter().map(|(l, k)| (l, k.place)).collect();
            let own = Sums::of(&scheme, &places).counted().clone();
            places.get_mut("1.1.2").unwrap().first = Some(Given::Points(Decimal::ZERO));
            assert_eq!(*Sums::of(&scheme, &places).counted(), own, "one leaf appraised of many");
            let at = (round.code.as_str(), unit, "1.8");
            let record = evidence::New { record: "CT-01".to_owned(), file: None };
            let mut kept = store::place_of(tx, round.id, unit, "1.8")?.unwrap();
            kept.evidence.clear();
            store::put_place(tx, clock, (round.id, unit, "1.8"), &kept)?;
            evidence::add(tx, clock, office, at, record.clone(), &records())?;
            evidence::add(tx, clock, office, at, record, &records())?;
            let is_proved =
                || store::place_of(tx, round.id, unit, "1.8").unwrap().unwrap().place.figure.has_evidence;
            evidence::remove(tx, clock, office, at, 2)?;
            assert!(is_proved());
            evidence::remove(tx, clock, office, at, 1)?;
            assert!(!is_proved());
            Ok(())
        });
    });
}
