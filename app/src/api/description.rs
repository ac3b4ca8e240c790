//! The OpenAPI description, made from the list of routes so that none is missing.

use super::ROUTES;
use serde_json::{Map, Value, json};

const SUMMARIES: &[(&str, &str)] = &[
    ("GET /api/openapi.json", "This description"),
    ("GET /api/units", "Units of a day (as_of)"),
    ("GET /api/documents", "Documents by words (q)"),
    ("GET /api/documents/{ma}", "A document with its clauses"),
    ("GET /api/programmes", "Programmes and plans"),
    ("GET /api/programmes/{ma}/figures", "The four adjectives of a programme at a date (as_of)"),
    ("GET /api/programmes/{ma}/progress", "Progress reported up to a date (as_of)"),
    ("GET /api/targets", "Targets"),
    ("GET /api/tasks", "Tasks by q, state, standing, programme; follow next as cursor"),
    ("POST /api/tasks", "Creates a task as a draft; Idempotency-Key makes a repetition harmless"),
    ("GET /api/tasks/{ma}", "A task with its ETag"),
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
