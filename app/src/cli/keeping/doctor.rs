//! How the installation is.

use crate::cli::{Open, database_file, disk, said, say};
use db::trail;
use std::path::Path;

/// Says how the installation is, a line each; what needs a hand begins with an exclamation mark.
pub(in crate::cli) fn doctor(open: &Open, data: &Path) -> anyhow::Result<()> {
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
    let loose = disk::open_to_others(data);
    if loose.is_empty() {
        say(&format!("  {}", open.texts.say("doctor-private")));
    }
    for (path, mode) in loose {
        let facts = [("file", path.display().to_string()), ("mode", format!("{mode:o}"))];
        say(&format!("! {}", open.texts.with_all("doctor-open", &facts)));
    }
    Ok(())
}
