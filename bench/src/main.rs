//! `cargo xtask bench`: generates a city, serves it, measures, and prints a table beside the figures that are asked for.
//!
//! Server and load run on the same machine. References are measured in the same run, so that a slow machine shows as
//! one: the cheapest answer of the server, and a bare loop of durable commits to a SQLite file.

mod drill;
mod http;
mod index;
mod load;
mod power;
mod review;
mod server;
mod table;

use anyhow::Context as _;
use load::{Client, Spread};
use server::Server;
use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};
use table::Table;

/// How long each load runs.
const RUN: Duration = Duration::from_secs(6);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            table::say(&format!("bench: {fault:#}"));
            ExitCode::from(1)
        }
    }
}

/// What a run is made of.
struct Bench {
    binary: PathBuf,
    data: PathBuf,
    tasks: usize,
    table: Table,
}

fn run() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let binary = PathBuf::from(words.next().context("the program to measure is the first argument")?);
    let words: Vec<String> = words.collect();
    if let [drill, name] = words.as_slice()
        && drill == "drill"
    {
        return drill::run(binary, name);
    }
    let large = words.iter().any(|word| word == "--large");
    let tasks = if large { 1_000_000 } else { 100_000 };
    let data = std::env::temp_dir().join(format!("trongtam-bench-{}", std::process::id()));
    let mut bench = Bench { binary, data, tasks, table: Table::default() };
    let done = bench.all(large);
    bench.table.print(tasks);
    let _ = std::fs::remove_dir_all(&bench.data);
    done
}

impl Bench {
    fn all(&mut self, large: bool) -> anyhow::Result<()> {
        let begun = Instant::now();
        let count = self.tasks.to_string();
        self.command(&["demo", "--fill-only", "--tasks", &count])?;
        self.table.add("filling the city", &format!("{} s", begun.elapsed().as_secs()), "–");
        self.references()?;
        let begun = Instant::now();
        let server = Server::start(&self.binary, &self.data)?;
        let ms = begun.elapsed().as_millis();
        self.table.check("start to first page", ms <= 300, &format!("{ms} ms"), "≤ 300 ms");
        let mb = server.memory_mb()?;
        self.table.check("memory, idle", mb <= 100, &format!("{mb} MB"), "≤ 100 MB");
        self.sizes(&server)?;
        let client = Client::signed_in(&server.address, "vanphong")?;
        self.pages(&server, &client, large)?;
        self.review(&client)?;
        self.index(&client)?;
        self.creation(&server)?;
        self.ancestors(&server)?;
        let mb = server.memory_mb()?;
        self.table.add("memory after the load", &format!("{mb} MB"), "–");
        drop(server);
        self.workbook()?;
        // Large files with people beside them: a city of its own.
        self.table.extend(drill::measure(self.binary.clone(), "workbook")?);
        Ok(())
    }

    fn command(&self, words: &[&str]) -> anyhow::Result<String> {
        let out = Command::new(&self.binary).args(words).arg("--data").arg(&self.data).output()?;
        // 2: rows were refused, which the caller reads from the output.
        anyhow::ensure!(
            matches!(out.status.code(), Some(0 | 2)),
            "trongtam {}: {}",
            words.join(" "),
            String::from_utf8_lossy(&out.stderr)
        );
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }

    /// A bare loop of durable commits to a SQLite file in the same folder.
    fn references(&mut self) -> anyhow::Result<()> {
        let file = self.data.join("reference.db");
        let n = commits_per_second(&file)?;
        self.table.add("reference: bare SQLite commits", &format!("{n}/s"), "–");
        Ok(())
    }

    fn sizes(&mut self, server: &Server) -> anyhow::Result<()> {
        let client = Client::new(&server.address, "");
        let mut first = 0;
        for path in [
            "/dang-nhap",
            "/tinh/trongtam.css",
            "/tinh/trongtam.js",
            "/tinh/htmx.min.js",
            "/tinh/noto-sans-latin-wght-normal.woff2",
            "/tinh/noto-sans-vietnamese-wght-normal.woff2",
        ] {
            first += client.size(path)?;
        }
        let kb = first / 1024;
        self.table.check(
            "first page with styles and fonts, compressed",
            kb <= 150,
            &format!("{kb} KB"),
            "≤ 150 KB",
        );
        let client = Client::signed_in(&server.address, "vanphong")?;
        let mut most = (0, "");
        for path in ["/tong-quan", "/nv", "/ct/CT-01", "/to-chuc", "/viec"] {
            most = most.max((client.size(path)?, path));
        }
        let kb = most.0 / 1024;
        let shown = format!("{kb} KB ({})", most.1);
        self.table.check("later pages, compressed, the largest of five", kb <= 30, &shown, "≤ 30 KB");
        Ok(())
    }

