//! A report as it was frozen: its facts as text, their hash, the file they made. Reviews and indices freeze the same way.

use base::{Actor, Clock, Outcome, Timestamp, Uuid};
use db::{Row, Tx, trail};
use std::collections::{BTreeMap, BTreeSet};

/// The columns that [`Frozen::read`] takes, in their order.
pub const COLUMNS: &str = "seq, sha256, content, file_sha256, erratum, made_by, made_at";

/// A frozen report.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// 1 for the first; later ones are errata.
    pub seq: i64,
    /// The hash of the facts.
    pub sha256: String,
    /// The facts as JSON.
    pub content: String,
    /// The hash of the Word file they made.
    pub file: String,
    /// Why it was frozen again; empty for the first.
    pub erratum: String,
    /// Who froze it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
}

/// What is wrong with the frozen rows of a table: facts, file and the trail's line must say the same. `owner` is the
/// column of the record they are of; `acts` are the acts that freeze. The room that owns the table calls this.
///
/// # Errors
/// When the database fails.
pub fn check(tx: &Tx<'_>, table: &str, owner: &str, acts: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut kept = BTreeSet::new();
    let rows =
        tx.rows(&format!("select {owner}, {COLUMNS} from {table} order by {owner}, seq"), &[], |r| {
            Ok((r.next::<Uuid>()?, Frozen::read(r)?))
        })?;
    let lines = tx.rows(
        "select record_id, record_code, facts, actor, on_behalf from kernel_trail where act = any($1)",
        &[&acts.iter().map(|act| (*act).to_owned()).collect::<Vec<_>>()],
        |r| {
            let (record, code, facts): (Option<Uuid>, String, String) = (r.next()?, r.next()?, r.next()?);
            Ok((record, code, facts, base::signature(&r.next::<String>()?, &r.next::<String>()?)))
        },
    )?;
    // What lines hold, by the hash of the facts and their number: the record where they name it, its code, the hash of the file, who
    // froze it and why again.
    let mut told = BTreeMap::new();
    for (record, code, facts, by) in lines {
        let facts: serde_json::Value = serde_json::from_str(&facts)?;
        let word = |name: &str| facts.get(name).and_then(|v| v.as_str()).map(str::to_owned);
        if let Some(sha256) = word("sha256") {
            let seq = facts.get("seq").and_then(serde_json::Value::as_i64);
            told.insert((sha256, seq.unwrap_or_default()), (record, code, word("file"), by, word("words")));
        }
    }
    for (record, frozen) in rows {
        let name = format!("{table} {record} no. {}", frozen.seq);
        if trail::sha256(frozen.content.as_bytes()) != frozen.sha256 {
            faults.push(format!("the facts of {name} were changed"));
        }
        let of_facts = (frozen.sha256.clone(), frozen.seq);
        match told.get(&of_facts) {
            Some((of, ..)) if of.is_some_and(|of| of != record) => {
                faults.push(format!("{name} is that of another record"));
            }
            Some((_, _, Some(file), ..)) if *file != frozen.file => {
                faults.push(format!("{name} has another file"));
            }
            Some((_, _, _, by, _)) if *by != frozen.made_by => {
                faults.push(format!("{name} names another hand"));
            }
            Some((.., Some(words))) if frozen.seq > 1 && *words != frozen.erratum => {
                faults.push(format!("{name} names another reason"));
            }
            Some(_) => {}
            None => faults.push(format!("no line of the trail speaks of {name}")),
        }
        if !super::has_file(tx, &frozen.file)? {
            faults.push(format!("the file of {name} is gone"));
        }
        kept.insert(of_facts);
    }
    let gone = told.into_iter().filter(|(facts, _)| !kept.contains(facts));
    faults.extend(gone.map(|(_, (_, code, ..))| {
        format!("what was frozen of {code} is gone, its line in the trail stands")
    }));
    Ok(faults)
}

impl Frozen {
    /// Reads a row of [`COLUMNS`].
    ///
    /// # Errors
    /// When the row has other columns.
    pub fn read(r: &Row<'_>) -> anyhow::Result<Self> {
        Ok(Self {
            seq: r.next()?,
            sha256: r.next()?,
            content: r.next()?,
            file: r.next()?,
            erratum: r.next()?,
            made_by: r.next()?,
            made_at: r.next()?,
        })
    }

    /// Freezes facts and keeps the Word file they made under a name without ending; `before` are those of the same thing.
    /// The room keeps the row.
    ///
    /// # Errors
    /// When the facts cannot be written.
    pub fn make<T: serde::Serialize>(
        tx: &Tx<'_>,
        clock: &Clock,
        actor: &Actor,
        (stem, before): (&str, &[Self]),
        (facts, bytes): (&T, &[u8]),
        erratum: &str,
    ) -> Outcome<Self> {
        let content = serde_json::to_string(facts)?;
        let seq = i64::try_from(before.len()).unwrap_or(0) + 1;
        let media = paper::FileKind::Docx.media_type();
        Ok(Self {
            seq,
            sha256: trail::sha256(content.as_bytes()),
            content,
            file: super::keep_file(tx, &format!("{stem}-{seq}.docx"), media, bytes, clock.now())?,
            erratum: if before.is_empty() { String::new() } else { erratum.to_owned() },
            made_by: actor.signature(),
            made_at: clock.now(),
        })
    }

    /// The facts, as they were.
    ///
    /// # Errors
    /// A fault when they no longer have their hash: somebody changed them behind the program's back.
    pub fn facts<T: serde::de::DeserializeOwned>(&self) -> Outcome<T> {
        if trail::sha256(self.content.as_bytes()) != self.sha256 {
            return Err(base::Stop::Fault(anyhow::anyhow!("the facts of a frozen report were changed")));
        }
        Ok(serde_json::from_str(&self.content)?)
    }
}
