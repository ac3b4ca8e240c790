//! A throw-away PostgreSQL for the tests, in a folder of its own on a free port; gone when it is dropped.

use crate::machine;
use anyhow::{Context as _, bail};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) struct Server {
    pub(crate) url: String,
    folder: PathBuf,
    programs: PathBuf,
}

/// PostgreSQL refuses to run as root: then it runs as a user of its own.
fn command(program: &Path) -> Command {
    if machine::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

impl Server {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs =
            machine::postgres_programs().context("PostgreSQL is missing: apt-get install postgresql")?;
        let folder = std::env::temp_dir().join(format!("trongtam-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        if machine::is_root() {
            if !Command::new("id").arg("postgres").output()?.status.success() {
                crate::run("useradd", &["--system", "postgres"])?;
            }
            crate::run("chown", &["postgres", &folder.display().to_string()])?;
        }
        let data = folder.join("data");
        let made = command(&programs.join("initdb"))
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "-D"])
            .arg(&data)
            .output()?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let options = format!("-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off", folder.display());
        let started = command(&programs.join("pg_ctl"))
            .arg("-D")
            .arg(&data)
            .args(["-w", "-o", &options, "-l"])
            .arg(folder.join("log"))
            .arg("start")
            .stdout(std::process::Stdio::null())
            .status()?;
        let server = Self { url: format!("postgres://postgres@127.0.0.1:{port}"), folder, programs };
        if !started.success() {
            bail!("PostgreSQL did not start; see {}", server.folder.join("log").display());
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = command(&self.programs.join("pg_ctl"))
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-m", "immediate", "stop"])
            .stdout(std::process::Stdio::null())
            .status();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
