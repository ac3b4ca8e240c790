//! `cargo xtask drill NAME`: how the program bears what an attacker or a bad morning does to it. Each drill is bounded in
//! time and in what it sends, talks to this machine alone, and prints its figures beside what is asked for.

use crate::{
    load::{self, Client, Spread},
    power,
    server::Server,
    table::Table,
    workbook,
};
use anyhow::{Context as _, bail};
use std::{
    io::Write as _,
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

/// A drill's city and program.
struct Ground {
    binary: PathBuf,
    data: PathBuf,
    table: Table,
}

/// Runs one drill.
pub(crate) fn run(binary: PathBuf, name: &str) -> anyhow::Result<()> {
    measure(binary, name).map(|_| ())
}

/// Runs one drill; its figures.
pub(crate) fn measure(binary: PathBuf, name: &str) -> anyhow::Result<Table> {
    let data = std::env::temp_dir().join(format!("trongtam-drill-{}", std::process::id()));
    let mut ground = Ground { binary, data, table: Table::default() };
    let done = match name {
        "workbook" => ground.workbook(),
        "signins" => ground.sign_ins(),
        "backup" => ground.backup(),
        "bodies" => ground.bodies(),
        "slow" => ground.slow(),
        "power" => return power::measure(&ground.binary),
        other => bail!("there is no drill {other}: workbook, signins, backup, bodies, slow, power"),
    };
    let _ = std::fs::remove_dir_all(&ground.data);
    done.map(|()| ground.table)
}

/// Waits on a channel that never speaks.
fn pause(over: Duration) {
    let (_silent, never) = std::sync::mpsc::channel::<()>();
    let _ = never.recv_timeout(over);
}

fn seconds(taken: Duration) -> String {
    format!("{:.2} s", taken.as_secs_f64())
}

fn millis(taken: Duration) -> String {
    format!("{:.1} ms", taken.as_secs_f64() * 1000.0)
}

/// Something that is asked again and again beside a load, each time with how long it took.
struct Beside<'a> {
    stop: &'a AtomicBool,
}

impl Beside<'_> {
    fn measure(
        &self,
        between: Duration,
        work: impl Fn(usize) -> anyhow::Result<()>,
    ) -> anyhow::Result<Spread> {
        let (begun, mut taken) = (Instant::now(), Vec::new());
        while !self.stop.load(Ordering::Relaxed) {
            let at = Instant::now();
            work(taken.len())?;
            taken.push(at.elapsed());
            pause(between);
        }
        Ok(Spread::new(taken, begun.elapsed()))
    }
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, anyhow::Result<T>>) -> anyhow::Result<T> {
    thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a thread panicked")))
}

impl Ground {
    fn command(&self, words: &[&str]) -> anyhow::Result<String> {
        let out = Command::new(&self.binary).args(words).arg("--data").arg(&self.data).output()?;
        anyhow::ensure!(
            matches!(out.status.code(), Some(0 | 2)),
            "trongtam {}: {}",
            words.join(" "),
            String::from_utf8_lossy(&out.stderr)
        );
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }

    fn city(&self, tasks: &str) -> anyhow::Result<Server> {
        self.command(&["demo", "--fill-only", "--tasks", tasks])?;
        Server::start(&self.binary, &self.data)
    }

    fn token(&self) -> anyhow::Result<String> {
        let out = self.command(&["token", "vanphong", "--name", "drill", "--scope", "write"])?;
        Ok(out.lines().map(str::trim).rfind(|l| !l.is_empty()).unwrap_or_default().to_owned())
    }

