//! The tree of tasks, groups as lead, the same step with many, waits, and the index in memory, on both databases.

use crate::world::{World, on_both_cities};
use base::{Actor, Clock, Date, Outcome, Reach};
use db::Tx;
use programme::{
    acts::{self, Draft, With},
    rules::Step,
    store::{self, Filter},
    words::{Facts, State, Task},
};

fn act(world: &World, act: impl Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<()> + Send + 'static) {
    let clock = world.clock.clone();
    world.db.act_now(move |tx| act(tx, &clock, &Actor::program("test"))).unwrap();
}

fn facts(tx: &Tx<'_>, clock: &Clock, weight: i64) -> Facts {
    let names = organisation::Snapshot::at(tx, clock.today()).unwrap();
    Facts {
        title: "Việc".to_owned(),
        product: "Báo cáo".to_owned(),
        acceptance: "Được ký".to_owned(),
        authority: "1/QĐ".to_owned(),
        person_name: "Lê Văn Anh".to_owned(),
        lead: Some(names.by_code("UB001").unwrap().id),
        due: base::period::Due::Day { on: Date::constant(2023, 12, 1) },
        weight,
        ..Facts::default()
    }
}

fn make(tx: &Tx<'_>, clock: &Clock, actor: &Actor, parent: Option<&Task>, weight: i64) -> Outcome<Task> {
    let programme = store::programme_by_code(tx, "CT-01")?.unwrap();
    let draft = Draft {
        programme: &programme,
        parent: parent.map(|p| p.id),
        group_title: "",
        on: clock.today(),
        facts: facts(tx, clock, weight),
        support: &[],
    };
    acts::create_task(tx, clock, actor, &draft)
}

fn walk(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, percent: i64) -> Outcome<()> {
    for step in [Step::Assign, Step::Receive, Step::Progress { percent }] {
        acts::take_step(tx, clock, actor, code, &step, &With::default())?;
    }
    Ok(())
}

#[test]
fn a_leaf_is_seen_in_every_task_above_it() {
    on_both_cities(|world| {
        act(world, |tx, clock, actor| {
            let top = make(tx, clock, actor, None, 1)?;
            let middle = make(tx, clock, actor, Some(&top), 3)?;
            let side = make(tx, clock, actor, Some(&top), 1)?;
            let leaf = make(tx, clock, actor, Some(&middle), 1)?;
            walk(tx, clock, actor, &leaf.code, 4_000)?;
            let percent = |code: &str| store::task_by_code(tx, code).unwrap().unwrap().percent;
            assert_eq!((percent(&middle.code), percent(&top.code)), (4_000, 3_000));
            walk(tx, clock, actor, &side.code, 2_000)?;
            assert_eq!(percent(&top.code), 3_500);
            // A task with parts has no progress of its own, and saving it does not lose theirs.
            acts::take_step(tx, clock, actor, &top.code, &Step::Assign, &With::default())?;
            acts::take_step(tx, clock, actor, &top.code, &Step::Receive, &With::default())?;
            assert_eq!(percent(&top.code), 3_500);
            let own = Step::Progress { percent: 9_000 };
            assert!(acts::take_step(tx, clock, actor, &top.code, &own, &With::default()).is_err());
            let words = With { words: "thôi".to_owned(), ..With::default() };
            acts::take_step(tx, clock, actor, &side.code, &Step::Cancel, &words)?;
            assert_eq!(percent(&top.code), 4_000, "cancelled parts leave the base");
            // A circle is refused.
            let edit = acts::Edit {
                title: "Việc".to_owned(),
                parent: leaf.code.clone(),
                weight: 1,
                ..acts::Edit::default()
            };
            let version = store::task_by_code(tx, &top.code)?.unwrap().version;
            assert!(acts::edit(tx, clock, actor, &top.code, &edit, version).is_err());
            Ok(())
        });
    });
}

#[test]
fn a_group_as_lead_becomes_one_part_a_unit() {
    on_both_cities(|world| {
        act(world, |tx, clock, actor| {
            let programme = store::programme_by_code(tx, "CT-01")?.unwrap();
            let group = Facts {
                lead: None,
                lead_group: "ubnd.district".to_owned(),
                lead_words: "các quận, huyện, thị xã".to_owned(),
                ..facts(tx, clock, 1)
            };
            let draft = Draft {
                programme: &programme,
                parent: None,
                group_title: "",
                on: clock.today(),
                facts: group,
                support: &[],
            };
            let task = acts::create_task(tx, clock, actor, &draft)?;
            let lead = facts(tx, clock, 1).lead.unwrap();
            assert_eq!(acts::expand(tx, clock, actor, &task.code, lead)?, 6);
            let task = store::task_by_code(tx, &task.code)?.unwrap();
            assert_eq!(task.facts.lead, Some(lead));
            assert_eq!(store::parts(tx, task.id)?.len(), 6);
            Ok(())
        });
    });
}

