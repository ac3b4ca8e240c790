//! Making and changing programmes, their scope, what they implement, and what is ruled out.

use crate::{
    store,
    words::{Programme, ProgrammeId},
};
use base::limits;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, ids::UnitId};
use db::{Tx, trail};
use document::{ClauseId, Document, DocumentId};

/// The programme that a field `programme` names by its code.
///
/// # Errors
/// Refuses a code that no programme has.
pub fn named_programme(tx: &Tx<'_>, code: &str) -> Outcome<Programme> {
    match store::programme_by_code(tx, code)? {
        Some(programme) => Ok(programme),
        None => Refusal::new("programme-refusal-programme").at("programme").with("value", code).stop(),
    }
}

/// Makes a programme from a document, unless there is one for it already.
///
/// # Errors
/// Refuses an actor without the right over the issuer.
pub fn programme_from(tx: &Tx<'_>, clock: &Clock, actor: &Actor, doc: &Document) -> Outcome<Programme> {
    let existing = store::programmes(tx)?.into_iter().find(|p| p.document == Some(doc.id));
    if let Some(programme) = existing {
        return Ok(programme);
    }
    let prefix = if doc.kind == "chuong_trinh" { "CT" } else { "KH" };
    let code = free_code(tx, &format!("{prefix}-{}", doc.number))?;
    let programme = Programme {
        id: ProgrammeId::new(clock),
        code,
        kind: doc.kind.clone(),
        term: doc.term.clone(),
        congress: doc.congress.clone(),
        number: doc.number.clone(),
        symbol: doc.symbol.clone(),
        title: doc.title.clone(),
        issuer: doc.issuer,
        document: Some(doc.id),
        parent: None,
        issued: doc.issued,
        starts: doc.issued.unwrap_or_else(|| clock.today()),
        early_days: Some(60),
    };
    create_programme(tx, clock, actor, &programme)?;
    Ok(programme)
}

