//! What a fresh machine lacks: installed on Debian as root, else named with the command to get it.

use crate::{run, say};
use anyhow::bail;
use std::{path::Path, process::Command};

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|paths| std::env::split_paths(&paths).any(|p| p.join(program).is_file()))
}

/// The folder of PostgreSQL's server programs.
pub(crate) fn postgres_programs() -> Option<std::path::PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .map(|e| e.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop()
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0"))
}

pub(crate) fn need_node() -> anyhow::Result<()> {
    if on_path("npm") {
        return Ok(());
    }
    bail!("npm is missing: install Node.js 20 or later (Debian: apt-get install nodejs npm)")
}

/// Installs what the tests need and the machine lacks.
pub(crate) fn prepare() -> anyhow::Result<()> {
    need_node()?;
    let mut missing = Vec::new();
    if postgres_programs().is_none() {
        missing.push("postgresql");
    }
    if !Path::new("/usr/bin/chromium").exists() {
        missing.push("chromium");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let command = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        bail!("missing: {}. Get it with: sudo {command}", missing.join(", "));
    }
    say(&format!("installing {}", missing.join(", ")));
    run("apt-get", &["update", "-qq"])?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(missing);
    run("apt-get", &args)
}
