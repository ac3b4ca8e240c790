//! `cargo xtask drill power`: the current is cut while people work. A kill loses nothing that the kernel holds; a cut does.
//! So the program works on a disk of its own, and each cut keeps only what had reached that disk when the program was
//! stopped in the middle of its work: the rest, also what the file system had not written, is gone.

use crate::{
    load::{self, Client},
    server::Server,
    table::Table,
};
use anyhow::Context as _;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
    time::Duration,
};

const CUTS: u64 = 60;
const WRITERS: usize = 4;

/// A file that is a disk, and where it is mounted; unmounted and removed when dropped.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    fn make() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("trongtam-power-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("mounted"))?;
        let disk = Self { folder };
        std::fs::File::create(disk.image())?.set_len(384 << 20)?;
        run("mkfs.ext4", &["-q", "-F", &text(&disk.image())])?;
        disk.mount().context("a disk of its own needs Linux and root")?;
        Ok(disk)
    }

    fn image(&self) -> PathBuf {
        self.folder.join("disk.img")
    }

    fn mounted(&self) -> PathBuf {
        self.folder.join("mounted")
    }

    fn data(&self) -> PathBuf {
        self.mounted().join("data")
    }

    /// The file system writes nothing of its own accord within minutes: what is there, the program asked to be there.
    fn mount(&self) -> anyhow::Result<()> {
        run("mount", &["-o", "loop,commit=300", &text(&self.image()), &text(&self.mounted())])
    }

    /// The last threads of a program that was ended may hold its files a moment longer.
    fn unmount(&self) -> anyhow::Result<()> {
        let folder = text(&self.mounted());
        let mut done = run("umount", &[&folder]);
        for _ in 0..200 {
            if done.is_ok() {
                break;
            }
            thread::park_timeout(Duration::from_millis(10));
            done = run("umount", &[&folder]);
        }
        done
    }

    /// Keeps what the disk holds at this moment and puts it in the place of the disk once `end` has ended the program.
    fn cut(&self, end: impl FnOnce()) -> anyhow::Result<()> {
        let kept = self.folder.join("cut.img");
        run("cp", &["--sparse=always", &text(&self.image()), &text(&kept)])?;
        end();
        self.unmount()?;
        std::fs::rename(kept, self.image())?;
        self.mount()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.unmount();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn run(program: &str, words: &[&str]) -> anyhow::Result<()> {
    let out = Command::new(program).args(words).output().with_context(|| program.to_owned())?;
    anyhow::ensure!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr).trim());
    Ok(())
}

/// What is missing of the acknowledged tasks, and whether every page of the database is whole.
fn missing(data: &Path, acknowledged: &[String]) -> anyhow::Result<(usize, bool)> {
    let database = rusqlite::Connection::open(data.join("trongtam.db"))?;
    let whole: String = database.query_row("pragma integrity_check", [], |r| r.get(0))?;
    let mut one = database.prepare("select count(*) from programme_task where code = $1")?;
    let mut gone = 0;
    for code in acknowledged {
        let there: i64 = one.query_row([code], |r| r.get(0))?;
        gone += usize::from(there != 1);
    }
    Ok((gone, whole == "ok"))
}

/// Works until the cut; the codes of the tasks that were acknowledged.
fn work(address: &str, token: &str, acknowledged: &Mutex<Vec<String>>) {
    let (client, body) = (Client::new(address, ""), load::new_task(""));
    while let Ok(made) = load::post(&client, token, "/api/tasks", &body) {
        let code = made.get("code").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        if let Ok(mut all) = acknowledged.lock() {
            all.push(code);
        }
    }
}

/// Cuts the current again and again.
pub(crate) fn measure(binary: &Path) -> anyhow::Result<Table> {
    let mut table = Table::default();
    let disk = Disk::make()?;
    let data = text(&disk.data());
    run(&text(binary), &["demo", "--fill-only", "--small", "--data", &data])?;
    let out = Command::new(binary)
        .args(["token", "vanphong", "--name", "drill", "--scope", "write", "--data", &data])
        .output()?;
    let token = String::from_utf8(out.stdout)?.lines().last().unwrap_or_default().trim().to_owned();
    disk.unmount()?;
    disk.mount()?;
    let acknowledged = Mutex::new(Vec::new());
    let (mut broken, mut differ) = (0, 0);
    for n in 0..CUTS {
        let server = Server::start(binary, &disk.data())?;
        thread::scope(|scope| -> anyhow::Result<()> {
            for _ in 0..WRITERS {
                scope.spawn(|| work(&server.address, &token, &acknowledged));
            }
            thread::park_timeout(Duration::from_millis(60 + n * 37 % 400));
            let frozen = server.freeze();
            let cut = disk.cut(|| server.kill());
            frozen.and(cut)
        })?;
        drop(server);
        let known = acknowledged.lock().map_err(|_| anyhow::anyhow!("a writer panicked"))?.clone();
        let (gone, is_whole) = missing(&disk.data(), &known)?;
        broken += u64::from(!is_whole);
        let verified = Command::new(binary).args(["verify", "--data", &data]).output()?;
        differ += u64::from(!verified.status.success());
        if gone > 0 {
            table.check("acknowledged and gone", false, &format!("{gone} after cut {}", n + 1), "0");
            return Ok(table);
        }
    }
    let known = acknowledged.lock().map_err(|_| anyhow::anyhow!("a writer panicked"))?.len();
    let shown = format!("0 of {known} after {CUTS} cuts");
    table.check("acknowledged and gone", known > 0, &shown, "0");
    table.check("databases with a broken page", broken == 0, &broken.to_string(), "0");
    table.check("cuts after which verify finds a fault", differ == 0, &differ.to_string(), "0");
    Ok(table)
}
