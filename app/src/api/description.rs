//! The OpenAPI description, made from the list of routes so that none is missing. The same table of fields says which
//! fields a body may have.

use super::{ROUTES, put};
use serde_json::{Map, Value, json};

/// A field of a body.
pub(super) struct Field {
    /// Its name.
    pub(super) name: &'static str,
    /// `string`, `date`, `number`, `boolean`, `array`.
    kind: &'static str,
    needed: bool,
    about: &'static str,
}

impl Field {
    /// Its kind.
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    /// Whether a value can be of its kind. Numbers may be written as offices write them, and a list of words as a list.
    pub(super) fn takes(&self, value: &Value) -> bool {
        match self.kind {
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "number" => value.is_number() || value.is_string(),
            "date" => value.is_string(),
            _ => {
                let is_words = |list: &Vec<Value>| list.iter().all(Value::is_string);
                value.is_string() || value.is_number() || value.as_array().is_some_and(is_words)
            }
        }
    }
}

const fn field(name: &'static str, kind: &'static str, about: &'static str) -> Field {
    Field { name, kind, needed: false, about }
}

const fn needed(name: &'static str, kind: &'static str, about: &'static str) -> Field {
    Field { name, kind, needed: true, about }
}

/// A route: its name, what it does, the fields of its body, the names in its query.
struct Route(&'static str, &'static str, &'static [Field], &'static [(&'static str, &'static str)]);

const CURSOR: [(&str, &str); 2] =
    [("cursor", "the last code of the page before"), ("limit", "rows a page, 1–5000")];

const TASK: &[Field] = &[
    needed("programme", "string", "code of the programme"),
    needed("title", "string", "what is to be done"),
    field("lead", "string", "code or name of the one accountable unit"),
    field("person", "string", "the named lead"),
    field("due", "string", "deadline as offices write it, or a date"),
    field("product", "string", "the deliverable"),
    field("acceptance", "string", "how one tells that it is good"),
    field("authority", "string", "the act under which the unit decides"),
    field("field", "string", "field of work"),
    field("parent", "string", "code of the task it is a part of"),
    field("weight", "number", "weight in the parent's progress, 1–1000"),
    field("support", "string", "codes, names or groups of supporting units, parted by semicolons"),
    field("clauses", "string", "keys of the clauses it takes up, II.1.đ, of the programme or one above it"),
    field("new_and_hard", "boolean", "new and hard"),
];

const TARGET: &[Field] = &[
    needed("programme", "string", "code of the programme"),
    needed("title", "string", "the indicator"),
    needed("measure", "string", "unit of measure"),
    field(
        "kind",
        "string",
        "count_per_year, cumulative, share, reduction_share, rank_change, yes_no_by_date, at_most",
    ),
    field("goal", "string", "the goal as written, such as ≥ 90"),
    field("years", "array", "objects with year and plan"),
];

