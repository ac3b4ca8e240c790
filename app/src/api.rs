//! The JSON API: the same acts as the pages, for other programs.
//!
//! A token comes in `Authorization: Bearer …`. Lists have cursors, one record has an ETag, a change may carry
//! `If-Match`, a creation an `Idempotency-Key`; errors are problem+json in the language asked for.

mod body;
mod description;
mod indices;
mod write;

use axum::{
    Json, Router,
    extract::{Path, Query, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
    routing::{get, patch, post},
};
use base::{Outcome, Refusal, Right, Status, Stop};
use organisation::Snapshot;
use programme::{
    acts, figures,
    store::{self, Filter},
    words::{Programme, State, Task},
};
use serde_json::{Value, json};
use web::form::{Form, field};
use web::{Cx, Site};

/// The routes of the API.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/api/openapi.json"),
    ("GET", "/api/units"),
    ("POST", "/api/units"),
    ("GET", "/api/units/{ma}"),
    ("POST", "/api/units/{ma}/name"),
    ("GET", "/api/documents"),
    ("POST", "/api/documents"),
    ("GET", "/api/documents/{ma}"),
    ("PATCH", "/api/documents/{ma}"),
    ("GET", "/api/programmes"),
    ("POST", "/api/programmes"),
    ("GET", "/api/programmes/{ma}"),
    ("PATCH", "/api/programmes/{ma}"),
    ("GET", "/api/programmes/{ma}/figures"),
    ("GET", "/api/programmes/{ma}/progress"),
    ("POST", "/api/programmes/{ma}/progress"),
    ("GET", "/api/targets"),
    ("POST", "/api/targets"),
    ("GET", "/api/targets/{ma}"),
    ("PATCH", "/api/targets/{ma}"),
    ("POST", "/api/targets/{ma}/values"),
    ("GET", "/api/tasks"),
    ("POST", "/api/tasks"),
    ("GET", "/api/tasks/{ma}"),
    ("PATCH", "/api/tasks/{ma}"),
    ("POST", "/api/tasks/{ma}/steps"),
    ("GET", "/api/indices"),
    ("GET", "/api/indices/{cham}"),
    ("GET", "/api/indices/{cham}/{don_vi}"),
    ("PATCH", "/api/indices/{cham}/{don_vi}/{tieu_chi}"),
];

/// All routes of the API.
pub fn router() -> Router<Site> {
    Router::new()
        .route("/api/openapi.json", get(|| async { Json(description::openapi()) }))
        .route("/api/units", get(units).post(write::unit))
        .route("/api/units/{ma}", get(unit))
        .route("/api/units/{ma}/name", post(write::unit_name))
        .route("/api/documents", get(documents).post(write::document))
        .route("/api/documents/{ma}", get(document).patch(write::document_change))
        .route("/api/programmes", get(programmes).post(write::programme))
        .route("/api/programmes/{ma}", get(programme_one).patch(write::programme_change))
        .route("/api/programmes/{ma}/figures", get(measured))
        .route("/api/programmes/{ma}/progress", get(progress).post(write::progress))
        .route("/api/targets", get(targets).post(write::target))
        .route("/api/targets/{ma}", get(target).patch(write::target_change))
        .route("/api/targets/{ma}/values", post(write::value))
        .route("/api/tasks", get(tasks).post(write::task))
        .route("/api/tasks/{ma}", get(task).patch(write::task_change))
        .route("/api/tasks/{ma}/steps", post(write::step))
        .route("/api/indices", get(indices::rounds))
        .route("/api/indices/{cham}", get(indices::results))
        .route("/api/indices/{cham}/{don_vi}", get(indices::unit))
        .route("/api/indices/{cham}/{don_vi}/{tieu_chi}", patch(indices::change))
        .method_not_allowed_fallback(no_method)
        .layer(axum::middleware::from_fn(unchanged))
}

