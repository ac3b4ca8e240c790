//! The import wizard: upload, map columns, see row by row what would happen, run, download what was refused.
//!
//! The uploaded file is kept by its hash and the run is a job of its own, so a closed tab loses nothing: the address
//! continues where one stopped, and the form lists what was begun.

use super::{
    document_check,
    import_rows::{Row, shown},
};
use crate::{
    intake::{self, File, Kind},
    jobs::{self, Job, Jobs},
};
use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use base::{Outcome, Refusal, Right, Stop, intake::Report};
use paper::write::Out;
use programme::{import::Options, store, words::Programme};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};
use web::form::{Form, Sent, Upload, day, download, encode, field};
use web::{Cx, Reply, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "import.html")]
struct FormPage {
    s: Shell,
    kinds: Vec<&'static str>,
    wrong: String,
    kind: String,
    jobs: Vec<Job>,
    sh: Show,
}

#[derive(Template)]
#[template(path = "import_check.html")]
struct CheckPage {
    s: Shell,
    sha: String,
    name: String,
    kind: &'static str,
    query: Form,
    programmes: Vec<Programme>,
    report: Option<Report>,
    rows: Vec<Row>,
    wrong: String,
    /// Columns of the kind with the recognised header, and every header of the file.
    columns: Vec<(&'static str, String)>,
    headers: Vec<String>,
    /// The sheets of the file; empty when it has none.
    sheets: Vec<String>,
}

impl CheckPage {
    fn value(&self, name: &str) -> String {
        self.query.get(name).cloned().unwrap_or_default()
    }

    fn link(&self) -> String {
        address(&self.query)
    }
}

/// What the person said about a file, as the query of an address.
fn address(query: &Form) -> String {
    let mut names: Vec<&String> = query
        .keys()
        .filter(|n| matches!(n.as_str(), "kind" | "ct" | "ngay" | "trang") || n.starts_with("cot."))
        .collect();
    names.sort();
    let pairs: Vec<String> = names
        .into_iter()
        .filter_map(|n| {
            query.get(n).filter(|v| !v.is_empty()).map(|v| format!("{}={}", encode(n), encode(v)))
        })
        .collect();
    pairs.join("&")
}

fn may_import(cx: &Cx) -> Outcome<()> {
    let actor = cx.actor()?;
    let may = [Right::Assign, Right::Draft, Right::Organise, Right::Staff, Right::Administer]
        .into_iter()
        .any(|right| actor.may_somewhere(right));
    if may { Ok(()) } else { Refusal::forbidden().stop() }
}

pub(super) async fn form(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        may_import(&cx)?;
        form_page(&cx, StatusCode::OK, String::new(), field(&query, "kind")).await
    };
    let out = out.await;
    cx.reply(out)
}

