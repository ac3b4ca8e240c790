//! The subjects of commits: the log is the only document that knows why a line is there, so it must be readable.

use crate::root;
use anyhow::bail;
use std::process::Command;

/// The last commit before this was asked.
const SINCE: &str = "569120f";
/// The longest subject, in letters.
const LONGEST: usize = 60;

/// Refuses subjects that are longer, or do not name the room first: `room: what changes for the reader`.
pub(crate) fn check() -> anyhow::Result<()> {
    let range = format!("{SINCE}..HEAD");
    let log =
        Command::new("git").args(["log", "--no-merges", "--format=%s", &range]).current_dir(root()).output();
    // A copy without its history has no subjects to look at.
    let Some(log) = log.ok().filter(|log| log.status.success()) else { return Ok(()) };
    let wrong: Vec<String> = String::from_utf8_lossy(&log.stdout)
        .lines()
        .filter(|subject| !is_right(subject))
        .map(str::to_owned)
        .collect();
    if !wrong.is_empty() {
        bail!("write `room: what changes for the reader`, at most {LONGEST} letters:\n{}", wrong.join("\n"));
    }
    Ok(())
}

fn is_right(subject: &str) -> bool {
    let room = subject.split_once(": ").map(|(room, _)| room).unwrap_or_default();
    let is_room = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let names_room = !room.is_empty() && room.chars().all(is_room);
    names_room && subject.chars().count() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::is_right;

    #[test]
    fn a_subject_names_its_room_and_is_short() {
        assert!(is_right("house: a mirror of what every reader sees everywhere"));
        for wrong in [
            "Fix the thing",
            "people, review: two rooms",
            "house:no space",
            "WIP: x",
            &format!("house: {}", "x".repeat(60)),
        ] {
            assert!(!is_right(wrong), "{wrong}");
        }
    }
}
