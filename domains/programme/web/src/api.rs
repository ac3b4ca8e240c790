//! Programmes, targets and tasks for other programs.

mod write;

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
    routing::{get, patch, post},
};
use base::{Outcome, Refusal, Right};
use organisation::Snapshot;
use programme::{
    acts, figures,
    store::{self, Filter},
    words::{Programme, State, Task},
};
use serde_json::{Value, json};
use web::{
    Cx,
    api::{CURSOR, after, answer, asked, json_answer, limit, page_by, put, tagged},
    form::{Form, field},
    room::{Field, Route},
};

const TASK: &[Field] = &[
    Field::must("programme", "string", "code of the programme"),
    Field::must("title", "string", "what is to be done"),
    Field::may("lead", "string", "code or name of the one accountable unit"),
    Field::may("person", "string", "the named lead"),
    Field::may("due", "string", "deadline as offices write it, or a date"),
    Field::may("product", "string", "the deliverable"),
    Field::may("acceptance", "string", "how one tells that it is good"),
    Field::may("authority", "string", "the act under which the unit decides"),
    Field::may("field", "string", "field of work"),
    Field::may("parent", "string", "code of the task it is a part of"),
    Field::may("weight", "number", "weight in the parent's progress, 1–1000"),
    Field::may("support", "string", "codes, names or groups of supporting units, parted by semicolons"),
    Field::may(
        "clauses",
        "string",
        "keys of the clauses it takes up, II.1.đ, of the programme or one above it",
    ),
    Field::may("new_and_hard", "boolean", "new and hard"),
];

const TARGET: &[Field] = &[
    Field::must("programme", "string", "code of the programme"),
    Field::must("title", "string", "the indicator"),
    Field::must("measure", "string", "unit of measure"),
    Field::may(
        "kind",
        "string",
        "count_per_year, cumulative, share, reduction_share, rank_change, yes_no_by_date, at_most",
    ),
    Field::may("goal", "string", "the goal as written, such as ≥ 90"),
    Field::may("years", "array", "objects with year and plan"),
];

const PAGE: usize = 200;

