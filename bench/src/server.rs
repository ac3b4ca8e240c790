//! The program under measurement, as its own process.

use crate::load::Client;
use anyhow::Context as _;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running server; stopped when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:…`.
    pub(crate) address: String,
}

impl Server {
    /// Starts it and waits for its first page.
    pub(crate) fn start(binary: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", binary.display()))?;
        let out = child.stdout.take().context("the server's output")?;
        let mut lines = BufReader::new(out).lines();
        let address = loop {
            let line = lines.next().context("the server stopped")??;
            if line.starts_with("http://127.0.0.1:") && !line.contains('?') {
                break line;
            }
        };
        // Whatever else it prints goes nowhere, but must be read.
        std::thread::spawn(move || for _ in lines {});
        let server = Self { child, address };
        Client::new(&server.address, "").get("/dang-nhap")?;
        Ok(server)
    }

    /// Resident memory in MB.
    pub(crate) fn memory_mb(&self) -> anyhow::Result<u64> {
        self.memory("VmRSS:")
    }

    /// The most resident memory there was, in MB.
    pub(crate) fn most_memory_mb(&self) -> anyhow::Result<u64> {
        self.memory("VmHWM:")
    }

    /// Asks it to stop, as a service manager does, and waits until it has.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops every thread of it where it is, in the middle of its work, and waits until all stand still.
    pub(crate) fn freeze(&self) -> anyhow::Result<()> {
        Command::new("kill").args(["-STOP", &self.child.id().to_string()]).status()?;
        // A thread that waits for the disk stops when it is done with it.
        for _ in 0..1_000 {
            let mut all = std::fs::read_dir(format!("/proc/{}/task", self.child.id()))?;
            let stands = |thread: std::io::Result<std::fs::DirEntry>| {
                let state = thread.and_then(|t| std::fs::read_to_string(t.path().join("stat")));
                state.is_ok_and(|s| s.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T')))
            };
            if all.all(stands) {
                return Ok(());
            }
            std::thread::park_timeout(std::time::Duration::from_millis(1));
        }
        anyhow::bail!("the server does not stand still")
    }

    /// Ends it at once, without a word to it.
    pub(crate) fn kill(&self) {
        let _ = Command::new("kill").args(["-KILL", &self.child.id().to_string()]).status();
    }

    fn memory(&self, name: &str) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|l| l.starts_with(name)).context("no memory figure")?;
        let kb: u64 = line.split_whitespace().nth(1).unwrap_or("0").parse()?;
        Ok(kb / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
