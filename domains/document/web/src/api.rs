//! Documents for other programs.

use axum::{
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, patch},
};
use base::{Outcome, Refusal};
use serde_json::{Value, json};
use web::{
    Cx,
    api::{CURSOR, Seen, Sent, after, answer, date, form_of, json_answer, tagged},
    form::{Form, field},
    room::{Field, Route},
};

/// What other programs may ask of documents.
pub(crate) const API: &[Route] = &[
    Route::get("/api/documents", || get(documents)).about("Documents, newest first by code").query(&[
        ("q", "words"),
        CURSOR[0],
        CURSOR[1],
    ]),
    Route::get("/api/documents/{document}", || get(document))
        .about("A document with its clauses and its ETag"),
    Route::patch("/api/documents/{document}", || patch(change))
        .about("Corrects the head of a document; If-Match is needed and refuses when somebody was faster")
        .json(
            r#"{"title": "x"}"#,
            &[
                Field::may("title", "string", "its subject line"),
                Field::may("number", "string", "its number"),
                Field::may("symbol", "string", "such as CTr/TU"),
                Field::may("kind", "string", "nghi_quyet, chuong_trinh, ke_hoach …"),
                Field::may("system", "string", "state or party"),
                Field::may("issuer", "string", "code or name of the issuing unit"),
                Field::may("issued", "date", "the day of issue"),
            ],
        ),
];

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

async fn change(cx: Cx, Path(code): Path<String>, headers: HeaderMap, Sent(body): Sent) -> Response {
    let seen = Seen::of(&headers);
    let out = cx
        .act(move |tx, clock, actor| {
            let Some(document) = document::store::by_code(tx, &code)? else {
                return Refusal::not_found().stop();
            };
            let form = form_of(&body);
            let given = |name: &str| body.get(name).is_some();
            let mut head = document::acts::Head::of(&document);
            for (name, place) in [
                ("system", &mut head.system),
                ("kind", &mut head.kind),
                ("number", &mut head.number),
                ("symbol", &mut head.symbol),
                ("title", &mut head.title),
                ("issuer", &mut head.issuer),
            ] {
                if given(name) {
                    *place = field(&form, name);
                }
            }
            if given("issued") {
                head.issued = date(&form, "issued")?;
            }
            let document =
                document::acts::correct(tx, clock, actor, &code, &head, seen.against(document.version))?;
            Ok(tagged(shown_document(tx, &document)?, document.version, StatusCode::OK))
        })
        .await;
    seen.answer(&cx, out)
}
