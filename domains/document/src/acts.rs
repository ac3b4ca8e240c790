//! Entering and correcting documents.

use crate::{
    read::Draft,
    store,
    words::{ClauseKind, Document, DocumentId, mark},
};
use base::{Actor, Clock, Outcome, Refusal, Right, fold::fold, ids::UnitId};
use db::{Tx, trail};
use organisation::{Directory, Named};

/// What entering a document did.
pub struct Entered {
    /// The document.
    pub document: Document,
    /// Whether it is new; else it was there with the same identity.
    pub is_new: bool,
}

/// Keeps a document as read and corrected. A document with the same issuer, number, symbol and date is not entered
/// twice.
///
/// # Errors
/// Refuses a document without a title, and an actor without the right over the issuer.
pub fn enter(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    draft: &Draft,
    file: Option<String>,
) -> Outcome<Entered> {
    if draft.title.is_empty() {
        return Refusal::new("document-refusal-title").at("title").stop();
    }
    let day = draft.issued.unwrap_or_else(|| clock.today());
    let issuer: Option<UnitId> = match Directory::at(tx, day)?.name(&draft.issuer, None) {
        Named::Unit(unit) => Some(unit),
        _ => None,
    };
    match issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    let issuer_name = match issuer {
        Some(unit) => Directory::at(tx, day)?.snapshot.name(unit),
        None => draft.issuer.clone(),
    };
    if let Some(document) = store::by_identity(tx, &issuer_name, &draft.number, &draft.symbol, draft.issued)?
        && !draft.number.is_empty()
    {
        return Ok(Entered { document, is_new: false });
    }
    let document = Document {
        id: DocumentId::new(clock),
        code: free_code(tx, draft)?,
        system: draft.system.clone(),
        kind: draft.kind.clone(),
        number: draft.number.clone(),
        symbol: draft.symbol.clone(),
        title: draft.title.clone(),
        issuer,
        issuer_name,
        issued: draft.issued,
        term: term_of(draft.issued.map_or(day.year(), |d| d.year())),
        congress: draft.congress.clone(),
        file,
    };
    store::insert(tx, &document)?;
    let clauses: Vec<(String, ClauseKind, String)> =
        draft.clauses.iter().map(|c| (c.key.clone(), c.kind, c.text.clone())).collect();
    store::insert_clauses(tx, clock, document.id, &clauses)?;
    trail::record(
        tx,
        clock,
        actor,
        trail::Entry {
            act: "document.document.enter",
            kind: "document",
            id: Some(document.id.0),
            code: &document.code,
            unit: issuer,
            facts: serde_json::json!({"mark": document.mark(), "clauses": clauses.len()}),
        },
    )?;
    Ok(Entered { document, is_new: true })
}

/// Corrects the text of a clause.
///
/// # Errors
/// Refuses an unknown clause, an empty text, and an actor without the right over the issuer.
pub fn correct_clause(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    key: &str,
    text: &str,
) -> Outcome<()> {
    let Some(document) = store::by_code(tx, code)? else { return Refusal::not_found().stop() };
    match document.issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    let Some(clause) = store::clauses(tx, document.id)?.into_iter().find(|c| c.key == key) else {
        return Refusal::not_found().stop();
    };
    let text = base::fold::tidy_lines(text);
    if text.is_empty() {
        return Refusal::new("refusal-required").at("text").with("field", key).stop();
    }
    store::set_clause_text(tx, clause.id, &text)?;
    trail::record(
        tx,
        clock,
        actor,
        trail::Entry {
            act: "document.clause.correct",
            kind: "document",
            id: Some(document.id.0),
            code: &document.code,
            unit: document.issuer,
            facts: serde_json::json!({"key": key, "from": clause.text, "to": text}),
        },
    )?;
    Ok(())
}

/// `VB-01-CTr-TU-2021`: what people type, without marks; a number is added when it is taken.
fn free_code(tx: &Tx<'_>, draft: &Draft) -> anyhow::Result<String> {
    let mark = mark(&draft.system, &draft.number, &draft.symbol);
    let year = draft.issued.map(|d| format!("-{}", d.year())).unwrap_or_default();
    let plain: String = if mark.is_empty() {
        fold(&draft.title).split(' ').take(4).collect::<Vec<_>>().join("-")
    } else {
        mark.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
    };
    let base = format!("VB-{plain}{year}");
    let mut code = base.clone();
    let mut n = 2;
    while store::by_code(tx, &code)?.is_some() {
        code = format!("{base}-{n}");
        n += 1;
    }
    Ok(code)
}

/// The Party term that a year belongs to, `2020-2025`: congresses meet in years that end in 0 and 5.
pub fn term_of(year: i16) -> String {
    let start = year - year.rem_euclid(5);
    format!("{start}-{}", start + 5)
}
