//! A task's page: its trace from clause to evidence, its history, and the steps one may take.

use super::{Form, day, download, field, quarter, soon};
use askama::Template;
use axum::{
    extract::{Form as Sent, Multipart, Path},
    http::StatusCode,
    response::Response,
};
use base::{Date, Outcome, Right, Stop};
use organisation::Snapshot;
use programme::{
    acts::{self, With},
    rules::{self, Clear, Step},
    store::{self, Evidence, StepRow},
    words::{Programme, State, Task},
};
use web::{Cx, Reply, Shell, Show, see_other};

/// A step that the reader may take now.
struct Offer {
    word: &'static str,
    needs_words: bool,
    takes_percent: bool,
    takes_date: bool,
    takes_evidence: bool,
}

struct ClauseShown {
    document: String,
    key: String,
    text: String,
}

#[derive(Template)]
#[template(path = "task.html")]
struct TaskPage {
    s: Shell,
    sh: Show,
    task: Task,
    programme: Programme,
    parent: Option<Programme>,
    lead: String,
    lead_code: String,
    support: Vec<String>,
    clauses: Vec<ClauseShown>,
    evidence: Vec<Evidence>,
    steps: Vec<StepRow>,
    clears: Vec<(Clear, bool)>,
    standing: &'static str,
    working_days: Option<i64>,
    why: Vec<(Date, String)>,
    offers: Vec<Offer>,
    may_edit: bool,
    may_focus: bool,
    wrong: String,
    wrong_field: &'static str,
    words: String,
    period: String,
}

fn offers(actor: &base::Actor, task: &Task, issuer: Option<base::ids::UnitId>) -> Vec<Offer> {
    let later = Date::constant(9999, 12, 31);
    let all = [
        Step::Assign,
        Step::Receive,
        Step::Progress { percent: 0 },
        Step::ReportDone { has_evidence: true },
        Step::Accept,
        Step::SendBack,
        Step::Return,
        Step::AskExtension { to: later },
        Step::GrantExtension,
        Step::DenyExtension,
        Step::Pause,
        Step::Resume,
        Step::Cancel,
    ];
    all.into_iter()
        .filter(|step| task.facts.lead.or(issuer).is_some_and(|unit| actor.may(acts::right_for(step), unit)))
        .filter(|step| rules::step(&task.facts, step, "x", Date::constant(2000, 1, 1)).is_ok())
        .map(|step| Offer {
            word: step.word(),
            needs_words: step.needs_words(),
            takes_percent: matches!(step, Step::Progress { .. }),
            takes_date: matches!(step, Step::AskExtension { .. }),
            takes_evidence: matches!(step, Step::Progress { .. } | Step::ReportDone { .. }),
        })
        .collect()
}

async fn task_page(cx: &Cx, code: String, wrong: (StatusCode, String, &'static str), words: String) -> Reply {
    let today = cx.today;
    let mut shell = cx.shell(code.clone(), "/nv");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let task = acts::task_for(tx, actor, Right::See, &code)?;
            let names = Snapshot::at(tx, today)?;
            let programme = store::programme_by_id(tx, task.programme)?
                .ok_or_else(|| anyhow::anyhow!("a task without a programme"))?;
            let parent = match programme.parent {
                Some(id) => store::programme_by_id(tx, id)?,
                None => None,
            };
            let mut clauses = Vec::new();
            let cited = parent.as_ref().and_then(|p| p.document).or(programme.document);
            if let Some(document) = cited.map(|id| document::store::by_id(tx, id)).transpose()?.flatten() {
                for clause in document::store::clauses(tx, document.id)? {
                    if task.facts.clauses.contains(&clause.id) {
                        clauses.push(ClauseShown {
                            document: document.code.clone(),
                            key: clause.key,
                            text: clause.text,
                        });
                    }
                }
            }
            let support = store::support(tx, task.id)?
                .into_iter()
                .map(|(unit, _, words)| unit.map_or(words, |u| names.name(u)))
                .collect();
            let soon = soon(tx, today)?;
            let due = task.facts.due.date();
            let calendar = organisation::store::calendar(tx)?;
            let working_days = match (due, task.facts.reported_on) {
                (Some(due), None) => calendar.working_days_between(today, due).ok(),
                _ => None,
            };
            let why = match due.filter(|due| today < *due) {
                Some(due) => base::deadline::days_on_the_way(&calendar, today, due)
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|line| match line {
                        base::deadline::Line::Skipped { day, name }
                        | base::deadline::Line::Worked { day, name }
                            if !name.is_empty() =>
                        {
                            Some((day, name))
                        }
                        _ => None,
                    })
                    .take(40)
                    .collect(),
                None => Vec::new(),
            };
            Ok(TaskPage {
                s: frame.clone(),
                sh: Show,
                lead: task.facts.lead.map_or_else(|| task.facts.lead_words.clone(), |u| names.name(u)),
                lead_code: task
                    .facts
                    .lead
                    .and_then(|u| names.unit(u))
                    .map(|u| u.code.clone())
                    .unwrap_or_default(),
                support,
                clauses,
                evidence: store::evidence(tx, task.id)?,
                steps: store::steps(tx, task.id)?,
                clears: Clear::ALL.into_iter().map(|c| (c, c.holds(&task.facts))).collect(),
                standing: rules::standing_of(&task.facts, today, soon).word(),
                working_days,
                why,
                offers: offers(actor, &task, programme.issuer),
                may_edit: task.facts.lead.or(programme.issuer).is_some_and(|u| actor.may(Right::Assign, u))
                    && !matches!(task.facts.state, State::Accepted | State::Cancelled),
                may_focus: task.facts.lead.is_some_and(|u| actor.may(Right::Focus, u)),
                task,
                programme,
                parent,
                wrong: String::new(),
                wrong_field: "",
                words: String::new(),
                period: quarter(today),
            })
        })
        .await?;
    shell.title = format!("{} {}", page.task.code, page.task.facts.title);
    shell.crumbs = vec![("/nv".to_owned(), cx.t.say("nav-tasks"))];
    if let Some(parent) = &page.parent {
        shell.crumbs.push((format!("/ct/{}", parent.code), parent.mark()));
    }
    shell.crumbs.push((format!("/ct/{}", page.programme.code), page.programme.code.clone()));
    shell.crumbs.push((String::new(), page.task.code.clone()));
    page.s = shell;
    (page.wrong, page.wrong_field, page.words) = (wrong.1, wrong.2, words);
    cx.page_with(wrong.0, &page)
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = task_page(&cx, code, (StatusCode::OK, String::new(), ""), String::new()).await;
    cx.reply(out)
}

