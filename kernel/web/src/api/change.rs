//! What other programs change: bodies as forms, the version a change was made from, and making once.

use super::{answer, tagged};
use crate::{
    Cx,
    form::{Form, field},
};
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use base::{Actor, Clock, Date, Outcome, Refusal, Stop};
use db::Tx;
use serde_json::Value;

/// The texts, numbers and flags of a body as a form of the same names.
pub fn form_of(body: &Value) -> Form {
    let mut form = Form::new();
    for (name, value) in body.as_object().into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(true) => "1".to_owned(),
            Value::Number(n) => n.to_string(),
            Value::Array(list) if list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
            }
            _ => continue,
        };
        form.insert(name.clone(), text);
    }
    form
}

pub fn date(form: &Form, name: &'static str) -> Outcome<Option<Date>> {
    let text = field(form, name);
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse().ok().or_else(|| base::period::read(&text).date()) {
        Some(day) => Ok(Some(day)),
        None => Refusal::new("refusal-date").at(name).with("field", "yyyy-mm-dd").stop(),
    }
}

/// A number in a body; none when it is empty.
pub fn decimal(form: &Form, name: &'static str) -> Outcome<Option<base::Decimal>> {
    let text = field(form, name);
    if text.is_empty() {
        return Ok(None);
    }
    // A JSON number has a point; a text may be written as offices write.
    match text.parse().ok().or_else(|| base::number::parse(&text)) {
        Some(number) => Ok(Some(number)),
        None => Refusal::new("refusal-number").at(name).with("field", name).stop(),
    }
}

/// The version that a change was made from (`If-Match`).
#[derive(Clone, Copy)]
pub enum Seen {
    /// Not said: refused where the change would otherwise be taken.
    Nothing,
    /// `*`: whatever is there.
    Any,
    /// The ETag that was read.
    Version(i64),
}

impl Seen {
    pub fn of(headers: &HeaderMap) -> Self {
        let tag = headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok());
        match tag.map(|tag| tag.trim().trim_matches('"')) {
            None => Self::Nothing,
            Some("*") => Self::Any,
            Some(tag) => Self::Version(tag.parse().unwrap_or(-1)),
        }
    }

    /// The version to compare with; one that no record has when nothing was said, so that the act refuses only after
    /// it has looked at the right.
    pub fn against(self, current: i64) -> i64 {
        match self {
            Self::Nothing => -1,
            Self::Any => current,
            Self::Version(seen) => seen,
        }
    }

    /// The answer to a change: 428 where the version was missing, 412 where it was not the last.
    pub fn answer(self, cx: &Cx, outcome: Outcome<Response>) -> Response {
        match (self, outcome) {
            (Self::Nothing, Err(Stop::Refused(refusal))) if refusal.status == base::Status::Conflict => {
                answer(cx, Refusal::new("api-no-version").stop())
            }
            (_, outcome) => answer(cx, outcome),
        }
    }
}

/// Creates once: a repetition with the same key gets the first answer.
pub async fn once(
    cx: &Cx,
    headers: &HeaderMap,
    body: &Value,
    make: impl Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<(Value, i64)> + Send + 'static,
) -> Response {
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let digest = key.as_ref().map(|_| db::trail::sha256(body.to_string().as_bytes())).unwrap_or_default();
    let answers = cx.site.answers;
    let out = cx
        .act(move |tx, clock, actor| {
            let owner = key.as_ref().zip(actor.account);
            if let Some((key, account)) = owner
                && let Some(before) = (answers.of)(tx, account, key)?
            {
                let kept: (Value, i64, String) = serde_json::from_str(&before)?;
                if kept.2 != digest {
                    return Refusal::new("api-key-reused").with("key", key).stop();
                }
                return Ok(tagged(kept.0, kept.1, StatusCode::OK));
            }
            let made = make(tx, clock, actor)?;
            if let Some((key, account)) = owner {
                let answer = serde_json::to_string(&(&made.0, made.1, &digest))?;
                (answers.keep)(tx, account, key, &answer, clock.now())?;
            }
            Ok(tagged(made.0, made.1, StatusCode::CREATED))
        })
        .await;
    answer(cx, out)
}
