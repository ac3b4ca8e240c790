//! The real program as a process: locks, other days, keys, rights of files, slow connections, the end.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_trongtam");

/// A folder of an installation; gone afterwards.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("trongtam-server-{}-{n}", std::process::id())))
    }

    /// With a small demo city.
    pub(crate) fn filled() -> Self {
        let folder = Self::new();
        let out = folder.run(&["demo", "--small", "--fill-only"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        folder
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(words).arg("--data").arg(&self.0).env_remove("DATABASE_URL");
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server on a free port; killed at the latest when it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(folder: &Folder, words: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(words);
        let mut child = folder.command(&all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.next().expect("the server said nothing").unwrap();
        std::thread::spawn(move || for _ in lines {});
        Self { child, address: address.trim_start_matches("http://").to_owned() }
    }

    /// The status line of a page.
    pub(crate) fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer.lines().next().unwrap_or_default().to_owned()
    }

    /// Asks it to stop as a service manager does, and says how long it took.
    pub(crate) fn stop(&mut self) -> Duration {
        let begun = Instant::now();
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap();
        begun.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).unwrap().mode() & 0o777
}

fn words(out: &Output) -> String {
    String::from_utf8_lossy(&[out.stdout.clone(), out.stderr.clone()].concat()).into_owned()
}

#[test]
fn a_second_server_and_another_day_are_refused_unless_they_are_meant() {
    let folder = Folder::filled();
    let day = folder.run(&["serve", "--listen", "127.0.0.1:0", "--today", "2031-02-03", "--lang", "en"]);
    assert_eq!(day.status.code(), Some(1));
    assert!(words(&day).contains("03/02/2031") && words(&day).contains("--rehearsal"), "{}", words(&day));
    let first = Server::start(&folder, &[]);
    let second = folder.run(&["serve", "--listen", "127.0.0.1:0", "--lang", "en"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(words(&second).contains("already"), "{}", words(&second));
    // Other commands work beside a server, and a rehearsal is possible.
    assert!(folder.run(&["doctor"]).status.success());
    let rehearsal = Server::start(&folder, &["--rehearsal", "--today", "2031-02-03"]);
    assert!(rehearsal.get("/healthz").contains("200") && first.get("/healthz").contains("200"));
}

#[test]
fn files_are_their_owners_alone_and_doctor_says_where_they_are_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::filled();
    assert_eq!(mode(&folder.0), 0o700);
    for name in ["trongtam.db", "trail.key", "trongtam.lock"] {
        assert_eq!(mode(&folder.path(name)), 0o600, "{name}");
    }
    let server = Server::start(&folder, &[]);
    for name in ["trongtam.db-wal", "trongtam.db-shm", "trongtam.serve.lock"] {
        assert_eq!(mode(&folder.path(name)), 0o600, "{name}");
    }
    drop(server);
    let copy = folder.path("trongtam.copy");
    assert!(folder.run(&["backup", &copy.to_string_lossy()]).status.success());
    assert_eq!(mode(&copy), 0o600);
    let well = folder.run(&["doctor", "--lang", "en"]);
    assert!(words(&well).contains("only their owner"), "{}", words(&well));
    // A folder that holds other people's files is left as it is, and told.
    std::fs::write(folder.path("ghi-chu.txt"), "x").unwrap();
    std::fs::set_permissions(&folder.0, std::fs::Permissions::from_mode(0o755)).unwrap();
    let loose = words(&folder.run(&["doctor", "--lang", "en"]));
    assert!(loose.lines().any(|line| line.starts_with('!') && line.contains("755")), "{loose}");
    // What was opened to others by mistake is closed again at the next start.
    std::fs::set_permissions(folder.path("trongtam.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    // And said, for whoever could read it may have done so.
    let out = folder.run(&["doctor", "--lang", "en"]);
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(told.contains("trongtam.db (mode 644)"), "{told}");
    assert_eq!(mode(&folder.path("trongtam.db")), 0o600);
}

#[test]
fn a_key_that_cannot_be_read_or_is_missing_is_never_replaced() {
    let folder = Folder::filled();
    let file = folder.path("trail.key");
    let key = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, "không phải khóa").unwrap();
    let out = folder.run(&["doctor", "--lang", "en"]);
    assert_eq!(out.status.code(), Some(1), "{}", words(&out));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "không phải khóa");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!(folder.run(&["doctor"]).status.code(), Some(1), "a key that is there and cannot be read");
    std::fs::remove_dir(&file).unwrap();
    let out = folder.run(&["doctor", "--lang", "en"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(words(&out).contains("new-key") && !file.exists(), "{}", words(&out));
    // Lost for good: a new one is made on purpose, and the old heads stay trusted.
    assert!(folder.run(&["new-key"]).status.success());
    assert_ne!(std::fs::read_to_string(&file).unwrap(), key);
    let out = folder.run(&["verify"]);
    assert!(out.status.success(), "{}", words(&out));
    assert_eq!(folder.run(&["new-key"]).status.code(), Some(1), "never over one that is there");
}

#[test]
fn accounts_are_listed_unlocked_and_reset_from_the_command_line() {
    let folder = Folder::filled();
    let list = words(&folder.run(&["user", "--list"]));
    assert!(list.lines().any(|line| line.starts_with("vanphong\t")), "{list}");
    assert!(folder.run(&["user", "vanphong", "--unlock"]).status.success());
    assert_eq!(folder.run(&["user", "khongco", "--unlock"]).status.code(), Some(1));
    let reset = |password: &str| {
        let mut command = folder.command(&["user", "vanphong", "--reset", "--lang", "en"]);
        command.env("TRONGTAM_PASSWORD", password).output().unwrap()
    };
    let weak = reset("1234567890");
    assert!(!weak.status.success() && words(&weak).contains("guessed first"), "{}", words(&weak));
    assert!(reset("bốn con vịt trời lội ngang").status.success());
    assert!(folder.run(&["verify"]).status.success());
    assert_eq!(folder.run(&["user"]).status.code(), Some(1));
}

#[test]
fn half_sent_requests_hold_up_neither_others_nor_the_end() {
    let folder = Folder::filled();
    let mut server = Server::start(&folder, &[]);
    let silent: Vec<TcpStream> = (0..900)
        .map(|n| {
            let mut stream = TcpStream::connect(&server.address).unwrap();
            let head = if n % 2 == 0 { "POST /dang-nhap HTTP/1.1\r\nhost: x\r\n" } else { "GET /" };
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    // A body that stops half-way, from somebody whose head was whole.
    let mut half = TcpStream::connect(&server.address).unwrap();
    half.write_all(
        b"POST /dang-nhap HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
          content-length: 40\r\n\r\nlogin=a",
    )
    .unwrap();
    for _ in 0..5 {
        assert!(server.get("/dang-nhap").contains("200"));
    }
    let taken = server.stop();
    assert!(taken < Duration::from_secs(25), "the end took {taken:?}");
    drop((silent, half));
}

#[test]
fn a_client_that_never_finishes_its_head_is_sent_away() {
    let folder = Folder::filled();
    let server = Server::start(&folder, &[]);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut rest = Vec::new();
    // The end of the connection, not the end of this test's patience.
    let ended = stream.read_to_end(&mut rest);
    assert!(ended.is_ok(), "{ended:?}");
}
