//! The OpenAPI description, made from the list of routes so that none is missing.

use super::ROUTES;
use serde_json::{Map, Value, json};

const SUMMARIES: &[(&str, &str)] = &[
    ("GET /api/openapi.json", "This description"),
    ("GET /api/units", "Units of a day (as_of); follow next as cursor, at most limit a page"),
    ("POST /api/units", "Establishes a unit: code, name, kind, parent, from, document"),
    ("GET /api/units/{ma}", "A unit of a day (as_of)"),
    ("POST /api/units/{ma}/name", "Gives a unit a new name from a day: name, from, document"),
    ("GET /api/documents", "Documents by words (q)"),
    ("POST /api/documents", "Enters a document from its text; its clauses are found by their headings"),
    ("GET /api/documents/{ma}", "A document with its clauses"),
    ("GET /api/programmes", "Programmes and plans"),
    ("POST /api/programmes", "Makes a programme: code, title, kind, issuer, parent, issued, early_days"),
    ("GET /api/programmes/{ma}", "A programme with its ETag"),
    ("PATCH /api/programmes/{ma}", "Changes a programme; If-Match refuses when somebody was faster"),
    ("GET /api/programmes/{ma}/figures", "The four adjectives of a programme at a date (as_of)"),
    ("GET /api/programmes/{ma}/progress", "Progress reported up to a date (as_of)"),
    (
        "POST /api/programmes/{ma}/progress",
        "Reports on an item: unit, item, as_of, plan, actual, percent, words",
    ),
    ("GET /api/targets", "Targets, of one programme or of all"),
    ("GET /api/targets/{ma}", "A target with its yearly plans, allocations and values"),
    ("POST /api/targets/{ma}/values", "Enters a measured value: value, unit, year, as_of, evidence"),
    ("GET /api/tasks", "Tasks by q, state, standing, programme; follow next as cursor"),
    ("POST /api/tasks", "Creates a task as a draft; Idempotency-Key makes a repetition harmless"),
    ("GET /api/tasks/{ma}", "A task with its ETag"),
    ("PATCH /api/tasks/{ma}", "Edits a task; If-Match refuses when somebody was faster"),
    ("POST /api/tasks/{ma}/steps", "Takes a step; If-Match refuses when somebody was faster"),
];

/// The description as JSON.
pub(super) fn openapi() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for (method, path) in ROUTES {
        let name = format!("{method} {path}");
        let summary = SUMMARIES.iter().find(|(n, _)| *n == name).map(|(_, s)| *s).unwrap_or_default();
        let mut operation = json!({
            "summary": summary,
            "responses": {
                "200": {"description": "Done"},
                "401": {"description": "No token"},
                "403": {"description": "No right"},
                "404": {"description": "Not there, or not to be seen"},
                "422": {"description": "Refused", "content": {"application/problem+json": {}}},
            },
        });
        if path.contains("{ma}")
            && let Some(object) = operation.as_object_mut()
        {
            let code = json!([{"name": "ma", "in": "path", "required": true, "schema": {"type": "string"}}]);
            object.insert("parameters".to_owned(), code);
        }
        let entry = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
        if let Some(object) = entry.as_object_mut() {
            object.insert(method.to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Trọng Tâm", "version": env!("CARGO_PKG_VERSION")},
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    })
}
