//! The key that signs the trail's heads, and sealing.

use anyhow::Context as _;
use base::{Clock, Outcome};
use db::{Database, trail};
use std::path::Path;

/// Reads the signing key of an installation, or makes it.
///
/// # Errors
/// When the file cannot be read or written.
pub fn key(data: &Path) -> anyhow::Result<[u8; 32]> {
    let path = data.join("trail.key");
    if let Ok(text) = std::fs::read_to_string(&path) {
        let bytes = trail::unhex(text.trim())?;
        return bytes.as_slice().try_into().with_context(|| format!("{} is no key", path.display()));
    }
    let key = trail::new_key()?;
    std::fs::create_dir_all(data)?;
    std::fs::write(&path, trail::hex(&key)).with_context(|| format!("writing {}", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(key)
}

/// Seals everything that waits.
///
/// # Errors
/// When the database fails.
pub fn seal_all(db: &Database, clock: &Clock, key: [u8; 32]) -> Outcome<()> {
    loop {
        let clock = clock.clone();
        if db.act_now(move |tx| Ok(trail::seal(tx, &clock, &key)?))?.is_none() {
            return Ok(());
        }
    }
}
