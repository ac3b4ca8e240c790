//! House rules that no compiler checks: storeys, file lengths, texts in both languages, migrations, hosts.

use crate::world::root;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

fn files(folder: &Path, ending: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | "dist" | ".git" | "data") {
                files(&path, ending, out);
            }
        } else if name.ends_with(ending) {
            out.push(path);
        }
    }
}

fn all(ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&root(), ending, &mut found);
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn no_source_file_is_longer_than_600_lines() {
    for (path, text) in all(".rs") {
        let in_tests = path.components().any(|c| c.as_os_str() == "tests");
        assert!(
            in_tests || text.lines().count() <= 600,
            "{} has {} lines",
            path.display(),
            text.lines().count()
        );
    }
}

#[test]
fn every_source_file_says_what_it_is_for() {
    for (path, text) in all(".rs") {
        assert!(text.starts_with("//!"), "{} does not begin with //!", path.display());
    }
}

#[test]
fn storeys_equal_the_table_in_the_architecture() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut storey: HashMap<String, u32> = HashMap::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, number, names, ..] = cells.as_slice()
            && let Ok(number) = number.parse::<u32>()
        {
            for name in names.split(' ').filter(|n| !n.is_empty()) {
                storey.insert(name.trim_matches('`').to_owned(), number);
            }
        }
    }
    for (path, text) in all("Cargo.toml") {
        if path.parent() == Some(root().as_path()) {
            continue;
        }
        let name =
            text.lines().find_map(|l| l.strip_prefix("name = \"")).unwrap().trim_end_matches('"').to_owned();
        let Some(own) = storey.get(&name) else {
            assert!(
                matches!(name.as_str(), "xtask" | "bench"),
                "{name} is not in the table of ARCHITECTURE.md"
            );
            continue;
        };
        let dependencies = text.split("[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for line in dependencies.lines() {
            let door = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if let Some(below) = storey.get(door) {
                assert!(below < own, "{name} (storey {own}) must not use {door} (storey {below})");
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_texts_and_every_used_text_exists() {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for texts in trongtam::ROOMS.iter().flat_map(|room| room.texts).chain([&base::texts::TEXTS]) {
        let vi: BTreeSet<&str> = base::texts::keys(texts.vi).into_iter().collect();
        let en: BTreeSet<&str> = base::texts::keys(texts.en).into_iter().collect();
        assert_eq!(vi, en, "{}", texts.room);
        known.extend(vi.into_iter().map(str::to_owned));
    }
    trongtam::catalogue().unwrap();
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    for (path, text) in all(".html").into_iter().chain(all(".rs")) {
        if path.components().any(|c| c.as_os_str() == "tests") {
            continue;
        }
        for call in [
            ".say(\"",
            ".count(\"",
            ".with(\"",
            ".with_all(\"",
            ".warn(None, \"",
            "Refusal::new(\"",
            "say(\"",
        ] {
            for piece in text.split(call).skip(1) {
                let key = piece.split('"').next().unwrap_or_default();
                let is_key =
                    !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '_');
                // A single word after `.with(` is the name of a fact, not a key.
                let is_key = is_key && (key.contains('-') || call.contains("say"));
                if is_key && !known.contains(key) {
                    missing.insert(key.to_owned(), path.display().to_string());
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn number(migration: &str) -> u32 {
    migration.trim_start_matches('V').split('_').next().unwrap().parse().unwrap()
}

/// An installation applies only what has a larger number than its last one, so numbers follow the order of landing,
/// whatever the room.
#[test]
fn migrations_stand_in_the_list_in_the_order_in_which_they_landed() {
    let list = std::fs::read_to_string(root().join("testdata/migrations.txt")).unwrap();
    let landed: Vec<&str> = list.lines().collect();
    assert!(
        landed.windows(2).all(|pair| number(pair[0]) < number(pair[1])),
        "the last one must be the largest"
    );
    let mut own: Vec<&str> = trongtam::migrations().into_iter().map(|(name, _)| name).collect();
    own.sort_by_key(|name| number(name));
    assert_eq!(own, landed, "append a new migration to testdata/migrations.txt");
}

#[test]
fn an_installation_of_an_earlier_day_is_brought_up_to_date() {
    let folder = std::env::temp_dir().join(format!("trongtam-upgrade-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let place = db::Place::Sqlite(folder.join("t.db"));
    let mut all = trongtam::migrations();
    all.sort_by_key(|(name, _)| number(name));
    for n in 1..=all.len() {
        drop(db::Database::open(&place, &all[..n]).unwrap());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_act_of_the_trail_has_words() {
    let texts = all("vi.ftl");
    let known: BTreeSet<&str> = texts
        .iter()
        .flat_map(|(_, text)| text.lines().filter_map(|line| line.split_once(" =")))
        .map(|(key, _)| key)
        .collect();
    for (path, text) in all(".rs").into_iter().filter(|(path, _)| !path.ends_with("house.rs")) {
        for piece in text.split('"').filter(|p| p.split('.').count() == 3) {
            let room = piece.split('.').next().unwrap();
            let rooms = [
                "account",
                "chase",
                "demo",
                "document",
                "organisation",
                "people",
                "programme",
                "reporting",
                "review",
            ];
            let is_act = rooms.contains(&room)
                && piece.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '_');
            let key = format!("act-{}", piece.replace(['.', '_'], "-"));
            assert!(!is_act || known.contains(key.as_str()), "{piece} in {} has no words", path.display());
        }
    }
}

#[test]
fn every_route_is_complete() {
    use web::room::Sample;
    for route in web::room::routes(trongtam::ROOMS) {
        let is_api = route.address.starts_with("/api/");
        assert!(is_api != route.about.is_empty(), "{} {}: the API is described", route.method, route.address);
        let has_sample = route.sample != Sample::Nothing;
        assert!(has_sample != (route.method == "GET"), "{} {}: what is sent", route.method, route.address);
    }
    let source: String = all(".rs")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("house.rs"))
        .map(|(_, text)| text)
        .collect();
    // Only what serves the shell itself is routed by hand.
    let by_hand: BTreeSet<&str> =
        source.split(".route(\"").skip(1).filter_map(|p| p.split('"').next()).collect();
    assert_eq!(by_hand, BTreeSet::from(["/tinh/{name}"]));
}

#[test]
fn every_place_in_the_rail_is_a_page_with_words() {
    let texts = base::texts::Texts::new(trongtam::catalogue().unwrap(), base::texts::Lang::Vi);
    let mut taken = BTreeSet::new();
    for entry in trongtam::ROOMS.iter().flat_map(|room| room.nav) {
        assert!(texts.knows(entry.key), "{} has no words", entry.key);
        assert!(taken.insert((entry.group, entry.place)), "{} stands where another stands", entry.address);
        let mut pages = web::room::routes(trongtam::ROOMS);
        assert!(pages.any(|page| page.method == "GET" && page.address == entry.address), "{}", entry.address);
    }
}

/// Whatever the trail names has a record: where it stands and who may see it are said in one place.
#[test]
fn every_kind_in_the_trail_is_a_record() {
    let records: Vec<&room::Record> = web::room::records(trongtam::ROOMS).collect();
    let known: BTreeSet<&str> = records.iter().map(|record| record.kind).collect();
    assert_eq!(known.len(), records.len(), "a kind stands twice");
    for (path, text) in all(".rs").into_iter().filter(|(path, _)| !path.ends_with("house.rs")) {
        for entry in text.split("trail::Entry {").skip(1) {
            let entry = entry.split('}').next().unwrap_or_default();
            let Some(kind) = entry.split("kind: \"").nth(1).and_then(|rest| rest.split('"').next()) else {
                continue;
            };
            let is_known = known.contains(kind) || path.components().any(|part| part.as_os_str() == "tests");
            assert!(is_known, "{}: the trail names a {kind}, no room has such a record", path.display());
        }
    }
    let pages: BTreeSet<&str> = web::room::routes(trongtam::ROOMS)
        .filter(|route| route.method == "GET")
        .map(|route| route.address)
        .collect();
    for record in records.iter().filter(|record| !record.address.is_empty()) {
        let is_page = pages.iter().any(|page| {
            let (head, rest) = page.split_once('{').unwrap_or((page, ""));
            let tail = rest.split_once('}').map_or("", |(_, tail)| tail);
            let code = if rest.is_empty() { "" } else { "{code}" };
            record.address == format!("{head}{code}{tail}")
        });
        assert!(is_page, "{} stands at {}, where no page is", record.kind, record.address);
    }
}

/// Statements stand in stores, so that who reads a table or changes it is found in one place.
#[test]
fn statements_stand_only_in_stores() {
    let calls = [".run(", ".rows(", ".row(", ".number(", ".stream("].map(|call| format!("tx{call}"));
    for (path, text) in all(".rs") {
        let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
        let is_room = parts.contains(&"domains") || parts.contains(&"app");
        let is_store = parts.iter().any(|part| part.trim_end_matches(".rs") == "store");
        if !is_room || is_store || parts.contains(&"tests") || parts.contains(&"demo") {
            continue;
        }
        for call in &calls {
            assert!(!text.contains(call.as_str()), "{} has `{call}`", path.display());
        }
    }
}
