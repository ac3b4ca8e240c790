//! Calls over a simulated year with Tết, a make-up Saturday, a changed head and a merger; reminders as documents.

use crate::world::{World, on_both_cities};
use base::{
    Actor, Clock, Date, Outcome, Span,
    calendar::{DayKind, SpecialDay},
    ids::UnitId,
    period::Due,
};
use db::Tx;
use organisation::{
    Snapshot,
    reorganise::{self, Change, Into},
};
use programme::words::{Facts, State};
use std::fmt::Write as _;
use trongtam::FOLLOWERS;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn unit(tx: &Tx<'_>, on: Date, code: &str) -> UnitId {
    Snapshot::at(tx, on).unwrap().by_code(code).unwrap_or_else(|| panic!("{code}")).id
}

fn act<T: Send + 'static>(
    world: &World,
    clock: &Clock,
    act: impl Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<T> + Send + 'static,
) -> T {
    let clock = clock.clone();
    let mut actor = Actor::program("test");
    for role in [base::Role::OrganisationOfficer, base::Role::PersonnelOfficer] {
        actor.grants.push(base::rights::Grant { role, top: None, units: base::Units::All, field: None });
    }
    world.db.act_now(move |tx| act(tx, &clock, &actor)).unwrap()
}

/// A task that is being done by a unit; returns its code.
pub(crate) fn task(world: &World, lead: &'static str, due: &'static str) -> String {
    act(world, &world.clock, move |tx, clock, actor| {
        let programme = programme::store::programme_by_code(tx, "CT-01")?.unwrap();
        let facts = Facts {
            title: format!("Việc của {lead}"),
            lead: Some(unit(tx, day("2023-01-02"), lead)),
            due: Due::Day { on: day(due) },
            state: State::InProgress,
            ..Facts::default()
        };
        let draft = programme::acts::Draft {
            programme: &programme,
            parent: None,
            group_title: "",
            on: day("2023-01-02"),
            facts,
            support: &[],
        };
        Ok(programme::acts::create_task(tx, clock, actor, &draft)?.code)
    })
}

/// Every call of a task: day, working days after the deadline, whom, in which unit, who headed it.
fn table(world: &World, code: &str) -> String {
    let code = code.to_owned();
    world
        .db
        .read_now(move |tx| {
            let units = organisation::store::all_units(tx)?;
            let mut out = String::new();
            for n in chase::store::of_task(tx, &code)? {
                let unit = units.iter().find(|u| u.id == n.unit).map(|u| u.code.clone()).unwrap_or_default();
                writeln!(out, "{} {:+} {} {unit} {}", n.day, n.after, n.whom.word(), n.holder).unwrap();
            }
            Ok(out)
        })
        .unwrap()
}

fn new_head(tx: &Tx<'_>, clock: &Clock, code: &str, on: Date, name: &str) -> Outcome<()> {
    let office = unit(tx, on, code);
    let before = people::store::holders(tx, office, on)?.into_iter().find(|h| h.is_head);
    let post = match before {
        Some(held) => {
            people::store::end_holding(tx, held.person, held.post, on)?;
            held.post
        }
        None => people::store::insert_post(tx, clock, office, "Chủ tịch", true)?,
    };
    let (person, _) = people::store::insert_person(tx, clock, name)?;
    people::store::insert_holding(tx, clock, person, post, true, on, "")?;
    Ok(())
}

#[test]
fn each_rung_calls_once_the_right_post_on_the_right_day() {
    on_both_cities(|world| {
        let first = task(world, "UB001", "2023-02-03");
        let second = task(world, "UB002", "2023-05-12");
        act(world, &world.clock, |tx, clock, actor| {
            let days: Vec<SpecialDay> = (2022..=2024).flat_map(base::calendar::proposed_year).collect();
            organisation::acts::keep_days(tx, clock, actor, &days)?;
            for (kind, on) in [(DayKind::Working, "2023-02-11"), (DayKind::InLieu, "2023-02-06")] {
                let special = SpecialDay {
                    day: day(on),
                    name: "Hoán đổi".to_owned(),
                    kind,
                    document: "1/QĐ".to_owned(),
                };
                organisation::store::put_special_day(tx, &special)?;
            }
            tx.bump("calendar")?;
            new_head(tx, clock, "UB001", day("2022-12-01"), "Trưởng Một")?;
            new_head(tx, clock, "UB002", day("2022-12-01"), "Trưởng Hai")?;
            chase::store::set_swept(tx, day("2023-01-02"))?;
            Ok(())
        });
        let mut on = day("2023-01-03");
        while on <= day("2023-12-31") {
            let clock = Clock::stopped_on(on).unwrap();
            if on == day("2023-02-08") {
                act(world, &clock, move |tx, clock, _| new_head(tx, clock, "UB001", on, "Trưởng Mới"));
            }
            if on == day("2023-05-15") {
                act(world, &clock, move |tx, clock, actor| {
                    let of = reorganise::draft(tx, clock, actor, "Nhập", "15/NQ", on)?;
                    let (from, to) = (unit(tx, on, "UB002"), unit(tx, on, "UB001"));
                    let change = Change::Merge { units: vec![from], into: Into::Unit(to) };
                    reorganise::add(tx, clock, actor, &of.code, &change)?;
                    reorganise::apply(tx, clock, actor, &of.code, &FOLLOWERS, false)?;
                    Ok(())
                });
            }
            // Two processes look at the same time; one day nobody looked.
            if on != day("2023-02-10") {
                let processes = if on < day("2023-04-01") { 2 } else { 1 };
                std::thread::scope(|scope| {
                    for _ in 0..processes {
                        let (db, clock) = (world.db.clone(), clock.clone());
                        scope.spawn(move || {
                            db.act_now(move |tx| chase::acts::sweep(tx, &clock, &trongtam::OWES)).unwrap()
                        });
                    }
                });
            }
            on = on.checked_add(Span::new().days(1)).unwrap();
        }
        assert_eq!(table(world, &first), FIRST);
        assert_eq!(table(world, &second), SECOND);
    });
}

