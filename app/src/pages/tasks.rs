//! The task list with its exports, the task's page, its steps, its form.

use super::{
    Form, day, download, encode, field, quarter, soon,
    work::{Item, items},
};
use crate::exports;
use askama::Template;
use axum::{
    extract::{Form as Sent, Multipart, Path, Query},
    http::StatusCode,
    response::Response,
};
use base::{Date, Outcome, Right, Stop};
use organisation::{Directory, Named, Snapshot};
use programme::{
    acts::{self, Edit, With},
    rules::{self, Clear, Step},
    store::{self, Evidence, Filter, StepRow},
    words::{Programme, State, Task},
};
use web::{Cx, Reply, Shell, Show, see_other};

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "tasks.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    items: Vec<Item>,
    total: i64,
    page: i64,
    pages: i64,
    query: Form,
    programmes: Vec<Programme>,
    /// Filters in force: the address without it, words.
    chips: Vec<(String, String)>,
    /// The address's query without the page number.
    rest: String,
    today: Date,
}

impl ListPage {
    fn value(&self, name: &str) -> String {
        self.query.get(name).cloned().unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.query.get(name).is_some_and(|v| v == value)
    }
}

const FILTERS: [&str; 7] = ["q", "ct", "don_vi", "trang_thai", "tinh_trang", "moi_kho", "sap"];

fn address(query: &Form, without: &str) -> String {
    let pairs: Vec<String> = FILTERS
        .iter()
        .filter(|name| **name != without)
        .filter_map(|name| {
            query.get(*name).filter(|v| !v.is_empty()).map(|v| format!("{name}={}", encode(v)))
        })
        .collect();
    pairs.join("&")
}

/// The filter of a query, limited to what the reader may see; the unit covers all below it and its territory.
fn filter(tx: &db::Tx<'_>, actor: &base::Actor, query: &Form, today: Date) -> Outcome<Filter> {
    let names = Snapshot::at(tx, today)?;
    let leads = match names.by_code(&field(query, "don_vi")) {
        Some(unit) => {
            let mut reach = names.under(unit.id);
            let serving: Vec<_> =
                names.units().filter(|u| u.territory == Some(unit.id)).map(|u| u.id).collect();
            for id in serving {
                reach.extend(names.under(id));
            }
            Some(reach.into_iter().map(|u| u.0).collect())
        }
        None => None,
    };
    let programme = match field(query, "ct") {
        code if code.is_empty() => None,
        code => store::programme_by_code(tx, &code)?.map(|p| p.id),
    };
    Ok(Filter {
        words: field(query, "q"),
        leads,
        seen: actor.units(Right::See).list(),
        programme,
        state: field(query, "trang_thai"),
        standing: field(query, "tinh_trang"),
        new_and_hard: query.get("moi_kho").is_some_and(|v| v == "1"),
        sort: field(query, "sap"),
    })
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let page: i64 = query.get("trang").and_then(|v| v.parse().ok()).unwrap_or(1).max(1);
        let sent = query.clone();
        let (items, total, programmes) = cx
            .read(move |tx, actor| {
                let f = filter(tx, actor, &sent, today)?;
                let soon = soon(tx, today)?;
                let (rows, total) = store::list(tx, &f, today, soon, PAGE, (page - 1) * PAGE)?;
                let names = Snapshot::at(tx, today)?;
                Ok((items(rows, &names, today, soon), total, store::programmes(tx)?))
            })
            .await?;
        let chips = FILTERS
            .iter()
            .filter(|name| **name != "sap")
            .filter_map(|name| {
                let value = query.get(*name).filter(|v| !v.is_empty())?;
                let shown = match *name {
                    "trang_thai" => cx.t.say(&format!("state-{value}")),
                    "tinh_trang" => cx.t.say(&format!("standing-{value}")),
                    "moi_kho" => cx.t.say("task-new-hard"),
                    _ => value.clone(),
                };
                Some((format!("/nv?{}", address(&query, name)), shown))
            })
            .collect();
        cx.page(&ListPage {
            s: cx.shell(cx.t.say("nav-tasks"), "/nv"),
            sh: Show,
            items,
            total,
            page,
            pages: (total + PAGE - 1) / PAGE,
            rest: address(&query, ""),
            query,
            programmes,
            chips,
            today,
        })
    };
    let out = out.await;
    cx.reply(out)
}

