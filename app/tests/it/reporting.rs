//! A periodic report from its setting up to the frozen whole.

use crate::world::{World, on_both};
use base::{Actor, Clock, Date};
use reporting::{
    acts::{self, NewKind},
    rules::{PartState, PartStep, Round, Turn},
    store,
};
use std::collections::BTreeMap;

const ROUND: Round = Round { year: 2023, n: 1 };

fn set_up(world: &World, clock: &Clock) -> String {
    let (actor, clock) = (Actor::program("kiểm thử"), clock.clone());
    world
        .db
        .act_now(move |tx| {
            let new = NewKind {
                title: "Báo cáo quý".to_owned(),
                issuer: "VPTU".to_owned(),
                cycle: "quarter".to_owned(),
                closes_on: "14".to_owned(),
                due_days: "3".to_owned(),
                scope: "Sở Nội vụ; Sở Tư pháp".to_owned(),
                sections: "Ưu điểm\nHạn chế".to_owned(),
                from: Some(Date::constant(2022, 12, 15)),
                ..NewKind::default()
            };
            let wrong = [
                NewKind { scope: "Sở Không Có".to_owned(), ..new.clone() },
                NewKind { closes_on: "32".to_owned(), ..new.clone() },
                NewKind { cycle: "week".to_owned(), ..new.clone() },
                NewKind { sections: " ".to_owned(), ..new.clone() },
            ];
            for new in wrong {
                assert!(acts::set_up(tx, &clock, &actor, &new).is_err());
            }
            acts::set_up(tx, &clock, &actor, &new)
        })
        .unwrap()
}

#[test]
fn a_part_is_written_handed_in_and_taken_and_the_whole_is_frozen_for_good() {
    on_both(|world| {
        world.import(trongtam::intake::Kind::Units, "cases/danh-muc-don-vi.csv");
        let clock = world.clock.clone();
        world
            .db
            .act_now(move |tx| {
                let days = base::calendar::proposed_year(2023);
                organisation::acts::keep_days(tx, &clock, &Actor::program("kiểm thử"), &days)
            })
            .unwrap();
        let before = Clock::stopped_on(Date::constant(2023, 3, 10)).unwrap();
        let code = set_up(world, &before);
        let actor = Actor::program("kiểm thử");
        let words: BTreeMap<String, String> =
            BTreeMap::from([("Hạn chế".to_owned(), "Chậm hai việc".to_owned())]);
        // Before the figures close a draft is kept, nothing is handed in.
        let (of, own, said) = (code.clone(), actor.clone(), words.clone());
        world
            .db
            .act_now(move |tx| {
                let kind = acts::load(tx, &of)?;
                let names = organisation::Snapshot::at(tx, before.today())?;
                let units = acts::units_of(tx, &kind, &names)?;
                assert_eq!(units.len(), 2);
                let unit = *units.first().unwrap();
                let place = (of.as_str(), ROUND, unit);
                let send = acts::part_step(tx, &before, &own, place, PartStep::Send, &said, "", 0);
                assert!(matches!(send, Err(base::Stop::Refused(r)) if r.key == "reporting-refusal-open"));
                acts::part_step(tx, &before, &own, place, PartStep::Save, &said, "", 0)?;
                let late = acts::part_step(tx, &before, &own, place, PartStep::Save, &said, "", 0);
                assert!(matches!(late, Err(base::Stop::Refused(r)) if r.key == "refusal-conflict"));
                Ok(())
            })
            .unwrap();
        let after = Clock::stopped_on(Date::constant(2023, 3, 20)).unwrap();
        let (of, own) = (code.clone(), actor.clone());
        let frozen = world
            .db
            .act_now(move |tx| {
                let kind = acts::load(tx, &of)?;
                let days = acts::days_of(tx, &kind, ROUND)?;
                assert_eq!(
                    (days.first, days.last),
                    (Date::constant(2022, 12, 15), Date::constant(2023, 3, 14))
                );
                assert_eq!(days.due, Some(Date::constant(2023, 3, 17)));
                let names = organisation::Snapshot::at(tx, after.today())?;
                let unit = *acts::units_of(tx, &kind, &names)?.first().unwrap();
                let place = (of.as_str(), ROUND, unit);
                acts::part_step(tx, &after, &own, place, PartStep::Send, &words, "", 1)?;
                acts::part_step(tx, &after, &own, place, PartStep::Accept, &BTreeMap::new(), "", 2)?;
                let part = store::part_of(tx, kind.id, "2023-Q1", unit)?.unwrap();
                assert_eq!((part.state, part.sent_on), (PartState::Accepted, Some(after.today())));
                assert!(!part.figures.is_empty());
                let owed = acts::owed(tx, after.today(), |_| true)?;
                let turn = |unit| owed.iter().find(|o| o.unit == unit && o.round == ROUND).map(|o| o.turn);
                assert_eq!(turn(unit), Some(Turn::Late));
                let other = owed.iter().find(|o| o.unit != unit && o.round == ROUND).unwrap();
                assert_eq!(other.turn, Turn::Missing);
                let shown = (of.as_str(), ROUND, "quý I năm 2023");
                let frozen = acts::freeze(tx, &after, &own, shown, "", "")?;
                let again = acts::freeze(tx, &after, &own, shown, "", "");
                assert!(matches!(again, Err(base::Stop::Refused(r)) if r.key == "reporting-refusal-erratum"));
                Ok(frozen)
            })
            .unwrap();
        let again = frozen.clone();
        let reprinted =
            world.db.read_now(move |tx| acts::reprint(tx, &again, paper::FileKind::Docx)).unwrap();
        // A year later, after the words were changed: the same bytes.
        let kept = frozen.file.clone();
        let file = world.db.read_now(move |tx| Ok(document::store::file(tx, &kept)?)).unwrap();
        assert_eq!(file.map(|(.., bytes)| bytes), Some(reprinted));
        assert!(frozen.content.contains("Chậm hai việc"));
        let changed = document::frozen::Frozen { content: frozen.content.replace("hai", "ba"), ..frozen };
        assert!(world.db.read_now(move |tx| acts::reprint(tx, &changed, paper::FileKind::Docx)).is_err());
    });
}

