//! The JSON API: the same acts as the pages, for other programs.
//!
//! A token comes in `Authorization: Bearer …`. Lists have cursors, one record has an ETag, a change may carry
//! `If-Match`, a creation an `Idempotency-Key`; errors are problem+json in the language asked for.

mod description;

use crate::pages::{Form, field};
use axum::{
    Json, Router,
    extract::{Path, Query},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base::{Outcome, Refusal, Right, Status, Stop};
use organisation::{Directory, Named, Snapshot};
use programme::{
    acts::{self, Draft, With},
    figures,
    rules::Step,
    store::{self, Filter},
    words::{Facts, Task},
};
use serde_json::{Value, json};
use web::{Cx, Site};

/// The routes of the API.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/api/openapi.json"),
    ("GET", "/api/units"),
    ("GET", "/api/documents"),
    ("GET", "/api/documents/{ma}"),
    ("GET", "/api/programmes"),
    ("GET", "/api/programmes/{ma}/figures"),
    ("GET", "/api/programmes/{ma}/progress"),
    ("GET", "/api/targets"),
    ("GET", "/api/tasks"),
    ("POST", "/api/tasks"),
    ("GET", "/api/tasks/{ma}"),
    ("POST", "/api/tasks/{ma}/steps"),
];

/// All routes of the API.
pub fn router() -> Router<Site> {
    Router::new()
        .route("/api/openapi.json", get(|| async { Json(description::openapi()) }))
        .route("/api/units", get(units))
        .route("/api/documents", get(documents))
        .route("/api/documents/{ma}", get(document))
        .route("/api/programmes", get(programmes))
        .route("/api/programmes/{ma}/figures", get(measured))
        .route("/api/programmes/{ma}/progress", get(progress))
        .route("/api/targets", get(targets))
        .route("/api/tasks", get(tasks).post(create))
        .route("/api/tasks/{ma}", get(task))
        .route("/api/tasks/{ma}/steps", post(step))
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
        Status::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Status::Forbidden => StatusCode::FORBIDDEN,
        Status::NotFound => StatusCode::NOT_FOUND,
        Status::Conflict => StatusCode::PRECONDITION_FAILED,
        Status::SignedOut => StatusCode::UNAUTHORIZED,
        Status::TooMany => StatusCode::TOO_MANY_REQUESTS,
    };
    let body = json!({
        "type": format!("/tro-giup#{}", refusal.key),
        "title": refusal.key,
        "status": status.as_u16(),
        "detail": cx.refusal_text(&refusal),
        "field": refusal.field,
    });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn json_answer(value: Value) -> Response {
    Json(value).into_response()
}

async fn units(cx: Cx, Query(query): Query<Form>) -> Response {
    let on = query.get("as_of").and_then(|v| v.parse().ok()).unwrap_or(cx.today);
    let out = cx
        .read(move |tx, _| {
            let names = Snapshot::at(tx, on)?;
            let items: Vec<Value> = names
                .units()
                .map(|u| {
                    let parent = names.parent(u.id).map(|p| p.code.clone());
                    json!({"code": u.code, "name": u.name, "kind": u.kind, "tree": u.tree.word(), "parent": parent,
                           "official_code": u.official_code, "from": u.established, "until": u.dissolved})
                })
                .collect();
            Ok(json_answer(json!({"as_of": on, "items": items})))
        })
        .await;
    answer(&cx, out)
}

async fn documents(cx: Cx, Query(query): Query<Form>) -> Response {
    let words = field(&query, "q");
    let out = cx
        .read(move |tx, _| {
            let items: Vec<Value> = document::store::list(tx, &words, 500, 0)?
                .into_iter()
                .map(|d| json!({"code": d.code, "mark": d.mark(), "title": d.title, "issuer": d.issuer_name, "issued": d.issued}))
                .collect();
            Ok(json_answer(json!({"items": items})))
        })
        .await;
    answer(&cx, out)
}

async fn document(cx: Cx, Path(code): Path<String>) -> Response {
    let out = cx
        .read(move |tx, _| {
            let Some(d) = document::store::by_code(tx, &code)? else { return Refusal::not_found().stop() };
            let clauses: Vec<Value> = document::store::clauses(tx, d.id)?
                .into_iter()
                .map(|c| json!({"key": c.key, "kind": c.kind.word(), "text": c.text}))
                .collect();
            Ok(json_answer(json!({"code": d.code, "mark": d.mark(), "title": d.title, "issued": d.issued, "clauses": clauses})))
        })
        .await;
    answer(&cx, out)
}

async fn programmes(cx: Cx) -> Response {
    let out = cx
        .read(|tx, _| {
            let all = store::programmes(tx)?;
            let items: Vec<Value> = all
                .iter()
                .map(|p| {
                    let parent = all.iter().find(|q| Some(q.id) == p.parent).map(|q| q.code.clone());
                    json!({"code": p.code, "kind": p.kind, "mark": p.mark(), "title": p.title, "issued": p.issued, "parent": parent})
                })
                .collect();
            Ok(json_answer(json!({"items": items})))
        })
        .await;
    answer(&cx, out)
}

async fn measured(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let on = query.get("as_of").and_then(|v| v.parse().ok()).unwrap_or(cx.today);
    let out = cx
        .read(move |tx, _| {
            let all = store::programmes(tx)?;
            let Some(found) = programme::import::find(&all, &code) else {
                return Refusal::not_found().stop();
            };
            Ok(json_answer(serde_json::to_value(figures::measure(tx, found, on)?)?))
        })
        .await;
    answer(&cx, out)
}

