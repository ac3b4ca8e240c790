//! The trail finds what was changed behind the program's back, and tasks equal their last step.

use crate::world::on_both;
use trongtam::{
    demo::{self, Size},
    seal,
};

#[test]
fn a_changed_line_is_found_and_an_untouched_trail_is_whole() {
    on_both(|world| {
        demo::fill(&world.db, &world.clock, Size::Small).unwrap();
        seal::seal_all(&world.db, &world.clock, [7; 32]).unwrap();
        let verdict = world.db.read_now(|tx| Ok(db::trail::verify(tx)?)).unwrap();
        assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
        assert!(verdict.sealed > 400 && verdict.heads >= 1);
        let differ = world.db.read_now(|tx| Ok(programme::store::tasks_that_differ(tx)?)).unwrap();
        assert!(differ.is_empty(), "{differ:?}");
        world
            .db
            .act_now(|tx| Ok(tx.run("update kernel_trail set actor = $1 where position = 5", &[&"Kẻ khác"])?))
            .unwrap();
        let verdict = world.db.read_now(|tx| Ok(db::trail::verify(tx)?)).unwrap();
        assert!(verdict.faults.iter().any(|f| f.contains("line 5 was changed")), "{:?}", verdict.faults);
        assert!(verdict.faults.iter().any(|f| f.contains("does not fit")), "{:?}", verdict.faults);
    });
}

#[test]
fn an_act_that_fails_leaves_nothing_and_its_neighbours_stand() {
    on_both(|world| {
        let good = world.db.act_now(|tx| Ok(tx.set("a", "1")?));
        assert!(good.is_ok());
        let refused: base::Outcome<()> = world.db.act_now(|tx| {
            tx.set("b", "1")?;
            base::Refusal::new("refusal-busy").stop()
        });
        assert!(refused.is_err());
        let panicked: base::Outcome<()> = world.db.act_now(|tx| {
            tx.set("c", "1")?;
            panic!("on purpose")
        });
        assert!(panicked.is_err());
        let kept =
            world.db.read_now(|tx| Ok((tx.setting("a")?, tx.setting("b")?, tx.setting("c")?))).unwrap();
        assert_eq!(kept, (Some("1".to_owned()), None, None));
    });
}