/// From the overdue list to one numbered document a unit, sent, with explanations demanded.
#[test]
fn a_reminder_is_a_numbered_document_of_what_was_overdue_then() {
    on_both_cities(|world| {
        let code = task(world, "UB001", "2023-02-03");
        let made = act(world, &world.clock, |tx, clock, actor| {
            let days: Vec<SpecialDay> = (2022..=2024).flat_map(base::calendar::proposed_year).collect();
            organisation::acts::keep_days(tx, clock, actor, &days)?;
            let today = clock.today();
            let mut how = chase::acts::Remind {
                issuer: Some(unit(tx, today, "TU")),
                symbol: "CV/TU".to_owned(),
                title: "Chánh Văn phòng".to_owned(),
                explain: true,
                ..chase::acts::Remind::default()
            };
            let units = [unit(tx, today, "UB001"), unit(tx, today, "UB002")];
            let refused = |outcome: Outcome<Vec<String>>| match outcome {
                Err(base::Stop::Refused(refusal)) => refusal.key,
                other => panic!("{other:?}"),
            };
            assert_eq!(refused(chase::acts::remind(tx, clock, actor, &[], &how)), "chase-refusal-none");
            assert_eq!(refused(chase::acts::remind(tx, clock, actor, &units, &how)), "chase-refusal-reply");
            how.reply_by = Some(day("2023-04-28"));
            chase::acts::remind(tx, clock, actor, &units[..1], &how)
        });
        let (listed, text, task) = act(world, &world.clock, move |tx, clock, actor| {
            let reminder = chase::store::reminder_by_code(tx, &made[0])?.unwrap();
            chase::acts::settle(tx, clock, actor, &reminder.code, Some(clock.today()))?;
            let again = chase::acts::settle(tx, clock, actor, &reminder.code, None);
            assert!(again.is_err(), "what was sent is not withdrawn");
            let (_, _, bytes) = document::store::file(tx, &reminder.sha256)?.unwrap();
            let text = format!("{:?}", paper::docx::read(&bytes)?.tables());
            Ok((reminder.tasks, text, programme::store::task_by_code(tx, &code)?.unwrap()))
        });
        assert!(listed.contains(&task.code) && text.contains(&task.code));
        for words in ["ĐẢNG CỘNG SẢN VIỆT NAM", "Số 01-CV/TU", "ngày 19 tháng 4 năm 2023", "03/02/2023"]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(task.facts.explanation_due, Some(day("2023-04-28")));
    });
}