/// The fields and the file of a multipart form.
pub(super) async fn parts(mut sent: Multipart) -> Outcome<(Form, Option<(String, Vec<u8>)>)> {
    let mut form = Form::new();
    let mut file = None;
    let broken = |_| Stop::from(base::Refusal::new("paper-damaged"));
    while let Some(part) = sent.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file_name) => {
                let bytes = part.bytes().await.map_err(broken)?;
                if !bytes.is_empty() {
                    file = Some((base::fold::tidy(&file_name), bytes.to_vec()));
                }
            }
            None => {
                form.insert(name, part.text().await.map_err(broken)?);
            }
        }
    }
    Ok((form, file))
}

fn step_of(form: &Form) -> Result<Step, base::Refusal> {
    Ok(match form.get("buoc").map(String::as_str).unwrap_or_default() {
        "assign" => Step::Assign,
        "receive" => Step::Receive,
        "return" => Step::Return,
        "progress" => {
            let percent = base::number::parse(
                form.get("percent").map(String::as_str).unwrap_or_default().trim_end_matches('%'),
            )
            .ok_or_else(|| base::Refusal::new("programme-refusal-percent").at("percent"))?;
            let hundredths = (percent * base::Decimal::ONE_HUNDRED).round();
            Step::Progress { percent: hundredths.try_into().unwrap_or(-1) }
        }
        "pause" => Step::Pause,
        "resume" => Step::Resume,
        "report_done" => Step::ReportDone { has_evidence: false },
        "accept" => Step::Accept,
        "send_back" => Step::SendBack,
        "ask_extension" => {
            let to = day(form, "to")
                .ok_or_else(|| base::Refusal::new("refusal-date").at("to").with("field", "dd/MM/yyyy"))?;
            Step::AskExtension { to }
        }
        "grant_extension" => Step::GrantExtension,
        "deny_extension" => Step::DenyExtension,
        "cancel" => Step::Cancel,
        other => {
            return Err(base::Refusal::new("refusal-unknown-word")
                .with("field", "buoc")
                .with("value", other));
        }
    })
}

pub(super) async fn step(cx: Cx, Path(code): Path<String>, sent: Multipart) -> Response {
    let out = async {
        let (form, file) = parts(sent).await?;
        let words = form.get("words").map(|w| base::fold::tidy_lines(w)).unwrap_or_default();
        let taken = match step_of(&form) {
            Ok(step) => {
                let version = form.get("version").and_then(|v| v.parse().ok());
                let link = field(&form, "link");
                let (code, words) = (code.clone(), words.clone());
                cx.act(move |tx, clock, actor| {
                    let mut evidence = Vec::new();
                    if let Some((name, bytes)) = &file {
                        let media = paper::FileKind::sniff(bytes).media_type();
                        let sha256 = document::store::keep_file(tx, name, media, bytes, clock.now())?;
                        evidence.push((name.clone(), Some(sha256), String::new()));
                    }
                    if !link.is_empty() {
                        evidence.push((link.clone(), None, link.clone()));
                    }
                    let with = With { words: words.clone(), evidence, version };
                    acts::take_step(tx, clock, actor, &code, &step, &with).map(|_| ())
                })
                .await
            }
            Err(refusal) => refusal.stop(),
        };
        match taken {
            Ok(()) => Ok(see_other(&format!("/nv/{code}?xong=step"))),
            Err(Stop::Refused(r))
                if matches!(r.status, base::Status::Unprocessable | base::Status::Conflict) =>
            {
                let status = if r.status == base::Status::Conflict {
                    StatusCode::CONFLICT
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                task_page(&cx, code, (status, cx.refusal_text(&r), r.field.unwrap_or("")), words).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn focus(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let period = quarter(cx.today);
    let out = async {
        let (bottleneck, solution) = (field(&form, "bottleneck"), field(&form, "solution"));
        let wanted = code.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                acts::choose_focus(tx, clock, actor, &wanted, &period, &bottleneck, &solution)
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/nv/{code}?xong=focus"))),
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                let wrong = (StatusCode::UNPROCESSABLE_ENTITY, cx.t.refusal(&r), r.field.unwrap_or(""));
                task_page(&cx, code, wrong, String::new()).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// A file, as a download. Files are found by their hash, which only pages that one may see show.
pub(super) async fn file(cx: Cx, Path(sha): Path<String>) -> Response {
    let out = async {
        let found = cx.read(move |tx, _| Ok(document::store::file(tx, &sha)?)).await?;
        match found {
            Some((name, media, content)) => Ok(download(&name, &media, content)),
            None => base::Refusal::not_found().stop(),
        }
    };
    let out = out.await;
    cx.reply(out)
}
