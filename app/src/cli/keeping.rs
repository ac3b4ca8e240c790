//! Backups, putting one back, checking the trail, and how the installation is.

mod doctor;
mod postgres;
mod restore;
mod verify;

pub(super) use doctor::doctor;
pub(super) use restore::restore;
pub(super) use verify::verify;

use super::{Common, Open, disk, said, say};
use crate::seal;
use anyhow::Context as _;
use base::texts::{Lang, Texts};
use db::{Database, Place, trail};
use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::Read as _,
    path::{Path, PathBuf},
};

/// The lock that says that the folder is in use: shared by whoever works in it, alone for a restore.
pub(super) const LOCK: &str = "trongtam.lock";

/// A lock of the folder.
pub(super) fn lock_file(data: &Path, name: &str) -> anyhow::Result<File> {
    let path = data.join(name);
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).with_context(|| format!("opening {}", path.display()))
}

/// The file that lists the public keys of installations whose copies were put back here, and of keys that were lost:
/// whoever put one back has said that its trail is to be trusted. Any other key in the trail is a fault.
fn known_keys_file(data: &Path) -> PathBuf {
    data.join("trail.known")
}

/// Trusts the keys that signed what was put back.
fn trust(data: &Path, keys: &[(String, i64)]) -> anyhow::Result<()> {
    let file = known_keys_file(data);
    let mut known = std::fs::read_to_string(&file).unwrap_or_default();
    for (key, _) in keys {
        if !known.lines().any(|line| line == key) {
            known.push_str(key);
            known.push('\n');
        }
    }
    std::fs::write(&file, known).with_context(|| file.display().to_string())?;
    disk::tighten(data);
    Ok(())
}

/// A name with another ending behind it.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    PathBuf::from(name)
}

/// The SHA-256 of a file, read piece by piece.
fn sum(file: &Path) -> anyhow::Result<String> {
    use sha2::Digest as _;
    let mut source = File::open(file).with_context(|| file.display().to_string())?;
    let (mut hash, mut piece) = (sha2::Sha256::new(), vec![0; 1 << 20]);
    loop {
        let n = source.read(&mut piece)?;
        if n == 0 {
            return Ok(trail::hex(&hash.finalize()));
        }
        hash.update(piece.get(..n).unwrap_or_default());
    }
}

/// Writes a whole copy to a file that must not exist yet, with its sum beside it. It is written under another name and
/// gets its own only when it stands whole on the disk.
pub(super) fn back_up(open: &Open, url: Option<&str>, file: &Path) -> anyhow::Result<()> {
    let exists = || open.texts.with("cli-backup-exists", "file", file.display());
    anyhow::ensure!(!file.exists(), "{}", exists());
    seal::seal_all(&open.db, &open.clock, open.key).map_err(|stop| said(&open.texts, stop))?;
    let unfinished = beside(file, &format!(".unfinished-{}", std::process::id()));
    let written = (|| -> anyhow::Result<String> {
        match url {
            Some(url) => {
                drop(private(&unfinished)?);
                postgres::back_up(url, &open.texts, &unfinished)?;
            }
            None => {
                open.db.back_up(&unfinished)?;
                db::copy::sign(&unfinished, &open.key)?;
            }
        }
        File::open(&unfinished)?.sync_all()?;
        sum(&unfinished)
    })();
    let sum = match written {
        Ok(sum) => sum,
        Err(fault) => {
            for ending in ["", "-journal", "-wal", "-shm"] {
                let _ = std::fs::remove_file(self::beside(&unfinished, ending));
            }
            return Err(fault);
        }
    };
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // A link does not replace what somebody else put there meanwhile; where there are no links, a new name has to do.
    match std::fs::hard_link(&unfinished, file) {
        Ok(()) => std::fs::remove_file(&unfinished)?,
        Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {
            let _ = std::fs::remove_file(&unfinished);
            anyhow::bail!("{}", exists());
        }
        Err(_) => std::fs::rename(&unfinished, file)?,
    }
    let beside = beside(file, ".sha256");
    let _ = std::fs::remove_file(&beside);
    super::write_secret(&beside, &format!("{sum}  {name}\n"))?;
    // The name stands on the disk only when the folder does.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    say(&open.texts.with("cli-backup-made", "file", file.display()));
    Ok(())
}

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a new signing key where the old one is lost, and trusts the keys that signed until now.
pub(super) fn new_key(common: &Common, url: Option<String>) -> anyhow::Result<()> {
    let lang = Lang::from_code(&common.lang).context("--lang takes vi or en")?;
    let texts = Texts::new(crate::catalogue()?, lang);
    let place = url.map_or_else(|| Place::Sqlite(super::database_file(&common.data)), Place::Postgres);
    if let Place::Sqlite(file) = &place {
        anyhow::ensure!(file.exists(), "{}", texts.with("cli-no-data", "folder", common.data.display()));
    }
    let lock = lock_file(&common.data, LOCK)?;
    anyhow::ensure!(lock.try_lock().is_ok(), "{}", texts.say("cli-restore-in-use"));
    let file = seal::key_file(&common.data);
    anyhow::ensure!(!file.exists(), "{}", texts.with("cli-key-there", "file", file.display()));
    let db = Database::open(&place, &crate::migrations())?;
    let keys = db.read_now(|tx| Ok(trail::keys_of_heads(tx)?)).map_err(|stop| said(&texts, stop))?;
    seal::make_key(&common.data)?;
    trust(&common.data, &keys)?;
    say(&texts.with("cli-key-made", "file", file.display()));
    Ok(())
}