const FIRST: &str = "\
2023-01-18 -7 unit UB001 Trưởng Một
2023-01-31 -3 unit UB001 Trưởng Một
2023-02-02 -1 unit UB001 Trưởng Một
2023-02-03 +0 unit UB001 Trưởng Một
2023-02-07 +1 head UB001 Trưởng Một
2023-02-09 +3 above TP 
2023-02-11 +5 office TU 
2023-02-11 +5 unit UB001 Trưởng Mới
2023-02-17 +10 leader TU 
2023-02-17 +10 unit UB001 Trưởng Mới
2023-02-24 +15 unit UB001 Trưởng Mới
2023-03-03 +20 unit UB001 Trưởng Mới
2023-03-10 +25 unit UB001 Trưởng Mới
2023-03-17 +30 unit UB001 Trưởng Mới
2023-03-24 +35 unit UB001 Trưởng Mới
2023-03-31 +40 unit UB001 Trưởng Mới
2023-04-07 +45 unit UB001 Trưởng Mới
2023-04-14 +50 unit UB001 Trưởng Mới
2023-04-21 +55 unit UB001 Trưởng Mới
2023-04-28 +60 unit UB001 Trưởng Mới
2023-05-10 +65 unit UB001 Trưởng Mới
2023-05-17 +70 unit UB001 Trưởng Mới
2023-05-24 +75 unit UB001 Trưởng Mới
2023-05-31 +80 unit UB001 Trưởng Mới
2023-06-07 +85 unit UB001 Trưởng Mới
2023-06-14 +90 unit UB001 Trưởng Mới
2023-06-21 +95 unit UB001 Trưởng Mới
2023-06-28 +100 unit UB001 Trưởng Mới
2023-07-05 +105 unit UB001 Trưởng Mới
2023-07-12 +110 unit UB001 Trưởng Mới
2023-07-19 +115 unit UB001 Trưởng Mới
2023-07-26 +120 unit UB001 Trưởng Mới
2023-08-02 +125 unit UB001 Trưởng Mới
2023-08-09 +130 unit UB001 Trưởng Mới
2023-08-16 +135 unit UB001 Trưởng Mới
2023-08-23 +140 unit UB001 Trưởng Mới
2023-08-30 +145 unit UB001 Trưởng Mới
2023-09-08 +150 unit UB001 Trưởng Mới
2023-09-15 +155 unit UB001 Trưởng Mới
2023-09-22 +160 unit UB001 Trưởng Mới
2023-09-29 +165 unit UB001 Trưởng Mới
2023-10-06 +170 unit UB001 Trưởng Mới
2023-10-13 +175 unit UB001 Trưởng Mới
2023-10-20 +180 unit UB001 Trưởng Mới
2023-10-27 +185 unit UB001 Trưởng Mới
2023-11-03 +190 unit UB001 Trưởng Mới
2023-11-10 +195 unit UB001 Trưởng Mới
2023-11-17 +200 unit UB001 Trưởng Mới
2023-11-24 +205 unit UB001 Trưởng Mới
2023-12-01 +210 unit UB001 Trưởng Mới
2023-12-08 +215 unit UB001 Trưởng Mới
2023-12-15 +220 unit UB001 Trưởng Mới
2023-12-22 +225 unit UB001 Trưởng Mới
2023-12-29 +230 unit UB001 Trưởng Mới
";
const SECOND: &str = "\
2023-04-28 -7 unit UB002 Trưởng Hai
2023-05-09 -3 unit UB002 Trưởng Hai
2023-05-11 -1 unit UB002 Trưởng Hai
2023-05-12 +0 unit UB002 Trưởng Hai
2023-05-15 +1 head UB001 Trưởng Mới
2023-05-17 +3 above TP 
2023-05-19 +5 office TU 
2023-05-19 +5 unit UB001 Trưởng Mới
2023-05-26 +10 leader TU 
2023-05-26 +10 unit UB001 Trưởng Mới
2023-06-02 +15 unit UB001 Trưởng Mới
2023-06-09 +20 unit UB001 Trưởng Mới
2023-06-16 +25 unit UB001 Trưởng Mới
2023-06-23 +30 unit UB001 Trưởng Mới
2023-06-30 +35 unit UB001 Trưởng Mới
2023-07-07 +40 unit UB001 Trưởng Mới
2023-07-14 +45 unit UB001 Trưởng Mới
2023-07-21 +50 unit UB001 Trưởng Mới
2023-07-28 +55 unit UB001 Trưởng Mới
2023-08-04 +60 unit UB001 Trưởng Mới
2023-08-11 +65 unit UB001 Trưởng Mới
2023-08-18 +70 unit UB001 Trưởng Mới
2023-08-25 +75 unit UB001 Trưởng Mới
2023-09-05 +80 unit UB001 Trưởng Mới
2023-09-12 +85 unit UB001 Trưởng Mới
2023-09-19 +90 unit UB001 Trưởng Mới
2023-09-26 +95 unit UB001 Trưởng Mới
2023-10-03 +100 unit UB001 Trưởng Mới
2023-10-10 +105 unit UB001 Trưởng Mới
2023-10-17 +110 unit UB001 Trưởng Mới
2023-10-24 +115 unit UB001 Trưởng Mới
2023-10-31 +120 unit UB001 Trưởng Mới
2023-11-07 +125 unit UB001 Trưởng Mới
2023-11-14 +130 unit UB001 Trưởng Mới
2023-11-21 +135 unit UB001 Trưởng Mới
2023-11-28 +140 unit UB001 Trưởng Mới
2023-12-05 +145 unit UB001 Trưởng Mới
2023-12-12 +150 unit UB001 Trưởng Mới
2023-12-19 +155 unit UB001 Trưởng Mới
2023-12-26 +160 unit UB001 Trưởng Mới
";