/// Answers 304 where the reader has what would be sent (`If-None-Match`).
async fn unchanged(request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let is_reading = request.method() == axum::http::Method::GET;
    let response = next.run(request).await;
    let Some(known) = known.filter(|_| is_reading) else { return response };
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let is_known = |tag: &str| {
        known.to_str().is_ok_and(|list| {
            list == "*" || list.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
        })
    };
    match tag.map(str::to_owned).filter(|tag| is_known(tag)) {
        Some(tag) => (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response(),
        None => response,
    }
}

async fn no_method(cx: Cx) -> Response {
    problem(&cx, &Refusal::new("api-no-method"), StatusCode::METHOD_NOT_ALLOWED)
}

/// An address under `/api` that there is not.
pub(crate) fn nowhere(cx: &Cx) -> Response {
    answer(cx, Refusal::not_found().stop())
}

/// Turns what came out into JSON, or a refusal into problem+json.
fn answer(cx: &Cx, outcome: Outcome<Response>) -> Response {
    let refusal = match outcome {
        Ok(response) => return response,
        Err(Stop::Refused(refusal)) => refusal,
        // Logged with its number by the shell, which also answers.
        Err(fault) => return cx.reply(Err(fault)),
    };
    let status = match refusal.status {
        Status::Unprocessable if refusal.key == "api-no-version" => StatusCode::PRECONDITION_REQUIRED,
        Status::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Status::Forbidden => StatusCode::FORBIDDEN,
        Status::NotFound => StatusCode::NOT_FOUND,
        Status::Conflict => StatusCode::PRECONDITION_FAILED,
        Status::SignedOut => StatusCode::UNAUTHORIZED,
        Status::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Status::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Status::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    problem(cx, &refusal, status)
}

/// A refusal as problem+json (RFC 9457).
fn problem(cx: &Cx, refusal: &Refusal, status: StatusCode) -> Response {
    let title = match refusal.status {
        Status::Unprocessable | Status::TooMany | Status::TooLarge | Status::Unavailable => "error-refused",
        Status::Forbidden => "error-forbidden",
        Status::NotFound => "error-not-found",
        Status::Conflict => "error-conflict",
        Status::SignedOut => "api-no-token",
    };
    // On a page two versions stand side by side; here the caller reads again.
    let detail = match refusal.key {
        "refusal-conflict" => cx.t.say("api-conflict"),
        "refusal-signed-out" => cx.t.say("api-no-token-text"),
        _ => cx.refusal_text(refusal),
    };
    let body = json!({
        "type": format!("urn:trongtam:{}", refusal.key),
        "title": cx.t.say(title),
        "status": status.as_u16(),
        "detail": detail,
        "field": refusal.field,
    });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if refusal.status == Status::Unavailable {
        response.headers_mut().insert(header::RETRY_AFTER, web::RETRY_SECONDS);
    }
    response
}

fn json_answer(value: Value) -> Response {
    Json(value).into_response()
}

/// How many items an answer may have: `limit`, 1–5000.
///
/// # Errors
/// Refuses what is no such number.
fn limit(query: &Form, usual: usize) -> Outcome<usize> {
    match query.get("limit").map(|text| text.parse::<usize>()) {
        None => Ok(usual),
        Some(Ok(n)) if (1..=5000).contains(&n) => Ok(n),
        Some(_) => Refusal::new("api-limit").at("limit").stop(),
    }
}

/// One page of a list that is in memory: what comes after the cursor in the order of a key, and the next cursor.
fn page_by(items: Vec<Value>, query: &Form, key: impl Fn(&Value) -> String) -> Outcome<Value> {
    let (cursor, most) = (field(query, "cursor"), limit(query, 500)?);
    let mut rest: Vec<Value> = items.into_iter().filter(|item| cursor < key(item)).collect();
    rest.sort_by_key(&key);
    let more = rest.len() > most;
    rest.truncate(most);
    let next = rest.last().filter(|_| more).map(&key);
    Ok(json!({"items": rest, "next": next}))
}

/// [`page_by`] the code of each item.
fn after(items: Vec<Value>, query: &Form) -> Outcome<Value> {
    page_by(items, query, |item| item["code"].as_str().unwrap_or_default().to_owned())
}

/// Adds a field to an object.
fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// An answer with the version of what it shows.
fn tagged(value: Value, version: i64, status: StatusCode) -> Response {
    let mut response = (status, Json(value)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The day that a request asks about; refuses what is no day instead of answering for today.
fn asked(query: &Form, today: base::Date) -> Outcome<base::Date> {
    Ok(web::form::day_in(query, "as_of")?.unwrap_or(today))
}

async fn units(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, _| {
            let on = asked(&query, today)?;
            let names = Snapshot::at(tx, on)?;
            let items: Vec<Value> = names.units().map(|u| shown_unit(u, &names)).collect();
            let mut page = after(items, &query)?;
            put(&mut page, "as_of", json!(on));
            Ok(json_answer(page))
        })
        .await;
    answer(&cx, out)
}

fn shown_unit(u: &organisation::Unit, names: &Snapshot) -> Value {
    let parent = names.parent(u.id).map(|p| p.code.clone());
    json!({"code": u.code, "name": u.name, "kind": u.kind, "tree": u.tree.word(), "parent": parent,
           "official_code": u.official_code, "from": u.established, "until": u.dissolved})
}

async fn unit(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, _| {
            let on = asked(&query, today)?;
            let names = Snapshot::at(tx, on)?;
            match names.by_code(&code) {
                Some(unit) => {
                    Ok(tagged(shown_unit(unit, &names), tx.version("organisation")?, StatusCode::OK))
                }
                None => Refusal::not_found().stop(),
            }
        })
        .await;
    answer(&cx, out)
}

async fn documents(cx: Cx, Query(query): Query<Form>) -> Response {
    let words = field(&query, "q");
    let out = cx
        .read(move |tx, _| {
            let items: Vec<Value> = document::store::list(tx, &words, 100_000, 0)?
                .into_iter()
                .map(|d| json!({"code": d.code, "mark": d.mark(), "title": d.title, "issuer": d.issuer_name, "issued": d.issued}))
                .collect();
            Ok(json_answer(after(items, &query)?))
        })
        .await;
    answer(&cx, out)
}

fn shown_document(tx: &db::Tx<'_>, d: &document::Document) -> Outcome<Value> {
    let clauses: Vec<Value> = document::store::clauses(tx, d.id)?
        .into_iter()
        .map(|c| json!({"key": c.key, "kind": c.kind.word(), "text": c.text}))
        .collect();
    Ok(json!({"code": d.code, "mark": d.mark(), "system": d.system, "kind": d.kind, "number": d.number,
              "symbol": d.symbol, "title": d.title, "issuer": d.issuer_name, "issued": d.issued, "term": d.term,
              "version": d.version, "clauses": clauses}))
}

async fn document(cx: Cx, Path(code): Path<String>) -> Response {
    let out = cx
        .read(move |tx, _| {
            let Some(d) = document::store::by_code(tx, &code)? else { return Refusal::not_found().stop() };
            Ok(tagged(shown_document(tx, &d)?, d.version, StatusCode::OK))
        })
        .await;
    answer(&cx, out)
}

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

const PAGE: usize = 200;

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
