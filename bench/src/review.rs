//! Thirty units writing their parts of a review at once, and the whole report.

use crate::load::{self, Client, Spread};
use anyhow::{Context as _, ensure};
use std::time::{Duration, Instant};

/// How many units write at once.
const UNITS: usize = 30;

/// A review that was just opened, with the units that owe a part.
pub(crate) struct Review<'a> {
    client: &'a Client,
    path: String,
    units: Vec<String>,
}

impl<'a> Review<'a> {
    /// Opens one of the first programme.
    pub(crate) fn open(client: &'a Client) -> anyhow::Result<Self> {
        client.send("/so-ket", "programme=CT-01&kind=so_ket")?;
        let list = client.get("/so-ket")?;
        let path = links(&list, "/so-ket/").into_iter().next().context("no review in the list")?;
        let page = client.get(&path)?;
        let units = links(&page, &format!("{path}/bao-cao/"));
        ensure!(units.len() >= UNITS, "only {} parts", units.len());
        Ok(Self { client, path, units })
    }

    /// Every unit saves its part again and again for a while. Each save names the version that the one before made, so
    /// a lost one is refused; at the end every part holds its last save.
    pub(crate) fn write(&self, over: Duration) -> anyhow::Result<Spread> {
        let unit = |worker: usize| self.units.get(worker).map_or("", String::as_str);
        let save = |worker: usize, i: usize, own: &Client| {
            let version = i + 1;
            own.send(unit(worker), &format!("viec=save&version={version}&weaknesses=Lan+{version}&causes=x"))
        };
        let spread = load::gather(UNITS, over, save, self.client)?;
        let mut kept = 0;
        for worker in 0..UNITS {
            let page = self.client.get(unit(worker))?;
            let last = page.split(">Lan ").nth(1).and_then(|rest| rest.split('<').next());
            kept += last.and_then(|n| n.trim().parse::<usize>().ok()).context("a part without a save")?;
        }
        ensure!(kept == spread.len(), "{kept} saves are kept of {} that were answered", spread.len());
        Ok(spread)
    }

    /// Makes the whole report once.
    pub(crate) fn report(&self) -> anyhow::Result<Duration> {
        let at = Instant::now();
        let file = self.client.file(&format!("{}/tep/du-thao.docx", self.path))?;
        ensure!(file.starts_with(b"PK"), "the report is no Word file");
        Ok(at.elapsed())
    }

    /// Makes the same report once as PDF.
    pub(crate) fn pdf(&self) -> anyhow::Result<Duration> {
        let at = Instant::now();
        let file = self.client.file(&format!("{}/tep/du-thao.pdf", self.path))?;
        ensure!(file.starts_with(b"%PDF-"), "the report is no PDF file");
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