    /// A workbook of 20,000 rows, one of 20,000 dossiers, and four of 290,000 rows at once, each with a reader and with
    /// people who sign in beside it.
    fn workbook(&mut self) -> anyhow::Result<()> {
        let server = self.city("20000")?;
        let client = Client::signed_in(&server.address, "vanphong")?;
        let file = self.data.join("viec.xlsx");
        workbook(&file, 20_000)?;
        self.import(&server, &client, "tasks", &file, "&ct=CT-01")?;
        let procedures = self.data.join("thu-tuc.csv");
        std::fs::write(
            &procedures,
            "ma_tthc,ten_tthc,linh_vuc,thoi_han_so,thoi_han_don_vi,le_phi\n1.000001,Chứng thực,Tư pháp,1,ngày làm việc,0\n",
        )?;
        self.command(&["import", "procedures", &procedures.to_string_lossy()])?;
        let dossiers = self.data.join("ho-so.xlsx");
        dossiers_of(&dossiers, 20_000)?;
        self.import(&server, &client, "dossiers", &dossiers, "")?;
        let long = self.data.join("dai.xlsx");
        workbook(&long, 290_000)?;
        let bytes = std::fs::read(&long)?;
        let (stop, begun) = (AtomicBool::new(false), Instant::now());
        let told = thread::scope(|scope| -> anyhow::Result<Vec<(u16, Duration)>> {
            let beside = self.beside(scope, &stop, &server)?;
            let tabs: Vec<_> = (0..4)
                .map(|n| {
                    let (bytes, address) = (&bytes, &server.address);
                    scope.spawn(move || -> anyhow::Result<(u16, Duration)> {
                        let own = Client::signed_in(address, "vanphong")?;
                        let check = own.upload("tasks", &format!("dai-{n}.xlsx"), bytes)?;
                        let at = Instant::now();
                        let status = own.ask(&format!("{check}&ct=CT-01"))?.status;
                        Ok((status, at.elapsed()))
                    })
                })
                .collect();
            let told = tabs.into_iter().map(joined).collect();
            stop.store(true, Ordering::Relaxed);
            self.tell_beside("four tabs of 290,000 rows", beside)?;
            told
        })?;
        let slowest = told.iter().map(|(_, taken)| *taken).max().unwrap_or_default();
        let statuses: Vec<String> = told.iter().map(|(status, _)| status.to_string()).collect();
        let refused = told.iter().all(|(status, _)| *status == 422);
        let holds = if refused {
            slowest <= Duration::from_secs(2)
        } else {
            begun.elapsed() <= Duration::from_secs(45)
        };
        let shown = format!("{} the slowest, answers {}", seconds(slowest), statuses.join(" "));
        self.table.check("four tabs of 290,000 rows", holds, &shown, "≤ 45 s, or refused in ≤ 2 s");
        let mb = server.most_memory_mb()?;
        self.table.add("most memory", &format!("{mb} MB"), "–");
        Ok(())
    }

    /// Checks and runs one file as a person does, with others beside it.
    fn import(
        &mut self,
        server: &Server,
        client: &Client,
        kind: &str,
        file: &Path,
        more: &str,
    ) -> anyhow::Result<()> {
        let bytes = std::fs::read(file)?;
        let stop = AtomicBool::new(false);
        let (check, run) = thread::scope(|scope| -> anyhow::Result<(Duration, Duration)> {
            let beside = self.beside(scope, &stop, server)?;
            let work = || -> anyhow::Result<(Duration, Duration)> {
                let address = client.upload(kind, "tep.xlsx", &bytes)?;
                let at = Instant::now();
                let page = client.get(&format!("{address}{more}"))?;
                let check = at.elapsed();
                anyhow::ensure!(
                    page.contains("id=\"n-read\">20000<"),
                    "the check does not say that 20,000 rows were read"
                );
                let (path, query) = address.split_once('?').context("a check without a kind")?;
                let at = Instant::now();
                let form = format!("{query}{more}");
                let answer = client.post(path, "application/x-www-form-urlencoded", form.as_bytes())?;
                anyhow::ensure!(answer.status == 303, "the run answered {}", answer.status);
                while client.get(&answer.location)?.contains("id=\"tien-do\"") {
                    pause(Duration::from_millis(50));
                }
                let run = at.elapsed();
                let page = client.get(&answer.location)?;
                anyhow::ensure!(
                    page.contains("id=\"n-created\">20000<"),
                    "the run did not make 20,000 records"
                );
                Ok((check, run))
            };
            let done = work();
            stop.store(true, Ordering::Relaxed);
            self.tell_beside(&format!("20,000 rows of {kind}"), beside)?;
            done
        })?;
        let most = Duration::from_secs(3);
        for (word, taken) in [("check", check), ("run", run)] {
            let name = format!("workbook of 20,000 rows of {kind}, {word}");
            self.table.check(&name, taken <= most, &seconds(taken), "≤ 3 s");
        }
        Ok(())
    }

