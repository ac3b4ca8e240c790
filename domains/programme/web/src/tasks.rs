//! A task's page: its trace from clause to evidence, its parts, its history, and the steps one may take.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use base::period::quarter;
use base::{Date, Decimal, Outcome, Right, Stop, deadline::Line};
use organisation::{Snapshot, soon};
use programme::{
    acts::{self, With},
    rules::{self, Clear, Step},
    store::{self, Evidence, Part, StepRow},
    words::{Programme, State, Task, Wait},
};
use web::form::{Form, Sent, Upload, field};
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

/// Why a task is due when it is, in lines ready to be said: text key and its fact.
type Why = Vec<(&'static str, String)>;

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
    waits: Vec<&'static str>,
    standing: &'static str,
    working_days: Option<i64>,
    why: Why,
    comments: Vec<chase::store::Comment>,
    watches: bool,
    /// Lessons from similar tasks.
    lessons: Vec<review::store::Lesson>,
    /// Whom its deadline has called.
    calls: Vec<chase::store::Notice>,
    /// In words: whom, on which day; empty when nobody is called.
    next_call: String,
    /// The tasks above, from the top.
    above: Vec<Task>,
    /// Its parts with the names of their lead units.
    parts: Vec<(Part, String)>,
    /// The sum by which the parts make its progress.
    sum: String,
    offers: Vec<Offer>,
    may_edit: bool,
    may_focus: bool,
    may_expand: bool,
    wrong: String,
    wrong_field: &'static str,
    period: String,
    /// The form that came back, as it was sent.
    sent: Form,
    /// Which of the six clears a draft lacks, in words.
    missing: String,
}

impl TaskPage {
    /// Whether the form of a step stands open: the one that came back, else the first that does no harm.
    fn opens(&self, word: &str, is_first: &bool) -> bool {
        if self.sent.is_empty() { *is_first && word != "cancel" } else { self.came_back(word) }
    }

    fn came_back(&self, word: &str) -> bool {
        self.sent.get("buoc").is_some_and(|step| step == word)
    }

    fn is_wrong(&self, word: &str, field: &str) -> bool {
        self.came_back(word) && self.wrong_field == field
    }

    /// What was typed into a field of a step's form that came back; else what stands there now.
    fn typed(&self, word: &str, field: &str, now: &str) -> String {
        let typed = self.sent.get(field).filter(|_| self.came_back(word));
        typed.cloned().unwrap_or_else(|| now.to_owned())
    }
}

fn offers(
    actor: &base::Actor,
    task: &Task,
    issuer: Option<base::ids::UnitId>,
    has_parts: bool,
) -> Vec<Offer> {
    let field = task.facts.field.as_str();
    let may = |step: &Step| {
        task.facts
            .lead
            .or(issuer)
            .is_some_and(|unit| acts::rights_for(step).iter().any(|right| actor.may_in(*right, unit, field)))
    };
    rules::offers(&task.facts)
        .into_iter()
        .filter(|step| !(has_parts && matches!(step, Step::Progress { .. })))
        .filter(|step| may(step))
        .map(|step| Offer {
            word: step.word(),
            needs_words: step.needs_words(),
            takes_percent: matches!(step, Step::Progress { .. }),
            takes_date: matches!(
                step,
                Step::AskExtension { .. } | Step::Direct { .. } | Step::DemandExplanation { .. }
            ),
            takes_evidence: matches!(step, Step::Progress { .. } | Step::ReportDone { .. } | Step::Explain),
        })
        .collect()
}

