//! Lists of the room as files.

use crate::store;
use base::Outcome;
use paper::write::{List, Out};
use room::{Asked, List as Listed, MOST};

/// Documents and their clauses; one document is imported, what can be taken out again are its clauses.
pub const LISTS: &[Listed] =
    &[Listed::of("documents", documents), Listed::of("clauses", clauses).also("document")];

/// Documents, newest first.
fn documents(asked: &Asked<'_, '_>) -> Outcome<List> {
    let tx = asked.read.tx;
    let rows = store::list(tx, "", MOST, 0)?.into_iter().map(|d| {
        let mark = d.mark();
        vec![d.code.into(), mark.into(), d.title.into(), d.issuer_name.into(), Out::from(d.issued)]
    });
    let headers = ["Mã", "Số, ký hiệu", "Trích yếu", "Cơ quan ban hành", "Ngày ban hành"];
    Ok(asked.table("export-documents", &headers, rows.collect()))
}

/// Every clause with its text.
fn clauses(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, texts) = (asked.read.tx, asked.texts);
    let mut rows = Vec::new();
    for document in store::list(tx, "", MOST, 0)? {
        for clause in store::clauses(tx, document.id)? {
            rows.push(vec![
                document.code.clone().into(),
                document.mark().into(),
                Out::from(document.issued),
                clause.key.into(),
                texts.say(&format!("clause-kind-{}", clause.kind.word())).into(),
                clause.text.into(),
            ]);
        }
    }
    Ok(asked.said(
        "export-clauses",
        &[
            "code",
            "document-mark",
            "document-issued",
            "document-clause-key",
            "document-clause-level",
            "clause-text",
        ],
        rows,
    ))
}
