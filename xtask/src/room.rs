//! Writes an empty room: two crates in one folder, named in as few places outside it as there are.

use crate::{root, say};
use anyhow::{Context as _, bail};

/// A file by its path from the root, with what is to stand in it.
type Written = (String, String);

/// The storey of fronts in ARCHITECTURE.md.
const FRONTS: &str = "| 9 | ";
/// The storey of a new room's back: above what most rooms build on, below those that gather them.
const BACKS: &str = "| 7 | ";

/// Writes an empty room.
pub(crate) fn make(name: Option<&str>) -> anyhow::Result<()> {
    let Some(name) = name else { bail!("name the room: cargo xtask room NAME") };
    let is_name = name.chars().all(|c| c.is_ascii_lowercase()) && (3..=20).contains(&name.len());
    if !is_name {
        bail!("a room's name is one English word of 3 to 20 small letters");
    }
    if root().join("domains").join(name).exists() {
        bail!("there is a room {name} already");
    }
    let read = |path: &str| std::fs::read_to_string(root().join(path)).with_context(|| path.to_owned());
    for (path, content) in files(name, read)? {
        let path = root().join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, content)?;
    }
    crate::run("cargo", &["fmt", "--all"])?;
    say(&format!(
        "domains/{name} is a room: say in its lib.rs what it is for, then give it words, rules, a store and acts"
    ));
    Ok(())
}

fn manifest(name: &str, about: &str, uses: &[&str]) -> String {
    let uses: String = uses.iter().map(|name| format!("{name}.workspace = true\n")).collect();
    format!(
        "[package]\nname = \"{name}\"\ndescription = \"{about}\"\nversion.workspace = true\nedition.workspace = true\n\
         rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\n\
         [lib]\ndoctest = false\n\n[dependencies]\n{uses}\n[lints]\nworkspace = true\n"
    )
}

/// What is written: the room's own files, and those outside its folder that name it.
fn files(name: &str, read: impl Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<Vec<Written>> {
    let (front, folder) = (format!("{name}_web"), format!("domains/{name}"));
    let mut all = vec![
        (format!("{folder}/Cargo.toml"), manifest(name, "A room to be filled.", &["base", "room"])),
        (
            format!("{folder}/src/lib.rs"),
            format!(
                "//! A room to be filled: say here what it is for.\n\npub mod records;\n\n\
                 /// The words of its rules.\npub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {{\n    \
                 room: \"{name}\",\n    vi: include_str!(\"../texts/vi.ftl\"),\n    en: include_str!(\"../texts/en.ftl\"),\n}};\n"
            ),
        ),
        (
            format!("{folder}/src/records.rs"),
            "//! The kinds of records of the room, and who may see them.\n\nuse room::Record;\n\n\
             /// None yet.\npub const RECORDS: &[Record] = &[];\n"
                .to_owned(),
        ),
        (format!("{folder}/texts/vi.ftl"), String::new()),
        (format!("{folder}/texts/en.ftl"), String::new()),
        (
            format!("{folder}/web/Cargo.toml"),
            manifest(&front, "Pages of a room to be filled.", &[name, "web"]),
        ),
        (
            format!("{folder}/web/src/lib.rs"),
            format!(
                "//! Pages of the room.\n\nuse web::room::Room;\n\n/// The room as the house composes it.\n\
                 pub const ROOM: Room = Room {{\n    records: {name}::records::RECORDS,\n    \
                 ..Room::new(\"{name}\", &[{name}::TEXTS])\n}};\n"
            ),
        ),
    ];
    let mut edit = |path: &str, before: &str, new: &str| -> anyhow::Result<()> {
        let text = read(path)?;
        let at = text.find(before).with_context(|| format!("{path} has no {before:?}"))?;
        let (head, tail) = text.split_at(at);
        all.push((path.to_owned(), format!("{head}{new}{tail}")));
        Ok(())
    };
    let crates =
        format!("{name} = {{ path = \"domains/{name}\" }}\n{front} = {{ path = \"domains/{name}/web\" }}\n");
    edit("Cargo.toml", "\namlich-core", &crates)?;
    edit("app/Cargo.toml", "\nweb.workspace = true", &format!("\n{front}.workspace = true"))?;
    edit("app/src/rooms.rs", "    HOME,\n", &format!("    {front}::ROOM,\n"))?;
    let page = read("ARCHITECTURE.md")?;
    let row = |line: &str| match line {
        line if line.starts_with(FRONTS) => line.replacen(FRONTS, &format!("{FRONTS}`{front}` "), 1),
        line if line.starts_with(BACKS) => line.replacen(BACKS, &format!("{BACKS}`{name}` "), 1),
        line => line.to_owned(),
    };
    let rows: Vec<String> = page.lines().map(row).collect();
    all.push(("ARCHITECTURE.md".to_owned(), rows.join("\n") + "\n"));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stop rule of decision 26: manifest of the whole and of the house, the list of rooms, the table of storeys; with
    /// tables of its own the list of migrations as the fifth.
    #[test]
    fn a_new_room_touches_at_most_four_places_outside_its_folder_and_five_with_tables() {
        let read = |path: &str| Ok(std::fs::read_to_string(root().join(path))?);
        let all = files("throwaway", read).unwrap();
        let outside: Vec<&str> = all
            .iter()
            .map(|(path, _)| path.as_str())
            .filter(|path| !path.starts_with("domains/throwaway"))
            .collect();
        assert_eq!(outside, ["Cargo.toml", "app/Cargo.toml", "app/src/rooms.rs", "ARCHITECTURE.md"]);
        for (path, text) in &all {
            let is_named =
                path.ends_with(".ftl") || path.ends_with("records.rs") || text.contains("throwaway");
            assert!(is_named, "{path} does not name the room");
        }
    }
}
