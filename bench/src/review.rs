//! Thirty units writing their parts of a review at once, and the whole report.

use crate::{
    http::Connection,
    load::{Client, Spread},
};
use anyhow::{Context as _, ensure};
use std::{
    thread,
    time::{Duration, Instant},
};

/// A review that was just opened, with the units that owe a part.
pub(crate) struct Review {
    path: String,
    units: Vec<String>,
    address: String,
    cookie: String,
}

const FORM: &str = "content-type: application/x-www-form-urlencoded";

impl Review {
    /// Opens one of the first programme.
    pub(crate) fn open(address: &str, client: &Client) -> anyhow::Result<Self> {
        let cookie = client.cookie().to_owned();
        let headers = [format!("cookie: {cookie}"), FORM.to_owned()];
        let answer =
            Connection::to(address).send("POST", "/so-ket", &headers, b"programme=CT-01&kind=so_ket")?;
        ensure!(answer.status == 303, "opening a review answered {}", answer.status);
        let list = client.get("/so-ket")?;
        let path = links(&list, "/so-ket/").into_iter().next().context("no review in the list")?;
        let page = client.get(&path)?;
        let units = links(&page, &format!("{path}/bao-cao/"));
        ensure!(units.len() >= 30, "only {} parts", units.len());
        Ok(Self { path, units, address: address.to_owned(), cookie })
    }

    /// Every unit saves its part again and again for a while; then each part must have every save that was answered.
    pub(crate) fn write(&self, over: Duration) -> anyhow::Result<Spread> {
        let begun = Instant::now();
        let results: Vec<anyhow::Result<Vec<Duration>>> = thread::scope(|scope| {
            let workers: Vec<_> = self
                .units
                .iter()
                .take(30)
                .map(|unit| scope.spawn(move || self.write_one(unit, begun, over)))
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

    fn write_one(&self, unit: &str, begun: Instant, over: Duration) -> anyhow::Result<Vec<Duration>> {
        let connection = Connection::to(&self.address);
        let headers = [format!("cookie: {}", self.cookie), FORM.to_owned()];
        let mut taken: Vec<Duration> = Vec::new();
        while begun.elapsed() < over {
            let version = taken.len() + 1;
            let body = format!("viec=save&version={version}&weaknesses=Lan+{version}&causes=Nguyen+nhan");
            let at = Instant::now();
            let answer = connection.send("POST", unit, &headers, body.as_bytes())?;
            ensure!(answer.status == 303, "{unit} answered {} at version {version}", answer.status);
            taken.push(at.elapsed());
        }
        let page = Client::new(&self.address, &self.cookie).get(unit)?;
        let last = format!("Lan {}", taken.len());
        ensure!(page.contains(&last), "{unit} lost a save: {last}");
        Ok(taken)
    }

    /// Makes the whole report once.
    pub(crate) fn report(&self) -> anyhow::Result<Duration> {
        let at = Instant::now();
        let headers = [format!("cookie: {}", self.cookie)];
        let path = format!("{}/tep/du-thao.docx", self.path);
        let answer = Connection::to(&self.address).send("GET", &path, &headers, &[])?;
        ensure!(
            answer.status == 200 && answer.body.starts_with(b"PK"),
            "the report answered {}",
            answer.status
        );
        Ok(at.elapsed())
    }
}

/// The addresses on a page that begin with some words, each once, in order.
fn links(page: &str, begins: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        if link.starts_with(begins) && !link.contains('.') && !found.iter().any(|known| known == link) {
            found.push(link.to_owned());
        }
    }
    found
}
