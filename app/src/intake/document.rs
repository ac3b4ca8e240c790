//! Documents: read from a Word file or a text, corrected by a person, kept with their clauses.

use super::File;
use ::document::{
    ClauseKind, acts,
    read::{self, Draft},
    store,
};
use base::{Actor, Clock, Outcome, Refusal, intake::Report};
use db::Tx;
use serde_json::json;

/// What stands in a file, and its media type.
///
/// # Errors
/// Refuses what is neither a Word document nor a text.
pub(super) fn read(bytes: &[u8]) -> Result<(Draft, &'static str), Refusal> {
    match paper::FileKind::sniff(bytes) {
        paper::FileKind::Docx => {
            Ok((read::docx(&paper::docx::read(bytes)?), paper::FileKind::Docx.media_type()))
        }
        paper::FileKind::Text => Ok((read::text(&paper::csv_file::decode(bytes)?), "text/plain")),
        _ if bytes.is_empty() => Err(Refusal::new("paper-empty")),
        paper::FileKind::OldOffice => Err(Refusal::new("paper-old-office")),
        _ => Err(Refusal::new("paper-not-word")),
    }
}

/// A file that is called one of Word's or a table is one, or is damaged.
///
/// # Errors
/// Refuses a text that is called otherwise.
pub fn is_what_it_says(file: &File) -> Outcome<()> {
    let name = file.name.to_lowercase();
    let is_text = paper::FileKind::sniff(&file.bytes) == paper::FileKind::Text;
    if is_text && [".docx", ".doc", ".csv", ".xlsx", ".xls"].iter().any(|end| name.ends_with(end)) {
        return Refusal::new("paper-not-word").stop();
    }
    Ok(())
}

/// Notes what the reader should know about the file.
pub fn remarks(draft: &Draft, report: &mut Report) {
    for (n, code) in [
        (draft.notes.insertions, "document-warn-insertions"),
        (draft.notes.deletions, "document-warn-deletions"),
        (draft.notes.footnotes, "document-warn-footnotes"),
    ] {
        if n > 0 {
            report.warn(None, code, &[("n", n.to_string())]);
        }
    }
    if draft.attached > 0 {
        report.warn(None, "document-warn-attached", &[("n", draft.attached.to_string())]);
    }
    if !draft.passed_over.is_empty() {
        report.warn(None, "document-warn-labels", &[("lines", draft.passed_over.join("; "))]);
    }
    if draft.clauses.iter().all(|clause| clause.kind == ClauseKind::Part) {
        report.warn(None, "document-warn-no-clauses", &[]);
    }
}

/// Tables of tasks and of targets in a Word file, which are imported by themselves: the text key and how many rows.
pub fn tables(file: &File) -> Vec<(&'static str, usize)> {
    let Some(sheets) = file.is_word().then(|| file.tables().ok()).flatten() else { return Vec::new() };
    let rows = |wanted: &[paper::table::Wanted]| {
        paper::table::find(sheets, wanted).map_or(0, |table| table.rows().count())
    };
    let found = [
        ("import-hint-tables", rows(programme::import::tasks::WANTED)),
        ("import-hint-targets", rows(programme::import::targets::TARGETS)),
    ];
    found.into_iter().filter(|(_, rows)| *rows > 0).collect()
}

/// Keeps the document of a file, as it was read or as it was corrected.
///
/// # Errors
/// Refuses what cannot be read and what [`acts::enter`] refuses.
pub fn import(tx: &Tx<'_>, clock: &Clock, actor: &Actor, file: &File) -> Outcome<Report> {
    let mut report = Report::default();
    is_what_it_says(file)?;
    let (draft, media) = file.document()?;
    let draft = file.corrected.clone().unwrap_or_else(|| draft.clone());
    remarks(&draft, &mut report);
    let sha256 = store::keep_file(tx, &file.name, media, &file.bytes, clock.now())?;
    let entered = acts::enter(tx, clock, actor, &draft, Some(sha256))?;
    let doc = &entered.document;
    let clauses: Vec<_> = draft.clauses.iter().filter(|c| c.kind != ClauseKind::Part).collect();
    report.read = clauses.len();
    if entered.is_new {
        report.created = clauses.len();
    } else {
        report.unchanged = clauses.len();
    }
    for (i, clause) in clauses.iter().enumerate() {
        report
            .rows
            .push(json!({"row": i + 1, "key": clause.key, "kind": clause.kind.word(), "text": clause.text}));
    }
    let parts = draft.clauses.iter().filter(|c| c.kind == ClauseKind::Part).count();
    let facts = json!({
        "code": doc.code, "number": doc.number, "symbol": doc.symbol, "issued": doc.issued, "issuer": doc.issuer_name,
        "system": doc.system, "kind": doc.kind, "title": doc.title, "term": doc.term, "parts": parts,
    });
    report.file = facts.as_object().cloned().unwrap_or_default();
    // A programme, a plan or a scheme is also something that is carried out.
    if matches!(doc.kind.as_str(), "chuong_trinh" | "ke_hoach" | "de_an") {
        let programme = programme::acts::programme_from(tx, clock, actor, doc)?;
        report.file.insert("programme".to_owned(), json!(programme.code));
    }
    Ok(report)
}
