//! The import wizard: upload, see row by row what would happen, correct the columns, run, download what was refused.
//!
//! The uploaded file is kept by its hash, so a closed tab loses nothing: its address continues where one stopped.

use super::{Form, day, download, encode, field, tasks::parts};
use crate::intake::{self, File, Kind};
use askama::Template;
use axum::{
    extract::{Form as Sent, Multipart, Path, Query},
    http::StatusCode,
    response::Response,
};
use base::{Outcome, Refusal, Right, Stop, intake::Report};
use programme::{import::Options, store, words::Programme};
use std::sync::Arc;
use web::{Cx, Reply, Shell, see_other};

#[derive(Template)]
#[template(path = "import.html")]
struct FormPage {
    s: Shell,
    kinds: Vec<&'static str>,
    wrong: String,
    kind: String,
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
    rows: Vec<(String, String, String)>,
    wrong: String,
    ran: bool,
}

impl CheckPage {
    fn value(&self, name: &str) -> String {
        self.query.get(name).cloned().unwrap_or_default()
    }

    fn link(&self) -> String {
        ["kind", "ct", "ngay", "trang"]
            .iter()
            .filter_map(|n| {
                self.query.get(*n).filter(|v| !v.is_empty()).map(|v| format!("{n}={}", encode(v)))
            })
            .collect::<Vec<_>>()
            .join("&")
    }
}

fn may_import(cx: &Cx) -> Outcome<()> {
    let actor = cx.actor()?;
    let may = [Right::Assign, Right::Draft, Right::Organise, Right::Staff, Right::Administer]
        .into_iter()
        .any(|right| actor.may_somewhere(right));
    if may { Ok(()) } else { Refusal::forbidden().stop() }
}

pub(super) async fn form(cx: Cx) -> Response {
    let out = async {
        may_import(&cx)?;
        form_page(&cx, StatusCode::OK, String::new(), String::new())
    };
    let out = out.await;
    cx.reply(out)
}

fn form_page(cx: &Cx, status: StatusCode, wrong: String, kind: String) -> Reply {
    let kinds = Kind::ALL.iter().map(|k| k.word()).collect();
    cx.page_with(status, &FormPage { s: cx.shell(cx.t.say("nav-import"), "/nhap"), kinds, wrong, kind })
}

pub(super) async fn upload(cx: Cx, sent: Multipart) -> Response {
    let out = async {
        may_import(&cx)?;
        let (form, file) = parts(sent).await?;
        let kind = field(&form, "kind");
        let text = form
            .get("text")
            .filter(|t| !t.trim().is_empty())
            .map(|t| ("van-ban.txt".to_owned(), t.clone().into_bytes()));
        let Some((name, bytes)) = file.or(text) else {
            return form_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, cx.t.say("paper-empty"), kind);
        };
        let media = paper::FileKind::sniff(&bytes).media_type();
        let sha = cx
            .act(move |tx, clock, _| Ok(document::store::keep_file(tx, &name, media, &bytes, clock.now())?))
            .await?;
        Ok(see_other(&format!("/nhap/{sha}?kind={}", encode(&kind))))
    };
    let out = out.await;
    cx.reply(out)
}

async fn kept(cx: &Cx, sha: &str, query: &Form) -> Outcome<(Kind, File)> {
    may_import(cx)?;
    let Some(kind) = Kind::from_word(&field(query, "kind")) else {
        return Refusal::new("refusal-unknown-word")
            .with("field", "kind")
            .with("value", field(query, "kind"))
            .stop();
    };
    let wanted = sha.to_owned();
    let Some((name, _, bytes)) = cx.read(move |tx, _| Ok(document::store::file(tx, &wanted)?)).await? else {
        return Refusal::not_found().stop();
    };
    let text = |n: &str| Some(field(query, n)).filter(|v| !v.is_empty());
    let options = Options {
        programme: text("ct"),
        as_of: day(query, "ngay"),
        sheet: text("trang"),
        map: std::collections::BTreeMap::new(),
    };
    Ok((kind, File { name, bytes: Arc::new(bytes), options }))
}

/// Runs the import for real, or only says what it would do.
async fn import(cx: &Cx, kind: Kind, file: File, keep: bool) -> Outcome<Report> {
    let act = move |tx: &db::Tx<'_>, clock: &base::Clock, actor: &base::Actor| {
        intake::import(tx, clock, actor, kind, &file)
    };
    if keep { cx.act(act).await } else { cx.rehearse(act).await }
}

/// One line for a row of any kind: number, words, status.
fn shown(row: &serde_json::Value) -> (String, String, String) {
    let text = |name: &str| match &row[name] {
        serde_json::Value::String(s) => s.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    let list = |name: &str| -> String {
        row[name]
            .as_array()
            .map(|a| a.iter().filter_map(|v| v.as_str()).collect::<Vec<_>>().join(", "))
            .unwrap_or_default()
    };
    let mut words: Vec<String> = ["key", "title", "text", "unit", "item", "name"]
        .iter()
        .map(|n| text(n))
        .filter(|t| !t.is_empty())
        .collect();
    let lead = list("lead");
    if !lead.is_empty() {
        words.push(format!("→ {lead}"));
    }
    if let Some(deadline) = row["deadline"].as_object() {
        let due = deadline.get("due").and_then(|d| d.as_str()).unwrap_or_default();
        let written = deadline.get("as_written").and_then(|d| d.as_str()).unwrap_or_default();
        words.push(format!("{written} {due}"));
    }
    let percent = text("percent");
    if !percent.is_empty() {
        words.push(format!("{percent} %"));
    }
    (text("row"), words.join(" · "), text("status"))
}

async fn report_page(cx: &Cx, sha: String, query: Form, keep: bool) -> Reply {
    let (kind, file) = kept(cx, &sha, &query).await?;
    let name = file.name.clone();
    let outcome = import(cx, kind, file, keep).await;
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
    let rows = report.iter().flat_map(|r| r.rows.iter().take(500)).map(shown).collect();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CheckPage {
        s: cx.shell(cx.t.say("import-check-title"), "/nhap"),
        sha,
        name,
        kind: kind.word(),
        query,
        programmes,
        rows,
        ran: keep && report.is_some(),
        report,
        wrong,
    };
    cx.page_with(status, &page)
}

pub(super) async fn check(cx: Cx, Path(sha): Path<String>, Query(query): Query<Form>) -> Response {
    let out = async {
        if query.get("tai").is_some_and(|v| v == "tu-choi") {
            let (kind, file) = kept(&cx, &sha, &query).await?;
            let mut report = import(&cx, kind, file, false).await?;
            report.say(&cx.t);
            let list = paper::write::List {
                name: cx.t.say("import-refused"),
                headers: vec![
                    cx.t.say("import-row"),
                    cx.t.say("import-field"),
                    cx.t.say("import-value"),
                    cx.t.say("import-why"),
                ],
                rows: report
                    .refused
                    .iter()
                    .map(|r| {
                        vec![
                            i64::from(r.row).into(),
                            r.field.as_str().into(),
                            r.value.as_str().into(),
                            r.why.as_str().into(),
                        ]
                    })
                    .collect(),
                about: Vec::new(),
            };
            return Ok(download("dong-bi-tu-choi.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?));
        }
        report_page(&cx, sha, query, false).await
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn run(cx: Cx, Path(sha): Path<String>, Sent(form): Sent<Form>) -> Response {
    let out = report_page(&cx, sha, form, true).await;
    cx.reply(out)
}