async fn exported(cx: &Cx, query: Form) -> Outcome<paper::write::List> {
    let (today, t, clock) = (cx.today, cx.t.clone(), cx.site.clock.clone());
    cx.read(move |tx, actor| {
        let f = filter(tx, actor, &query, today)?;
        let (rows, _) = store::list(tx, &f, today, soon(tx, today)?, exports::MOST, 0)?;
        let names = Snapshot::at(tx, today)?;
        let about = vec![
            (t.say("export-filter"), address(&query, "")),
            (t.say("export-as-of"), base::format::date(today)),
            (t.say("export-made"), base::format::moment(clock.now())),
        ];
        Ok(exports::tasks(&rows, &names, &t, about))
    })
    .await
}

pub(super) async fn csv(cx: Cx, Query(query): Query<Form>) -> Response {
    let out =
        async { Ok(download("nhiem-vu.csv", "text/csv; charset=utf-8", exported(&cx, query).await?.csv()?)) };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn xlsx(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        let list = exported(&cx, query).await?;
        Ok(download("nhiem-vu.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}

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
            return Err(base::Refusal::new("refusal-unknown-word").with("field", "buoc").with("value", other));
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

#[derive(Template)]
#[template(path = "task_edit.html")]
struct EditPage {
    s: Shell,
    code: String,
    version: i64,
    values: Form,
    now: Option<Task>,
    wrong: String,
    wrong_field: &'static str,
}

impl EditPage {
    fn value(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }
}

pub(super) async fn edit_form(cx: Cx, Path(code): Path<String>) -> Response {
    let today = cx.today;
    let out = async {
        let wanted = code.clone();
        let (task, lead) = cx
            .read(move |tx, actor| {
                let task = acts::task_for(tx, actor, Right::Assign, &wanted)?;
                let names = Snapshot::at(tx, today)?;
                let lead = task.facts.lead.map_or_else(|| task.facts.lead_words.clone(), |u| names.name(u));
                Ok((task, lead))
            })
            .await?;
        let f = &task.facts;
        let values = [
            ("title", f.title.clone()),
            ("product", f.product.clone()),
            ("acceptance", f.acceptance.clone()),
            ("authority", f.authority.clone()),
            ("field", f.field.clone()),
            ("lead", lead),
            ("person", f.person_name.clone()),
            ("due", f.due_written.clone()),
            ("hard", if f.new_and_hard { "1".to_owned() } else { String::new() }),
        ];
        let values = values.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        cx.page(&EditPage {
            s: cx.shell(cx.t.with("task-edit-title", "code", &code), "/nv"),
            version: task.version,
            code,
            values,
            now: None,
            wrong: String::new(),
            wrong_field: "",
        })
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn edit(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let version: i64 = form.get("version").and_then(|v| v.parse().ok()).unwrap_or(0);
        let (sent, wanted) = (form.clone(), code.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let lead_text = field(&sent, "lead");
                let lead = if lead_text.is_empty() {
                    None
                } else {
                    match Directory::at(tx, today)?.code_or_name(&lead_text, None) {
                        Named::Unit(unit) => Some(unit),
                        _ => {
                            return base::Refusal::new("task-refusal-lead")
                                .at("lead")
                                .with("value", &lead_text)
                                .stop();
                        }
                    }
                };
                let edit = Edit {
                    title: field(&sent, "title"),
                    product: field(&sent, "product"),
                    acceptance: field(&sent, "acceptance"),
                    authority: field(&sent, "authority"),
                    field: field(&sent, "field"),
                    lead,
                    person: field(&sent, "person"),
                    due: field(&sent, "due"),
                    new_and_hard: sent.get("hard").is_some_and(|v| v == "1"),
                };
                acts::edit(tx, clock, actor, &wanted, &edit, version).map(|_| ())
            })
            .await;
        let refusal = match done {
            Ok(()) => return Ok(see_other(&format!("/nv/{code}?xong=saved"))),
            Err(Stop::Refused(r))
                if matches!(r.status, base::Status::Unprocessable | base::Status::Conflict) =>
            {
                r
            }
            Err(stop) => return Err(stop),
        };
        let conflict = refusal.status == base::Status::Conflict;
        let wanted = code.clone();
        let now = cx.read(move |tx, actor| acts::task_for(tx, actor, Right::See, &wanted)).await?;
        let page = EditPage {
            s: cx.shell(cx.t.with("task-edit-title", "code", &code), "/nv"),
            code,
            version: if conflict { now.version } else { version },
            values: form.clone(),
            now: conflict.then_some(now),
            wrong: cx.refusal_text(&refusal),
            wrong_field: refusal.field.unwrap_or(""),
        };
        cx.page_with(if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
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
