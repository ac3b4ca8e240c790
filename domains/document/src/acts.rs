//! Entering and correcting documents.

use crate::{
    read::Draft,
    store,
    words::{ClauseKind, Document, DocumentId, mark},
};
use base::limits;
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

/// The first year that a title names: "giai đoạn 2021-2025", for a document that is not dated.
fn first_year(title: &str) -> Option<i16> {
    let words = title.split(|c: char| !c.is_ascii_digit());
    words
        .filter(|word| word.len() == 4)
        .find_map(|word| word.parse().ok().filter(|y| (1945..2100).contains(y)))
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
    check_clauses(draft)?;
    check_head(&Head {
        system: draft.system.clone(),
        kind: draft.kind.clone(),
        number: draft.number.clone(),
        symbol: draft.symbol.clone(),
        title: draft.title.clone(),
        issuer: draft.issuer.clone(),
        issued: draft.issued,
    })?;
    limits::within(&[("congress", &draft.congress, limits::CODE)])?;
    for clause in &draft.clauses {
        limits::within(&[("clauses", &clause.text, limits::PAGES)])?;
    }
    let day = draft.issued.unwrap_or_else(|| clock.today());
    let (issuer, issuer_name) = issuer_of(tx, &draft.issuer, day)?;
    need_over(actor, issuer)?;
    if let Some(document) = store::by_identity(tx, &issuer_name, &draft.number, &draft.symbol, draft.issued)?
        && !draft.number.is_empty()
    {
        return Ok(Entered { document, is_new: false });
    }
    // One that has no number yet is known by what it is about.
    if draft.number.is_empty()
        && let Some(document) = store::by_title(tx, &issuer_name, &draft.kind, &draft.title, draft.issued)?
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
        term: term_of(
            draft.issued.map_or_else(|| first_year(&draft.title).unwrap_or(day.year()), |d| d.year()),
        ),
        congress: draft.congress.clone(),
        file,
        version: 1,
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

/// The issuer that a name means on a day, and the name to be kept.
///
/// # Errors
/// When the reading fails.
pub fn issuer_of(tx: &Tx<'_>, written: &str, day: base::Date) -> Outcome<(Option<UnitId>, String)> {
    let names = Directory::at(tx, day)?;
    Ok(match names.code_or_name(written, None) {
        Named::Unit(unit) => (Some(unit), names.snapshot.name(unit)),
        _ => (None, written.to_owned()),
    })
}

/// Needs the right to draft over the issuer; anywhere, when no unit of ours issued it.
fn need_over(actor: &Actor, issuer: Option<UnitId>) -> Outcome<()> {
    match issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    Ok(())
}

/// Refuses clauses that could not be cited: without a key, with one that is no key, or with one that is taken.
fn check_clauses(draft: &Draft) -> Outcome<()> {
    let mut seen = std::collections::HashSet::new();
    for (place, clause) in draft.clauses.iter().enumerate() {
        let is_key = (1..=40).contains(&clause.key.chars().count())
            && clause.key.chars().all(|c| c.is_alphanumeric() || c == '.');
        if !is_key {
            return Refusal::new("document-refusal-key")
                .at("clauses")
                .with("row", place + 1)
                .with("key", &clause.key)
                .stop();
        }
        if !seen.insert(clause.key.to_lowercase()) {
            return Refusal::new("document-refusal-key-twice").at("clauses").with("key", &clause.key).stop();
        }
    }
    Ok(())
}

/// What stands at the head of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// `state` or `party`.
    pub system: String,
    /// The kind, `nghi_quyet` …
    pub kind: String,
    /// The number as text.
    pub number: String,
    /// The symbol, `CTr/TU`.
    pub symbol: String,
    /// The subject line.
    pub title: String,
    /// The issuer's code or name.
    pub issuer: String,
    /// The day of issue.
    pub issued: Option<base::Date>,
}

impl Head {
    /// The head of a kept document.
    pub fn of(document: &Document) -> Self {
        Self {
            system: document.system.clone(),
            kind: document.kind.clone(),
            number: document.number.clone(),
            symbol: document.symbol.clone(),
            title: document.title.clone(),
            issuer: document.issuer_name.clone(),
            issued: document.issued,
        }
    }
}

/// Refuses a head whose parts are longer than a head is.
fn check_head(head: &Head) -> Outcome<()> {
    limits::within(&[
        ("system", &head.system, limits::CODE),
        ("kind", &head.kind, limits::CODE),
        ("number", &head.number, limits::CODE),
        ("symbol", &head.symbol, limits::CODE),
        ("title", &head.title, limits::TITLE),
        ("issuer", &head.issuer, limits::NAME),
    ])
}

/// Corrects the head of a kept document; its code and its clauses stay.
///
/// # Errors
/// Refuses an unknown document, one without a title, an identity that another document has, a version that is no
/// longer the last, and an actor without the right over the issuer before and after.
pub fn correct(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    head: &Head,
    version: i64,
) -> Outcome<Document> {
    let Some(document) = store::by_code(tx, code)? else { return Refusal::not_found().stop() };
    need_over(actor, document.issuer)?;
    if head.title.is_empty() {
        return Refusal::new("document-refusal-title").at("title").stop();
    }
    check_head(head)?;
    let day = head.issued.unwrap_or_else(|| clock.today());
    let (issuer, issuer_name) = if head.issuer == document.issuer_name {
        (document.issuer, document.issuer_name.clone())
    } else {
        issuer_of(tx, &head.issuer, day)?
    };
    need_over(actor, issuer)?;
    let same = store::by_identity(tx, &issuer_name, &head.number, &head.symbol, head.issued)?;
    if let Some(other) = same.filter(|other| other.id != document.id && !head.number.is_empty()) {
        return Refusal::new("document-refusal-same").at("number").with("code", other.code).stop();
    }
    let next = Document {
        system: head.system.clone(),
        kind: head.kind.clone(),
        number: head.number.clone(),
        symbol: head.symbol.clone(),
        title: head.title.clone(),
        issuer,
        issuer_name,
        issued: head.issued,
        term: term_of(day.year()),
        version: version + 1,
        ..document.clone()
    };
    if !store::update(tx, &next, version)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let facts = serde_json::json!({
        "from": {"mark": document.mark(), "title": document.title, "issuer": document.issuer_name, "issued": document.issued},
        "to": {"mark": next.mark(), "title": next.title, "issuer": next.issuer_name, "issued": next.issued},
    });
    let entry = trail::Entry {
        act: "document.document.correct",
        kind: "document",
        id: Some(document.id.0),
        code: &document.code,
        unit: next.issuer,
        facts,
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(next)
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
    need_over(actor, document.issuer)?;
    let Some(clause) = store::clauses(tx, document.id)?.into_iter().find(|c| c.key == key) else {
        return Refusal::not_found().stop();
    };
    let text = base::fold::tidy_lines(text);
    if text.is_empty() {
        return Refusal::new("refusal-required").at("text").with("field", key).stop();
    }
    limits::within(&[("text", &text, limits::PAGES)])?;
    store::set_clause_text(tx, clause.id, &text)?;
    store::touch(tx, document.id)?;
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
        let plain = |c: char| match c {
            'Đ' => 'D',
            'đ' => 'd',
            c if c.is_ascii_alphanumeric() => c,
            _ => '-',
        };
        mark.chars().map(plain).collect()
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
