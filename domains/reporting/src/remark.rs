//! Remarks on a part: what the office that puts a report together and the unit that writes say to each other before the
//! part is taken. Reviews use them, too; `subject` is the address of the part, such as `bao-cao/BC-01/2023-Q1/UB001`.

use base::{Actor, Clock, Outcome, Refusal, Right, Timestamp, Uuid, fold::tidy_lines, ids::UnitId};
use db::{Row, Tx, trail};

/// The longest remark, in letters.
const LONGEST: usize = 4000;

/// A remark.
#[derive(Debug, Clone)]
pub struct Remark {
    /// Its identity.
    pub id: Uuid,
    /// Whose it is; only they correct it.
    pub account: Option<Uuid>,
    /// Their name.
    pub author: String,
    /// What they say.
    pub words: String,
    /// When.
    pub at: Timestamp,
    /// When it was corrected.
    pub changed_at: Option<Timestamp>,
}

fn remark(r: &Row<'_>) -> anyhow::Result<Remark> {
    Ok(Remark {
        id: r.next()?,
        account: r.next()?,
        author: r.next()?,
        words: r.next()?,
        at: r.next()?,
        changed_at: r.next()?,
    })
}

/// The remarks on a part, oldest first.
///
/// # Errors
/// When the reading fails.
pub fn of(tx: &Tx<'_>, subject: &str) -> anyhow::Result<Vec<Remark>> {
    tx.rows(
        "select id, account_id, author, words, at, changed_at from reporting_remark
          where subject = $1 order by at, id limit 500",
        &[&subject],
        remark,
    )
}

/// Whether an actor takes part in the talk about a unit's part that an issuer gathers.
pub fn may_talk(actor: &Actor, unit: UnitId, issuer: UnitId) -> bool {
    actor.may(Right::Report, unit) || actor.may(Right::Lead, unit) || actor.may(Right::Draft, issuer)
}

/// Keeps a remark; with the identity of one of the actor's own, corrects it. What it said before stays in the trail.
///
/// # Errors
/// Refuses an empty or endless remark, one of somebody else, and an actor who takes no part.
pub fn put(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (subject, unit, issuer): (&str, UnitId, UnitId),
    (id, words): (Option<Uuid>, &str),
) -> Outcome<()> {
    if !may_talk(actor, unit, issuer) {
        return Refusal::forbidden().stop();
    }
    let words = tidy_lines(words);
    if words.is_empty() {
        return Refusal::new("refusal-required").at("remark").with("field", "remark").stop();
    }
    if words.chars().count() > LONGEST {
        return Refusal::new("reporting-refusal-remark").at("remark").with("most", LONGEST).stop();
    }
    let account = actor.account.map(|account| account.0);
    let before = match id {
        Some(id) => match of(tx, subject)?
            .into_iter()
            .find(|own| own.id == id && account.is_some() && own.account == account)
        {
            Some(own) => Some(own),
            None => return Refusal::not_found().stop(),
        },
        None => None,
    };
    let now = clock.now();
    match &before {
        Some(own) => tx.run(
            "update reporting_remark set words = $2, changed_at = $3 where id = $1",
            &[&own.id, &words, &now],
        )?,
        None => tx.run(
            "insert into reporting_remark (id, subject, account_id, author, words, at) values ($1, $2, $3, $4, $5, $6)",
            &[&clock.uuid(), &subject, &account, &actor.signature(), &words, &now],
        )?,
    };
    let act = if before.is_some() { "reporting.remark.correct" } else { "reporting.remark.add" };
    let facts = serde_json::json!({"words": words, "before": before.map(|own| own.words)});
    let entry = trail::Entry { act, kind: "report", id: None, code: subject, unit: Some(unit), facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
