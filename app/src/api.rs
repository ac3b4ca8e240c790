//! What the API does with the whole house: a document is entered through the imports.

use crate::intake;
use axum::{http::HeaderMap, response::Response, routing::post};
use serde_json::{Value, json};
use web::{
    Cx,
    api::{Sent, answer, form_of, once},
    form::field,
    room::{Field, Route},
};

/// What other programs may enter.
pub(crate) const ROUTES: &[Route] = &[Route::post("/api/documents", || post(document))
    .about("Enters a document from its text, clause by clause")
    .json(
        r#"{"text": "CHƯƠNG TRÌNH\nSố: 88-CTr/TU\nI. MỘT\n1. Hai"}"#,
        &[
            Field::must("text", "string", "the whole text"),
            Field::may("name", "string", "a name for the file"),
        ],
    )];

pub(super) async fn document(cx: Cx, headers: HeaderMap, Sent(body): Sent) -> Response {
    let text = body.get("text").and_then(Value::as_str).unwrap_or_default().as_bytes().to_vec();
    let name = field(&form_of(&body), "name");
    let name = if name.is_empty() { "van-ban.txt".to_owned() } else { name };
    let file = intake::File::new(name, text, programme::import::Options::default());
    let reading = file.clone();
    if let Err(stop) = cx.site.reading.run(move || reading.prepare(intake::Kind::Document)).await {
        return answer(&cx, Err(stop));
    }
    once(&cx, &headers, &body.clone(), move |tx, clock, actor| {
        actor.need_somewhere(base::Right::Draft)?;
        let report = intake::import(tx, clock, actor, intake::Kind::Document, &file)?;
        Ok((json!({"document": report.file, "clauses": report.rows, "created": report.created}), 1))
    })
    .await
}