#[test]
fn a_part_that_is_not_there_is_called_up_the_tree() {
    on_both(|world| {
        world.import(trongtam::intake::Kind::Units, "cases/danh-muc-don-vi.csv");
        let before = Clock::stopped_on(Date::constant(2023, 3, 10)).unwrap();
        let first = before.clone();
        world
            .db
            .act_now(move |tx| {
                let days = base::calendar::proposed_year(2023);
                organisation::acts::keep_days(tx, &first, &Actor::program("kiểm thử"), &days)
            })
            .unwrap();
        set_up(world, &before);
        let after = Clock::stopped_on(Date::constant(2023, 3, 24)).unwrap();
        let called = world
            .db
            .act_now(move |tx| {
                chase::store::set_swept(tx, Date::constant(2023, 3, 10))?;
                chase::acts::sweep(tx, &after, &trongtam::OWES)?;
                chase::acts::sweep(tx, &after, &trongtam::OWES)?;
                Ok(chase::store::of_task(tx, "bao-cao/BC-01/2023-Q1/STP")?)
            })
            .unwrap();
        // Three and one working day before, on the day (17 March), and after it, each once.
        let after: Vec<i64> = called.iter().map(|n| n.after).collect();
        assert!(after.contains(&-3) && after.contains(&0) && after.iter().any(|n| *n > 0), "{after:?}");
        let mut once: Vec<(i64, &str)> = called.iter().map(|n| (n.after, n.whom.word())).collect();
        once.dedup();
        assert_eq!(once.len(), called.len());
        assert_eq!(
            called.first().map(chase::store::Notice::link).as_deref(),
            Some("/bao-cao/BC-01/2023-Q1/STP")
        );
    });
}

#[test]
fn remarks_on_a_part_are_kept_and_nobody_corrects_another_s() {
    use reporting::remark;
    on_both(|world| {
        world.import(trongtam::intake::Kind::Units, "cases/danh-muc-don-vi.csv");
        let clock = world.clock.clone();
        let today = clock.today();
        world
            .db
            .act_now(move |tx| {
                let actor = Actor::program("kiểm thử");
                let names = organisation::Snapshot::at(tx, today)?;
                let (unit, issuer) = (names.by_code("SNV").unwrap().id, names.by_code("VPTU").unwrap().id);
                let about = ("bao-cao/BC-01/2023-Q1/SNV", unit, issuer);
                remark::put(tx, &clock, &actor, about, (None, " Nêu rõ nguyên nhân "))?;
                assert!(remark::put(tx, &clock, &actor, about, (None, "  ")).is_err());
                assert!(remark::put(tx, &clock, &actor, about, (None, &"x".repeat(5000))).is_err());
                let kept = remark::of(tx, about.0)?;
                assert_eq!(kept.iter().map(|r| r.words.as_str()).collect::<Vec<_>>(), ["Nêu rõ nguyên nhân"]);
                let own = kept.first().map(|r| r.id);
                assert!(
                    remark::put(tx, &clock, &actor, about, (own, "đổi lời")).is_err(),
                    "nobody's account"
                );
                Ok(())
            })
            .unwrap();
    });
}
