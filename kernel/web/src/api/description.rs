//! The OpenAPI description, made from the routes of the rooms so that none is missing. The same fields say what a body may
//! have.

use super::put;
use crate::{
    Site,
    room::{Room, Route},
};
use axum::{Json, extract::State};
use serde_json::{Map, Value, json};

fn schema(kind: &str, about: &str) -> Value {
    match kind {
        "date" => json!({"type": "string", "format": "date", "description": about}),
        "array" => json!({"type": "array", "items": {"type": "object"}, "description": about}),
        other => json!({"type": other, "description": about}),
    }
}

fn operation(route: &Route) -> Value {
    let Route { method, address: path, about: summary, fields, query, .. } = *route;
    let problem = |about: &str| json!({"description": about, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
    let mut responses = json!({
        "200": {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}},
        "401": problem("No token, or one that has ended"),
        "403": problem("No right"),
        "404": problem("Not there, or not to be seen"),
        "422": problem("Refused, with the field and the remedy"),
    });
    let mut parameters = Vec::new();
    for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        parameters.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    }
    for (name, about) in query {
        parameters
            .push(json!({"name": name, "in": "query", "schema": {"type": "string"}, "description": about}));
    }
    let mut whole = json!({"summary": summary});
    if !fields.is_empty() {
        let properties: Map<String, Value> =
            fields.iter().map(|f| (f.name.to_owned(), schema(f.kind, f.about))).collect();
        let required: Vec<&str> = fields.iter().filter(|f| f.is_needed).map(|f| f.name).collect();
        let body = json!({"required": true, "content": {"application/json": {"schema": {
            "type": "object", "properties": properties, "required": required, "additionalProperties": false}}}});
        put(&mut whole, "requestBody", body);
        let (header, about) = if method == "PATCH" || path.ends_with("/steps") {
            put(&mut responses, "412", problem("Somebody was faster: read again"));
            ("If-Match", "the ETag that was read")
        } else {
            put(
                &mut responses,
                "201",
                json!({"description": "Made", "content": {"application/json": {"schema": {"type": "object"}}}}),
            );
            ("Idempotency-Key", "any text: a repetition with the same key and body makes nothing twice")
        };
        parameters.push(
            json!({"name": header, "in": "header", "schema": {"type": "string"}, "description": about}),
        );
    }
    put(&mut whole, "parameters", parameters.into());
    put(&mut whole, "responses", responses);
    whole
}

/// The description of the rooms' API.
pub(super) async fn show(State(site): State<Site>) -> Json<Value> {
    Json(described(site.rooms))
}

fn described(rooms: &'static [Room]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in rooms.iter().flat_map(|room| room.api).chain([&super::OPENAPI]) {
        let entry = paths.entry(route.address.to_owned()).or_insert_with(|| json!({}));
        put(entry, &route.method.to_lowercase(), operation(route));
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Trọng Tâm", "version": env!("CARGO_PKG_VERSION")},
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "description": "a stable word for the kind of problem"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string", "description": "what is wrong and the remedy, in the language asked for"},
                    "field": {"type": ["string", "null"]},
                },
            }},
        },
        "paths": paths,
    })
}