async fn progress(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let until = query.get("as_of").and_then(|v| v.parse().ok()).unwrap_or(cx.today);
    let out = cx
        .read(move |tx, actor| {
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
            Ok(json_answer(json!({"items": items})))
        })
        .await;
    answer(&cx, out)
}

async fn targets(cx: Cx) -> Response {
    let out = cx
        .read(|tx, _| {
            let items: Vec<Value> = store::targets(tx, None)?
                .into_iter()
                .map(|t| json!({"code": t.code, "title": t.title, "measure": t.measure, "kind": t.kind, "bound": t.bound, "goal": t.goal}))
                .collect();
            Ok(json_answer(json!({"items": items})))
        })
        .await;
    answer(&cx, out)
}

const PAGE: i64 = 200;

async fn tasks(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            let skip: i64 = query.get("cursor").and_then(|c| c.parse().ok()).unwrap_or(0).max(0);
            let f = Filter {
                words: field(&query, "q"),
                seen: actor.units(Right::See).list(),
                state: field(&query, "state"),
                standing: field(&query, "standing"),
                programme: store::programme_by_code(tx, &field(&query, "programme"))?.map(|p| p.id),
                sort: "code".to_owned(),
                ..Filter::default()
            };
            let names = Snapshot::at(tx, today)?;
            let (rows, total) = store::list(tx, &f, today, today, PAGE, skip)?;
            let next = (skip + PAGE < total).then(|| (skip + PAGE).to_string());
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

fn with_etag(task: &Task, status: StatusCode) -> Outcome<Response> {
    let mut facts = serde_json::to_value(&task.facts)?;
    if let Some(object) = facts.as_object_mut() {
        object.insert("code".to_owned(), json!(task.code));
        object.insert("version".to_owned(), json!(task.version));
    }
    let mut response = (status, Json(facts)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", task.version)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

async fn task(cx: Cx, Path(code): Path<String>) -> Response {
    let out = cx
        .read(move |tx, actor| with_etag(&acts::task_for(tx, actor, Right::See, &code)?, StatusCode::OK))
        .await;
    answer(&cx, out)
}

fn text(body: &Value, name: &str) -> String {
    body.get(name).and_then(Value::as_str).map(base::fold::tidy).unwrap_or_default()
}

async fn create(cx: Cx, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let today = cx.today;
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let out = cx
        .act(move |tx, clock, actor| {
            let before = match (&key, actor.account) {
                (Some(key), Some(account)) => account::store::answer_of(tx, account, key)?,
                _ => None,
            };
            if let Some(code) = before {
                return with_etag(&acts::task_for(tx, actor, Right::See, &code)?, StatusCode::OK);
            }
            let Some(programme) = store::programme_by_code(tx, &text(&body, "programme"))? else {
                return Refusal::new("programme-refusal-programme")
                    .at("programme")
                    .with("value", text(&body, "programme"))
                    .stop();
            };
            let lead_text = text(&body, "lead");
            let lead = match Directory::at(tx, today)?.code_or_name(&lead_text, None) {
                Named::Unit(unit) => Some(unit),
                _ if lead_text.is_empty() => None,
                _ => return Refusal::new("task-refusal-lead").at("lead").with("value", &lead_text).stop(),
            };
            let due_written = text(&body, "due");
            let due = base::period::read(&due_written);
            if due == base::period::Due::Invalid {
                return Refusal::new("programme-refusal-due").at("due").with("value", &due_written).stop();
            }
            let facts = Facts {
                title: text(&body, "title"),
                product: text(&body, "product"),
                acceptance: text(&body, "acceptance"),
                authority: text(&body, "authority"),
                person_name: text(&body, "person"),
                lead,
                due,
                due_written,
                first_due: due.date(),
                ..Facts::default()
            };
            let draft = Draft { programme: &programme, group_title: "", on: today, facts, support: &[] };
            let task = acts::create_task(tx, clock, actor, &draft)?;
            if let (Some(key), Some(account)) = (&key, actor.account) {
                account::store::keep_answer(tx, account, key, &task.code, clock.now())?;
            }
            with_etag(&task, StatusCode::CREATED)
        })
        .await;
    answer(&cx, out)
}

async fn step(cx: Cx, Path(code): Path<String>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let version = headers
        .get(header::IF_MATCH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.trim_matches('"').parse().ok());
    let out = cx
        .act(move |tx, clock, actor| {
            let step = match text(&body, "step").as_str() {
                "assign" => Step::Assign,
                "receive" => Step::Receive,
                "return" => Step::Return,
                "progress" => Step::Progress {
                    percent: body
                        .get("percent")
                        .and_then(Value::as_i64)
                        .map_or(-1, |p| p.saturating_mul(100)),
                },
                "report_done" => Step::ReportDone { has_evidence: false },
                "accept" => Step::Accept,
                "send_back" => Step::SendBack,
                "cancel" => Step::Cancel,
                other => {
                    return Refusal::new("refusal-unknown-word")
                        .at("step")
                        .with("field", "step")
                        .with("value", other)
                        .stop();
                }
            };
            let link = text(&body, "evidence");
            let evidence = if link.is_empty() { Vec::new() } else { vec![(link.clone(), None, link)] };
            let with = With { words: text(&body, "words"), evidence, version };
            with_etag(&acts::take_step(tx, clock, actor, &code, &step, &with)?, StatusCode::OK)
        })
        .await;
    answer(&cx, out)
}
