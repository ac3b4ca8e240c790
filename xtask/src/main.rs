//! `cargo xtask demo | test | check | bench | drill | ui`: everything a person or CI runs, in one place.

mod machine;
mod postgres;
mod room;
mod subjects;

use anyhow::{Context as _, bail};
use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, ExitCode},
    time::Instant,
};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.first().map(String::as_str) {
        Some("demo") => demo(words.get(1..).unwrap_or_default()),
        Some("test") => match words.get(1) {
            Some(room) => test_room(room),
            None => test(),
        },
        Some("room") => room::make(words.get(1).map(String::as_str)),
        Some("check") => check(&mut Steps::new()),
        Some("ui") => ui(),
        Some("bench") => bench(words.get(1..).unwrap_or_default()),
        Some("drill") => drill(words.get(1..).unwrap_or_default()),
        _ => {
            say("cargo xtask demo   builds, fills and serves the demo city at http://127.0.0.1:8080");
            say(
                "cargo xtask test   runs everything that CI runs; with a room's name, only what tests that room",
            );
            say("cargo xtask room   NAME writes an empty room that passes everything");
            say("cargo xtask check  format and lints only");
            say("cargo xtask bench  measures speed on 100,000 tasks; --large on 1,000,000");
            say(
                "cargo xtask drill  tries how the program bears attack and overload: workbook, signins, backup, bodies, slow, power",
            );
            say("cargo xtask ui     gathers the front-end parts into dist/");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            say(&format!("xtask: {fault:#}"));
            ExitCode::from(1)
        }
    }
}

