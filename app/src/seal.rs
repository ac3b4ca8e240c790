//! The key that signs the trail's heads, and sealing.

use anyhow::{Context as _, bail};
use base::{Clock, Outcome, Span, texts::Texts};
use db::{Database, trail};
use std::path::{Path, PathBuf};

/// Where the key of an installation stands.
pub fn key_file(data: &Path) -> PathBuf {
    data.join("trail.key")
}

/// Reads the signing key of an installation; makes one only where none is there and nothing was ever signed. A key that
/// cannot be read is never replaced: with a new one the whole trail would look foreign.
///
/// # Errors
/// When the file cannot be read or written or is no key, or when it is missing though heads were signed.
pub fn key(data: &Path, db: &Database, texts: &Texts) -> anyhow::Result<[u8; 32]> {
    let path = key_file(data);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let bytes = trail::unhex(text.trim()).ok().and_then(|bytes| bytes.as_slice().try_into().ok());
            bytes.with_context(|| texts.with("cli-key-unreadable", "file", path.display()))
        }
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
            let has_heads = db
                .read_now(|tx| Ok(trail::last_head(tx)?.is_some()))
                .map_err(|stop| anyhow::anyhow!("{stop}"))?;
            if has_heads {
                bail!("{}", texts.with("cli-key-missing", "file", path.display()));
            }
            make_key(data)
        }
        Err(fault) => Err(fault).with_context(|| texts.with("cli-key-unreadable", "file", path.display())),
    }
}

/// Makes the signing key of an installation; there must be none.
///
/// # Errors
/// When there is one, or it cannot be written.
pub fn make_key(data: &Path) -> anyhow::Result<[u8; 32]> {
    let path = key_file(data);
    let key = trail::new_key()?;
    crate::cli::write_secret(&path, &trail::hex(&key))
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(key)
}

/// Seals everything that waits.
///
/// # Errors
/// When the database fails.
pub fn seal_all(db: &Database, clock: &Clock, key: [u8; 32]) -> Outcome<()> {
    loop {
        let clock = clock.clone();
        if db.act_beside_now(move |tx| Ok(trail::seal(tx, &clock, &key, Span::new())?))?.is_none() {
            return Ok(());
        }
    }
}