    fn pages(&mut self, server: &Server, client: &Client, large: bool) -> anyhow::Result<()> {
        let health = load::run(4, RUN, &Client::new(&server.address, ""), |_, _| "/healthz".to_owned())?;
        self.table.add("reference: /healthz, 4 connections", &health.shown(), "–");
        let list = load::run(4, RUN, client, |_, _| "/nv?don_vi=H001&tinh_trang=overdue".to_owned())?;
        let holds = list.p99() <= Duration::from_millis(20) && list.per_second() >= 500;
        self.table.check(
            "task list, a subtree's overdue, 4 connections",
            holds,
            &list.shown(),
            "p99 ≤ 20 ms, ≥ 500/s",
        );
        let codes = client.task_codes()?;
        let task = load::run(4, RUN, client, |worker, i| {
            let code = codes.get((worker * 7919 + i) % codes.len().max(1)).cloned().unwrap_or_default();
            format!("/nv/{code}")
        })?;
        self.table.check("task page, 4 connections", task.per_second() >= 1000, &task.shown(), "≥ 1000/s");
        let most = Duration::from_millis(if large { 150 } else { 30 });
        let matrix = load::run(4, RUN, client, |_, _| "/tong-quan".to_owned())?;
        let asked = format!("p99 ≤ {} ms", most.as_millis());
        self.table.check(
            "overview with the heat matrix, 4 connections",
            matrix.p99() <= most,
            &matrix.shown(),
            &asked,
        );
        let token = self.token()?;
        let writer = load::Writer::start(&server.address, &token, codes.first().cloned().unwrap_or_default());
        let under = load::run(4, RUN, client, |_, _| "/tong-quan".to_owned())?;
        let written = writer.stop();
        let shown = format!("{}, {written} changes/s beside it", under.shown());
        self.table.check("the same while tasks change", under.p99() <= most, &shown, &asked);
        let programme = load::run(2, RUN, client, |_, _| "/ct/CT-01".to_owned())?;
        self.table.add("programme page with the four adjectives, 2 connections", &programme.shown(), "–");
        Ok(())
    }

    fn review(&mut self, client: &Client) -> anyhow::Result<()> {
        let review = review::Review::open(client)?;
        let parts = review.write(RUN)?;
        let holds = parts.p99() <= Duration::from_millis(50);
        self.table.check(
            "30 units saving their parts of a review at once",
            holds,
            &parts.shown(),
            "p99 ≤ 50 ms",
        );
        let taken = review.report()?;
        let holds = taken <= Duration::from_secs(5);
        let shown = format!("{} ms", taken.as_millis());
        self.table.check("the whole report of the review as a Word file", holds, &shown, "≤ 5 s");
        let taken = review.pdf()?;
        let holds = taken <= Duration::from_secs(5);
        let shown = format!("{} ms", taken.as_millis());
        self.table.check("the same report as a PDF file", holds, &shown, "≤ 5 s");
        Ok(())
    }

    /// An index of the whole city: 609 units, 100 leaves, three columns; and the what-if of the demo's districts.
    fn index(&mut self, client: &Client) -> anyhow::Result<()> {
        let measured = index::measure(&self.data.join("index.db"))?;
        let ms = |taken: Duration| format!("{:.1} ms", taken.as_secs_f64() * 1000.0);
        let first = measured.whole;
        self.table.check(
            "index of 609 units × 100 leaves, all columns from raw figures",
            first <= Duration::from_secs(1),
            &ms(first),
            "≤ 1 s",
        );
        self.table.check(
            "the same after one change: the next read, with all ranks, p99",
            measured.after.p99() <= Duration::from_millis(10),
            &measured.after.shown(),
            "≤ 10 ms",
        );
        let path = index::what_if_path(client)?;
        let typed = load::run(1, RUN, client, |_, i| format!("{path}?o.1.1.2=0%2C{}", i % 10))?;
        let holds = typed.p99() <= Duration::from_millis(50);
        self.table.check(
            "what-if with the ranks of 30 units, a key at a time",
            holds,
            &typed.shown(),
            "≤ 50 ms",
        );
        Ok(())
    }

