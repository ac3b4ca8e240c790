//! The zip container of Office files, opened with limits: how many parts, how large unpacked, no part twice.

use base::Refusal;
use quick_xml::events::BytesStart;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

const MAX_PARTS: usize = 4_000;
/// Of all parts together and of each alone, in bytes after unpacking.
const MAX_UNPACKED: u64 = 300 * 1024 * 1024;
const MAX_PART: u64 = 120 * 1024 * 1024;

/// A name without the prefix of its namespace.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// An attribute's text, whatever the prefix of its namespace.
pub(crate) fn attribute(e: &BytesStart<'_>, name: &str) -> Option<String> {
    e.attributes().flatten().find(|a| local(a.key.as_ref()) == name).map(|a| {
        let text: &str = &a.value;
        quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
    })
}

pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::new("paper-damaged"))?;
        if archive.len() > MAX_PARTS {
            return Err(Refusal::new("paper-bomb"));
        }
        let mut unpacked = 0u64;
        for i in 0..archive.len() {
            let part = archive.by_index_raw(i).map_err(|_| Refusal::new("paper-damaged"))?;
            unpacked = unpacked.saturating_add(part.size());
            if part.encrypted() {
                return Err(Refusal::new("paper-old-office"));
            }
        }
        if unpacked > MAX_UNPACKED {
            return Err(Refusal::new("paper-bomb"));
        }
        Ok(Self { archive })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// How large a part says it is; 0 when it is not there. It may lie: [`Package::part`] does not believe it.
    pub(crate) fn size(&mut self, name: &str) -> u64 {
        let index = self.archive.index_for_name(name);
        index.and_then(|index| self.archive.by_index_raw(index).ok()).map_or(0, |part| part.size())
    }

    /// The text of a part; `None` when it is not there. Reading stops at the limit, whatever the header claimed.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(index) = self.archive.index_for_name(name) else {
            return Ok(None);
        };
        let part = self.archive.by_index(index).map_err(|_| Refusal::new("paper-damaged"))?;
        let mut out = Vec::new();
        let read =
            part.take(MAX_PART + 1).read_to_end(&mut out).map_err(|_| Refusal::new("paper-damaged"))?;
        if u64::try_from(read).unwrap_or(u64::MAX) > MAX_PART {
            return Err(Refusal::new("paper-bomb"));
        }
        Ok(Some(out))
    }

    pub(crate) fn needed(&mut self, name: &str) -> Result<Vec<u8>, Refusal> {
        self.part(name)?.ok_or_else(|| Refusal::new("paper-damaged"))
    }
}
