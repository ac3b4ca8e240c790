//! `kill -9` of the real server in a loop while other programs create tasks over the API: every task that was answered
//! with 201 is there afterwards, with its step, and the trail is whole.

use base::Clock;
use db::{Database, Place, trail};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, Sender},
    time::{Duration, Instant},
};
use trongtam::demo::{self, Size};

const KILLS: u32 = 200;
const WRITERS: usize = 4;
const PROGRAM: &str = env!("CARGO_BIN_EXE_trongtam");

/// Starts the server on a free port and waits until it listens.
fn serve(folder: &Path) -> (Child, String) {
    let mut child = Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.next().expect("the server said nothing").unwrap();
    std::thread::spawn(move || for _ in lines {});
    (child, address.trim_start_matches("http://").to_owned())
}

/// Creates one task; its code when the server acknowledged it.
fn create(address: &str, token: &str) -> Option<String> {
    let body = r#"{"programme":"CT-01","title":"Việc trước khi tắt máy","lead":"UB001"}"#;
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let length = body.len();
    write!(
        stream,
        "POST /api/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .ok()?;
    let mut answer = String::new();
    // What was cut off by the kill was not acknowledged, unless the whole answer had come.
    let _ = stream.read_to_string(&mut answer);
    let (head, json) = answer.split_once("\r\n\r\n")?;
    let whole: serde_json::Value = serde_json::from_str(json).ok()?;
    let code = whole.get("code")?.as_str()?;
    head.starts_with("HTTP/1.1 201").then(|| code.to_owned())
}

fn writers(address: &str, token: &str) -> Receiver<String> {
    let (tell, told): (Sender<String>, _) = mpsc::channel();
    for _ in 0..WRITERS {
        let (tell, address, token) = (tell.clone(), address.to_owned(), token.to_owned());
        std::thread::spawn(move || {
            while let Some(code) = create(&address, &token) {
                if tell.send(code).is_err() {
                    return;
                }
            }
        });
    }
    told
}

#[test]
fn two_hundred_kills_of_the_server_lose_no_acknowledged_task() {
    let folder = std::env::temp_dir().join(format!("trongtam-kill-server-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let place = Place::Sqlite(folder.join("trongtam.db"));
    let db = Database::open(&place, &trongtam::migrations()).unwrap();
    demo::fill(&db, &Clock::machine(), Size::Small).unwrap();
    drop(db);
    let made = Command::new(PROGRAM)
        .args(["token", "vanphong", "--name", "test", "--scope", "write", "--data"])
        .arg(&folder)
        .output()
        .unwrap();
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..KILLS {
        let (mut child, address) = serve(&folder);
        let told = writers(&address, &token);
        acknowledged.push(told.recv_timeout(Duration::from_secs(20)).expect("the server took no task"));
        let until = Instant::now() + Duration::from_millis(u64::from(2 + round * 11 % 29));
        while let Ok(code) = told.recv_timeout(until.saturating_duration_since(Instant::now())) {
            acknowledged.push(code);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(told.iter());
    }
    let db = Database::open(&place, &trongtam::migrations()).unwrap();
    let (missing, verdict, differ) = db
        .read_now(move |tx| {
            let found = programme::store::details(tx, &acknowledged)?;
            let missing: Vec<String> =
                acknowledged.iter().filter(|c| !found.contains_key(*c)).cloned().collect();
            assert!(acknowledged.len() > 400, "only {} tasks were acknowledged", acknowledged.len());
            Ok((missing, trail::verify(tx)?, programme::store::tasks_that_differ(tx)?))
        })
        .unwrap();
    assert!(missing.is_empty(), "acknowledged and gone: {missing:?}");
    assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
    assert!(differ.is_empty(), "{differ:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}