/// What other programs may ask of programmes, targets and tasks.
pub(crate) const API: &[Route] = &[
    Route::get("/api/programmes", || get(programmes)).about("Programmes and plans").query(&CURSOR),
    Route::post("/api/programmes", || post(write::programme)).about("Makes a programme").json(r#"{"code": "CT-99", "title": "x", "kind": "de_an", "issuer": "UB001"}"#, &[
            Field::may("code", "string", "its code; the next free one when it is left out"),
            Field::must("title", "string", "its title"),
            Field::must("kind", "string", "chuong_trinh, ke_hoach, de_an, dot_pha, du_an"),
            Field::may("term", "string", "such as 2020-2025"),
            Field::may("number", "string", "its number"),
            Field::may("symbol", "string", "such as CTr/TU"),
            Field::may("issuer", "string", "code or name of the issuing unit"),
            Field::may("parent", "string", "code of the programme it implements"),
            Field::may("issued", "date", "the day of issue"),
            Field::may("early_days", "number", "days within which a plan counts as early"),
        ]),
    Route::get("/api/programmes/{programme}", || get(programme_one)).about("A programme with its ETag"),
    Route::patch("/api/programmes/{programme}", || patch(write::programme_change)).about("Changes a programme; If-Match is needed and refuses when somebody was faster").json(r#"{"title": "x"}"#, &[
            Field::may("title", "string", "its title"),
            Field::may("kind", "string", "its kind"),
            Field::may("parent", "string", "code of the programme it implements"),
            Field::may("issued", "date", "the day of issue"),
            Field::may("early_days", "number", "days within which a plan counts as early"),
        ]),
    Route::get("/api/programmes/{programme}/figures", || get(measured)).about("The four adjectives of a programme at a date").query(&[("as_of", "the day")]),
    Route::get("/api/programmes/{programme}/progress", || get(progress)).about("Progress reported up to a date").query(&[("as_of", "the day"), CURSOR[0], CURSOR[1]]),
    Route::post("/api/programmes/{programme}/progress", || post(write::progress)).about("Reports on a clause or task").json(r#"{"unit": "UB001", "item": "II.1.a", "percent": 5}"#, &[
            Field::must("unit", "string", "code or name of the reporting unit"),
            Field::must("item", "string", "clause key or task code"),
            Field::may("as_of", "date", "to which day the figures count"),
            Field::may("plan", "number", "plan"),
            Field::may("actual", "number", "actual"),
            Field::may("percent", "number", "percent, 0–1000"),
            Field::may("words", "string", "in words"),
            Field::may("evidence", "string", "name of the evidence"),
        ]),
    Route::get("/api/targets", || get(targets)).about("Targets, of one programme or of all").query(&[("programme", "code"), CURSOR[0], CURSOR[1]]),
    Route::post("/api/targets", || post(write::target)).about("Makes a target").json(r#"{"programme": "CT-01", "title": "x", "measure": "%"}"#, TARGET),
    Route::get("/api/targets/{target}", || get(target)).about("A target with its yearly plans, allocations, values and its ETag"),
    Route::patch("/api/targets/{target}", || patch(write::target_change)).about("Changes a target and the plans of the years named; If-Match is needed and refuses when somebody was faster").json(r#"{"goal": "95"}"#, &[
            Field::may("title", "string", "the indicator"),
            Field::may("measure", "string", "unit of measure"),
            Field::may("kind", "string", "its kind"),
            Field::may("goal", "string", "the goal as written"),
            Field::may("years", "array", "objects with year and plan"),
        ]),
    Route::post("/api/targets/{target}/values", || post(write::value)).about("Enters a measured value").json(r#"{"unit": "UB001", "value": 5}"#, &[
            Field::must("value", "number", "the value"),
            Field::may("unit", "string", "code or name of the unit; none for the whole"),
            Field::may("year", "number", "the year"),
            Field::may("as_of", "date", "the day of the measurement"),
            Field::may("evidence", "string", "where it is from"),
        ]),
    Route::get("/api/tasks", || get(tasks)).about("Tasks by their codes").query(&[
            ("q", "words"),
            ("state", "draft, assigned, …"),
            ("standing", "overdue, due_soon, done_late, done_in_time, open"),
            ("programme", "code"),
            CURSOR[0],
            CURSOR[1],
        ]),
    Route::post("/api/tasks", || post(write::task)).about("Creates a task as a draft").json(r#"{"programme": "CT-01", "title": "x", "lead": "UB001"}"#, TASK),
    Route::get("/api/tasks/{task}", || get(task)).about("A task with its ETag"),
    Route::patch("/api/tasks/{task}", || patch(write::task_change)).about("Edits a task; If-Match is needed and refuses when somebody was faster").json(r#"{"title": "x"}"#, &[
            Field::may("title", "string", "what is to be done"),
            Field::may("product", "string", "the deliverable"),
            Field::may("acceptance", "string", "how one tells that it is good"),
            Field::may("authority", "string", "the act under which the unit decides"),
            Field::may("field", "string", "field of work"),
            Field::may("lead", "string", "code or name of the lead unit; while a draft"),
            Field::may("person", "string", "the named lead"),
            Field::may("due", "string", "deadline; while a draft"),
            Field::may("new_and_hard", "boolean", "new and hard"),
            Field::may("parent", "string", "code of the task it is a part of"),
            Field::may("weight", "number", "weight, 1–1000"),
            Field::may("support", "string", "codes, names or groups of supporting units, parted by semicolons"),
            Field::may("clauses", "string", "keys of the clauses it takes up"),
        ]),
    Route::post("/api/tasks/{task}/steps", || post(write::step)).about("Takes a step; If-Match refuses when somebody was faster").json(r#"{"step": "progress", "percent": 60}"#, &[
            Field::must(
                "step",
                "string",
                "assign, receive, return, progress, pause, resume, report_done, accept, send_back, ask_extension, \
                 grant_extension, deny_extension, direct, answer_directive, demand_explanation, explain, \
                 accept_explanation, return_explanation, cancel",
            ),
            Field::may("percent", "number", "of a progress step, 0–100"),
            Field::may("to", "date", "the day asked for or set by the step"),
            Field::may("words", "string", "in words"),
            Field::may("evidence", "string", "address of the evidence, https://…"),
        ]),
];

fn shown_programme(p: &Programme, all: &[Programme]) -> Value {
    let parent = all.iter().find(|q| Some(q.id) == p.parent).map(|q| q.code.clone());
    json!({"code": p.code, "kind": p.kind, "mark": p.mark(), "title": p.title, "issued": p.issued, "parent": parent,
           "early_days": p.early_days, "term": p.term})
}

async fn programmes(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = cx
        .read(move |tx, _| {
            let all = store::programmes(tx)?;
            let items: Vec<Value> = all.iter().map(|p| shown_programme(p, &all)).collect();
            Ok(json_answer(after(items, &query)?))
        })
        .await;
    answer(&cx, out)
}