pub(crate) fn say(line: &str) {
    // A closed pipe is no fault of ours.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}

pub(crate) fn run(program: &str, args: &[&str]) -> anyhow::Result<()> {
    run_in(&root(), program, args, &[])
}

pub(crate) fn run_in(
    folder: &std::path::Path,
    program: &str,
    args: &[&str],
    env: &[(&str, &str)],
) -> anyhow::Result<()> {
    let status = Command::new(program)
        .args(args)
        .current_dir(folder)
        .envs(env.iter().copied())
        .status()
        .with_context(|| format!("starting {program}"))?;
    if !status.success() {
        bail!("{program} {} failed", args.join(" "));
    }
    Ok(())
}

/// What took how long.
struct Steps {
    lines: Vec<String>,
}

impl Steps {
    fn new() -> Self {
        Self { lines: Vec::new() }
    }

    fn step(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        say(&format!("== {name}"));
        let begun = Instant::now();
        work().with_context(|| name.to_owned())?;
        self.lines.push(format!("{:>5} s  {name}", begun.elapsed().as_secs()));
        Ok(())
    }
}

/// Where each third-party part stands in its package, and its place in `dist/`.
const PARTS: [(&str, &str); 10] = [
    (
        "@fontsource-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2",
        "web/noto-sans-latin-wght-normal.woff2",
    ),
    (
        "@fontsource-variable/noto-sans/files/noto-sans-vietnamese-wght-normal.woff2",
        "web/noto-sans-vietnamese-wght-normal.woff2",
    ),
    ("@fontsource-variable/noto-sans/LICENSE", "web/noto-sans-LICENSE.txt"),
    ("htmx.org/dist/htmx.min.js", "web/htmx.min.js"),
    ("htmx.org/LICENSE", "web/htmx-LICENSE.txt"),
    ("@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf", "type/Tinos_400Regular.ttf"),
    ("@expo-google-fonts/tinos/700Bold/Tinos_700Bold.ttf", "type/Tinos_700Bold.ttf"),
    (
        "@expo-google-fonts/tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf",
        "type/Tinos_400Regular_Italic.ttf",
    ),
    ("@expo-google-fonts/tinos/700Bold_Italic/Tinos_700Bold_Italic.ttf", "type/Tinos_700Bold_Italic.ttf"),
    ("@expo-google-fonts/tinos/LICENSE_FONT", "type/Tinos-LICENSE.txt"),
];

/// Gathers the third-party front-end parts and the type of PDF files, pinned by `ui/package-lock.json`, into `dist/`.
fn ui() -> anyhow::Result<()> {
    let ui = root().join("ui");
    let installed = ui.join("node_modules/.package-lock.json");
    let newer = |a: &std::path::Path, b: &std::path::Path| -> Option<bool> {
        Some(a.metadata().ok()?.modified().ok()? >= b.metadata().ok()?.modified().ok()?)
    };
    if newer(&installed, &ui.join("package-lock.json")) != Some(true) {
        machine::need_node()?;
        run_in(&ui, "npm", &["ci", "--no-audit", "--no-fund"], &[("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")])?;
    }
    let dist = root().join("dist");
    std::fs::create_dir_all(dist.join("web"))?;
    std::fs::create_dir_all(dist.join("type"))?;
    let packages = ui.join("node_modules");
    for (from, to) in PARTS {
        let content = std::fs::read(packages.join(from)).with_context(|| (*from).to_owned())?;
        // An untouched part keeps its time, so that nothing is built again for it.
        if std::fs::read(dist.join(to)).ok().as_ref() != Some(&content) {
            std::fs::write(dist.join(to), content).with_context(|| (*to).to_owned())?;
        }
    }
    Ok(())
}

/// Measures the optimised program; the figures are printed, never tested.
fn bench(rest: &[String]) -> anyhow::Result<()> {
    ui()?;
    say("== building the optimised program and the load (some minutes the first time)");
    run("cargo", &["build", "--profile", "measured", "-p", "trongtam", "-p", "bench"])?;
    let target = root().join("target/measured");
    let program = target.join("trongtam").to_string_lossy().into_owned();
    let mut words = vec![program.as_str()];
    words.extend(rest.iter().map(String::as_str));
    run(&target.join("bench").to_string_lossy(), &words)
}

/// Tries how the optimised program bears attack and overload; bounded in time, and never part of the tests.
fn drill(rest: &[String]) -> anyhow::Result<()> {
    let [name] = rest else { bail!("name one drill: workbook, signins, backup, bodies, slow, power") };
    bench(&["drill".to_owned(), name.clone()])
}

fn demo(rest: &[String]) -> anyhow::Result<()> {
    say(
        "Trọng Tâm demo: 1. front-end parts, 2. build (a few minutes the first time), 3. fill the city, 4. serve.",
    );
    ui()?;
    run("cargo", &["build", "--profile", "demo", "--package", "trongtam"])?;
    let data = root().join("target/demo-data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let binary = root().join("target/demo/trongtam");
    let mut args = vec!["demo", "--data", "target/demo-data"];
    args.extend(rest.iter().map(String::as_str));
    run(&binary.display().to_string(), &args)
}

fn check(steps: &mut Steps) -> anyhow::Result<()> {
    steps.step("subjects of commits", subjects::check)?;
    steps.step("format", || run("cargo", &["fmt", "--all", "--check"]))?;
    steps.step("lints", || run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn test() -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut steps = Steps::new();
    steps.step("what the machine needs", machine::prepare)?;
    steps.step("front-end parts", ui)?;
    check(&mut steps)?;
    let mut server = None;
    steps.step("throw-away PostgreSQL", || {
        server = Some(postgres::Server::start()?);
        Ok(())
    })?;
    let url = server.as_ref().map(|s| s.url.clone()).unwrap_or_default();
    steps.step("unit tests, imports on both databases, house rules", || {
        run_in(&root(), "cargo", &["test", "--workspace"], &[("TRONGTAM_TEST_POSTGRES", &url)])
    })?;
    steps.step("browser", || {
        run("cargo", &["build", "--package", "trongtam"])?;
        run_in(&root().join("ui"), "node", &["browser.js"], &[])
    })?;
    drop(server);
    say("== what took how long");
    for line in &steps.lines {
        say(line);
    }
    say(&format!("{:>5} s  all", begun.elapsed().as_secs()));
    Ok(())
}

/// Runs what tests one room: its own crates, its acts on both databases, the rules of the house, who sees what.
fn test_room(room: &str) -> anyhow::Result<()> {
    let folder = root().join("domains").join(room);
    if !folder.join("Cargo.toml").exists() {
        bail!("there is no room {room} in domains/");
    }
    ui()?;
    let server = postgres::Server::start()?;
    let front = format!("{room}_web");
    let mut own = vec!["test", "--package", room];
    if folder.join("web/Cargo.toml").exists() {
        own.extend(["--package", &front]);
    }
    run("cargo", &own)?;
    let whole = ["test", "--package", "trongtam", "--test", "it", "--", room, "house", "rights", "mirror"];
    run_in(&root(), "cargo", &whole, &[("TRONGTAM_TEST_POSTGRES", &server.url)])
}
