//! Statements about comments, who is mentioned in them, and who watches a task.

use base::{Timestamp, Uuid, ids::AccountId};
use db::{Row, Tx};

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its identity.
    pub id: Uuid,
    /// The task's code.
    pub task: String,
    /// Who wrote it.
    pub author: String,
    /// Its words.
    pub words: String,
    /// When.
    pub at: Timestamp,
}

fn comment(r: &Row<'_>) -> anyhow::Result<Comment> {
    Ok(Comment { id: r.next()?, task: r.next()?, author: r.next()?, words: r.next()?, at: r.next()? })
}

/// The comments on a task, oldest first.
pub fn comments(tx: &Tx<'_>, task: &str) -> anyhow::Result<Vec<Comment>> {
    tx.rows(
        "select id, task_code, author, words, at from chase_comment where task_code = $1 order by at, id limit 500",
        &[&task],
        comment,
    )
}

/// Keeps a comment of an account.
pub fn insert_comment(tx: &Tx<'_>, c: &Comment, account: AccountId) -> anyhow::Result<()> {
    tx.run(
        "insert into chase_comment (id, task_code, account_id, author, words, at) values ($1, $2, $3, $4, $5, $6)",
        &[&c.id, &c.task, &account, &c.author, &c.words, &c.at],
    )?;
    Ok(())
}

/// Says whom a comment mentions.
pub fn insert_mention(tx: &Tx<'_>, comment: Uuid, account: AccountId) -> anyhow::Result<()> {
    tx.run(
        "insert into chase_mention (comment_id, account_id) values ($1, $2) on conflict do nothing",
        &[&comment, &account],
    )?;
    Ok(())
}

/// The comments that mention an account, newest first.
pub fn mentions_of(tx: &Tx<'_>, account: AccountId, limit: i64) -> anyhow::Result<Vec<Comment>> {
    tx.rows(
        "select c.id, c.task_code, c.author, c.words, c.at
           from chase_mention m join chase_comment c on c.id = m.comment_id
          where m.account_id = $1 order by c.at desc, c.id limit $2",
        &[&account, &limit],
        comment,
    )
}

/// Watches a task, or no longer.
pub fn set_watch(tx: &Tx<'_>, account: AccountId, task: &str, watches: bool) -> anyhow::Result<()> {
    if watches {
        tx.run(
            "insert into chase_watch (account_id, task_code) values ($1, $2) on conflict do nothing",
            &[&account, &task],
        )?;
    } else {
        tx.run("delete from chase_watch where account_id = $1 and task_code = $2", &[&account, &task])?;
    }
    Ok(())
}

/// Whether an account watches a task.
pub fn watches(tx: &Tx<'_>, account: AccountId, task: &str) -> anyhow::Result<bool> {
    let n = "select count(*) from chase_watch where account_id = $1 and task_code = $2";
    Ok(tx.number(n, &[&account, &task])? > 0)
}

/// The codes of the tasks that an account watches.
pub fn watched(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Vec<String>> {
    tx.rows(
        "select task_code from chase_watch where account_id = $1 order by task_code limit 500",
        &[&account],
        |r| r.next(),
    )
}