async fn programme_one(cx: Cx, Path(code): Path<String>) -> Response {
    let out = cx
        .read(move |tx, _| {
            let all = store::programmes(tx)?;
            match all.iter().find(|p| p.code == code) {
                Some(p) => {
                    let version = store::programme_version(tx, p.id)?;
                    Ok(tagged(shown_programme(p, &all), version, StatusCode::OK))
                }
                None => Refusal::not_found().stop(),
            }
        })
        .await;
    answer(&cx, out)
}

async fn measured(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            let on = asked(&query, today)?;
            let all = store::programmes(tx)?;
            let Some(found) = programme::import::find(&all, &code) else {
                return Refusal::not_found().stop();
            };
            let mut figures = (*figures::measured(tx, found, on, today)?).clone();
            // A task of a unit that the reader may not see is counted, not named.
            let leads: std::collections::HashMap<_, _> = store::leads_of(tx, found.id)?.into_iter().collect();
            figures.name_only(|task| {
                let lead = leads.get(task).copied().flatten();
                leads.contains_key(task) && lead.is_none_or(|unit| actor.may(Right::See, unit))
            });
            Ok(json_answer(serde_json::to_value(&figures)?))
        })
        .await;
    answer(&cx, out)
}

async fn progress(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            let until = asked(&query, today)?;
            let Some(found) = store::programme_by_code(tx, &code)? else { return Refusal::not_found().stop() };
            let names = Snapshot::at(tx, until)?;
            let items: Vec<Value> = store::reports(tx, found.id, until)?
                .into_iter()
                .filter(|r| actor.may(Right::See, r.unit))
                .map(|r| {
                    json!({"unit": names.unit(r.unit).map(|u| u.code.clone()), "item": r.item, "as_of": r.as_of, "plan": r.plan,
                           "actual": r.actual, "percent": r.percent, "words": r.words, "flags": r.flags})
                })
                .collect();
            let key = |item: &Value| format!("{} {} {}", item["unit"], item["item"], item["as_of"]).replace('"', "");
            Ok(json_answer(page_by(items, &query, key)?))
        })
        .await;
    answer(&cx, out)
}

fn shown_target(t: &store::Target) -> Value {
    json!({"code": t.code, "title": t.title, "measure": t.measure, "kind": t.kind, "bound": t.bound, "goal": t.goal,
           "split": t.split, "version": t.version})
}

async fn targets(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = cx
        .read(move |tx, _| {
            let programme = programme_in(tx, &query)?.map(|p| p.id);
            let items: Vec<Value> = store::targets(tx, programme)?.iter().map(shown_target).collect();
            Ok(json_answer(after(items, &query)?))
        })
        .await;
    answer(&cx, out)
}

async fn target(cx: Cx, Path(code): Path<String>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            let Some(t) = store::target_by_code(tx, &code)? else { return Refusal::not_found().stop() };
            let names = Snapshot::at(tx, today)?;
            let code = |unit| names.unit(unit).map(|u| u.code.clone());
            let sees = |unit| actor.may(Right::See, unit);
            let mut shown = shown_target(&t);
            let list: Vec<Value> = store::target_years(tx, t.id)?
                .into_iter()
                .map(|(year, plan, written)| json!({"year": year, "plan": plan, "written": written}))
                .collect();
            put(&mut shown, "years", list.into());
            let list: Vec<Value> = store::allocations(tx, t.id)?
                .into_iter()
                .filter(|(unit, ..)| sees(*unit))
                .map(|(unit, year, plan)| json!({"unit": code(unit), "year": year, "plan": plan}))
                .collect();
            put(&mut shown, "allocations", list.into());
            let list: Vec<Value> = store::values(tx, t.id, today)?
                .into_iter()
                .filter(|v| v.unit.is_none_or(sees))
                .map(|v| json!({"unit": v.unit.and_then(code), "year": v.year, "as_of": v.as_of, "value": v.value}))
                .collect();
            put(&mut shown, "values", list.into());
            Ok(tagged(shown, t.version, StatusCode::OK))
        })
        .await;
    answer(&cx, out)
}

/// The programme that a query names by its code; none when it names none.
///
/// # Errors
/// Refuses a code that no programme has, instead of answering for all.
fn programme_in(tx: &db::Tx<'_>, query: &Form) -> Outcome<Option<Programme>> {
    match field(query, "programme") {
        code if code.is_empty() => Ok(None),
        code => acts::named_programme(tx, &code).map(Some),
    }
}

