//! Every statement of the room.

pub mod frozen;

use crate::words::{Clause, ClauseId, ClauseKind, Document, DocumentId};
use base::{
    Clock, Date, Timestamp,
    fold::{fold, patterns},
    ids::{AccountId, UnitId},
};
use db::{Param, Row, Tx};

const DOCUMENT: &str = "d.id, d.code, d.system, d.kind, d.number, d.symbol, d.title, d.issuer_id, d.issuer_name, \
                        d.issued, d.term, d.congress, d.file_sha256, d.version";

fn document(r: &Row<'_>) -> anyhow::Result<Document> {
    Ok(Document {
        id: r.next()?,
        code: r.next()?,
        system: r.next()?,
        kind: r.next()?,
        number: r.next()?,
        symbol: r.next()?,
        title: r.next()?,
        issuer: r.next()?,
        issuer_name: r.next()?,
        issued: r.next()?,
        term: r.next()?,
        congress: r.next()?,
        file: r.next()?,
        version: r.next()?,
    })
}

/// Documents whose title, mark or issuer contain the folded words, newest first.
pub fn list(tx: &Tx<'_>, words: &str, limit: i64, skip: i64) -> anyhow::Result<Vec<Document>> {
    let [a, b, c, d] = patterns(words);
    tx.rows(
        &format!(
            "select {DOCUMENT} from document_document d
              where d.folded like $1 and d.folded like $2 and d.folded like $3 and d.folded like $4
              order by coalesce(d.issued, $7) desc, d.code
              limit $5 offset $6"
        ),
        &[&a, &b, &c, &d, &limit, &skip, &Date::constant(1, 1, 1)],
        document,
    )
}

/// A document by its code.
pub fn by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Document>> {
    tx.row(&format!("select {DOCUMENT} from document_document d where d.code = $1"), &[&code], document)
}

/// A document by its identity.
pub fn by_id(tx: &Tx<'_>, id: DocumentId) -> anyhow::Result<Option<Document>> {
    tx.row(&format!("select {DOCUMENT} from document_document d where d.id = $1"), &[&id], document)
}

/// A document by issuer, number, symbol and date.
pub fn by_identity(
    tx: &Tx<'_>,
    issuer: &str,
    number: &str,
    symbol: &str,
    issued: Option<Date>,
) -> anyhow::Result<Option<Document>> {
    tx.row(
        &format!(
            "select {DOCUMENT} from document_document d
              where d.issuer_name = $1 and d.number = $2 and d.symbol = $3
                and (d.issued = $4 or (d.issued is null and $4 is null))
              order by d.code limit 1"
        ),
        &[&issuer, &number, &symbol, &issued],
        document,
    )
}

/// A document without a number, by issuer, kind, title and date.
pub fn by_title(
    tx: &Tx<'_>,
    issuer: &str,
    kind: &str,
    title: &str,
    issued: Option<Date>,
) -> anyhow::Result<Option<Document>> {
    tx.row(
        &format!(
            "select {DOCUMENT} from document_document d
              where d.issuer_name = $1 and d.number = '' and d.kind = $2 and d.title = $3
                and (d.issued = $4 or (d.issued is null and $4 is null))
              order by d.code limit 1"
        ),
        &[&issuer, &kind, &title, &issued],
        document,
    )
}

/// Keeps a document.
pub fn insert(tx: &Tx<'_>, doc: &Document) -> anyhow::Result<()> {
    let folded = folded(doc);
    tx.run(
        "insert into document_document (id, code, system, kind, number, symbol, title, folded, issuer_id, issuer_name,
                                        issued, term, congress, file_sha256, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
        &[
            &doc.id,
            &doc.code,
            &doc.system,
            &doc.kind,
            &doc.number,
            &doc.symbol,
            &doc.title,
            &folded,
            &doc.issuer,
            &doc.issuer_name,
            &doc.issued,
            &doc.term,
            &doc.congress,
            &doc.file,
        ],
    )?;
    Ok(())
}

/// What a document is found by.
fn folded(doc: &Document) -> String {
    fold(&format!("{} {} {} {}", doc.mark(), doc.title, doc.issuer_name, doc.code))
}

/// Saves the corrected head of a document; false when somebody was faster.
pub fn update(tx: &Tx<'_>, doc: &Document, version: i64) -> anyhow::Result<bool> {
    let changed = tx.run(
        "update document_document
            set system = $1, kind = $2, number = $3, symbol = $4, title = $5, folded = $6, issuer_id = $7,
                issuer_name = $8, issued = $9, term = $10, version = version + 1
          where id = $11 and version = $12",
        &[
            &doc.system,
            &doc.kind,
            &doc.number,
            &doc.symbol,
            &doc.title,
            &folded(doc),
            &doc.issuer,
            &doc.issuer_name,
            &doc.issued,
            &doc.term,
            &doc.id,
            &version,
        ],
    )?;
    Ok(changed > 0)
}

/// Counts a correction of a document's clauses.
pub fn touch(tx: &Tx<'_>, id: DocumentId) -> anyhow::Result<()> {
    tx.run("update document_document set version = version + 1 where id = $1", &[&id])?;
    Ok(())
}

