//! The seats of councils: who sits there, and how each decided.

use super::{parts, tick_of};
use base::{Timestamp, Uuid};
use db::Tx;

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name, unique within the council.
    pub name: String,
    /// The post, and the part in the council.
    pub post: String,
    /// `yes`, `no`, or empty.
    pub vote: String,
    /// `present` or `written`.
    pub way: String,
    /// Whether the vote is on the results as they stand; points changed since make it void.
    pub is_current: bool,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// The council of a round, in order.
///
/// # Errors
/// When the reading fails.
pub fn members(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<Vec<Member>> {
    let now = tick_of(&parts(tx, round)?);
    tx.rows(
        "select name, post, vote, way, tick, recorded_by, recorded_at from parindex_member
          where round_id = $1 order by position",
        &[&round],
        |r| {
            Ok(Member {
                name: r.next()?,
                post: r.next()?,
                vote: r.next()?,
                way: r.next()?,
                is_current: r.next::<i64>()? == now,
                recorded_by: r.next()?,
                recorded_at: r.next()?,
            })
        },
    )
}

/// Takes a member off.
pub(crate) fn remove(tx: &Tx<'_>, round: Uuid, name: &str) -> anyhow::Result<()> {
    tx.run("delete from parindex_member where round_id = $1 and name = $2", &[&round, &name])?;
    Ok(())
}

/// Gives a member, by name and post, a place in the order; who sat there before keeps the vote.
pub(crate) fn put(
    tx: &Tx<'_>,
    round: Uuid,
    position: i64,
    (name, post): (&str, &str),
    (by, at): (&str, Timestamp),
) -> anyhow::Result<()> {
    tx.run(
        "insert into parindex_member (round_id, position, name, post, vote, way, tick, recorded_by, recorded_at)
         values ($1, $2, $3, $4, '', '', 0, $5, $6)
         on conflict (round_id, name) do update set position = $2, post = $4",
        &[&round, &position, &name, &post, &by, &at],
    )?;
    Ok(())
}

/// Every vote given so far is void.
pub(crate) fn void_votes(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<()> {
    tx.run("update parindex_member set vote = '', way = '', tick = 0 where round_id = $1", &[&round])?;
    Ok(())
}

/// A vote as it is recorded: on the results that stood at `tick`.
pub(crate) struct Cast<'a> {
    pub(crate) vote: &'a str,
    pub(crate) way: &'a str,
    pub(crate) tick: i64,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// Keeps a vote; whether there is such a member.
pub(crate) fn cast(tx: &Tx<'_>, round: Uuid, member: &str, cast: &Cast<'_>) -> anyhow::Result<u64> {
    tx.run(
        "update parindex_member set vote = $3, way = $4, tick = $5, recorded_by = $6, recorded_at = $7
          where round_id = $1 and name = $2",
        &[&round, &member, &cast.vote, &cast.way, &cast.tick, &cast.by, &cast.at],
    )
}
