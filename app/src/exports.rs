//! Lists as files, by the word of a list of any room.

use base::{Actor, Clock, Date, Outcome, Refusal, texts::Texts};
use db::Tx;
use paper::write::List as Table;
use room::{Asked, List, Read};

/// The words of all lists.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    all().map(|list| list.word)
}

fn all() -> impl Iterator<Item = &'static List> {
    crate::ROOMS.iter().flat_map(|room| room.lists)
}

/// Whether there is such a list.
pub fn is_kind(word: &str) -> bool {
    all().any(|list| list.is(word))
}

/// A list by its word, limited to what the actor may see.
///
/// # Errors
/// Refuses an unknown word, and an actor without the right to the list.
pub fn by_kind(
    tx: &Tx<'_>,
    clock: &Clock,
    texts: &Texts,
    actor: &Actor,
    kind: &str,
    on: Date,
) -> Outcome<Table> {
    let Some(list) = all().find(|list| list.is(kind)) else {
        let words: Vec<&str> = kinds().collect();
        let refusal = Refusal::new("refusal-unknown-word").with("field", words.join(" | "));
        return refusal.with("value", kind).stop();
    };
    let about = vec![
        (texts.say("export-as-of"), base::format::date(on)),
        (texts.say("export-made"), base::format::moment(clock.now())),
    ];
    (list.run)(&Asked { read: Read { tx, actor, today: clock.today() }, on, texts, about })
}
