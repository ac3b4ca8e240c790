//! What proves a leaf: first a record of this program by its code, then a page elsewhere, last a file.

use crate::{
    acts::{load, need_own, record_with},
    store::{self, proofs},
};
use base::{Actor, Clock, Outcome, Refusal, Right, Stop, ids::UnitId, limits};
use db::Tx;
pub use proofs::{Evidence, counts, of_leaf};
use room::{Read, Record};

/// What a code, a page of this program or an address names: its title and its page.
///
/// # Errors
/// Refuses what names nothing.
fn resolve(read: &Read<'_, '_>, records: &[&Record], words: &str) -> Outcome<(String, String)> {
    if words.starts_with("http://") || words.starts_with("https://") {
        return Ok((words.to_owned(), words.to_owned()));
    }
    for record in records.iter().filter(|record| record.proves) {
        match (record.find)(read, words) {
            Ok(found) => return Ok((found.title, record.page(words).unwrap_or_default())),
            // What the actor may not see names nothing.
            Err(Stop::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Refusal::new("parindex-refusal-evidence").at("record").with("value", words).stop()
}

/// What is added: words that name a record or a page, or a file with its name.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// A code or an address.
    pub record: String,
    /// A file's name and content.
    pub file: Option<(String, Vec<u8>)>,
}

/// Adds evidence to a leaf while its unit scores itself, when the leaf counts as proved from then on, or while it explains,
/// when it is for those who appraise a second time and changes no figure.
///
/// # Errors
/// Refuses what names nothing, a unit whose turn it is not, and an actor who does not report for it.
pub fn add(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit, leaf): (&str, UnitId, &str),
    new: New,
    records: &[&Record],
) -> Outcome<()> {
    let (round, scheme) = load(tx, code)?;
    need_own(tx, clock, actor, &round, (Right::Report, unit))?;
    if scheme.is_computed {
        return Refusal::new("parindex-refusal-computed").at("record").stop();
    }
    limits::within(&[("record", &new.record, limits::TITLE)])?;
    if let Some((name, _)) = &new.file {
        limits::within(&[("file", name, limits::NAME)])?;
    }
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    if scheme.node(leaf).is_none_or(|node| node.leaf.is_none()) {
        return Refusal::not_found().stop();
    }
    if !matches!(part.state.as_str(), "own" | "appraised") {
        return Refusal::new("parindex-refusal-locked").at("record").stop();
    }
    let (title, href, file) = match new.file {
        Some((name, bytes)) => {
            let media = paper::FileKind::sniff(&bytes).media_type();
            let sha256 = document::store::keep_file(tx, &name, media, &bytes, clock.now())?;
            (name, String::new(), Some(sha256))
        }
        None if new.record.is_empty() => {
            return Refusal::new("refusal-required").at("record").with("field", "record").stop();
        }
        None => {
            let (title, href) = resolve(&Read { tx, actor, today: clock.today() }, records, &new.record)?;
            (title, href, None)
        }
    };
    let before = of_leaf(tx, (round.id, unit, leaf))?;
    // A number is never given twice: an address once sent would show another file.
    let seq = tx.next_number(&format!("parindex evidence {} {unit} {leaf}", round.id))?;
    let seq = before.last().map_or(seq, |last| seq.max(last.seq + 1));
    let proof = Evidence {
        seq,
        title: title.clone(),
        href: href.clone(),
        file: file.clone(),
        added_by: actor.signature(),
        added_at: clock.now(),
    };
    proofs::insert(tx, (round.id, unit, leaf), &proof)?;
    let mut kept = store::place_of(tx, round.id, unit, leaf)?.unwrap_or_default();
    if part.state == "own" && !kept.place.figure.has_evidence {
        kept.place.figure.has_evidence = true;
        kept.changed_by = actor.signature();
        if !store::put_place(tx, clock, (round.id, unit, leaf), &kept)? {
            return Refusal::conflict("parindex-refusal-conflict").at("record").stop();
        }
    }
    let facts = serde_json::json!({"leaf": leaf, "title": title, "href": href, "file": file});
    record_with(tx, clock, actor, "parindex.evidence.add", (code, Some(unit)), facts)
}

/// Takes evidence away while the unit scores itself; the trail keeps that it was there.
///
/// # Errors
/// Refuses a unit whose turn it is not, and an actor who does not report for it.
pub fn remove(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit, leaf): (&str, UnitId, &str),
    seq: i64,
) -> Outcome<()> {
    let (round, _) = load(tx, code)?;
    need_own(tx, clock, actor, &round, (Right::Report, unit))?;
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    if part.state != "own" {
        return Refusal::new("parindex-refusal-locked").at("record").stop();
    }
    let all = of_leaf(tx, (round.id, unit, leaf))?;
    let Some(gone) = all.iter().find(|one| one.seq == seq) else { return Refusal::not_found().stop() };
    proofs::remove(tx, (round.id, unit, leaf), seq)?;
    let mut kept = store::place_of(tx, round.id, unit, leaf)?.unwrap_or_default();
    if all.len() == 1 && kept.evidence.is_empty() && kept.source.is_empty() && kept.place.figure.has_evidence
    {
        // The last proof is gone.
        kept.place.figure.has_evidence = false;
        kept.changed_by = actor.signature();
        if !store::put_place(tx, clock, (round.id, unit, leaf), &kept)? {
            return Refusal::conflict("parindex-refusal-conflict").at("record").stop();
        }
    }
    let facts = serde_json::json!({"leaf": leaf, "title": gone.title});
    record_with(tx, clock, actor, "parindex.evidence.remove", (code, Some(unit)), facts)
}