/// A word that a query asks for, one of those there are.
///
/// # Errors
/// Refuses any other word.
fn word_in(query: &Form, name: &'static str, known: &[&str]) -> Outcome<String> {
    let word = field(query, name);
    if word.is_empty() || known.contains(&word.as_str()) {
        return Ok(word);
    }
    Refusal::new("refusal-unknown-word").at(name).with("field", known.join(", ")).with("value", word).stop()
}

async fn tasks(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            let most = i64::try_from(limit(&query, PAGE)?).unwrap_or(0);
            let f = Filter {
                words: field(&query, "q"),
                seen: actor.reach(Right::See),
                state: word_in(&query, "state", &State::ALL.iter().map(|s| s.word()).collect::<Vec<_>>())?,
                standing: word_in(&query, "standing", &programme::rules::STANDINGS)?,
                programme: programme_in(tx, &query)?.map(|p| p.id),
                sort: "code".to_owned(),
                ..Filter::default()
            };
            let names = Snapshot::at(tx, today)?;
            let (_, total) = store::list(tx, &f, today, today, 0, 0)?;
            let f = Filter { after: field(&query, "cursor"), ..f };
            let mut rows = store::first(tx, &f, today, today, most + 1)?;
            let more = i64::try_from(rows.len()).unwrap_or(0) > most;
            rows.truncate(usize::try_from(most).unwrap_or(0));
            let next = rows.last().filter(|_| more).map(|t| t.code.clone());
            let items: Vec<Value> = rows
                .into_iter()
                .map(|t| {
                    json!({"code": t.code, "title": t.title, "programme": t.programme, "state": t.state, "due": t.due,
                           "lead": t.lead.and_then(|u| names.unit(u)).map(|u| u.code.clone()),
                           "percent": base::Decimal::new(t.percent, 2).normalize(), "reported_on": t.reported_on})
                })
                .collect();
            Ok(json_answer(json!({"items": items, "total": total, "next": next})))
        })
        .await;
    answer(&cx, out)
}

fn with_etag(tx: &db::Tx<'_>, task: &Task, on: base::Date, status: StatusCode) -> Outcome<Response> {
    Ok(tagged(shown_task(tx, task, on)?, task.version, status))
}

/// A task as the API shows it: units, programmes and clauses by their codes, progress in percent.
fn shown_task(tx: &db::Tx<'_>, task: &Task, on: base::Date) -> Outcome<Value> {
    let f = &task.facts;
    let names = Snapshot::at(tx, on)?;
    let programme = store::programme_by_id(tx, task.programme)?.map(|p| p.code);
    let parent = task.parent.map(|id| store::task_by_id(tx, id)).transpose()?.flatten().map(|p| p.code);
    let support: Vec<Value> = store::support(tx, task.id)?
        .into_iter()
        .map(|(unit, group, words)| {
            let code = unit.and_then(|u| names.unit(u)).map(|u| u.code.clone());
            json!({"unit": code, "group": group, "as_written": words})
        })
        .collect();
    let clauses = if f.clauses.is_empty() {
        Vec::new()
    } else {
        let codes = [task.code.clone()];
        store::details(tx, &codes)?.remove(&task.code).map(|d| d.clauses).unwrap_or_default()
    };
    Ok(json!({
        "code": task.code,
        "version": task.version,
        "programme": programme,
        "parent": parent,
        "title": f.title,
        "product": f.product,
        "acceptance": f.acceptance,
        "authority": f.authority,
        "field": f.field,
        "weight": f.weight,
        "new_and_hard": f.new_and_hard,
        "lead": f.lead.and_then(|u| names.unit(u)).map(|u| u.code.clone()),
        "lead_group": f.lead_group,
        "lead_words": f.lead_words,
        "person": f.person_name,
        "due": f.due.date(),
        "deadline": f.due,
        "due_written": f.due_written,
        "first_due": f.first_due,
        "asked_due": f.asked_due,
        "state": f.state,
        "percent": base::Decimal::new(f.percent, 2).normalize(),
        "reported_on": f.reported_on,
        "accepted_on": f.accepted_on,
        "directive": f.directive,
        "directive_due": f.directive_due,
        "explanation_due": f.explanation_due,
        "explanation": f.explanation,
        "clauses": clauses,
        "support": support,
    }))
}

async fn task(cx: Cx, Path(code): Path<String>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            with_etag(tx, &acts::task_for(tx, actor, Right::See, &code)?, today, StatusCode::OK)
        })
        .await;
    answer(&cx, out)
}
