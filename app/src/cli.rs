//! The command line. Scripts depend on its words, its JSON and its exit codes: 0 nothing refused, 2 rows refused,
//! 1 a fault or a refusal of the whole.

mod accounts;
mod disk;
mod keeping;
pub mod server;
mod words;

pub(crate) use disk::write_secret;

use crate::{
    exports,
    intake::{self, File, Kind},
    seal,
};
use anyhow::Context as _;
use base::{
    Actor, Clock, Date, Stop,
    texts::{Lang, Texts},
};
use clap::FromArgMatches as _;
use db::{Database, Place};
use programme::import::Options;
use server::Serving;
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};
use words::{CalendarCommand, Cli, Command, Common};

/// An open installation.
pub(crate) struct Open {
    pub(crate) db: Database,
    pub(crate) clock: Clock,
    pub(crate) texts: Texts,
    pub(crate) key: [u8; 32],
    /// Held while the installation is open, so that nobody puts a backup over it.
    _in_use: std::fs::File,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let read = words::command().try_get_matches().and_then(|found| Cli::from_arg_matches(&found));
    let cli = match read {
        Ok(cli) => cli,
        // What was asked for is no fault; anything else is, and must not look like rows that were refused.
        Err(told) => {
            let _ = told.print();
            return ExitCode::from(u8::from(told.use_stderr()));
        }
    };
    match run(&cli) {
        Ok(code) => code,
        Err(fault) => {
            say_error(&format!("{fault:#}"));
            ExitCode::from(1)
        }
    }
}

/// A day as typed: 2023-04-19 or 19/04/2023.
fn day(text: &str) -> Result<Date, String> {
    let read = text.parse().ok().or_else(|| match base::period::read(text) {
        base::period::Due::Day { on } => Some(on),
        _ => None,
    });
    read.ok_or_else(|| "viết như 19/04/2023 hoặc 2023-04-19 – write 19/04/2023 or 2023-04-19".to_owned())
}

/// Opens an installation that is to be there: a mistyped folder is told, not filled.
fn open_existing(common: &Common) -> anyhow::Result<Open> {
    if address(common).is_none() && !database_file(&common.data).exists() {
        let lang = Lang::from_code(&common.lang).context("--lang takes vi or en")?;
        let texts = Texts::new(crate::catalogue()?, lang);
        anyhow::bail!("{}", texts.with("cli-no-data", "folder", common.data.display()));
    }
    open(common)
}

fn texts(common: &Common) -> anyhow::Result<Texts> {
    let lang = Lang::from_code(&common.lang).context("--lang takes vi or en")?;
    Ok(Texts::new(crate::catalogue()?, lang))
}

fn say(line: &str) {
    // A closed pipe (| head) is no fault of ours.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn say_error(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn database_file(data: &Path) -> PathBuf {
    data.join("trongtam.db")
}

/// The address of a PostgreSQL database, when one was named.
fn address(common: &Common) -> Option<String> {
    common.database.clone().or_else(|| std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()))
}

fn open(common: &Common) -> anyhow::Result<Open> {
    let clock = match common.today {
        Some(day) => Clock::from_day(day)?,
        None => Clock::machine(),
    };
    let lang = Lang::from_code(&common.lang).context("--lang takes vi or en")?;
    let texts = Texts::new(crate::catalogue()?, lang);
    let url = address(common);
    disk::make_folder(&common.data).with_context(|| format!("making {}", common.data.display()))?;
    let place = match url {
        Some(url) => Place::Postgres(url),
        None => Place::Sqlite(database_file(&common.data)),
    };
    let in_use = keeping::lock_file(&common.data, keeping::LOCK)?;
    anyhow::ensure!(in_use.try_lock_shared().is_ok(), "{}", texts.say("cli-being-restored"));
    let was_open = disk::open_to_others(&common.data);
    let db = Database::open(&place, &crate::migrations())?;
    let key = seal::key(&common.data, &db, &texts)?;
    disk::tighten(&common.data);
    say_closed(&texts, &common.data, &was_open);
    first_calendar(&db, &clock).map_err(|stop| said(&texts, stop))?;
    Ok(Open { db, clock, texts, key, _in_use: in_use })
}

/// Tells what others could read until now: a key or a copy may have been read, which closing it does not undo.
fn say_closed(texts: &Texts, data: &Path, was_open: &[(PathBuf, u32)]) {
    let still = disk::open_to_others(data);
    for (path, mode) in was_open.iter().filter(|open| !still.iter().any(|(path, _)| *path == open.0)) {
        let facts = [("file", path.display().to_string()), ("mode", format!("{mode:o}"))];
        say_error(&format!("! {}", texts.with_all("cli-was-open", &facts)));
    }
}

