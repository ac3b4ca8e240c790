//! A report as it was frozen: its facts as text, their hash, the file they made. Reviews and indices freeze the same way.

use base::{Actor, Clock, Outcome, Timestamp};
use db::{Row, Tx, trail};

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
            file: document::store::keep_file(tx, &format!("{stem}-{seq}.docx"), media, bytes, clock.now())?,
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
