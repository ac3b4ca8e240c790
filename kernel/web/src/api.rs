//! The frame of the API: JSON and problems, pages of lists, versions, and what is made once.
//!
//! A token comes in `Authorization: Bearer …`. Lists have cursors, one record has an ETag, a change carries `If-Match`,
//! a creation may carry an `Idempotency-Key`; errors are problem+json in the language asked for.

mod body;
mod change;
mod description;

pub use body::Sent;
pub use change::{Seen, date, decimal, form_of, once};

use crate::{
    Cx, Site,
    form::{Form, field},
    room::{Room, Route},
};
use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
    routing::get,
};
use base::{Date, Outcome, Refusal, Status, Stop};
use serde_json::{Value, json};

/// What a list's query may say besides its filters.
pub const CURSOR: [(&str, &str); 2] =
    [("cursor", "the last code of the page before"), ("limit", "rows a page, 1–5000")];

/// The description of all that follows.
pub const OPENAPI: Route =
    Route::get("/api/openapi.json", || get(description::show)).about("This description");

/// What some rooms offer to other programs.
pub fn router(rooms: &'static [Room]) -> Router<Site> {
    let routes = rooms.iter().flat_map(|room| room.api).chain([&OPENAPI]);
    routes
        .fold(Router::new(), |router, route| router.route(route.address, (route.run)()))
        .method_not_allowed_fallback(no_method)
        .layer(axum::middleware::from_fn(unchanged))
}

/// Answers 304 where the reader has what would be sent (`If-None-Match`).
pub(crate) async fn unchanged(request: Request, next: Next) -> Response {
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

pub(crate) async fn no_method(cx: Cx) -> Response {
    problem(&cx, &Refusal::new("api-no-method"), StatusCode::METHOD_NOT_ALLOWED)
}

/// An address under `/api` that there is not.
pub fn nowhere(cx: &Cx) -> Response {
    answer(cx, Refusal::not_found().stop())
}

/// Turns what came out into JSON, or a refusal into problem+json.
pub fn answer(cx: &Cx, outcome: Outcome<Response>) -> Response {
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
pub fn problem(cx: &Cx, refusal: &Refusal, status: StatusCode) -> Response {
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
        response.headers_mut().insert(header::RETRY_AFTER, crate::RETRY_SECONDS);
    }
    response
}

pub fn json_answer(value: Value) -> Response {
    Json(value).into_response()
}

/// How many items an answer may have: `limit`, 1–5000.
///
/// # Errors
/// Refuses what is no such number.
pub fn limit(query: &Form, usual: usize) -> Outcome<usize> {
    match query.get("limit").map(|text| text.parse::<usize>()) {
        None => Ok(usual),
        Some(Ok(n)) if (1..=5000).contains(&n) => Ok(n),
        Some(_) => Refusal::new("api-limit").at("limit").stop(),
    }
}

/// One page of a list that is in memory: what comes after the cursor in the order of a key, and the next cursor.
pub fn page_by(items: Vec<Value>, query: &Form, key: impl Fn(&Value) -> String) -> Outcome<Value> {
    let (cursor, most) = (field(query, "cursor"), limit(query, 500)?);
    let mut rest: Vec<Value> = items.into_iter().filter(|item| cursor < key(item)).collect();
    rest.sort_by_key(&key);
    let more = rest.len() > most;
    rest.truncate(most);
    let next = rest.last().filter(|_| more).map(&key);
    Ok(json!({"items": rest, "next": next}))
}

/// [`page_by`] the code of each item.
pub fn after(items: Vec<Value>, query: &Form) -> Outcome<Value> {
    page_by(items, query, |item| item["code"].as_str().unwrap_or_default().to_owned())
}

/// Adds a field to an object.
pub fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// An answer with the version of what it shows.
pub fn tagged(value: Value, version: i64, status: StatusCode) -> Response {
    let mut response = (status, Json(value)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The day that a request asks about; refuses what is no day instead of answering for today.
pub fn asked(query: &Form, today: Date) -> Outcome<Date> {
    Ok(crate::form::day_in(query, "as_of")?.unwrap_or(today))
}