#[test]
fn the_same_step_with_many_tells_what_was_refused() {
    on_both_cities(|world| {
        act(world, |tx, clock, actor| {
            let good = make(tx, clock, actor, None, 1)?;
            let other = make(tx, clock, actor, None, 1)?;
            walk(tx, clock, actor, &other.code, 100)?;
            let codes = vec![good.code.clone(), other.code.clone(), "KHONG-CO".to_owned()];
            let many = acts::take_steps(tx, clock, actor, &codes, &Step::Assign, "")?;
            assert_eq!(many.done, std::slice::from_ref(&good.code));
            let keys: Vec<&str> = many.refused.iter().map(|(_, r)| r.key).collect();
            assert_eq!(keys, ["programme-refusal-step", "refusal-not-found"]);
            Ok(())
        });
    });
}

#[test]
fn many_are_extended_and_tagged_and_it_is_taken_back_where_nobody_went_on() {
    on_both_cities(|world| {
        act(world, |tx, clock, actor| {
            let good = make(tx, clock, actor, None, 1)?;
            let other = make(tx, clock, actor, None, 1)?;
            for task in [&good, &other] {
                walk(tx, clock, actor, &task.code, 100)?;
            }
            let codes = vec![good.code.clone(), other.code.clone()];
            let to = store::task_by_code(tx, &good.code)?.unwrap().facts.due.date().unwrap();
            let later = to.checked_add(base::Span::new().days(30)).unwrap();
            let extend = Step::Extend { to: later };
            let many = acts::take_steps(tx, clock, actor, &codes, &extend, "Chờ hướng dẫn")?;
            assert_eq!(many.done, codes);
            let task = store::task_by_code(tx, &good.code)?.unwrap();
            assert_eq!((task.facts.due.date(), task.facts.first_due), (Some(later), Some(to)));
            acts::take_step(
                tx,
                clock,
                actor,
                &other.code,
                &Step::Progress { percent: 200 },
                &With::default(),
            )?;
            let back = acts::take_back(tx, clock, actor, &codes, &extend)?;
            assert_eq!(back.done, std::slice::from_ref(&good.code));
            assert_eq!(
                back.refused.iter().map(|(_, r)| r.key).collect::<Vec<_>>(),
                ["programme-refusal-take-back"]
            );
            let task = store::task_by_code(tx, &good.code)?.unwrap();
            assert_eq!(task.facts.due.date(), Some(to));

            let tag = Step::Tag { tag: programme::rules::tag("giao  ban, tháng 4").unwrap() };
            assert_eq!(acts::take_steps(tx, clock, actor, &codes, &tag, "")?.done, codes);
            let f =
                Filter {
                    seen: Reach::everything(), tag: "giao ban tháng 4".to_owned(), ..Filter::default()
                };
            let today = clock.today();
            assert_eq!(store::list(tx, &f, today, today, 10, 0)?.1, 2);
            acts::take_back(tx, clock, actor, &codes, &tag)?;
            assert_eq!(store::list(tx, &f, today, today, 10, 0)?.1, 0);
            Ok(())
        });
    });
}

#[test]
fn what_waits_is_found_by_a_filter() {
    on_both_cities(|world| {
        act(world, |tx, clock, actor| {
            let task = make(tx, clock, actor, None, 1)?;
            walk(tx, clock, actor, &task.code, 100)?;
            let words = With { words: "Báo cáo ngay".to_owned(), ..With::default() };
            acts::take_step(tx, clock, actor, &task.code, &Step::Direct { due: None }, &words)?;
            let f = Filter { seen: Reach::everything(), waits: "directive".to_owned(), ..Filter::default() };
            let found = store::first(tx, &f, clock.today(), clock.today(), 10)?;
            assert_eq!(found.iter().map(|r| r.code.clone()).collect::<Vec<_>>(), [task.code]);
            Ok(())
        });
    });
}

#[test]
fn the_index_in_memory_is_never_stale_and_agrees_with_the_lists() {
    on_both_cities(|world| {
        let today = world.clock.today();
        let overdue = |world: &World| {
            world
                .db
                .read_now(move |tx| {
                    let marks = store::index(tx)?;
                    let late =
                        marks.iter().flat_map(|(_, i)| &i.marks).filter(|m| m.is_overdue(today)).count();
                    let f = Filter {
                        seen: Reach::everything(),
                        standing: "overdue".to_owned(),
                        ..Filter::default()
                    };
                    let (_, total) = store::list(tx, &f, today, today, 1, 0)?;
                    assert_eq!(i64::try_from(late).unwrap(), total);
                    Ok(late)
                })
                .unwrap()
        };
        let before = overdue(world);
        act(world, |tx, clock, actor| {
            let f = Filter {
                seen: Reach::everything(),
                standing: "overdue".to_owned(),
                state: State::InProgress.word().to_owned(),
                ..Filter::default()
            };
            let late = store::first(tx, &f, clock.today(), clock.today(), 1)?;
            let with =
                With { evidence: vec![("x".to_owned(), None, "https://x.vn".to_owned())], ..With::default() };
            let done = Step::ReportDone { has_evidence: true };
            acts::take_step(tx, clock, actor, &late[0].code, &done, &with).map(|_| ())
        });
        assert_eq!(overdue(world), before - 1);
    });
}