/// Keeps a programme.
///
/// # Errors
/// Refuses an actor without the right over the issuer.
pub fn create_programme(tx: &Tx<'_>, clock: &Clock, actor: &Actor, programme: &Programme) -> Outcome<()> {
    match programme.issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    limits::within(&[
        ("code", &programme.code, limits::CODE),
        ("number", &programme.number, limits::CODE),
        ("symbol", &programme.symbol, limits::CODE),
        ("title", &programme.title, limits::TITLE),
    ])?;
    store::insert_programme(tx, programme)?;
    let entry = trail::Entry {
        act: "programme.programme.create",
        kind: "programme",
        id: Some(programme.id.0),
        code: &programme.code,
        unit: programme.issuer,
        facts: serde_json::json!({"mark": programme.mark(), "title": programme.title}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// The first free code of a kind of programme with a number: `CT-02`, `KH-15`.
///
/// # Errors
/// When the reading fails.
pub fn next_code(tx: &Tx<'_>, kind: &str, number: &str) -> anyhow::Result<String> {
    let prefix = match kind {
        "chuong_trinh" => "CT",
        "de_an" => "DA",
        "dot_pha" => "DP",
        "du_an" => "DU",
        _ => "KH",
    };
    let number = if number.is_empty() { "1" } else { number };
    free_code(tx, &format!("{prefix}-{number}"))
}

/// The first free code that begins so.
pub(crate) fn free_code(tx: &Tx<'_>, base: &str) -> anyhow::Result<String> {
    let base = base.trim_end_matches('-');
    let mut code = base.to_owned();
    let mut n = 2;
    while store::programme_by_code(tx, &code)?.is_some() {
        code = format!("{base}.{n}");
        n += 1;
    }
    Ok(code)
}

/// The programme of a document.
///
/// # Errors
/// When the reading fails.
pub fn of_document(tx: &Tx<'_>, doc: DocumentId) -> anyhow::Result<Option<Programme>> {
    Ok(store::programmes(tx)?.into_iter().find(|p| p.document == Some(doc)))
}

/// What a person may change about a programme.
#[derive(Debug, Clone, Default)]
pub struct ProgrammeEdit {
    /// Title.
    pub title: String,
    /// `chuong_trinh`, `ke_hoach`, `de_an`, `dot_pha`, `du_an`.
    pub kind: String,
    /// The programme that it implements.
    pub parent: Option<ProgrammeId>,
    /// When it was issued.
    pub issued: Option<Date>,
    /// The days within which units are to issue their own document.
    pub early_days: Option<i64>,
    /// The units that it addresses; empty for those that have a plan.
    pub scope: Vec<UnitId>,
    /// The clauses that it implements as a whole.
    pub implements: Vec<ClauseId>,
}

/// The kinds of programmes.
pub const KINDS: [&str; 5] = ["chuong_trinh", "ke_hoach", "de_an", "dot_pha", "du_an"];

/// Changes a programme.
///
/// # Errors
/// Refuses an empty title, an unknown kind, a circle, a limit below one day, and an actor without the right over the
/// issuer; 409 when somebody was faster.
pub fn change_programme(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    programme: &Programme,
    edit: &ProgrammeEdit,
    version: i64,
) -> Outcome<()> {
    match programme.issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    if edit.title.trim().is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    limits::within(&[("title", &edit.title, limits::TITLE)])?;
    if !KINDS.contains(&edit.kind.as_str()) {
        let word = edit.kind.as_str();
        return Refusal::new("refusal-unknown-word")
            .at("kind")
            .with("field", "kind")
            .with("value", word)
            .stop();
    }
    if edit.early_days.is_some_and(|days| !(1..=3660).contains(&days)) {
        return Refusal::new("programme-refusal-limit").at("early_days").stop();
    }
    let mut above = edit.parent;
    while let Some(id) = above {
        if id == programme.id {
            return Refusal::new("programme-refusal-circle").at("parent").stop();
        }
        above = store::programme_by_id(tx, id)?.and_then(|p| p.parent);
    }
    let next = Programme {
        title: base::fold::tidy(&edit.title),
        kind: edit.kind.clone(),
        parent: edit.parent,
        issued: edit.issued,
        early_days: edit.early_days,
        ..programme.clone()
    };
    if !store::update_programme(tx, &next, version)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    if let Some(old) = programme.parent.filter(|old| edit.parent != Some(*old)) {
        store::absorb_tick(tx, old, programme.id)?;
    }
    store::set_scope(tx, programme.id, &edit.scope)?;
    store::set_implements(tx, programme.id, &edit.implements)?;
    let entry = trail::Entry {
        act: "programme.programme.change",
        kind: "programme",
        id: Some(programme.id.0),
        code: &programme.code,
        unit: programme.issuer,
        facts: serde_json::json!({
            "title": next.title, "kind": next.kind, "issued": next.issued, "early_days": next.early_days,
            "scope": edit.scope.len(), "implements": edit.implements.len(),
        }),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Rules a clause out for a unit, with a reason, so that it is not counted as forgotten.
///
/// # Errors
/// Refuses an empty reason, and an actor without the right over the unit.
pub fn rule_out(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    programme: &Programme,
    clause: document::ClauseId,
    unit: UnitId,
    reason: &str,
) -> Outcome<()> {
    actor.need(Right::Lead, unit).or_else(|_| actor.need(Right::Assign, unit))?;
    if reason.trim().is_empty() {
        return Refusal::new("programme-refusal-words").at("reason").stop();
    }
    limits::within(&[("reason", reason, limits::WORDS)])?;
    store::insert_exclusion(tx, programme.id, clause, unit, reason, clock.today())?;
    let entry = trail::Entry {
        act: "programme.clause.rule_out",
        kind: "programme",
        id: Some(programme.id.0),
        code: &programme.code,
        unit: Some(unit),
        facts: serde_json::json!({"clause": clause, "reason": reason}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
