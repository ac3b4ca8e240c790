//! `kill -9` in a loop under write load: every acknowledged act is there afterwards, and the trail is whole.
//!
//! The test starts itself again as a child that writes and says what was acknowledged; the parent kills it, opens
//! the database again and compares, two hundred times over one file.

use base::{Actor, Clock};
use db::{Database, Place, trail};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

const KILLS: u32 = 200;

fn open(folder: &str) -> Database {
    Database::open(&Place::Sqlite(PathBuf::from(folder).join("t.db")), &trongtam::migrations()).unwrap()
}

/// Writes from four threads and prints the number of each act once it is acknowledged, until it is killed.
#[test]
fn child_that_is_killed() {
    let Ok(folder) = std::env::var("TRONGTAM_KILL_CHILD") else { return };
    let db = open(&folder);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let db = db.clone();
            std::thread::spawn(move || {
                loop {
                    let n = db
                        .act_now(|tx| {
                            let clock = Clock::machine();
                            let n = tx.next_number("kill")?;
                            tx.set(&format!("kill-{n}"), "x")?;
                            let entry = trail::Entry {
                                act: "test.kill",
                                kind: "test",
                                id: None,
                                code: &n.to_string(),
                                unit: None,
                                facts: serde_json::json!({"n": n}),
                            };
                            trail::record(tx, &clock, &Actor::program("test"), entry)?;
                            if n % 7 == 0 {
                                trail::seal(tx, &clock, &[9; 32], base::Span::new())?;
                            }
                            Ok(n)
                        })
                        .unwrap();
                    if writeln!(std::io::stdout().lock(), "ack {n}").is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn two_hundred_kills_lose_no_acknowledged_act() {
    let folder = std::env::temp_dir().join(format!("trongtam-kill-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let folder = folder.display().to_string();
    drop(open(&folder));
    let mut acknowledged: i64 = 0;
    let mut all = 0;
    for round in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child_that_is_killed", "--nocapture"])
            .env("TRONGTAM_KILL_CHILD", &folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let number = line.rsplit("ack ").next().and_then(|n| n.trim().parse::<i64>().ok());
                if let Some(n) = number.filter(|_| line.contains("ack "))
                    && tell.send(n).is_err()
                {
                    return;
                }
            }
        });
        // Waits for the first acknowledgement, then lets it write for a while that differs from round to round.
        let first = told.recv_timeout(Duration::from_secs(20)).expect("the child wrote nothing");
        acknowledged = acknowledged.max(first);
        let pause = Duration::from_millis(u64::from(3 + round * 7 % 23));
        let until = std::time::Instant::now() + pause;
        while let Ok(n) = told.recv_timeout(until.saturating_duration_since(std::time::Instant::now())) {
            acknowledged = acknowledged.max(n);
            all += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        reader.join().unwrap();
        acknowledged = told.try_iter().fold(acknowledged, i64::max);
    }
    let db = open(&folder);
    let (last, kept, verdict) = db
        .read_now(|tx| {
            let last = tx.number("select n from kernel_counter where name = 'kill'", &[])?;
            let kept = tx.number("select count(*) from kernel_setting where name like 'kill-%'", &[])?;
            Ok((last, kept, trail::verify(tx)?))
        })
        .unwrap();
    assert!(acknowledged <= last, "act {acknowledged} was acknowledged and is gone; the last one is {last}");
    // Numbers are given without gaps, so as many settings as numbers means that none in between is missing.
    assert_eq!(kept, last);
    assert_eq!(verdict.lines, last);
    assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
    assert!(all > 200, "only {all} acts were acknowledged between the kills");
    std::fs::remove_dir_all(&folder).unwrap();
}
