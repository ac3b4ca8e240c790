//! Copies of a PostgreSQL database, made and put back by PostgreSQL's own tools, which know best how.

use crate::cli::say;
use anyhow::Context as _;
use base::texts::Texts;
use db::{Database, Place, trail};
use std::{path::Path, process::Command};

/// The address without its password, and the password: what stands among a command's words, others can read.
fn parted(url: &str) -> (String, Option<String>) {
    let whole = || (url.to_owned(), None);
    let Some((scheme, rest)) = url.split_once("://") else { return whole() };
    let end = rest.find('/').unwrap_or(rest.len());
    let Some((user, host)) = rest.get(..end).and_then(|authority| authority.rsplit_once('@')) else {
        return whole();
    };
    let Some((user, password)) = user.split_once(':') else { return whole() };
    let tail = rest.get(end..).unwrap_or_default();
    (format!("{scheme}://{user}@{host}{tail}"), Some(decoded(password)))
}

/// `%40` is `@`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs one of PostgreSQL's tools on a database.
fn run(tool: &'static str, url: &str, texts: &Texts, words: &[&std::ffi::OsStr]) -> anyhow::Result<()> {
    let (address, password) = parted(url);
    let mut command = Command::new(tool);
    command.arg("--dbname").arg(address).args(words);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let status = command.status().with_context(|| texts.with("cli-no-tool", "tool", tool))?;
    anyhow::ensure!(status.success(), "{}", texts.with("cli-tool-failed", "tool", tool));
    Ok(())
}

/// Writes a whole copy in PostgreSQL's own compressed form.
pub(super) fn back_up(url: &str, texts: &Texts, file: &Path) -> anyhow::Result<()> {
    run(
        "pg_dump",
        url,
        texts,
        &["--format=custom".as_ref(), "--no-owner".as_ref(), "--file".as_ref(), file.as_ref()],
    )
}

/// Puts a copy into an empty database; one that holds something is left alone. Returns the keys that signed its trail.
pub(super) fn restore(url: &str, texts: &Texts, file: &Path) -> anyhow::Result<Vec<(String, i64)>> {
    anyhow::ensure!(file.exists(), "{}", texts.with("cli-no-file", "file", file.display()));
    super::restore::compare_sum(texts, file)?;
    anyhow::ensure!(Database::holds_nothing(url)?, "{}", texts.say("cli-restore-not-empty"));
    run(
        "pg_restore",
        url,
        texts,
        &["--no-owner".as_ref(), "--single-transaction".as_ref(), "--exit-on-error".as_ref(), file.as_ref()],
    )?;
    let looked = Database::open(&Place::Postgres(url.to_owned()), &crate::migrations()).and_then(|db| {
        db.read_now(|tx| Ok((super::verify::whole(tx)?, trail::keys_of_heads(tx)?)))
            .map_err(|stop| anyhow::anyhow!("{stop}"))
    });
    let (verdict, keys) = match looked {
        Ok((verdict, keys)) if verdict.faults.is_empty() => (verdict, keys),
        // Nobody is to serve what is not whole.
        Ok((verdict, _)) => {
            Database::empty_again(url)?;
            anyhow::bail!("{}", texts.with("cli-backup-not-whole", "faults", verdict.faults.join("; ")));
        }
        Err(fault) => {
            return Err(fault.context(texts.with("cli-not-a-backup", "file", file.display())));
        }
    };
    say(&texts.with("cli-restored", "n", base::format::whole(verdict.lines)));
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_stand_among_the_words_of_a_command() {
        let (address, password) = parted("postgres://an:m%40t:1@db.local:5432/tt?sslmode=require");
        assert_eq!(address, "postgres://an@db.local:5432/tt?sslmode=require");
        assert_eq!(password.as_deref(), Some("m@t:1"));
        assert_eq!(parted("postgres://an@/tt"), ("postgres://an@/tt".to_owned(), None));
    }
}
