//! A review from opening to the concluding notice on the demo city; the frozen report against later changes.

use crate::world::{World, on_both_cities};
use base::{Actor, Clock, Date, Outcome, Stop};
use db::Tx;
use organisation::Snapshot;
use reporting::rules::{PartState, PartStep};
use review::{
    acts::{self, NewReview},
    store::{self, Conclusion, PartWords},
};

fn act<T: Send + 'static>(
    world: &World,
    act: impl Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<T> + Send + 'static,
) -> T {
    let clock = world.clock.clone();
    world.db.act_now(move |tx| act(tx, &clock, &Actor::program("test"))).unwrap()
}

fn key<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    match outcome {
        Err(Stop::Refused(refusal)) => refusal.key,
        other => panic!("{other:?}"),
    }
}

/// The paragraphs and tables of a Word file as one text.
fn text(bytes: &[u8]) -> String {
    let read = paper::docx::read(bytes).unwrap();
    format!("{:?} {:?}", read.blocks, read.tables())
}

#[test]
fn a_review_goes_from_the_units_parts_to_tasks_and_reprints_itself() {
    on_both_cities(|world| {
        let code = act(world, |tx, clock, actor| {
            let programme = programme::store::programme_by_code(tx, "CT-02")?.unwrap();
            let mut new = NewReview { kind: "so_ket".to_owned(), as_of: clock.today(), parts_due: None };
            new.as_of = Date::constant(2030, 1, 1);
            assert_eq!(key(acts::open(tx, clock, actor, &programme, &new)), "review-refusal-day");
            new.as_of = clock.today();
            acts::open(tx, clock, actor, &programme, &new)
        });
        // One unit writes, is sent back, writes again, is taken; two people at once do not overwrite each other.
        let wanted = code.clone();
        let unit = act(world, move |tx, clock, actor| {
            let (review, _) = acts::load(tx, &wanted)?;
            let part = store::parts(tx, review.id)?.remove(0);
            assert_eq!(part.state, PartState::Asked);
            let of = (wanted.as_str(), part.unit);
            let step = |step, words, note, version| {
                acts::part_step(tx, clock, actor, of, step, words, note, version)
            };
            assert_eq!(key(step(PartStep::Send, PartWords::default(), "", 1)), "part-refusal-empty");
            let words =
                |weaknesses: &str| PartWords { weaknesses: weaknesses.to_owned(), ..PartWords::default() };
            step(PartStep::Save, words("Chậm ở khâu thẩm định"), "", 1)?;
            assert_eq!(key(step(PartStep::Save, words("Đè lên"), "", 1)), "refusal-conflict");
            step(PartStep::Send, words("Chậm ở khâu thẩm định"), "", 2)?;
            assert_eq!(key(step(PartStep::Save, words("Muộn"), "", 3)), "part-refusal-step");
            step(PartStep::Return, PartWords::default(), "Ghi rõ số liệu", 3)?;
            step(PartStep::Send, words("Ba hồ sơ chậm ở khâu thẩm định"), "", 4)?;
            step(PartStep::Accept, PartWords::default(), "", 5)?;
            Ok(part.unit)
        });
        let wanted = code.clone();
        let (frozen, name) = act(world, move |tx, clock, actor| {
            assert_eq!(key(acts::conclude(tx, clock, actor, &wanted)), "review-refusal-conclude");
            let write = |name: &str, words: &str, seen: &str| {
                let section = acts::Section {
                    name: name.to_owned(),
                    words: words.to_owned(),
                    seen: acts::mark_of(seen),
                };
                acts::write(tx, clock, actor, &wanted, &[section])
            };
            write("directions", "Dồn lực cho khâu đột phá.", "")?;
            // An editor who saw it empty neither overwrites it nor, leaving it alone, empties it.
            assert_eq!(key(write("directions", "Viết đè.", "")), "review-refusal-words");
            write("directions", "", "")?;
            let frozen = acts::freeze(tx, clock, actor, &wanted, "", "")?;
            Ok((frozen, Snapshot::at(tx, clock.today())?.name(unit)))
        });
        let first = acts::reprint(&frozen).unwrap().docx().unwrap();
        let report = text(&first);
        for words in [
            name.as_str(),
            "Ba hồ sơ chậm ở khâu thẩm định",
            "Dồn lực cho khâu đột phá",
            "ĐẢNG CỘNG SẢN VIỆT NAM",
        ] {
            assert!(report.contains(words), "{words}");
        }
        // Everything changes: the frozen report does not, the draft does, and an erratum needs words.
        let wanted = code.clone();
        let (kept, draft, refused) = act(world, move |tx, clock, actor| {
            let section = acts::Section {
                name: "directions".to_owned(),
                words: "Đổi hết.".to_owned(),
                seen: acts::mark_of("Dồn lực cho khâu đột phá."),
            };
            acts::write(tx, clock, actor, &wanted, &[section])?;
            tx.run("update programme_target set title = 'Đã đổi', folded = 'da doi'", &[])?;
            let (review, _) = acts::load(tx, &wanted)?;
            let kept = store::frozen(tx, review.id)?.remove(0);
            let draft = acts::draft(tx, clock.today(), &wanted, "")?.docx()?;
            Ok((kept, draft, key(acts::freeze(tx, clock, actor, &wanted, "", ""))))
        });
        assert_eq!(acts::reprint(&kept).unwrap().docx().unwrap(), first, "byte for byte");
        assert!(text(&draft).contains("Đã đổi") && refused == "review-refusal-erratum");
        let mut changed = kept;
        changed.content = changed.content.replace("Dồn lực", "Giảm lực");
        assert!(matches!(acts::reprint(&changed), Err(Stop::Fault(_))), "changed behind the program's back");
        // A conclusion with its six clears is a task that was given; one without stays a draft.
        let wanted = code.clone();
        let (given, drafted, notice) = act(world, move |tx, clock, actor| {
            let mut new = Conclusion {
                words: "Hoàn thành rà soát".to_owned(),
                lead: Snapshot::at(tx, clock.today())?.by_code("UB001").map(|u| u.id),
                due: "30/6/2023".to_owned(),
                ..Conclusion::default()
            };
            let drafted = acts::add_conclusion(tx, clock, actor, &wanted, &new)?;
            new.words = "Rà soát lần hai".to_owned();
            for field in [&mut new.person, &mut new.product, &mut new.acceptance, &mut new.authority] {
                "Nêu rõ".clone_into(field);
            }
            let given = acts::add_conclusion(tx, clock, actor, &wanted, &new)?;
            acts::conclude(tx, clock, actor, &wanted)?;
            let task = |code: &str| programme::store::task_by_code(tx, code).map(|t| t.unwrap().facts.state);
            Ok((task(&given)?, task(&drafted)?, acts::notice(tx, clock.today(), &wanted, "")?.docx()?))
        });
        assert_eq!((given.word(), drafted.word()), ("assigned", "draft"));
        assert!(text(&notice).contains("Rà soát lần hai") && text(&notice).contains("THÔNG BÁO"));
        let late = act(world, move |tx, clock, actor| Ok(key(acts::write(tx, clock, actor, &code, &[]))));
        assert_eq!(late, "review-refusal-concluded");
    });
}