const API: &[Route] = &[
    Route("GET /api/openapi.json", "This description", &[], &[]),
    Route("GET /api/units", "Units of a day", &[], &[("as_of", "the day"), CURSOR[0], CURSOR[1]]),
    Route(
        "POST /api/units",
        "Establishes a unit",
        &[
            needed("code", "string", "its code"),
            needed("name", "string", "its name"),
            needed("kind", "string", "its kind, such as so, phong_ban, commune"),
            needed("parent", "string", "code or name of the unit above"),
            field("tree", "string", "state, party, mass, territory"),
            field("from", "date", "from which day"),
            field("document", "string", "the act that establishes it"),
        ],
        &[],
    ),
    Route("GET /api/units/{ma}", "A unit on a day, with the tree's ETag", &[], &[("as_of", "the day")]),
    Route(
        "POST /api/units/{ma}/name",
        "Renames a unit from a day on",
        &[
            needed("name", "string", "the new name"),
            field("from", "date", "from which day"),
            field("document", "string", "the act that renames it"),
        ],
        &[],
    ),
    Route(
        "GET /api/documents",
        "Documents, newest first by code",
        &[],
        &[("q", "words"), CURSOR[0], CURSOR[1]],
    ),
    Route(
        "POST /api/documents",
        "Enters a document from its text, clause by clause",
        &[needed("text", "string", "the whole text"), field("name", "string", "a name for the file")],
        &[],
    ),
    Route("GET /api/documents/{ma}", "A document with its clauses and its ETag", &[], &[]),
    Route(
        "PATCH /api/documents/{ma}",
        "Corrects the head of a document; If-Match is needed and refuses when somebody was faster",
        &[
            field("title", "string", "its subject line"),
            field("number", "string", "its number"),
            field("symbol", "string", "such as CTr/TU"),
            field("kind", "string", "nghi_quyet, chuong_trinh, ke_hoach …"),
            field("system", "string", "state or party"),
            field("issuer", "string", "code or name of the issuing unit"),
            field("issued", "date", "the day of issue"),
        ],
        &[],
    ),
    Route("GET /api/programmes", "Programmes and plans", &[], &CURSOR),
    Route(
        "POST /api/programmes",
        "Makes a programme",
        &[
            field("code", "string", "its code; the next free one when it is left out"),
            needed("title", "string", "its title"),
            needed("kind", "string", "chuong_trinh, ke_hoach, de_an, dot_pha, du_an"),
            field("term", "string", "such as 2020-2025"),
            field("number", "string", "its number"),
            field("symbol", "string", "such as CTr/TU"),
            field("issuer", "string", "code or name of the issuing unit"),
            field("parent", "string", "code of the programme it implements"),
            field("issued", "date", "the day of issue"),
            field("early_days", "number", "days within which a plan counts as early"),
        ],
        &[],
    ),
    Route("GET /api/programmes/{ma}", "A programme with its ETag", &[], &[]),
    Route(
        "PATCH /api/programmes/{ma}",
        "Changes a programme; If-Match is needed and refuses when somebody was faster",
        &[
            field("title", "string", "its title"),
            field("kind", "string", "its kind"),
            field("parent", "string", "code of the programme it implements"),
            field("issued", "date", "the day of issue"),
            field("early_days", "number", "days within which a plan counts as early"),
        ],
        &[],
    ),
    Route(
        "GET /api/programmes/{ma}/figures",
        "The four adjectives of a programme at a date",
        &[],
        &[("as_of", "the day")],
    ),
    Route(
        "GET /api/programmes/{ma}/progress",
        "Progress reported up to a date",
        &[],
        &[("as_of", "the day"), CURSOR[0], CURSOR[1]],
    ),
    Route(
        "POST /api/programmes/{ma}/progress",
        "Reports on a clause or task",
        &[
            needed("unit", "string", "code or name of the reporting unit"),
            needed("item", "string", "clause key or task code"),
            field("as_of", "date", "to which day the figures count"),
            field("plan", "number", "plan"),
            field("actual", "number", "actual"),
            field("percent", "number", "percent, 0–1000"),
            field("words", "string", "in words"),
            field("evidence", "string", "name of the evidence"),
        ],
        &[],
    ),
    Route(
        "GET /api/targets",
        "Targets, of one programme or of all",
        &[],
        &[("programme", "code"), CURSOR[0], CURSOR[1]],
    ),
    Route("POST /api/targets", "Makes a target", TARGET, &[]),
    Route(
        "GET /api/targets/{ma}",
        "A target with its yearly plans, allocations, values and its ETag",
        &[],
        &[],
    ),
    Route(
        "PATCH /api/targets/{ma}",
        "Changes a target and the plans of the years named; If-Match is needed and refuses when somebody was faster",
        &[
            field("title", "string", "the indicator"),
            field("measure", "string", "unit of measure"),
            field("kind", "string", "its kind"),
            field("goal", "string", "the goal as written"),
            field("years", "array", "objects with year and plan"),
        ],
        &[],
    ),
    Route(
        "POST /api/targets/{ma}/values",
        "Enters a measured value",
        &[
            needed("value", "number", "the value"),
            field("unit", "string", "code or name of the unit; none for the whole"),
            field("year", "number", "the year"),
            field("as_of", "date", "the day of the measurement"),
            field("evidence", "string", "where it is from"),
        ],
        &[],
    ),
    Route(
        "GET /api/tasks",
        "Tasks by their codes",
        &[],
        &[
            ("q", "words"),
            ("state", "draft, assigned, …"),
            ("standing", "overdue, due_soon, done_late, done_in_time, open"),
            ("programme", "code"),
            CURSOR[0],
            CURSOR[1],
        ],
    ),
    Route("POST /api/tasks", "Creates a task as a draft", TASK, &[]),
    Route("GET /api/tasks/{ma}", "A task with its ETag", &[], &[]),
    Route(
        "PATCH /api/tasks/{ma}",
        "Edits a task; If-Match is needed and refuses when somebody was faster",
        &[
            field("title", "string", "what is to be done"),
            field("product", "string", "the deliverable"),
            field("acceptance", "string", "how one tells that it is good"),
            field("authority", "string", "the act under which the unit decides"),
            field("field", "string", "field of work"),
            field("lead", "string", "code or name of the lead unit; while a draft"),
            field("person", "string", "the named lead"),
            field("due", "string", "deadline; while a draft"),
            field("new_and_hard", "boolean", "new and hard"),
            field("parent", "string", "code of the task it is a part of"),
            field("weight", "number", "weight, 1–1000"),
            field("support", "string", "codes, names or groups of supporting units, parted by semicolons"),
            field("clauses", "string", "keys of the clauses it takes up"),
        ],
        &[],
    ),
    Route(
        "POST /api/tasks/{ma}/steps",
        "Takes a step; If-Match refuses when somebody was faster",
        &[
            needed(
                "step",
                "string",
                "assign, receive, return, progress, pause, resume, report_done, accept, send_back, ask_extension, \
                 grant_extension, deny_extension, direct, answer_directive, demand_explanation, explain, \
                 accept_explanation, return_explanation, cancel",
            ),
            field("percent", "number", "of a progress step, 0–100"),
            field("to", "date", "the day asked for or set by the step"),
            field("words", "string", "in words"),
            field("evidence", "string", "address of the evidence, https://…"),
        ],
        &[],
    ),
    Route("GET /api/indices", "Rounds of indices by their codes", &[], &CURSOR),
    Route(
        "GET /api/indices/{cham}",
        "The results of a round: decimals as text to 28 digits; before publication only the caller's own units",
        &[],
        &[],
    ),
    Route("GET /api/indices/{cham}/{don_vi}", "A unit's leaves with figures, points and reasons", &[], &[]),
    Route(
        "PATCH /api/indices/{cham}/{don_vi}/{tieu_chi}",
        "Changes a leaf; If-Match is needed (0 for one that nothing is kept of) and refuses when somebody was faster",
        &[
            field("numerator", "number", "above the line"),
            field("denominator", "number", "below it"),
            field("value", "string", "a day, a number, có, không"),
            field("none", "boolean", "nothing arose"),
            field("evidence", "string", "what proves it"),
            field("own", "string", "own points, or KPS"),
            field("first", "string", "points of the first appraisal, or KPS"),
            field("second", "string", "points of the second, or KPS"),
            field("words", "string", "why an appraisal differs"),
        ],
        &[],
    ),
];