/// Keeps clauses in order.
pub fn insert_clauses(
    tx: &Tx<'_>,
    clock: &Clock,
    document: DocumentId,
    clauses: &[(String, ClauseKind, String)],
) -> anyhow::Result<()> {
    let rows: Vec<Vec<Param>> = clauses
        .iter()
        .enumerate()
        .map(|(i, (key, kind, text))| {
            vec![
                Param::Uuid(clock.uuid()),
                Param::Uuid(document.0),
                Param::Int(i64::try_from(i).unwrap_or(0)),
                Param::Text(key.clone()),
                Param::Text(kind.word().to_owned()),
                Param::Text(text.clone()),
                Param::Text(fold(text)),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into document_clause (id, document_id, ordinal, key, kind, text, folded) values",
        &rows,
    )
}

/// Corrects the text of a clause.
pub fn set_clause_text(tx: &Tx<'_>, clause: ClauseId, text: &str) -> anyhow::Result<()> {
    tx.run(
        "update document_clause set text = $1, folded = $2 where id = $3",
        &[&text, &fold(text), &clause],
    )?;
    Ok(())
}

/// The clauses of a document in order.
pub fn clauses(tx: &Tx<'_>, document: DocumentId) -> anyhow::Result<Vec<Clause>> {
    tx.rows(
        "select id, key, kind, text from document_clause where document_id = $1 order by ordinal",
        &[&document],
        |r| {
            Ok(Clause {
                id: r.next()?,
                key: r.next()?,
                kind: ClauseKind::from_word(&r.next::<String>()?),
                text: r.next()?,
            })
        },
    )
}

/// Clauses of all documents whose text holds the words: document code, key, text.
pub fn find_clauses(tx: &Tx<'_>, words: &str, limit: i64) -> anyhow::Result<Vec<(String, String, String)>> {
    let [one, two, three, four] = patterns(words);
    tx.rows(
        "select d.code, c.key, c.text from document_clause c join document_document d on d.id = c.document_id
          where c.folded like $1 and c.folded like $2 and c.folded like $3 and c.folded like $4
          order by d.code, c.ordinal limit $5",
        &[&one, &two, &three, &four, &limit],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Keeps a file once; returns its hash.
pub fn keep_file(
    tx: &Tx<'_>,
    name: &str,
    media_type: &str,
    content: &[u8],
    at: Timestamp,
) -> anyhow::Result<String> {
    use sha2::Digest as _;
    let sha256 = db::trail::hex(&sha2::Sha256::digest(content));
    let size = i64::try_from(content.len())?;
    tx.run(
        "insert into document_file (sha256, name, media_type, size, content, kept_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (sha256) do nothing",
        &[&sha256, &name, &media_type, &size, &content.to_vec(), &at],
    )?;
    Ok(sha256)
}

/// Notes that an account has brought a file.
pub fn own_file(tx: &Tx<'_>, sha256: &str, account: AccountId) -> anyhow::Result<()> {
    tx.run(
        "insert into document_file_owner (sha256, account_id) values ($1, $2) on conflict do nothing",
        &[&sha256, &account],
    )?;
    Ok(())
}

/// Whether an account has brought a file.
pub fn owns_file(tx: &Tx<'_>, sha256: &str, account: AccountId) -> anyhow::Result<bool> {
    let sql = "select count(*) from document_file_owner where sha256 = $1 and account_id = $2";
    Ok(tx.number(sql, &[&sha256, &account])? > 0)
}

/// Whether a file is the text of a document.
pub fn is_of_document(tx: &Tx<'_>, sha256: &str) -> anyhow::Result<bool> {
    Ok(tx.number("select count(*) from document_document where file_sha256 = $1", &[&sha256])? > 0)
}

/// A file: name, media type, content.
pub fn file(tx: &Tx<'_>, sha256: &str) -> anyhow::Result<Option<(String, String, Vec<u8>)>> {
    tx.row("select name, media_type, content from document_file where sha256 = $1", &[&sha256], |r| {
        Ok((r.next()?, r.next()?, r.next()?))
    })
}

/// Whether a file is kept.
pub fn has_file(tx: &Tx<'_>, sha256: &str) -> anyhow::Result<bool> {
    Ok(tx.number("select count(*) from document_file where sha256 = $1", &[&sha256])? > 0)
}

/// Files whose content is not what their hash or their size says, read a few at a time.
pub fn files_that_differ(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    let (mut faults, mut after) = (Vec::new(), String::new());
    loop {
        let some = tx.rows(
            "select sha256, name, size, content from document_file where sha256 > $1 order by sha256 limit 20",
            &[&after],
            |r| {
                let (sha256, name, size) = (r.next::<String>()?, r.next::<String>()?, r.next::<i64>()?);
                let content: Vec<u8> = r.next()?;
                let is_whole =
                    db::trail::sha256(&content) == sha256 && i64::try_from(content.len()).is_ok_and(|n| n == size);
                Ok((sha256, name, is_whole))
            },
        )?;
        let Some((last, ..)) = some.last() else { return Ok(faults) };
        after.clone_from(last);
        let differ = some.into_iter().filter(|(.., is_whole)| !is_whole);
        faults.extend(differ.map(|(sha256, name, _)| format!("file {name} ({sha256}) is not what was kept")));
    }
}

/// Who issued a document: used to decide who may change it.
pub fn issuer(tx: &Tx<'_>, document: DocumentId) -> anyhow::Result<Option<UnitId>> {
    Ok(tx
        .row("select issuer_id from document_document where id = $1", &[&document], |r| {
            r.next::<Option<UnitId>>()
        })?
        .flatten())
}