async fn form_page(cx: &Cx, status: StatusCode, wrong: String, kind: String) -> Reply {
    let kinds = Kind::ALL.iter().map(|k| k.word()).collect();
    let jobs = cx
        .read(|tx, actor| {
            Ok(actor.account.map(|id| jobs::of_account(tx, id)).transpose()?.unwrap_or_default())
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-import"), "/nhap");
    cx.page_with(status, &FormPage { s, kinds, wrong, kind, jobs, sh: Show })
}

pub(super) async fn upload(cx: Cx, sent: Upload) -> Response {
    let out = async {
        may_import(&cx)?;
        let (form, file) = web::form::parts(sent).await?;
        let kind = field(&form, "kind");
        let text = form
            .get("text")
            .filter(|t| !t.trim().is_empty())
            .map(|t| ("van-ban.txt".to_owned(), t.clone().into_bytes()));
        let Some((name, bytes)) = file.or(text) else {
            let wrong = cx.t.say("paper-empty");
            return form_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, wrong, kind).await;
        };
        let media = paper::FileKind::sniff(&bytes).media_type();
        let sha = cx
            .act(move |tx, clock, actor| {
                let sha = document::store::keep_file(tx, &name, media, &bytes, clock.now())?;
                if let Some(account) = actor.account {
                    document::store::own_file(tx, &sha, account)?;
                }
                Ok(sha)
            })
            .await?;
        Ok(see_other(&format!("/nhap/{sha}?kind={}", encode(&kind))))
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn kept(cx: &Cx, sha: &str, query: &Form) -> Outcome<(Kind, File)> {
    may_import(cx)?;
    let Some(kind) = Kind::from_word(&field(query, "kind")) else {
        return Refusal::new("refusal-unknown-word")
            .with("field", "kind")
            .with("value", field(query, "kind"))
            .stop();
    };
    let (wanted, rooms) = (sha.to_owned(), cx.site.rooms);
    let found = cx
        .read(move |tx, actor| {
            if !web::room::may_have(rooms, tx, actor, &wanted)? {
                return Ok(None);
            }
            Ok(document::store::file(tx, &wanted)?)
        })
        .await?;
    let Some((name, _, bytes)) = found else { return Refusal::not_found().stop() };
    let text = |n: &str| Some(field(query, n)).filter(|v| !v.is_empty());
    let options = Options {
        programme: text("ct"),
        as_of: day(query, "ngay"),
        sheet: text("trang"),
        map: query
            .iter()
            .filter_map(|(n, v)| Some((n.strip_prefix("cot.")?.to_owned(), v.clone())))
            .filter(|(_, header)| !header.is_empty())
            .collect(),
        progress: Arc::default(),
    };
    let file = File::new(name, bytes, options);
    // Read once, by threads that answer nobody; everything after this only looks at what was read.
    let reading = file.clone();
    cx.site.reading.run(move || reading.prepare(kind)).await?;
    Ok((kind, file))
}

/// Ends a rehearsal whose reader has gone away.
struct CancelOnDrop(Arc<base::intake::Progress>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Only says what the import would do.
async fn rehearse(cx: &Cx, kind: Kind, file: File) -> Outcome<Report> {
    let _guard = CancelOnDrop(Arc::clone(&file.options.progress));
    cx.rehearse(move |tx, clock, actor| intake::import(tx, clock, actor, kind, &file)).await
}

/// The first rows of a report as a person reads them.
async fn rows_of(cx: &Cx, report: &Report) -> Outcome<Vec<Row>> {
    let today = cx.today;
    let names = cx.read(move |tx, _| Ok(organisation::Snapshot::at(tx, today)?)).await?;
    Ok(report.rows.iter().take(500).map(|row| shown(row, &names, &cx.t)).collect())
}

async fn check_page(cx: &Cx, sha: String, query: Form) -> Reply {
    let (kind, file) = kept(cx, &sha, &query).await?;
    if kind == Kind::Document {
        return match document_check::page(cx, sha, &file, None, (StatusCode::OK, String::new(), "")).await {
            Err(Stop::Refused(refusal)) if refusal.status == base::Status::Unprocessable => {
                let wrong = cx.t.refusal(&refusal);
                form_page(cx, StatusCode::UNPROCESSABLE_ENTITY, wrong, kind.word().to_owned()).await
            }
            other => other,
        };
    }
    let name = file.name.clone();
    let (columns, headers) = match intake::mapping(kind, &file) {
        Ok(found) => found,
        Err(Stop::Refused(_)) => (Vec::new(), Vec::new()),
        Err(fault) => return Err(fault),
    };
    let sheets = intake::sheets(&file);
    let outcome = rehearse(cx, kind, file).await;
    let programmes = cx.read(|tx, _| Ok(store::programmes(tx)?)).await?;
    let (report, wrong) = match outcome {
        Ok(mut report) => {
            report.say(&cx.t);
            (Some(report), String::new())
        }
        Err(Stop::Refused(refusal)) if refusal.status == base::Status::Unprocessable => {
            (None, cx.t.refusal(&refusal))
        }
        Err(stop) => return Err(stop),
    };
    let rows = match &report {
        Some(report) => rows_of(cx, report).await?,
        None => Vec::new(),
    };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CheckPage {
        s: cx.shell(cx.t.say("import-check-title"), "/nhap"),
        sha,
        name,
        kind: kind.word(),
        query,
        programmes,
        rows,
        report,
        wrong,
        columns,
        headers,
        sheets,
    };
    cx.page_with(status, &page)
}

pub(super) async fn check(cx: Cx, Path(sha): Path<String>, Query(query): Query<Form>) -> Response {
    let out = async {
        if query.get("tai").is_some_and(|v| v == "tu-choi") {
            let (kind, file) = kept(&cx, &sha, &query).await?;
            let mut report = rehearse(&cx, kind, file.clone()).await?;
            report.say(&cx.t);
            let list = refused_rows(&cx, &report, intake::rows_as_they_stand(kind, &file)?);
            return Ok(download("dong-bi-tu-choi.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?));
        }
        check_page(&cx, sha, query).await
    };
    let out = out.await;
    cx.reply(out)
}

/// The rows that were not taken, as a file: as they stand in the sheet, with why, to be corrected and imported again.
fn refused_rows(
    cx: &Cx,
    report: &Report,
    (headers, mut rows): (Vec<String>, HashMap<u32, Vec<Out>>),
) -> paper::write::List {
    let mut why: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for refused in &report.refused {
        why.entry(refused.row).or_default().push(refused.why.clone());
    }
    let rows = why.into_iter().map(|(row, why)| {
        let mut cells = rows.remove(&row).unwrap_or_else(|| headers.iter().map(|_| Out::Empty).collect());
        cells.push(i64::from(row).into());
        cells.push(why.join("\n").into());
        cells
    });
    let rows = rows.collect();
    let told = ["import-row", "import-why"].map(|key| cx.t.say(key));
    paper::write::List {
        name: cx.t.say("import-refused"),
        headers: headers.into_iter().chain(told).collect(),
        rows,
        about: Vec::new(),
    }
}

/// How long the answer to "run" waits for the end, so that a short import shows its result at once.
const PATIENCE: Duration = Duration::from_millis(900);

pub(super) async fn run(
    cx: Cx,
    Extension(running): Extension<Jobs>,
    Path(sha): Path<String>,
    Sent(form): Sent<Form>,
) -> Response {
    let out = async {
        let (kind, mut file) = kept(&cx, &sha, &form).await?;
        let id = cx.site.clock.uuid();
        let job = Job {
            id,
            account: cx.actor()?.account,
            sha256: sha.clone(),
            name: file.name.clone(),
            kind: kind.word().to_owned(),
            options: address(&form),
            begun_at: cx.site.clock.now(),
            ended_at: None,
            state: "running".to_owned(),
            report: Report::default(),
        };
        cx.act(move |tx, _, _| Ok(jobs::insert(tx, &job)?)).await?;
        file.options.progress = running.begin(id, cx.actor()?.account);
        let (worker, jobs_here) = (cx.clone(), running.clone());
        let work = tokio::spawn(async move {
            work(&worker, id, kind, file).await;
            jobs_here.end(id);
        });
        // The work goes on whether or not anybody waits.
        let _ = tokio::time::timeout(PATIENCE, work).await;
        Ok(see_other(&format!("/nhap/viec/{id}")))
    };
    let out = out.await;
    cx.reply(out)
}

/// Imports and keeps the report in one transaction; what went wrong is kept in another.
async fn work(cx: &Cx, id: base::Uuid, kind: Kind, file: File) {
    let done = cx
        .act(move |tx, clock, actor| {
            let report = intake::import(tx, clock, actor, kind, &file)?;
            jobs::end(tx, id, "done", &report, clock.now())?;
            Ok(())
        })
        .await;
    let (state, report) = match done {
        Ok(()) => return,
        Err(Stop::Refused(refusal)) => {
            let mut report = Report::default();
            let args: Vec<(&'static str, String)> = refusal.args;
            report.warn(None, refusal.key, &args);
            ("refused", report)
        }
        Err(fault) => {
            tracing::error!(%fault, %id, "an import failed");
            ("failed", Report::default())
        }
    };
    let kept = cx.act(move |tx, clock, _| Ok(jobs::end(tx, id, state, &report, clock.now())?)).await;
    if let Err(stop) = kept {
        tracing::error!(%stop, %id, "keeping what came of an import");
    }
}

#[derive(Template)]
#[template(path = "import_job.html")]
struct JobPage {
    s: Shell,
    sh: Show,
    job: Job,
    rows: Vec<Row>,
    /// Rows done and in all, while it runs here.
    progress: Option<(usize, usize)>,
    /// Said to run, but nothing runs: the server was stopped.
    is_lost: bool,
}

/// Cancels an import that runs. Nothing of it is kept: it is one act.
pub(super) async fn cancel(
    cx: Cx,
    Extension(running): Extension<Jobs>,
    Path(id): Path<String>,
    Sent(_): Sent<Form>,
) -> Response {
    let out = async {
        let actor = cx.actor()?;
        let found = id
            .parse()
            .ok()
            .filter(|id| running.owner(*id).is_some_and(|owner| owner.is_some() && owner == actor.account));
        let Some(id) = found else { return Refusal::not_found().stop() };
        running.cancel(id);
        Ok(see_other(&format!("/nhap/viec/{id}")))
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn job(
    cx: Cx,
    Extension(running): Extension<Jobs>,
    Path(id): Path<String>,
    Query(query): Query<Form>,
) -> Response {
    let out = async {
        let mut job = cx
            .read(move |tx, actor| {
                let found = id.parse().ok().map(|id| jobs::by_id(tx, id)).transpose()?.flatten();
                let own = |job: &Job| {
                    actor.may_everywhere(Right::Administer)
                        || (job.account.is_some() && job.account == actor.account)
                };
                found.filter(own).map_or_else(|| Refusal::not_found().stop(), Ok)
            })
            .await?;
        job.report.say(&cx.t);
        if query.get("tai").is_some_and(|v| v == "tu-choi") {
            let asked = format!("/?{}", job.options).parse().ok();
            let asked = asked.and_then(|uri| Query::<Form>::try_from_uri(&uri).ok());
            let (kind, file) = kept(&cx, &job.sha256, &asked.map(|q| q.0).unwrap_or_default()).await?;
            let list = refused_rows(&cx, &job.report, intake::rows_as_they_stand(kind, &file)?);
            return Ok(download("dong-bi-tu-choi.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?));
        }
        let progress = running.progress(job.id);
        let title = if job.state == "done" { "import-done-title" } else { "import-running-title" };
        cx.page(&JobPage {
            s: cx.shell(cx.t.say(title), "/nhap"),
            sh: Show,
            rows: rows_of(&cx, &job.report).await?,
            is_lost: job.state == "running" && progress.is_none(),
            progress: progress.filter(|_| job.state == "running"),
            job,
        })
    };
    let out = out.await;
    cx.reply(out)
}
