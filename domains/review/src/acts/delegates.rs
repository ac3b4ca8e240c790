//! Inviting delegates to a conference, and letting them in by the code on their card.

use super::{load_for_editing, record};
use crate::store::{self, Delegate};
use base::limits;
use base::{
    Actor, Clock, Outcome, Refusal, Uuid,
    fold::{fold, tidy},
};
use db::Tx;

/// The most delegates of one conference.
const MOST: usize = 2000;

/// Who a line names: `Họ tên; chức danh; đơn vị`, or the same copied from a table, with tabs between.
fn read(line: &str) -> Option<(String, String, String)> {
    let sign = if line.contains('\t') { '\t' } else { ';' };
    let mut parts = line.split(sign).map(tidy);
    let name = parts.next().filter(|name| !name.is_empty())?;
    Some((name, parts.next().unwrap_or_default(), parts.next().unwrap_or_default()))
}

/// Invites whoever the lines name; who is on the list already is passed over. Returns how many are new.
///
/// # Errors
/// Refuses lines that name nobody, a list that is too long, and an actor who does not edit the review.
pub fn invite(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, lines: &str) -> Outcome<usize> {
    let (review, _) = load_for_editing(tx, actor, code)?;
    let before = store::delegates(tx, review.id)?;
    let known = |name: &str, unit: &str| {
        before.iter().any(|d| fold(&d.name) == fold(name) && fold(&d.unit) == fold(unit))
    };
    let named: Vec<(String, String, String)> = lines.lines().filter_map(read).collect();
    if named.is_empty() {
        return Refusal::new("refusal-required").at("lines").with("field", "lines").stop();
    }
    if MOST < before.len() + named.len() {
        return Refusal::new("review-refusal-delegates").at("lines").with("most", MOST).stop();
    }
    for (name, title, unit) in &named {
        limits::within(&[
            ("lines", name, limits::NAME),
            ("lines", title, limits::NAME),
            ("lines", unit, limits::NAME),
        ])?;
    }
    let mut place = before.last().map_or(0, |d| d.place);
    let mut new = 0;
    for (name, title, unit) in named {
        if known(&name, &unit) {
            continue;
        }
        place += 1;
        new += 1;
        let code: String = db::trail::hex(&db::trail::new_key()?).chars().take(20).collect();
        let delegate = Delegate {
            id: clock.uuid(),
            place,
            name,
            title,
            unit,
            code,
            came_at: None,
            let_in_by: String::new(),
        };
        store::insert_delegate(tx, review.id, &delegate)?;
    }
    record(tx, clock, actor, "review.delegates", (&review, None), serde_json::json!({"new": new}))?;
    Ok(new)
}

/// Takes somebody who has not come off the list.
///
/// # Errors
/// 404 when there is nobody of that identity who could be taken off; refuses an actor who does not edit the review.
pub fn disinvite(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, id: Uuid) -> Outcome<()> {
    let (review, _) = load_for_editing(tx, actor, code)?;
    if !store::drop_delegate(tx, review.id, id)? {
        return Refusal::not_found().stop();
    }
    record(tx, clock, actor, "review.delegates", (&review, None), serde_json::json!({"dropped": 1}))
}

/// Lets a delegate in by the code on the card; one who came before stays as they came.
///
/// # Errors
/// 404 for a code that is on no card of this conference; refuses an actor who does not edit the review.
pub fn let_in(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, card: &str) -> Outcome<()> {
    let (review, _) = load_for_editing(tx, actor, code)?;
    let Some(delegate) = store::delegate_by_code(tx, review.id, card)? else {
        return Refusal::not_found().stop();
    };
    if store::set_came(tx, delegate.id, clock.now(), &actor.signature())? {
        let facts = serde_json::json!({"title": delegate.name});
        record(tx, clock, actor, "review.delegate.came", (&review, None), facts)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_line_names_somebody_as_lists_do() {
        let of = |a: &str, b: &str, c: &str| Some((a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(read("Lê Văn An; Phó Bí thư; Quận ủy A"), of("Lê Văn An", "Phó Bí thư", "Quận ủy A"));
        assert_eq!(
            read("Lê Văn An\tPhó Bí thư\tQuận ủy A, B"),
            of("Lê Văn An", "Phó Bí thư", "Quận ủy A, B")
        );
        assert_eq!(read("Lê Văn An"), of("Lê Văn An", "", ""));
        assert_eq!(read("  ; x"), None);
    }
}
