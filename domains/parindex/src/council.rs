//! The appraisal council of a round: its members, how each decided, and whether that is valid: more than half of all
//! members in favour, in the meeting or in writing, on the results as they stand.

use crate::{
    acts::record_with,
    store::{self, Round, published, seats},
};
use base::limits;
use base::{Actor, Clock, Outcome, Refusal, Right};
use db::Tx;
pub use seats::{Member, members};

/// What a council came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdict {
    /// How many members.
    pub members: usize,
    /// How many decided on the results as they stand.
    pub decided: usize,
    /// How many are in favour.
    pub agreed: usize,
}

impl Verdict {
    /// Whether more than half of the members are in favour.
    pub fn is_valid(self) -> bool {
        2 * self.agreed > self.members
    }
}

/// Counts the votes on the results as they stand.
pub fn verdict(members: &[Member]) -> Verdict {
    let current = || members.iter().filter(|member| member.is_current && !member.vote.is_empty());
    Verdict {
        members: members.len(),
        decided: current().count(),
        agreed: current().filter(|member| member.vote == "yes").count(),
    }
}

/// Sets up the council: a line for each member, `name; post`. Members decide together: when one comes or goes, every vote given
/// so far is void.
///
/// # Errors
/// Refuses a name that stands twice, a council of nobody in place of one, a round that is published, and an actor who does not
/// lead the round; 409 when somebody was faster.
pub fn set_members(tx: &Tx<'_>, clock: &Clock, actor: &Actor, round: &Round, lines: &str) -> Outcome<()> {
    actor.need(Right::Draft, round.issuer)?;
    limits::within(&[("members", lines, limits::WORDS)])?;
    if published::is_published(tx, round.id)? {
        return Refusal::new("parindex-refusal-published").at("members").stop();
    }
    let mut named: Vec<(String, String)> = Vec::new();
    for line in lines.lines().map(base::fold::tidy).filter(|line| !line.is_empty()) {
        let (name, post) = line.split_once([';', ',']).unwrap_or((line.as_str(), ""));
        let (name, post) = (base::fold::tidy(name), base::fold::tidy(post));
        if named.iter().any(|(other, _)| *other == name) {
            return Refusal::new("parindex-refusal-member-twice").at("members").with("name", name).stop();
        }
        named.push((name, post));
    }
    if named.is_empty() {
        return Refusal::new("parindex-refusal-council-empty").at("members").stop();
    }
    if !store::touch(tx, round)? {
        return Refusal::conflict("parindex-refusal-round-conflict").at("members").stop();
    }
    let before = members(tx, round.id)?;
    let names = |list: Vec<&String>| list.into_iter().cloned().collect::<std::collections::BTreeSet<_>>();
    let (was, is) = (
        names(before.iter().map(|m| &m.name).collect()),
        names(named.iter().map(|(name, _)| name).collect()),
    );
    for gone in was.difference(&is) {
        seats::remove(tx, round.id, gone)?;
    }
    for (position, (name, post)) in (1_i64..).zip(&named) {
        let by = (actor.signature(), clock.now());
        seats::put(tx, round.id, position, (name, post), (&by.0, by.1))?;
    }
    if was != is {
        seats::void_votes(tx, round.id)?;
    }
    let named: Vec<String> = named.into_iter().map(|(name, post)| format!("{name}; {post}")).collect();
    let facts = serde_json::json!({"before": was, "members": named});
    record_with(tx, clock, actor, "parindex.council.set", (&round.code, Some(round.issuer)), facts)
}

/// Records how a member decided on the results as they stand, in the meeting or in writing.
///
/// # Errors
/// Refuses an unknown member or word, results that are not wholly closed or stand as they were published, and an actor who does not lead the round.
pub fn vote(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    round: &Round,
    (member, vote, way): (&str, &str, &str),
) -> Outcome<()> {
    actor.need(Right::Draft, round.issuer)?;
    if !matches!((vote, way), ("yes" | "no" | "", "present" | "written")) {
        return Refusal::new("refusal-unknown-word")
            .at("vote")
            .with("field", "vote")
            .with("value", vote)
            .stop();
    }
    let parts = store::parts(tx, round.id)?;
    if published::newest(tx, round.id)?.is_some_and(|facts| published::is_as_published(&facts, &parts)) {
        return Refusal::new("parindex-refusal-voted").at("vote").stop();
    }
    let scheme = store::scheme_by_id(tx, round.scheme)?;
    // What is only computed has no steps of units to wait for.
    let is_computed = scheme.is_some_and(|scheme| scheme.is_computed);
    let open = parts.iter().filter(|part| part.state != "closed").count();
    if open > 0 && !is_computed {
        return Refusal::new("parindex-refusal-council-early").at("vote").with("n", open).stop();
    }
    let cast =
        seats::Cast { vote, way, tick: store::tick_of(&parts), by: &actor.signature(), at: clock.now() };
    let n = seats::cast(tx, round.id, member, &cast)?;
    if n == 0 {
        return Refusal::not_found().stop();
    }
    let facts = serde_json::json!({"member": member, "vote": vote, "way": way});
    record_with(tx, clock, actor, "parindex.council.vote", (&round.code, Some(round.issuer)), facts)
}
