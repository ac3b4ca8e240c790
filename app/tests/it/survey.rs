//! Surveys: codes that open once, kiosks that wait, paper typed twice, results that feed leaves.

use crate::{
    parindex::filled,
    world::{World, on_both},
};
use base::{Actor, Clock, Outcome, Span, ids::UnitId};
use db::Tx;
use parindex::{feed, points, store as index};
use survey::{
    acts::{self, Batch, New, Typed},
    store,
    words::{Kind, Question, Survey},
};

/// An open survey of two questions about the first unit of the index.
fn opened(tx: &Tx<'_>, clock: &Clock, actor: &Actor, feeds: &str, unit: UnitId) -> Outcome<Survey> {
    let new = New { title: "SIPAS".to_owned(), feeds: feeds.to_owned(), least_seconds: 10, ..New::default() };
    let issuer = index::round(tx, feeds)?.unwrap().issuer;
    let made = acts::make(tx, clock, actor, issuer, new)?;
    assert!(acts::turn(tx, clock, actor, &made.code, ("open", made.version)).is_err(), "no questions");
    let question = |words: &str, leaf: &str| Question {
        position: 0,
        words: words.to_owned(),
        kind: Kind::Likert,
        leaf: leaf.to_owned(),
    };
    let asked = vec![question("Thái độ", "3.10.1"), question("Chung", "8.4"), question("", "")];
    acts::put_questions(tx, clock, actor, (&made.code, made.version), asked)?;
    let code = organisation::Snapshot::at(tx, clock.today())?.unit(unit).unwrap().code.clone();
    acts::plan(tx, clock, actor, (&made.code, &code), (5, 3))?;
    let version = store::by_code(tx, &made.code)?.unwrap().version;
    acts::turn(tx, clock, actor, &made.code, ("open", version))?;
    assert!(acts::put_questions(tx, clock, actor, (&made.code, version + 1), Vec::new()).is_err(), "open");
    Ok(store::by_code(tx, &made.code)?.unwrap())
}

/// Codes that are asked for from one page.
fn batch(n: usize, is_kiosk: bool) -> Batch<'static> {
    let word: &'static str = acts::batch_word().unwrap().leak();
    Batch { word, n, is_kiosk }
}

fn run(world: &World, test: impl Fn(&Tx<'_>, &Clock, &Actor, &index::Round) -> Outcome<()> + Send + 'static) {
    let (_, round) = filled(world);
    let clock = world.clock.clone();
    world.db.act_now(move |tx| test(tx, &clock, &Actor::program("một"), &round)).unwrap();
}

/// A clock some seconds later.
fn later(clock: &Clock, seconds: i64) -> Clock {
    Clock::stopped(clock.now() + Span::new().seconds(seconds))
}

#[test]
fn a_code_opens_once_and_what_looks_stuffed_waits() {
    on_both(|world| {
        run(world, |tx, clock, actor, round| {
            let unit = index::parts(tx, round.id)?.remove(0).unit;
            let survey = opened(tx, clock, actor, &round.code, unit)?;
            let codes = acts::codes(tx, clock, actor, (&survey.code, unit), batch(3, false))?;
            let mark = acts::stamp(&survey, clock.now());
            let give = |at: usize, seconds: i64, mark: &str| {
                let value = |position: i64| if position == 1 { "4" } else { "5" }.to_owned();
                acts::answer(tx, &later(clock, seconds), &codes[at], (value, mark))
            };
            give(0, 30, &mark)?;
            assert!(give(0, 60, &mark).is_err(), "used");
            give(1, 3, &mark)?;
            give(2, 60, "1.forged")?;
            assert!(acts::open_by(tx, "nothing2345").is_err());
            let answers = store::answers(tx, survey.id, Some(unit))?;
            let told: Vec<_> = answers.iter().map(|a| (a.state.as_str(), a.flags.join(" "))).collect();
            let fast = || ("flagged", "fast".to_owned());
            assert_eq!(told, [("valid", String::new()), fast(), fast()]);
            acts::judge(tx, clock, actor, (&survey.code, answers[1].seq), "valid")?;
            acts::judge(tx, clock, actor, (&survey.code, answers[2].seq), "rejected")?;
            let sample = store::samples(tx, survey.id)?.remove(0);
            assert_eq!((sample.valid, sample.flagged, sample.rejected), (2, 0, 1));
            // Nothing joins a code to its answer: what is kept of a used code is only that it was used.
            assert_eq!(store::opened(tx, &acts::digest(&codes[0]))?.unwrap().last_at, None);
            Ok(())
        });
    });
}

#[test]
fn a_kiosk_waits_between_answers_and_flags_rows_of_the_same() {
    on_both(|world| {
        run(world, |tx, clock, actor, round| {
            let unit = index::parts(tx, round.id)?.remove(0).unit;
            let survey = opened(tx, clock, actor, &round.code, unit)?;
            let kiosk = acts::codes(tx, clock, actor, (&survey.code, unit), batch(1, true))?.remove(0);
            let give = |seconds: i64| {
                let clock = later(clock, seconds);
                let mark = acts::stamp(&survey, later(&clock, -20).now());
                acts::answer(tx, &clock, &kiosk, (|_| "5".to_owned(), mark.as_str()))
            };
            give(100)?;
            assert!(give(105).is_err(), "too soon");
            give(130)?;
            give(160)?;
            let last = store::answers(tx, survey.id, Some(unit))?.pop().unwrap();
            assert_eq!((last.state.as_str(), last.flags.join(" ")), ("flagged", "alike".to_owned()));
            Ok(())
        });
    });
}

#[test]
fn paper_is_typed_by_two_people_and_differences_are_settled_with_the_paper() {
    on_both(|world| {
        run(world, |tx, clock, one, round| {
            let unit = index::parts(tx, round.id)?.remove(0).unit;
            let survey = opened(tx, clock, one, &round.code, unit)?;
            let two = Actor::program("hai");
            let put = |actor: &Actor, sheet: &str, values: [&'static str; 2]| {
                let value = move |position: i64| values[usize::try_from(position - 1).unwrap()].to_owned();
                acts::type_sheet(tx, clock, actor, (&survey.code, unit, sheet), value)
            };
            assert_eq!(put(one, "001", ["5", "4"])?, Typed::First);
            assert!(put(one, "001", ["5", "4"]).is_err(), "the same person");
            assert_eq!(put(&two, "001", ["5", "4"])?, Typed::Same);
            assert!(put(&two, "001", ["5", "4"]).is_err(), "typed twice already");
            put(one, "002", ["5", "3"])?;
            assert_eq!(put(&two, "002", ["5", "na"])?, Typed::Differs);
            let settle = |second: &'static str| {
                let value = move |position: i64| if position == 1 { "5" } else { second }.to_owned();
                acts::settle(tx, clock, one, (&survey.code, unit, "002"), value)
            };
            assert!(settle("4").is_err(), "nobody typed it");
            settle("na")?;
            assert!(settle("na").is_err(), "settled");
            let answers = store::answers(tx, survey.id, Some(unit))?;
            let values: Vec<_> = answers.into_iter().map(|answer| answer.values).collect();
            assert_eq!(values, [vec![Some(5), Some(4)], vec![Some(5), None]]);
            Ok(())
        });
    });
}

