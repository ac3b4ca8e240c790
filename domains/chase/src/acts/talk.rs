//! Talking about a task: comments that mention people, and watching.

use crate::store::{self, Comment};
use base::{Actor, Clock, Outcome, Refusal, Right, Stop, fold::tidy_lines};
use db::{Tx, trail};

/// The logins that words mention: `@vanphong`.
fn mentioned(words: &str) -> Vec<String> {
    let mut all: Vec<String> = words
        .split('@')
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
                .collect::<String>()
        })
        .map(|login| login.trim_end_matches('.').to_lowercase())
        .filter(|login| !login.is_empty())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Comments on a task that the actor may see. Whoever is mentioned finds it among the notices; the writer watches the
/// task from now on.
///
/// # Errors
/// Refuses an empty comment, more than 4,000 characters, and a mention of somebody who is not there or may not see the
/// task: words must not leak, and nobody should wait for an answer of one who never reads it.
pub fn comment(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, words: &str) -> Outcome<()> {
    let task = programme::acts::task_for(tx, actor, Right::See, code)?;
    let Some(account) = actor.account else { return Refusal::forbidden().stop() };
    let words = tidy_lines(words);
    if words.is_empty() || words.chars().count() > 4_000 {
        return Refusal::new("chase-refusal-comment").at("words").stop();
    }
    let comment = Comment {
        id: clock.uuid(),
        task: task.code.clone(),
        author: actor.signature(),
        words,
        at: clock.now(),
    };
    store::insert_comment(tx, &comment, account)?;
    for login in mentioned(&comment.words) {
        let nobody = || Refusal::new("chase-refusal-mention").at("words").with("who", &login);
        let Some(other) = account::store::by_login(tx, &login)?.filter(|a| !a.disabled) else {
            return nobody().stop();
        };
        let reader = account::acts::actor_of(tx, clock, &other)?;
        match programme::acts::task_for(tx, &reader, Right::See, code) {
            Ok(_) => store::insert_mention(tx, comment.id, other.id)?,
            Err(Stop::Refused(_)) => return nobody().stop(),
            Err(fault) => return Err(fault),
        }
    }
    store::set_watch(tx, account, code, true)?;
    let facts = serde_json::json!({"words": comment.words});
    let entry = trail::Entry {
        act: "chase.comment",
        kind: "task",
        id: Some(task.id.0),
        code,
        unit: task.facts.lead,
        facts,
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// The comments that mention the actor, on tasks that it may still see, newest first.
///
/// # Errors
/// When the reading fails.
pub fn mentions(tx: &Tx<'_>, actor: &Actor, most: usize) -> Outcome<Vec<Comment>> {
    let Some(account) = actor.account else { return Ok(Vec::new()) };
    let mut seen = Vec::new();
    for comment in store::mentions_of(tx, account, 200)? {
        match programme::acts::task_for(tx, actor, Right::See, &comment.task) {
            Ok(_) if seen.len() < most => seen.push(comment),
            Ok(_) | Err(Stop::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(seen)
}

/// Watches a task that the actor may see, or no longer. Nothing is recorded: it is the reader's own mark.
///
/// # Errors
/// 404 for a task that the actor may not see.
pub fn watch(tx: &Tx<'_>, actor: &Actor, code: &str, watches: bool) -> Outcome<()> {
    programme::acts::task_for(tx, actor, Right::See, code)?;
    let Some(account) = actor.account else { return Refusal::forbidden().stop() };
    Ok(store::set_watch(tx, account, code, watches)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_in_running_text() {
        assert_eq!(mentioned("Nhờ @vanphong và @Le.An. xem, gửi a@b"), ["b", "le.an", "vanphong"]);
        assert!(mentioned("không nhắc ai, @ một mình").is_empty());
    }
}