    /// A reader of the task list, and people who sign in one after another.
    fn beside<'scope>(
        &self,
        scope: &'scope thread::Scope<'scope, '_>,
        stop: &'scope AtomicBool,
        server: &'scope Server,
    ) -> anyhow::Result<[thread::ScopedJoinHandle<'scope, anyhow::Result<Spread>>; 2]> {
        let reader = Client::signed_in(&server.address, "lanhdao")?;
        let pages = scope.spawn(move || {
            Beside { stop }.measure(Duration::from_millis(50), |_| {
                reader.get("/nv?don_vi=H001&tinh_trang=overdue").map(|_| ())
            })
        });
        let address = &server.address;
        let signing = scope.spawn(move || {
            let logins = ["nguoixem", "chuyenvien", "thutruong", "kiemtra", "nhansu", "tochuc"];
            Beside { stop }.measure(Duration::from_millis(300), |n| {
                let login = logins.get(n % logins.len()).copied().unwrap_or("nguoixem");
                Client::signed_in(address, login).map(|_| ())
            })
        });
        Ok([pages, signing])
    }

    fn tell_beside(
        &mut self,
        what: &str,
        [pages, signing]: [thread::ScopedJoinHandle<'_, anyhow::Result<Spread>>; 2],
    ) -> anyhow::Result<()> {
        for (who, thread, most) in [("a page", pages, 100), ("a sign-in", signing, 300)] {
            let spread = joined(thread)?;
            let holds = spread.p99() <= Duration::from_millis(most);
            let shown = format!("{} of {}", millis(spread.p99()), spread.len());
            let asked = format!("≤ {most} ms");
            self.table.check(&format!("beside {what}: {who}, p99"), holds, &shown, &asked);
        }
        Ok(())
    }

    /// Five hundred people sign in at once; others go on working.
    fn sign_ins(&mut self) -> anyhow::Result<()> {
        const PEOPLE: usize = 500;
        let server = self.city("2000")?;
        let token = self.token()?;
        let quiet = load::create(1, Duration::from_secs(3), &server.address, &token)?;
        self.table.add("an act while nobody signs in, p99", &millis(quiet.p99()), "–");
        let (stop, failed) = (AtomicBool::new(false), AtomicUsize::new(0));
        let (acts, last) = thread::scope(|scope| -> anyhow::Result<(Spread, Duration)> {
            let (address, token, stop) = (&server.address, &token, &stop);
            let acting = scope.spawn(move || {
                let client = Client::new(address, "");
                let body = load::new_task("");
                Beside { stop }.measure(Duration::from_millis(5), |_| {
                    load::post(&client, token, "/api/tasks", &body).map(|_| ())
                })
            });
            pause(Duration::from_millis(300));
            let begun = Instant::now();
            let logins = ["vanphong", "lanhdao", "nguoixem", "chuyenvien", "thutruong", "kiemtra", "nhansu"];
            let people: Vec<_> = (0..PEOPLE)
                .map(|n| {
                    let (failed, login) =
                        (&failed, logins.get(n % logins.len()).copied().unwrap_or("vanphong"));
                    scope.spawn(move || {
                        if Client::signed_in(address, login).is_err() {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                        begun.elapsed()
                    })
                })
                .collect();
            let last = people.into_iter().filter_map(|one| one.join().ok()).max().unwrap_or_default();
            stop.store(true, Ordering::Relaxed);
            Ok((joined(acting)?, last))
        })?;
        let failed = failed.load(Ordering::Relaxed);
        self.table.check("of 500 sign-ins, refused", failed == 0, &failed.to_string(), "0");
        self.table.check(
            "the last of 500 is in after",
            last <= Duration::from_secs(30),
            &seconds(last),
            "≤ 30 s",
        );
        let holds = acts.p99() <= Duration::from_millis(20);
        self.table.check("an act of somebody else meanwhile, p99", holds, &acts.shown(), "≤ 20 ms");
        self.strangers(&server, &token)
    }

    /// A hundred strangers at the first administrator's form, with a link that is none.
    fn strangers(&mut self, server: &Server, token: &str) -> anyhow::Result<()> {
        let stop = AtomicBool::new(false);
        let acts = thread::scope(|scope| -> anyhow::Result<Spread> {
            let (address, stop) = (&server.address, &stop);
            for _ in 0..100 {
                scope.spawn(move || {
                    let client = Client::new(address, "");
                    while !stop.load(Ordering::Relaxed) {
                        let form = b"ma=0000&login=a&name=b&password=bon-con-vit-troi-loi-ngang";
                        let _ = client.post("/bat-dau", "application/x-www-form-urlencoded", form);
                        pause(Duration::from_millis(20));
                    }
                });
            }
            let client = Client::new(address, "");
            let (begun, body, mut taken) = (Instant::now(), load::new_task(""), Vec::new());
            while begun.elapsed() < Duration::from_secs(10) {
                let at = Instant::now();
                load::post(&client, token, "/api/tasks", &body)?;
                taken.push(at.elapsed());
                pause(Duration::from_millis(5));
            }
            stop.store(true, Ordering::Relaxed);
            Ok(Spread::new(taken, begun.elapsed()))
        })?;
        let holds = acts.p99() <= Duration::from_millis(20);
        self.table.check(
            "an act while 100 strangers try the first link, p99",
            holds,
            &acts.shown(),
            "≤ 20 ms",
        );
        Ok(())
    }

    /// A copy of a gigabyte while some 480 acts a second are written.
    fn backup(&mut self) -> anyhow::Result<()> {
        let server = self.city("280000")?;
        let token = self.token()?;
        let mb = |path: &Path| std::fs::metadata(path).map_or(0, |about| about.len() / 1_048_576);
        let (database, log) = (self.data.join("trongtam.db"), self.data.join("trongtam.db-wal"));
        self.table.add("the database", &format!("{} MB", mb(&database)), "–");
        let copy = self.data.join("trongtam.copy");
        let stop = AtomicBool::new(false);
        let written = AtomicUsize::new(0);
        let (taken, most_log, half, acts) =
            thread::scope(|scope| -> anyhow::Result<(Duration, u64, bool, Spread)> {
                let (address, token, stop, written) = (&server.address, &token, &stop, &written);
                let acting: Vec<_> = (0..4)
                    .map(|_| {
                        scope.spawn(move || {
                            let (client, body) = (Client::new(address, ""), load::new_task(""));
                            Beside { stop }.measure(Duration::from_micros(6_500), |_| {
                                load::post(&client, token, "/api/tasks", &body)?;
                                written.fetch_add(1, Ordering::Relaxed);
                                Ok(())
                            })
                        })
                    })
                    .collect();
                pause(Duration::from_secs(3));
                let at = Instant::now();
                let mut child = Command::new(&self.binary)
                    .args(["backup", &copy.to_string_lossy()])
                    .arg("--data")
                    .arg(&self.data)
                    .spawn()?;
                let (mut most_log, mut half) = (0, false);
                let done = loop {
                    most_log = most_log.max(mb(&log));
                    if let Some(status) = child.try_wait()? {
                        break status.success();
                    }
                    half |= copy.exists();
                    if at.elapsed() > Duration::from_secs(120) {
                        let _ = child.kill();
                        child.wait()?;
                        break false;
                    }
                    pause(Duration::from_millis(50));
                };
                let taken = at.elapsed();
                pause(Duration::from_secs(5));
                stop.store(true, Ordering::Relaxed);
                let mut spreads = Vec::new();
                for one in acting {
                    spreads.push(joined(one)?);
                }
                anyhow::ensure!(done || taken > Duration::from_secs(100), "the copy failed");
                let acts = spreads.into_iter().max_by_key(Spread::p99).unwrap_or_default();
                Ok((taken, most_log, half, acts))
            })?;
        let per_second = written.load(Ordering::Relaxed) / usize::try_from(taken.as_secs() + 8)?.max(1);
        let shown = format!("{} beside {per_second} acts/s", seconds(taken));
        self.table.check(
            "a copy of it",
            taken <= Duration::from_secs(30),
            &shown,
            "≤ 30 s beside 480 acts/s",
        );
        self.table.add("acts meanwhile, p99 of the slowest writer", &millis(acts.p99()), "–");
        self.table.add("the most log meanwhile", &format!("{most_log} MB"), "–");
        let shown = if half { "seen" } else { "never seen" };
        self.table.check("half a file under its final name", !half, shown, "never");
        pause(Duration::from_secs(3));
        let left = mb(&log);
        self.table.check("the log afterwards", left <= 200, &format!("{left} MB"), "≤ 200 MB");
        drop(server);
        let fresh = self.data.join("back");
        let at = Instant::now();
        let back = Command::new(&self.binary)
            .args(["restore", &copy.to_string_lossy(), "--data"])
            .arg(&fresh)
            .output()?;
        let shown =
            format!("{}, {}", seconds(at.elapsed()), if back.status.success() { "taken" } else { "refused" });
        self.table.check("put back elsewhere, everything compared", back.status.success(), &shown, "taken");
        Ok(())
    }

    /// Strangers who send fifty megabytes to the sign-in.
    fn bodies(&mut self) -> anyhow::Result<()> {
        let server = self.city("2000")?;
        let before = server.memory_mb()?;
        self.table.add("memory before", &format!("{before} MB"), "–");
        // Six at once, each of three million fields.
        let body = "a=1&bcde=23456&".repeat(50 * 1024 * 1024 / 15);
        let statuses: Vec<u16> = thread::scope(|scope| {
            let (address, body) = (&server.address, &body);
            let all: Vec<_> = (0..6)
                .map(|_| {
                    scope.spawn(move || {
                        let client = Client::new(address, "");
                        let kind = "application/x-www-form-urlencoded";
                        client.post("/dang-nhap", kind, body.as_bytes()).map_or(0, |answer| answer.status)
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap_or(0)).collect()
        });
        let most = server.most_memory_mb()?;
        let grown = most.saturating_sub(before);
        let shown = format!("{grown} MB (answers {statuses:?}; 0: the connection was closed)");
        self.table.check("six anonymous forms of 50 MB, memory grown by", grown <= 64, &shown, "≤ 64 MB");
        Ok(())
    }

    /// A thousand requests that are never finished, and the end in the middle of them.
    fn slow(&mut self) -> anyhow::Result<()> {
        let mut server = self.city("2000")?;
        let host = server.address.trim_start_matches("http://").to_owned();
        let client = Client::signed_in(&server.address, "vanphong")?;
        let quiet = load::run(1, Duration::from_secs(2), &client, |_, _| "/nv".to_owned())?;
        self.table.add("a page while nobody else is there, p99", &millis(quiet.p99()), "–");
        let mut half = Vec::new();
        for n in 0..1_000 {
            let Ok(mut stream) = TcpStream::connect(&host) else { break };
            let head = if n % 2 == 0 {
                "GET /nv HTTP/1.1\r\nhost: x\r\n".to_owned()
            } else {
                format!(
                    "POST /dang-nhap HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {n}\r\n\r\nlogin"
                )
            };
            stream.write_all(head.as_bytes())?;
            half.push(stream);
        }
        self.table.add("half-sent requests", &half.len().to_string(), "1,000");
        let begun = Instant::now();
        let mut taken = Vec::new();
        while begun.elapsed() < Duration::from_secs(10) {
            let at = Instant::now();
            // A new connection each time: those who were there before are not what is asked about.
            let signed = Client::new(&server.address, "").get("/dang-nhap");
            taken.push(if signed.is_ok() { at.elapsed() } else { Duration::from_secs(60) });
        }
        let beside = Spread::new(taken, begun.elapsed());
        let holds = beside.p99() <= Duration::from_millis(100);
        let shown = format!("{} of {}", millis(beside.p99()), beside.len());
        self.table.check("a page over a new connection beside them, p99", holds, &shown, "≤ 100 ms");
        let at = Instant::now();
        server.stop()?;
        let taken = at.elapsed();
        let holds = taken <= Duration::from_secs(12);
        self.table.check("from the signal to the end", holds, &seconds(taken), "ten seconds of grace");
        drop(half);
        Ok(())
    }
}

/// Dossiers as a one-stop program exports them.
fn dossiers_of(file: &Path, rows: usize) -> anyhow::Result<()> {
    let headers = [
        "Mã hồ sơ",
        "Mã thủ tục",
        "Nơi tiếp nhận",
        "Kênh",
        "Tiếp nhận",
        "Trạng thái",
        "Xong",
        "Trả kết quả",
        "Điểm đánh giá",
    ];
    let list = paper::write::List {
        name: "Hồ sơ".to_owned(),
        headers: headers.map(str::to_owned).to_vec(),
        rows: (1..=rows)
            .map(|n| {
                let (day, minute) = (n % 28 + 1, n % 60);
                vec![
                    format!("HS-{n:06}").into(),
                    "1.000001".into(),
                    "UB001".into(),
                    "Trực tiếp".into(),
                    format!("{day:02}/03/2023 08:{minute:02}").into(),
                    "Đã trả kết quả".into(),
                    format!("{day:02}/03/2023 15:{minute:02}").into(),
                    format!("{day:02}/03/2023 16:{minute:02}").into(),
                    "5".into(),
                ]
            })
            .collect(),
        about: Vec::new(),
    };
    std::fs::write(file, list.xlsx()?).context("writing the dossiers")?;
    Ok(())
}