    fn token(&self) -> anyhow::Result<String> {
        let out = self.command(&["token", "vanphong", "--name", "bench", "--scope", "write"])?;
        Ok(out.lines().map(str::trim).rfind(|l| !l.is_empty()).unwrap_or_default().to_owned())
    }

    fn creation(&mut self, server: &Server) -> anyhow::Result<()> {
        let token = self.token()?;
        for (connections, least) in [(1, 1000), (16, 5000)] {
            let made = load::create(connections, RUN, &server.address, &token)?;
            let name = format!("durable creation over the API, {connections} connections");
            let asked = format!("≥ {least}/s");
            self.table.check(&name, made.per_second() >= least, &made.shown(), &asked);
        }
        Ok(())
    }

    /// A change of a leaf five levels down, then the next read of the top.
    fn ancestors(&mut self, server: &Server) -> anyhow::Result<()> {
        let token = self.token()?;
        let spread: Spread = load::ancestors(&server.address, &token, 200)?;
        let holds = spread.p99() <= Duration::from_millis(3);
        self.table.check(
            "a leaf's change in its top, five levels up: the next read",
            holds,
            &spread.shown(),
            "≤ 3 ms",
        );
        Ok(())
    }

    fn workbook(&mut self) -> anyhow::Result<()> {
        let file = self.data.join("viec.xlsx");
        workbook(&file, 5_000)?;
        let path = file.to_string_lossy().into_owned();
        for (word, extra) in [("check", vec!["--check"]), ("run", vec![])] {
            let mut words = vec!["import", "tasks", path.as_str(), "--programme", "CT-01"];
            words.extend(extra);
            let begun = Instant::now();
            let out = self.command(&words)?;
            let ms = begun.elapsed().as_millis();
            let name = format!("workbook of 5,000 rows, {word}, with the program's start");
            let last = out.lines().next().unwrap_or_default().to_owned();
            anyhow::ensure!(last.contains("5000"), "the workbook was not read whole: {last}");
            self.table.check(&name, ms <= 2000, &format!("{ms} ms"), "≤ 2 s");
        }
        Ok(())
    }
}

/// Single-row transactions to a file with the settings of the product.
fn commits_per_second(file: &Path) -> anyhow::Result<u64> {
    let connection = rusqlite::Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute("create table t (id integer primary key, words text)", [])?;
    let begun = Instant::now();
    let mut n = 0;
    while begun.elapsed() < Duration::from_secs(3) {
        connection.execute(
            "insert into t (words) values (?1)",
            ["Nhiệm vụ thử, dài như một dòng thật trong bảng"],
        )?;
        n += 1;
    }
    drop(connection);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
    }
    Ok(n / 3)
}

/// A task appendix as an office makes it.
pub(crate) fn workbook(file: &Path, rows: usize) -> anyhow::Result<()> {
    let units = ["UB001", "UB002", "UB003", "UB004"];
    let list = paper::write::List {
        name: "Phụ lục".to_owned(),
        headers: ["STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời hạn hoàn thành", "Sản phẩm"]
            .map(str::to_owned)
            .to_vec(),
        rows: (1..=rows)
            .map(|n| {
                vec![
                    i64::try_from(n).unwrap_or(0).into(),
                    format!("Rà soát, sắp xếp lại bộ phận một cửa, đợt {n}").into(),
                    units.get(n % units.len()).copied().unwrap_or_default().into(),
                    format!("{:02}/{:02}/2027", n % 28 + 1, n % 12 + 1).into(),
                    "Báo cáo".into(),
                ]
            })
            .collect(),
        about: Vec::new(),
    };
    std::fs::write(file, list.xlsx()?).context("writing the workbook")
}
