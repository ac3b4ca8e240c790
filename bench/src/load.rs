//! Requests over several connections at once, and how long they took.

use crate::http::{Answer, Connection};
use anyhow::bail;
use serde_json::{Value, json};
use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The password of every demo sign-in.
const PASSWORD: &str = "dung-thu-trong-tam";

/// How long each of many requests took.
#[derive(Debug, Default)]
pub(crate) struct Spread {
    taken: Vec<Duration>,
    over: Duration,
}

impl Spread {
    /// How long each took, over how long in all.
    pub(crate) fn new(mut taken: Vec<Duration>, over: Duration) -> Self {
        taken.sort_unstable();
        Self { taken, over }
    }

    fn at(&self, share: usize) -> Duration {
        let place = (self.taken.len() * share / 1000).min(self.taken.len().saturating_sub(1));
        self.taken.get(place).copied().unwrap_or_default()
    }

    /// How many there were.
    pub(crate) fn len(&self) -> usize {
        self.taken.len()
    }

    /// Ninety-nine of a hundred took at most this long.
    pub(crate) fn p99(&self) -> Duration {
        self.at(990)
    }

    /// How many a second.
    pub(crate) fn per_second(&self) -> u64 {
        let ms = u64::try_from(self.over.as_millis()).unwrap_or(1).max(1);
        u64::try_from(self.taken.len()).unwrap_or(0) * 1000 / ms
    }

    /// In words.
    pub(crate) fn shown(&self) -> String {
        let ms = |d: Duration| format!("{}.{:02}", d.as_micros() / 1000, d.as_micros() % 1000 / 10);
        format!("{}/s, p50 {} ms, p99 {} ms", self.per_second(), ms(self.at(500)), ms(self.p99()))
    }
}

/// One reader with a cookie.
pub(crate) struct Client {
    connection: Connection,
    address: String,
    cookie: String,
}

impl Client {
    /// One that nobody knows, or with a cookie.
    pub(crate) fn new(address: &str, cookie: &str) -> Self {
        Self { connection: Connection::to(address), address: address.to_owned(), cookie: cookie.to_owned() }
    }

    /// A demo person, signed in.
    pub(crate) fn signed_in(address: &str, login: &str) -> anyhow::Result<Self> {
        let body = format!("login={login}&password={PASSWORD}");
        let headers = ["content-type: application/x-www-form-urlencoded".to_owned()];
        let answer = Connection::to(address).send("POST", "/dang-nhap", &headers, body.as_bytes())?;
        if answer.cookie.is_empty() {
            bail!("{login} could not sign in");
        }
        Ok(Self::new(address, &answer.cookie))
    }

    /// A page's text; anything but 200 is a fault.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<String> {
        Ok(self.answer(path, &[])?.text())
    }

    /// A file's bytes.
    pub(crate) fn file(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        Ok(self.answer(path, &[])?.body)
    }

    /// Sends a form; anything but a redirect is a fault.
    pub(crate) fn send(&self, path: &str, form: &str) -> anyhow::Result<()> {
        let headers = [
            format!("cookie: {}", self.cookie),
            "content-type: application/x-www-form-urlencoded".to_owned(),
        ];
        let answer = self.connection.send("POST", path, &headers, form.as_bytes())?;
        if answer.status != 303 {
            bail!("{path} answered {}", answer.status);
        }
        Ok(())
    }

    /// Sends a body of any kind; the answer is the caller's to judge.
    pub(crate) fn post(&self, path: &str, kind: &str, body: &[u8]) -> anyhow::Result<Answer> {
        let headers = [format!("cookie: {}", self.cookie), format!("content-type: {kind}")];
        self.connection.send("POST", path, &headers, body)
    }

    /// Uploads a file to be imported as a kind; the address of its check.
    pub(crate) fn upload(&self, kind: &str, name: &str, file: &[u8]) -> anyhow::Result<String> {
        let mut body =
            format!("--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n").into_bytes();
        body.extend_from_slice(
            format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let answer = self.post("/nhap", "multipart/form-data; boundary=x", &body)?;
        anyhow::ensure!(answer.status == 303, "the upload answered {}", answer.status);
        Ok(answer.location)
    }

    /// Asks for a page, whatever it answers.
    pub(crate) fn ask(&self, path: &str) -> anyhow::Result<Answer> {
        self.connection.send("GET", path, &[format!("cookie: {}", self.cookie)], &[])
    }

    fn answer(&self, path: &str, more: &[String]) -> anyhow::Result<Answer> {
        let mut headers = vec![format!("cookie: {}", self.cookie)];
        headers.extend_from_slice(more);
        let answer = self.connection.send("GET", path, &headers, &[])?;
        if answer.status != 200 {
            bail!("{path} answered {}", answer.status);
        }
        Ok(answer)
    }

    /// How many bytes a page takes on the wire when the reader takes gzip.
    pub(crate) fn size(&self, path: &str) -> anyhow::Result<usize> {
        Ok(self.answer(path, &["accept-encoding: gzip".to_owned()])?.body.len())
    }

    /// The codes of tasks on the first pages of the list.
    pub(crate) fn task_codes(&self) -> anyhow::Result<Vec<String>> {
        let mut codes = Vec::new();
        for page in 1..=20 {
            let text = self.get(&format!("/nv?trang_thai=in_progress&trang={page}"))?;
            let links = text.split("href=\"/nv/").skip(1).filter_map(|rest| rest.split('"').next());
            codes.extend(links.filter(|code| code.starts_with("NV-")).map(str::to_owned));
        }
        anyhow::ensure!(!codes.is_empty(), "no tasks in the list");
        Ok(codes)
    }
}