fn route(name: &str) -> Option<&'static Route> {
    API.iter().find(|route| route.0 == name)
}

/// The fields that a body sent to a route may have.
pub(super) fn fields_of(method: &str, path: &str) -> &'static [Field] {
    route(&format!("{method} {path}")).map_or(&[], |route| route.2)
}

fn schema(kind: &str, about: &str) -> Value {
    match kind {
        "date" => json!({"type": "string", "format": "date", "description": about}),
        "array" => json!({"type": "array", "items": {"type": "object"}, "description": about}),
        other => json!({"type": other, "description": about}),
    }
}

fn operation(method: &str, path: &str) -> Value {
    let found = route(&format!("{method} {path}"));
    let (summary, fields, query): (&str, &[Field], &[(&str, &str)]) =
        found.map_or(("", &[], &[]), |route| (route.1, route.2, route.3));
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
        let required: Vec<&str> = fields.iter().filter(|f| f.needed).map(|f| f.name).collect();
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

/// The description as JSON.
pub(super) fn openapi() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for (method, path) in ROUTES {
        let entry = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
        put(entry, &method.to_lowercase(), operation(method, path));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described() {
        for (method, path) in ROUTES {
            assert!(route(&format!("{method} {path}")).is_some(), "{method} {path} has no description");
        }
        assert_eq!(API.len(), ROUTES.len());
    }
}