#[test]
fn results_of_closed_surveys_feed_leaves_of_units_with_enough_answers() {
    on_both(|world| {
        run(world, |tx, clock, actor, round| {
            let mut units = index::parts(tx, round.id)?.into_iter().map(|part| part.unit);
            let (unit, other) = (units.next().unwrap(), units.next().unwrap());
            let survey = opened(tx, clock, actor, &round.code, unit)?;
            store::put_sample(tx, survey.id, other, 5, 3)?;
            let give = |unit: UnitId, n: usize, values: [&'static str; 2]| -> Outcome<()> {
                for code in acts::codes(tx, clock, actor, (&survey.code, unit), batch(n, false))? {
                    let mark = acts::stamp(&survey, later(clock, -60).now());
                    let value =
                        move |position: i64| values[usize::try_from(position - 1).unwrap()].to_owned();
                    acts::answer(tx, clock, &code, (value, mark.as_str()))?;
                }
                Ok(())
            };
            give(unit, 3, ["4", "5"])?;
            give(unit, 1, ["2", "na"])?;
            give(other, 2, ["5", "5"])?;
            let (loaded, scheme) = parindex::acts::load(tx, &round.code)?;
            let before = index::place_of(tx, round.id, other, "3.10.1")?;
            assert_eq!(feed::feed(tx, clock, actor, (&loaded, &scheme))?.filled, 0, "not closed yet");
            let version = store::by_code(tx, &survey.code)?.unwrap().version;
            acts::turn(tx, clock, actor, &survey.code, ("close", version))?;
            let fed = feed::feed(tx, clock, actor, (&loaded, &scheme))?;
            assert_eq!((fed.filled, fed.too_few.len(), fed.unknown.len()), (2, 1, 0));
            let figure = |leaf: &str| index::place_of(tx, round.id, unit, leaf).unwrap().unwrap();
            // 3.10.1 takes the mean of all four; 8.4 the share of the content among the three that said something.
            let mean = figure("3.10.1");
            assert_eq!(mean.source, survey.code);
            assert_eq!(mean.place.figure.numerator, Some(points::whole(14)));
            assert_eq!(mean.place.figure.denominator, Some(points::whole(4)));
            let top = figure("8.4").place.figure;
            assert_eq!((top.numerator, top.denominator), (Some(points::whole(3)), Some(points::whole(3))));
            let after = index::place_of(tx, round.id, other, "3.10.1")?;
            assert_eq!(before.map(|kept| kept.place), after.map(|kept| kept.place), "too few answers");
            Ok(())
        });
    });
}