/// Reads pages over some connections for a while.
pub(crate) fn run(
    connections: usize,
    over: Duration,
    client: &Client,
    path: impl Fn(usize, usize) -> String + Sync,
) -> anyhow::Result<Spread> {
    // Once beforehand, so that what is kept in memory is there.
    client.get(&path(0, 0))?;
    gather(connections, over, |worker, i, own: &Client| own.get(&path(worker, i)).map(|_| ()), client)
}

/// Works over some connections at once, each worker again and again for a while.
pub(crate) fn gather(
    connections: usize,
    over: Duration,
    work: impl Fn(usize, usize, &Client) -> anyhow::Result<()> + Sync,
    client: &Client,
) -> anyhow::Result<Spread> {
    let begun = Instant::now();
    let results: Vec<anyhow::Result<Vec<Duration>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|worker| {
                let own = Client::new(&client.address, &client.cookie);
                let work = &work;
                scope.spawn(move || {
                    let mut taken = Vec::new();
                    while begun.elapsed() < over {
                        let at = Instant::now();
                        work(worker, taken.len(), &own)?;
                        taken.push(at.elapsed());
                    }
                    Ok(taken)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|w| w.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a worker panicked"))))
            .collect()
    });
    let elapsed = begun.elapsed();
    let mut all = Vec::new();
    for result in results {
        all.extend(result?);
    }
    Ok(Spread::new(all, elapsed))
}

pub(crate) fn post(client: &Client, token: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
    let headers = [format!("authorization: Bearer {token}"), "content-type: application/json".to_owned()];
    let answer = client.connection.send("POST", path, &headers, body.to_string().as_bytes())?;
    if !(200..300).contains(&answer.status) {
        bail!("{path} answered {}: {}", answer.status, answer.text());
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

pub(crate) fn new_task(parent: &str) -> Value {
    json!({
        "programme": "CT-01", "title": "Rà soát thủ tục hành chính", "lead": "UB001", "person": "Lê Văn Thử",
        "due": "31/12/2027", "product": "Báo cáo", "acceptance": "Được ký", "authority": "01-CTr/TU", "parent": parent,
    })
}

/// Creates tasks over the API.
pub(crate) fn create(
    connections: usize,
    over: Duration,
    address: &str,
    token: &str,
) -> anyhow::Result<Spread> {
    let client = Client::new(address, "");
    let body = new_task("");
    gather(connections, over, |_, _, own| post(own, token, "/api/tasks", &body).map(|_| ()), &client)
}

/// Makes a chain of five tasks, changes the lowest again and again, and measures the next read of the highest.
pub(crate) fn ancestors(address: &str, token: &str, times: i64) -> anyhow::Result<Spread> {
    let client = Client::new(address, "");
    let mut parent = String::new();
    let mut top = String::new();
    for _ in 0..5 {
        let made = post(&client, token, "/api/tasks", &new_task(&parent))?;
        parent = made.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
        if top.is_empty() {
            top.clone_from(&parent);
        }
    }
    let reader = Client::signed_in(address, "vanphong")?;
    let head = Client::signed_in(address, "thutruong")?;
    step(&client, token, &parent, &json!({"step": "assign"}))?;
    take(&head, &parent, "receive", "")?;
    let mut taken = Vec::new();
    let begun = Instant::now();
    for i in 0..times {
        let percent = i % 99 + 1;
        step(&client, token, &parent, &json!({"step": "progress", "percent": percent}))?;
        let at = Instant::now();
        let page = reader.get(&format!("/nv/{top}"))?;
        taken.push(at.elapsed());
        anyhow::ensure!(page.contains(&format!("{percent}\u{a0}%")), "the top does not show {percent} %");
    }
    Ok(Spread::new(taken, begun.elapsed()))
}

fn step(client: &Client, token: &str, code: &str, body: &Value) -> anyhow::Result<()> {
    post(client, token, &format!("/api/tasks/{code}/steps"), body).map(|_| ())
}

/// Takes a step by the page's form.
fn take(client: &Client, code: &str, step: &str, words: &str) -> anyhow::Result<()> {
    let body = [("buoc", step), ("words", words)]
        .map(|(n, v)| format!("--x\r\nContent-Disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n"))
        .concat()
        + "--x--\r\n";
    let headers =
        [format!("cookie: {}", client.cookie), "content-type: multipart/form-data; boundary=x".to_owned()];
    let answer = client.connection.send("POST", &format!("/nv/{code}/buoc"), &headers, body.as_bytes())?;
    anyhow::ensure!(answer.status == 303, "{step} answered {}", answer.status);
    Ok(())
}

/// Somebody who changes a task again and again beside a load.
pub(crate) struct Writer {
    stop: mpsc::Sender<()>,
    begun: Instant,
    thread: thread::JoinHandle<u64>,
}

impl Writer {
    /// Begins: some fifty changes a second.
    pub(crate) fn start(address: &str, token: &str, code: String) -> Self {
        let (stop, stopped) = mpsc::channel();
        let (client, token) = (Client::new(address, ""), token.to_owned());
        let thread = thread::spawn(move || {
            let mut done = 0;
            let pause = Duration::from_millis(20);
            while matches!(stopped.recv_timeout(pause), Err(mpsc::RecvTimeoutError::Timeout)) {
                let body = json!({"step": "progress", "percent": done % 99 + 1});
                done += u64::from(step(&client, &token, &code, &body).is_ok());
            }
            done
        });
        Self { stop, begun: Instant::now(), thread }
    }

    /// Ends; how many changes a second there were.
    pub(crate) fn stop(self) -> u64 {
        drop(self.stop);
        let seconds = self.begun.elapsed().as_secs().max(1);
        self.thread.join().unwrap_or(0) / seconds
    }
}