/// An empty installation begins with the days off that the law itself gives, to be replaced by yearly decisions.
fn first_calendar(db: &Database, clock: &Clock) -> Result<(), Stop> {
    let empty = db.read_now(|tx| Ok(organisation::store::calendar(tx)?.years().next().is_none()))?;
    if empty {
        let clock = clock.clone();
        db.act_now(move |tx| {
            let days: Vec<_> = (2020..=2035).flat_map(base::calendar::proposed_year).collect();
            organisation::acts::keep_days(tx, &clock, &Actor::program("trongtam"), &days).map(|_| ())
        })?;
    }
    Ok(())
}

fn said(texts: &Texts, stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Refused(refusal) => anyhow::anyhow!("{}", texts.refusal(&refusal)),
        Stop::Fault(fault) => fault,
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let common = &cli.common;
    match &cli.command {
        Command::Serve { listen, smtp, mail_from, trusted_proxy, idle_minutes, allow_hook, rehearsal } => {
            // Asked before anything is opened: opening migrates, and writes by the day that would be today.
            if let Some(day) = common.today {
                let (texts, day) = (texts(common)?, base::format::date(day));
                anyhow::ensure!(*rehearsal, "{}", texts.with("cli-other-day", "day", &day));
                say_error(&texts.with("cli-other-day-rehearsal", "day", &day));
            }
            let alone = server::alone(common, &texts(common)?, *rehearsal)?;
            let open = open(common)?;
            let nets = |list: &[words::Net]| list.iter().map(|net| net.0).collect::<Vec<_>>();
            let proxies = match trusted_proxy.is_empty() {
                true => web::Proxies::default(),
                false => web::Proxies(nets(trusted_proxy)),
            };
            let how = Serving {
                listen: *listen,
                post: smtp.as_ref().map(|url| crate::post::Post::new(url, mail_from)).transpose()?,
                doors: web::Doors { proxies: Arc::new(proxies), idle_minutes: *idle_minutes },
                reach: crate::post::Reach(nets(allow_hook)),
                is_rehearsal: *rehearsal,
            };
            server::serve(open, how)?;
            drop(alone);
        }
        Command::Demo { listen, small, fill_only, tasks } => {
            let open = open(common)?;
            let size = match tasks {
                Some(n) => crate::demo::Size::Tasks(*n),
                None if *small => crate::demo::Size::Small,
                None => crate::demo::Size::City,
            };
            let signs =
                crate::demo::fill(&open.db, &open.clock, size).map_err(|stop| said(&open.texts, stop))?;
            seal::seal_all(&open.db, &open.clock, open.key).map_err(|stop| said(&open.texts, stop))?;
            for line in &signs {
                say(line);
            }
            if !*fill_only {
                let alone = server::alone(common, &open.texts, false)?;
                server::serve(open, Serving::on(*listen))?;
                drop(alone);
            }
        }
        Command::Import { kind, file, check, json, sheet, map, programme, as_of } => {
            let open = open(common)?;
            let kind = Kind::from_word(kind).with_context(|| {
                let words: Vec<&str> = Kind::ALL.iter().map(|k| k.word()).collect();
                let facts = [("field", words.join(" | ")), ("value", kind.clone())];
                open.texts.with_all("refusal-unknown-word", &facts)
            })?;
            let map = match map {
                Some(path) => {
                    serde_json::from_slice(&std::fs::read(path).with_context(|| path.display().to_string())?)?
                }
                None => std::collections::BTreeMap::<String, String>::new(),
            };
            let columns = intake::columns(kind);
            if let Some(name) =
                map.keys().find(|name: &&String| columns.iter().all(|w| w.name != name.as_str()))
            {
                let names: Vec<&str> = columns.iter().map(|w| w.name).collect();
                let facts = [("field", format!("--map ({})", names.join(", "))), ("value", name.clone())];
                anyhow::bail!("{}", open.texts.with_all("refusal-unknown-word", &facts));
            }
            let options = Options {
                programme: programme.clone(),
                as_of: *as_of,
                sheet: sheet.clone(),
                map,
                progress: Arc::default(),
            };
            let bytes = std::fs::read(file)
                .with_context(|| open.texts.with("cli-no-file", "file", file.display()))?;
            let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let input = File::new(name, bytes, options);
            let actor = Actor::program("trongtam");
            let mut report = intake::run(&open.db, &open.clock, &actor, kind, &input, *check)
                .map_err(|stop| said(&open.texts, stop))?;
            seal::seal_all(&open.db, &open.clock, open.key).map_err(|stop| said(&open.texts, stop))?;
            report.say(&open.texts);
            if *json {
                say(&serde_json::to_string(&report)?);
            } else {
                print_report(&report, &open.texts);
            }
            return Ok(ExitCode::from(if report.refused.is_empty() { 0 } else { 2 }));
        }
        Command::Export { kind, output, as_of } => {
            let open = open_existing(common)?;
            let on = as_of.unwrap_or_else(|| open.clock.today());
            let (clock, texts, kind) = (open.clock.clone(), open.texts.clone(), kind.clone());
            let list = open
                .db
                .read_now(move |tx| {
                    exports::by_kind(tx, &clock, &texts, &Actor::program("trongtam"), &kind, on)
                })
                .map_err(|stop| said(&open.texts, stop))?;
            let csv = output.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
            let bytes = if csv { list.csv()? } else { list.xlsx()? };
            std::fs::write(output, bytes).with_context(|| format!("writing {}", output.display()))?;
        }
        Command::Figures { programme, as_of, json } => {
            let open = open_existing(common)?;
            let (wanted, on) = (programme.clone(), *as_of);
            let figures = open
                .db
                .read_now(move |tx| {
                    let all = programme::store::programmes(tx)?;
                    let Some(found) = programme::import::find(&all, &wanted) else {
                        return base::Refusal::new("programme-refusal-programme")
                            .with("value", &wanted)
                            .stop();
                    };
                    programme::figures::measure(tx, found, on)
                })
                .map_err(|stop| said(&open.texts, stop))?;
            if *json {
                say(&serde_json::to_string(&figures)?);
            } else {
                print_figures(&figures, &open.texts);
            }
        }
        Command::User { list: true, .. } => accounts::list(&open_existing(common)?)?,
        Command::User { login, unlock: true, .. } => {
            accounts::unlock(&open_existing(common)?, login.as_deref().unwrap_or_default())?;
        }
        Command::User { login, reset: true, .. } => {
            accounts::reset(&open_existing(common)?, login.as_deref().unwrap_or_default())?;
        }
        Command::User { login, name, role, .. } => {
            let login = login.as_deref().unwrap_or_default();
            accounts::make(&open(common)?, login, name.as_deref().unwrap_or(login), role)?;
        }
        Command::Token { login, name, scope, days } => {
            let open = open(common)?;
            let (login, name, scope, days, clock) =
                (login.clone(), name.clone(), scope.clone(), *days, open.clock.clone());
            let token = open
                .db
                .act_now(move |tx| {
                    account::acts::make_token(
                        tx,
                        &clock,
                        &Actor::program("trongtam"),
                        &login,
                        &name,
                        &scope,
                        days,
                    )
                })
                .map_err(|stop| said(&open.texts, stop))?;
            seal::seal_all(&open.db, &open.clock, open.key).map_err(|stop| said(&open.texts, stop))?;
            say(&token);
        }
        Command::Calendar { what: CalendarCommand::Show { range } } => {
            let open = open(common)?;
            let (from, to) = range.split_once("..").context("write the range as 2023-01-01..2023-12-31")?;
            let (from, to) = (day(from).map_err(anyhow::Error::msg)?, day(to).map_err(anyhow::Error::msg)?);
            anyhow::ensure!(from <= to, "{}", open.texts.say("cli-range-reversed"));
            let calendar = open
                .db
                .read_now(|tx| Ok(organisation::store::calendar(tx)?))
                .map_err(|stop| said(&open.texts, stop))?;
            if let Some(year) = (from.year()..=to.year()).find(|year| calendar.years().all(|y| y != *year)) {
                anyhow::bail!("{}", open.texts.with("cli-year-uncovered", "year", year));
            }
            let days = open
                .db
                .read_now(move |tx| Ok(organisation::store::special_days(tx, from, to)?))
                .map_err(|stop| said(&open.texts, stop))?;
            for day in days {
                let kind = open.texts.say(&format!("day-{}", day.kind.word()));
                say(&format!("{}\t{kind}\t{}\t{}", day.day, day.name, day.document));
            }
        }
        Command::Backup { file } => {
            keeping::back_up(&open_existing(common)?, address(common).as_deref(), file)?;
        }
        Command::Restore { file } => keeping::restore(common, address(common).as_deref(), file)?,
        Command::Verify => return keeping::verify(&open_existing(common)?, &common.data),
        Command::NewKey => keeping::new_key(common, address(common))?,
        Command::Doctor => keeping::doctor(&open_existing(common)?, &common.data)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_report(report: &base::intake::Report, texts: &Texts) {
    say(&texts.with_all(
        "cli-report",
        &[
            ("read", report.read.to_string()),
            ("created", report.created.to_string()),
            ("changed", report.changed.to_string()),
            ("unchanged", report.unchanged.to_string()),
            ("refused", report.refused.len().to_string()),
        ],
    ));
    for refused in &report.refused {
        say(&format!("- {}", refused.why));
    }
    for warning in &report.warnings {
        say(&format!("* {}", warning.text));
    }
}

fn print_figures(f: &programme::figures::Figures, texts: &Texts) {
    for (key, share) in [
        ("figures-early", &f.early.share),
        ("figures-concrete", &f.concrete),
        ("figures-in-step", &f.in_step),
        ("figures-on-time", &f.on_time),
        ("figures-on-time-first", &f.on_time_first),
    ] {
        let percent = base::format::share(share.numerator, share.denominator);
        say(&format!("{}: {}/{} = {percent}", texts.say(key), share.numerator, share.denominator));
    }
    say(&format!("{}: {}", texts.say("figures-nobody"), f.nobody_took_up.join(", ")));
}
