//! Backups, putting one back, checking the trail, and how the installation is.

mod postgres;

use super::{Common, Open, database_file, said, say};
use crate::seal;
use anyhow::Context as _;
use base::texts::{Lang, Texts};
use db::{Database, Place, trail};
use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The file whose lock says that the folder is in use: shared by whoever works in it, alone for a restore.
pub(super) fn lock_file(data: &Path) -> anyhow::Result<File> {
    let path = data.join("trongtam.lock");
    OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("opening {}", path.display()))
}

/// The file that lists the public keys of installations whose copies were put back here: whoever put one back has said
/// that its trail is to be trusted. Any other key in the trail is a fault.
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
    std::fs::write(&file, known).with_context(|| file.display().to_string())
}

/// Writes a whole copy to a file that must not exist yet.
pub(super) fn back_up(open: &Open, url: Option<&str>, file: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(!file.exists(), "{}", open.texts.with("cli-backup-exists", "file", file.display()));
    seal::seal_all(&open.db, &open.clock, open.key).map_err(|stop| said(&open.texts, stop))?;
    match url {
        Some(url) => postgres::back_up(url, &open.texts, file)?,
        None => open.db.back_up(file)?,
    }
    say(&open.texts.with("cli-backup-made", "file", file.display()));
    Ok(())
}

/// Puts a copy in the place of the database, which is kept beside it.
pub(super) fn restore(common: &Common, url: Option<&str>, file: &Path) -> anyhow::Result<()> {
    let lang = Lang::from_code(&common.lang).context("--lang takes vi or en")?;
    let texts = Texts::new(crate::catalogue()?, lang);
    std::fs::create_dir_all(&common.data)?;
    let lock = lock_file(&common.data)?;
    anyhow::ensure!(lock.try_lock().is_ok(), "{}", texts.say("cli-restore-in-use"));
    if let Some(url) = url {
        return trust(&common.data, &postgres::restore(url, &texts, file)?);
    }
    // Opening it first proves that the file is one of ours before anything is replaced.
    let probe = common.data.join("restore.tmp");
    std::fs::copy(file, &probe).with_context(|| texts.with("cli-no-file", "file", file.display()))?;
    let checked = Database::open(&Place::Sqlite(probe.clone()), &crate::migrations()).and_then(|db| {
        db.read_now(|tx| Ok((trail::verify(tx)?, trail::keys_of_heads(tx)?)))
            .map_err(|stop| anyhow::anyhow!("{stop}"))
    });
    let (verdict, keys) = match checked {
        Ok((verdict, keys)) if verdict.faults.is_empty() => (verdict, keys),
        Ok((verdict, _)) => {
            remove_with_log(&probe);
            anyhow::bail!("{}", texts.with("cli-backup-not-whole", "faults", verdict.faults.join("; ")));
        }
        Err(fault) => {
            remove_with_log(&probe);
            return Err(fault.context(texts.with("cli-not-a-backup", "file", file.display())));
        }
    };
    let target = database_file(&common.data);
    if target.exists() {
        let kept = put_aside(&common.data, &target)?;
        say(&texts.with("cli-put-aside", "file", kept.display()));
    }
    std::fs::rename(&probe, &target)?;
    trust(&common.data, &keys)?;
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", probe.display()));
    }
    say(&texts.with("cli-restored", "n", base::format::whole(verdict.lines)));
    Ok(())
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
    std::fs::rename(target, &kept)?;
    let log = format!("{}-wal", target.display());
    if Path::new(&log).exists() {
        std::fs::rename(&log, format!("{}-wal", kept.display()))?;
    }
    let _ = std::fs::remove_file(format!("{}-shm", target.display()));
    Ok(kept)
}

/// Compares the trail with its heads, the heads with this installation's key, and every task with its steps.
pub(super) fn verify(open: &Open, data: &Path) -> anyhow::Result<ExitCode> {
    let mut known = vec![trail::public_key(&open.key)];
    let trusted = std::fs::read_to_string(known_keys_file(data)).unwrap_or_default();
    known.extend(trusted.lines().map(str::to_owned));
    let verdict = open
        .db
        .read_now(move |tx| {
            let mut verdict = trail::verify(tx)?;
            let keys = trail::keys_of_heads(tx)?.into_iter();
            let foreign: i64 = keys.filter(|(key, _)| !known.contains(key)).map(|(_, heads)| heads).sum();
            if foreign > 0 {
                verdict.faults.push(format!("{foreign} heads are signed with another key than trail.key"));
            }
            verdict.faults.extend(programme::store::tasks_that_differ(tx)?);
            Ok(verdict)
        })
        .map_err(|stop| said(&open.texts, stop))?;
    say(&serde_json::to_string(&verdict)?);
    Ok(ExitCode::from(u8::from(!verdict.faults.is_empty())))
}

/// Says how the installation is, a line each; what needs a hand begins with an exclamation mark.
pub(super) fn doctor(open: &Open, data: &Path) -> anyhow::Result<()> {
    let (clock, texts) = (open.clock.clone(), open.texts.clone());
    let lines = open
        .db
        .read_now(move |tx| {
            let today = clock.today();
            let calendar = organisation::store::calendar(tx)?;
            let covers = |year| calendar.years().any(|y| y == year);
            let whole = |n: usize| base::format::whole(i64::try_from(n).unwrap_or(i64::MAX));
            let administrators = account::store::administrators(tx, today)?;
            let unsealed = trail::unsealed(tx)?;
            let line = |is_well: bool, key: &str, value: String| {
                format!("{} {}: {value}", if is_well { " " } else { "!" }, texts.say(key))
            };
            let database = if tx.is_sqlite() { "SQLite" } else { "PostgreSQL" };
            let head =
                trail::last_head(tx)?.map_or_else(|| "–".to_owned(), |head| base::format::moment(head.at));
            Ok(vec![
                line(true, "doctor-database", database.to_owned()),
                line(true, "doctor-units", whole(organisation::store::all_units(tx)?.len())),
                line(true, "doctor-programmes", whole(programme::store::programmes(tx)?.len())),
                line(true, "doctor-accounts", whole(account::store::all(tx)?.len())),
                line(administrators > 0, "doctor-administrators", base::format::whole(administrators)),
                line(covers(today.year()), "doctor-this-year", today.year().to_string()),
                line(covers(today.year() + 1), "doctor-next-year", (today.year() + 1).to_string()),
                line(true, "doctor-sealed", head),
                line(unsealed < 10_000, "doctor-unsealed", base::format::whole(unsealed)),
            ])
        })
        .map_err(|stop| said(&open.texts, stop))?;
    for line in lines {
        say(&line);
    }
    let file = database_file(data);
    if let Ok(about) = std::fs::metadata(&file) {
        let mb = i64::try_from(about.len() / 1_048_576).unwrap_or(i64::MAX);
        say(&format!(
            "  {}: {} ({} MB)",
            open.texts.say("doctor-file"),
            file.display(),
            base::format::whole(mb)
        ));
    }
    say(&format!("  {}", open.texts.with("doctor-key", "file", data.join("trail.key").display())));
    Ok(())
}