/// The lines of "why this date": weekends are counted, other days are named.
fn why(tx: &db::Tx<'_>, task: &Task, steps: &[StepRow], today: Date) -> Outcome<Why> {
    let calendar = organisation::store::calendar_of(tx, task.facts.lead, today)?;
    let extensions: Vec<Date> = steps
        .iter()
        .rev()
        .filter(|step| step.act == "grant_extension")
        .filter_map(|step| step.facts.due.date())
        .collect();
    let answer = match rules::why_due(&task.facts, &calendar, task.created_on, &extensions) {
        Ok(Some(answer)) => answer,
        Ok(None) => return Ok(Vec::new()),
        Err(refusal) => {
            let year = refusal.args.first().map(|(_, value)| value.clone()).unwrap_or_default();
            return Ok(vec![("why-uncovered", year)]);
        }
    };
    let weekends =
        answer.why.iter().filter(|l| matches!(l, Line::Skipped { name, .. } if name.is_empty())).count();
    let named = |day: &Date, name: &str| format!("{} {name}", base::format::date(*day));
    let mut lines = vec![("why-start", base::format::date(task.created_on))];
    if base::deadline::budget(&task.facts.due_written).is_some() {
        lines.push(("why-budget", task.facts.due_written.clone()));
        if weekends > 0 {
            lines.push(("why-weekends", weekends.to_string()));
        }
    } else {
        lines.push(("why-fixed", task.facts.due_written.clone()));
    }
    // Days on the way matter where days were counted; a fixed date is what it is.
    let counted = base::deadline::budget(&task.facts.due_written).is_some();
    for line in &answer.why {
        match line {
            Line::Skipped { day, name } if !name.is_empty() && counted => {
                lines.push(("why-skipped", named(day, name)));
            }
            Line::Worked { day, name } if counted => lines.push(("why-worked", named(day, name))),
            Line::Extended { to } => lines.push(("why-extended", base::format::date(*to))),
            _ => {}
        }
    }
    let due = answer.due.date();
    if calendar.works(due).is_ok_and(|works| !works) {
        lines.push(("why-off", base::format::date(due)));
    }
    lines.push(("why-due", base::format::date(due)));
    Ok(lines)
}

/// The parts' arithmetic in words: `(1 × 40 + 3 × 20) ÷ 4 = 25`.
fn sum(parts: &[Part]) -> String {
    let kept: Vec<&Part> = parts.iter().filter(|p| p.state != State::Cancelled).collect();
    let weight: i64 = kept.iter().map(|p| p.weight).sum();
    let Some(percent) =
        rules::progress_of(&kept.iter().map(|p| (p.weight, p.percent, p.state)).collect::<Vec<_>>())
    else {
        return String::new();
    };
    let shown = |n: i64| base::format::decimal(Decimal::new(n, 2).normalize());
    let terms: Vec<String> =
        kept.iter().take(12).map(|p| format!("{} × {}", p.weight, shown(p.percent))).collect();
    let more = if kept.len() > terms.len() { " + …" } else { "" };
    format!("({}{more}) ÷ {weight} = {} %", terms.join(" + "), shown(percent))
}

/// What came back: status, what was wrong, at which field.
type Wrong = (StatusCode, String, &'static str);

async fn task_page(cx: &Cx, code: String, wrong: Wrong, sent: Form) -> Reply {
    let today = cx.today;
    let mut shell = cx.shell(code.clone(), "/nv");
    let (frame, t) = (shell.clone(), cx.t.clone());
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
            let cited = parent.as_ref().and_then(|p| p.document).or(programme.document);
            let clauses = cited_clauses(tx, &task, cited)?;
            let support = store::support(tx, task.id)?
                .into_iter()
                .map(|(unit, _, words)| unit.map_or(words, |u| names.name(u)))
                .collect();
            let soon = soon(tx, today)?;
            let calendar = organisation::store::calendar(tx)?;
            let working_days = match (task.facts.due.date(), task.facts.reported_on) {
                (Some(due), None) => calendar.working_days_between(today, due).ok(),
                _ => None,
            };
            let steps = store::steps(tx, task.id)?;
            let mut above = store::ancestors(tx, &task)?;
            above.reverse();
            let parts = store::parts(tx, task.id)?;
            let field = task.facts.field.as_str();
            let over = task.facts.lead.or(programme.issuer);
            let may = |right| over.is_some_and(|unit| actor.may_in(right, unit, field));
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
                clears: Clear::ALL.into_iter().map(|c| (c, c.holds(&task.facts))).collect(),
                waits: Wait::ALL.into_iter().filter(|w| w.holds(&task.facts)).map(Wait::word).collect(),
                standing: rules::standing_word(&task.facts, today, soon),
                working_days,
                why: why(tx, &task, &steps, today)?,
                comments: chase::store::comments(tx, &task.code)?,
                watches: match actor.account {
                    Some(account) => chase::store::watches(tx, account, &task.code)?,
                    None => false,
                },
                lessons: review::store::lessons_like(tx, &task.facts.title, field, 3)?,
                calls: chase::store::of_task_for(tx, actor, &task.code)?,
                next_call: chase::acts::next_call(tx, &task, today)?.map_or_else(String::new, |call| {
                    let whom = t.say(&format!("whom-{}", call.whom.word()));
                    t.with_all("task-next-call", &[("whom", whom), ("day", base::format::date(call.day))])
                }),
                steps,
                above,
                sum: sum(&parts),
                offers: offers(actor, &task, programme.issuer, !parts.is_empty()),
                may_edit: may(Right::Assign)
                    && !matches!(task.facts.state, State::Accepted | State::Cancelled),
                may_expand: may(Right::Assign)
                    && task.facts.lead.is_none()
                    && !names.group(&task.facts.lead_group, programme.issuer).is_empty(),
                may_focus: task.facts.lead.is_some_and(|u| actor.may_in(Right::Focus, u, field)),
                parts: parts
                    .into_iter()
                    .map(|p| {
                        let lead = p.lead.map(|u| names.name(u)).unwrap_or_default();
                        (p, lead)
                    })
                    .collect(),
                task,
                programme,
                parent,
                wrong: String::new(),
                wrong_field: "",
                period: quarter(today),
                sent: Form::new(),
                missing: String::new(),
            })
        })
        .await?;
    shell.title = format!("{} {}", page.task.code, page.task.facts.title);
    shell.crumbs = vec![("/nv".to_owned(), cx.t.say("nav-tasks"))];
    if let Some(parent) = &page.parent {
        shell.crumbs.push((format!("/ct/{}", parent.code), parent.mark()));
    }
    shell.crumbs.push((format!("/ct/{}", page.programme.code), page.programme.code.clone()));
    for above in &page.above {
        shell.crumbs.push((format!("/nv/{}", above.code), above.code.clone()));
    }
    shell.crumbs.push((String::new(), page.task.code.clone()));
    page.s = shell;
    (page.wrong, page.wrong_field, page.sent) = (wrong.1, wrong.2, sent);
    let missing = page.clears.iter().filter(|(_, holds)| !holds);
    page.missing =
        missing.map(|(c, _)| cx.t.say(&format!("clear-{}", c.word()))).collect::<Vec<_>>().join(", ");
    cx.page_with(wrong.0, &page)
}

