//! Reorganisation as one act on the demo city: preview, application, left-overs, sealing, reversal; what hangs on the
//! units goes with them and comes back.

use crate::world::{World, on_both_cities};
use base::{Actor, Date, Outcome, Stop, ids::UnitId};
use db::Tx;
use organisation::{
    Snapshot,
    reorganise::{self, Change, Into, Newcomer, Stage},
};
use trongtam::FOLLOWERS;

const ON: Date = Date::constant(2023, 4, 1);

fn unit(tx: &Tx<'_>, on: Date, code: &str) -> UnitId {
    Snapshot::at(tx, on).unwrap().by_code(code).unwrap_or_else(|| panic!("{code}")).id
}

fn act<T: Send + 'static>(
    world: &World,
    act: impl Fn(&Tx<'_>, &base::Clock, &Actor) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let clock = world.clock.clone();
    world.db.act_now(move |tx| act(tx, &clock, &everything()))
}

/// Somebody who may do everything everywhere.
fn everything() -> Actor {
    let mut actor = Actor::program("test");
    for role in [base::Role::OrganisationOfficer, base::Role::PersonnelOfficer] {
        actor.grants.push(base::rights::Grant { role, top: None, units: base::Units::All, field: None });
    }
    actor
}

fn key(outcome: Outcome<impl std::fmt::Debug>) -> &'static str {
    match outcome {
        Err(Stop::Refused(refusal)) => refusal.key,
        other => panic!("{other:?}"),
    }
}

/// Counts of what a unit leads, supports, holds, and of roles around it.
fn hanging(tx: &Tx<'_>, unit: UnitId) -> Vec<(&'static str, usize)> {
    FOLLOWERS.iter().map(|f| (f.room, (f.list)(tx, unit, ON).unwrap().len())).collect()
}

