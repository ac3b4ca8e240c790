//! Putting a copy back: only one that is whole, and what was there before is kept beside it.

use super::{LOCK, beside, lock_file, postgres, sum, trust, verify::whole};
use crate::{
    cli::{Common, database_file, disk, say},
    seal,
};
use anyhow::Context as _;
use base::texts::{Lang, Texts};
use db::{Database, Place, trail};
use std::path::{Path, PathBuf};

/// Puts a copy in the place of the database, which is kept beside it.
pub(in crate::cli) fn restore(common: &Common, url: Option<&str>, file: &Path) -> anyhow::Result<()> {
    let lang = Lang::from_code(&common.lang).context("--lang takes vi or en")?;
    let texts = Texts::new(crate::catalogue()?, lang);
    disk::make_folder(&common.data)?;
    let lock = lock_file(&common.data, LOCK)?;
    anyhow::ensure!(lock.try_lock().is_ok(), "{}", texts.say("cli-restore-in-use"));
    if let Some(url) = url {
        trust(&common.data, &postgres::restore(url, &texts, file)?)?;
        return own_key(&common.data);
    }
    let words = texts.with("cli-no-file", "file", file.display());
    compare_sum(&texts, file)?;
    // What stands in a log beside it would be lost: such a file is no copy, but a database that was not closed.
    let log = beside(file, "-wal");
    let has_log = std::fs::metadata(&log).is_ok_and(|about| about.len() > 0);
    anyhow::ensure!(!has_log, "{}", texts.with("cli-has-log", "file", log.display()));
    let probe = common.data.join("restore.tmp");
    remove_with_log(&probe);
    // What is looked at is what is put back: a copy that nobody else can reach, not the file that was named.
    let mut source = std::fs::File::open(file).context(words)?;
    std::io::copy(&mut source, &mut super::private(&probe)?)?;
    let (lines, keys) = match look_through(&probe) {
        Ok((verdict, keys)) if verdict.faults.is_empty() => (verdict.lines, keys),
        Ok((verdict, _)) => {
            remove_with_log(&probe);
            anyhow::bail!("{}", texts.with("cli-backup-not-whole", "faults", verdict.faults.join("; ")));
        }
        Err(fault) => {
            remove_with_log(&probe);
            return Err(fault.context(texts.with("cli-not-a-backup", "file", file.display())));
        }
    };
    own_key(&common.data)?;
    let closed = std::fs::metadata(beside(&probe, "-wal")).map_or(0, |about| about.len());
    anyhow::ensure!(closed == 0, "the copy could not be closed");
    std::fs::File::open(&probe)?.sync_all()?;
    trust(&common.data, &keys)?;
    let target = database_file(&common.data);
    // A log without its database belongs to one that was put aside before: beside another it would be played into it.
    if !target.exists() {
        remove_with_log(&target);
    }
    if target.exists() {
        let kept = put_aside(&common.data, &target)?;
        say(&texts.with("cli-put-aside", "file", kept.display()));
    }
    std::fs::rename(&probe, &target)?;
    std::fs::File::open(&common.data)?.sync_all()?;
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", probe.display()));
    }
    say(&texts.with("cli-restored", "n", base::format::whole(lines)));
    Ok(())
}

/// On a new machine a key of its own signs from here on.
fn own_key(data: &Path) -> anyhow::Result<()> {
    if !seal::key_file(data).exists() {
        seal::make_key(data)?;
    }
    Ok(())
}

/// Compares a file with the sum beside it; a copy without one is taken by what it says of itself.
pub(super) fn compare_sum(texts: &Texts, file: &Path) -> anyhow::Result<()> {
    let Ok(kept) = std::fs::read_to_string(beside(file, ".sha256")) else {
        say(&texts.with("cli-no-sum", "file", file.display()));
        return Ok(());
    };
    let wanted = kept.split_whitespace().next().unwrap_or_default().to_lowercase();
    anyhow::ensure!(sum(file)? == wanted, "{}", texts.with("cli-other-sum", "file", file.display()));
    Ok(())
}

/// Looks at everything in a copy: first as it stands, then, brought up to date, at all that the program can compare.
fn look_through(probe: &Path) -> anyhow::Result<(trail::Verdict, Vec<(String, i64)>)> {
    let faults = db::copy::check(probe, &crate::migrations())?;
    if !faults.is_empty() {
        return Ok((trail::Verdict { faults, ..trail::Verdict::default() }, Vec::new()));
    }
    let db = Database::open(&Place::Sqlite(probe.to_owned()), &crate::migrations())?;
    let looked = db.read_now(|tx| Ok((whole(tx)?, trail::keys_of_heads(tx)?)));
    let looked = looked.map_err(|stop| anyhow::anyhow!("{stop}"))?;
    db.act_now(|tx| Ok(db::copy::forget(tx)?)).map_err(|stop| anyhow::anyhow!("{stop}"))?;
    db.close();
    Ok(looked)
}

fn remove_with_log(file: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
}

/// Moves the database and its log aside under a name that is free; nothing that was put aside before is lost.
fn put_aside(data: &Path, target: &Path) -> anyhow::Result<PathBuf> {
    let free =
        (1..).map(|n| data.join(format!("trongtam.before-restore-{n}.db"))).find(|path| !path.exists());
    let kept = free.context("no free name")?;
    // The log goes first: without it the database still opens, with a log of another it would not be the same.
    let log = format!("{}-wal", target.display());
    if Path::new(&log).exists() {
        std::fs::rename(&log, format!("{}-wal", kept.display()))?;
    }
    std::fs::rename(target, &kept)?;
    let _ = std::fs::remove_file(format!("{}-shm", target.display()));
    Ok(kept)
}