fn cited_clauses(
    tx: &db::Tx<'_>,
    task: &Task,
    document: Option<document::DocumentId>,
) -> anyhow::Result<Vec<ClauseShown>> {
    let Some(document) = document.map(|id| document::store::by_id(tx, id)).transpose()?.flatten() else {
        return Ok(Vec::new());
    };
    let clauses = document::store::clauses(tx, document.id)?;
    Ok(clauses
        .into_iter()
        .filter(|clause| task.facts.clauses.contains(&clause.id))
        .map(|clause| ClauseShown { document: document.code.clone(), key: clause.key, text: clause.text })
        .collect())
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = task_page(&cx, code, (StatusCode::OK, String::new(), ""), Default::default()).await;
    cx.reply(out)
}

pub(super) async fn step(cx: Cx, Path(code): Path<String>, sent: Upload) -> Response {
    let out = async {
        let (form, file) = web::form::parts(sent).await?;
        let words = form.get("words").map(|w| base::fold::tidy_lines(w)).unwrap_or_default();
        let taken = match Step::read(&field(&form, "buoc"), &form) {
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
            Err(stop) => Err(stop),
        };
        back_to(&cx, code, taken, "step", form).await
    };
    let out = out.await;
    cx.reply(out)
}

/// After a change: the task's page, or the same page with what was wrong.
async fn back_to(cx: &Cx, code: String, done: Outcome<()>, word: &str, sent: Form) -> Reply {
    match done {
        Ok(()) => Ok(see_other(&format!("/nv/{code}?xong={word}"))),
        Err(Stop::Refused(r)) if matches!(r.status, base::Status::Unprocessable | base::Status::Conflict) => {
            let status = if r.status == base::Status::Conflict {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            task_page(cx, code, (status, cx.refusal_text(&r), r.field.unwrap_or("")), sent).await
        }
        Err(stop) => Err(stop),
    }
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
        back_to(&cx, code, done, "focus", Default::default()).await
    };
    let out = out.await;
    cx.reply(out)
}

/// Divides a task that names a group among the group's units.
pub(super) async fn expand(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let wanted = code.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let task = acts::task_for(tx, actor, Right::Assign, &wanted)?;
                let lead = organisation::unit_of(tx, today, &form, "lead")?;
                let programme = store::programme_by_id(tx, task.programme)?;
                let Some(lead) = lead.or(programme.and_then(|p| p.issuer)) else {
                    return base::Refusal::new("refusal-required").at("lead").with("field", "lead").stop();
                };
                acts::expand(tx, clock, actor, &wanted, lead).map(|_| ())
            })
            .await;
        back_to(&cx, code, done, "saved", Default::default()).await
    };
    let out = out.await;
    cx.reply(out)
}