fn prepared(world: &World, changes: impl Fn(&Tx<'_>) -> Vec<Change> + Send + 'static) -> String {
    act(world, move |tx, clock, actor| {
        let of = reorganise::draft(tx, clock, actor, "Sắp xếp thử", "15/NQ-HĐND", ON)?;
        for change in changes(tx) {
            reorganise::add(tx, clock, actor, &of.code, &change)?;
        }
        Ok(of.code)
    })
    .unwrap()
}

fn new(tx: &Tx<'_>, code: &str, name: &str, parent: &str) -> Into {
    Into::New(Newcomer {
        code: code.to_owned(),
        name: name.to_owned(),
        kind: "ubnd_cap_huyen".to_owned(),
        parent: unit(tx, ON, parent),
    })
}

#[test]
fn a_merger_carries_everything_and_its_reversal_brings_everything_back() {
    on_both_cities(|world| {
        let before = act(world, |tx, _, _| {
            let (a, b) = (unit(tx, ON, "UB001"), unit(tx, ON, "UB002"));
            Ok((a, b, hanging(tx, a), hanging(tx, b)))
        })
        .unwrap();
        let (a, b, on_a, on_b) = before;
        assert!(on_a.iter().all(|(_, n)| *n > 0), "{on_a:?}");
        let code = prepared(world, |tx| {
            let units = vec![unit(tx, ON, "UB001"), unit(tx, ON, "UB002")];
            vec![Change::Merge { units, into: new(tx, "UB901", "UBND quận Hợp Nhất", "TP") }]
        });

        // The preview is the act itself, undone.
        let (wanted, clock) = (code.clone(), world.clock.clone());
        let preview = world
            .db
            .rehearse_now(move |tx| reorganise::apply(tx, &clock, &everything(), &wanted, &FOLLOWERS, true))
            .unwrap();
        assert!(preview.iter().all(|line| line.to.is_some()));
        act(world, move |tx, _, _| {
            assert_eq!(hanging(tx, a), on_a, "a preview changes nothing");
            Ok(())
        })
        .unwrap();

        let wanted = code.clone();
        let lines = act(world, move |tx, clock, actor| {
            reorganise::apply(tx, clock, actor, &wanted, &FOLLOWERS, false)
        })
        .unwrap();
        assert_eq!(lines.len(), preview.len());
        let tasks = lines.iter().filter(|l| l.what == "task").count();
        let kept = (before_count(&lines, "task"), tasks);
        assert_eq!(kept.0, kept.1);
        let wanted = code.clone();
        act(world, move |tx, clock, actor| {
            let names = Snapshot::at(tx, clock.today())?;
            let to = names.by_code("UB901").unwrap();
            assert_eq!(names.now(a), to.id);
            assert!(names.unit(a).is_none());
            assert!(hanging(tx, a).iter().all(|(_, n)| *n == 0), "nothing is left behind");
            let on_new = hanging(tx, to.id);
            assert!(on_new.iter().find(|(room, _)| *room == "programme").unwrap().1 >= tasks);
            // The day before, everything is as it was.
            assert!(Snapshot::at(tx, ON.yesterday().unwrap())?.unit(a).is_some());
            // The clerk of the first district works for the new unit, by the post that went along.
            let clerk = account::store::by_login(tx, "chuyenvien")?.unwrap();
            let clerk = account::acts::actor_of(tx, clock, &clerk)?;
            assert!(clerk.may(base::Right::Report, to.id));
            assert!(clerk.may(base::Right::See, a), "and still sees what the ended unit had done");
            reorganise::reverse(tx, clock, actor, &wanted, &FOLLOWERS)
        })
        .unwrap();
        act(world, move |tx, clock, _| {
            let names = Snapshot::at(tx, clock.today())?;
            assert!(names.unit(a).is_some() && names.unit(b).is_some() && names.by_code("UB901").is_none());
            let counts = |unit| hanging(tx, unit);
            assert_eq!(counts(b), on_b);
            assert_eq!(counts(a).len(), on_b.len());
            Ok(())
        })
        .unwrap();
    });
}

fn before_count(lines: &[reorganise::Carried], what: &str) -> usize {
    lines.iter().filter(|l| l.what == what && l.to.is_some()).count()
}

#[test]
fn what_no_rule_places_must_be_placed_before_sealing() {
    on_both_cities(|world| {
        let code = prepared(world, |tx| {
            vec![Change::Split {
                unit: unit(tx, ON, "UB001"),
                into: vec![new(tx, "UB911", "UBND quận Đông", "TP"), new(tx, "UB912", "UBND quận Tây", "TP")],
                heir: None,
            }]
        });
        let wanted = code.clone();
        let lines = act(world, move |tx, clock, actor| {
            reorganise::apply(tx, clock, actor, &wanted, &FOLLOWERS, false)
        })
        .unwrap();
        let left: Vec<i64> = lines.iter().filter(|l| l.to.is_none()).map(|l| l.seq).collect();
        assert!(!left.is_empty());
        let wanted = code.clone();
        let refused = act(world, move |tx, clock, actor| reorganise::seal(tx, clock, actor, &wanted));
        assert_eq!(key(refused), "organisation-refusal-left");
        let wanted = code.clone();
        act(world, move |tx, clock, actor| {
            let parts = [unit(tx, ON, "UB911"), unit(tx, ON, "UB912")];
            for (seq, to) in left.iter().zip(parts.into_iter().cycle()) {
                reorganise::place(tx, clock, actor, &wanted, *seq, to, &FOLLOWERS)?;
            }
            reorganise::seal(tx, clock, actor, &wanted)?;
            assert_eq!(reorganise::store::by_code(tx, &wanted)?.unwrap().stage, Stage::Sealed);
            assert_eq!(
                key(reorganise::reverse(tx, clock, actor, &wanted, &FOLLOWERS)),
                "organisation-refusal-stage"
            );
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn a_reorganisation_is_refused_in_words() {
    let world = World::sqlite_city();
    let empty = prepared(&world, |_| Vec::new());
    let refused =
        act(&world, move |tx, clock, actor| reorganise::apply(tx, clock, actor, &empty, &FOLLOWERS, false));
    assert_eq!(key(refused), "organisation-refusal-no-changes");
    act(&world, |tx, clock, actor| {
        let later = clock.today().tomorrow().unwrap();
        let of = reorganise::draft(tx, clock, actor, "Mai", "1/QĐ", later)?;
        let change = Change::Dissolve { unit: unit(tx, ON, "UB002"), heir: None };
        reorganise::add(tx, clock, actor, &of.code, &change)?;
        let early = reorganise::apply(tx, clock, actor, &of.code, &FOLLOWERS, false);
        assert_eq!(key(early), "organisation-refusal-too-early");
        let one =
            Change::Merge { units: vec![unit(tx, ON, "UB002")], into: Into::Unit(unit(tx, ON, "UB002")) };
        assert_eq!(key(reorganise::add(tx, clock, actor, &of.code, &one)), "organisation-refusal-merge-few");
        let circle = Change::Move { unit: unit(tx, ON, "H001"), parent: unit(tx, ON, "X0101") };
        let of = reorganise::draft(tx, clock, actor, "Vòng", "2/QĐ", ON)?;
        reorganise::add(tx, clock, actor, &of.code, &circle)?;
        let refused = reorganise::apply(tx, clock, actor, &of.code, &FOLLOWERS, false);
        assert_eq!(key(refused), "organisation-refusal-circle");
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_reversal_is_refused_when_something_new_hangs_on_a_new_unit() {
    let world = World::sqlite_city();
    let code = prepared(&world, |tx| {
        let units = vec![unit(tx, ON, "UB001"), unit(tx, ON, "UB002")];
        vec![Change::Merge { units, into: new(tx, "UB901", "UBND quận Hợp Nhất", "TP") }]
    });
    let refused = act(&world, move |tx, clock, actor| {
        reorganise::apply(tx, clock, actor, &code, &FOLLOWERS, false)?;
        let to = unit(tx, ON, "UB901");
        people::acts::appoint(tx, clock, actor, "Lê Thị Mới", to, "Chuyên viên", clock.today())?;
        reorganise::reverse(tx, clock, actor, &code, &FOLLOWERS)
    });
    assert_eq!(key(refused), "organisation-refusal-reverse");
}
