//! The JSON API with a token: creation once per key, ETags, problem+json, a reading token that cannot write.

use crate::world::{World, on_both_cities};
use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use base::Actor;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use trongtam::pages::router;

struct Client {
    app: Router,
    runtime: tokio::runtime::Runtime,
    token: String,
}

struct Answer {
    status: u16,
    etag: String,
    kind: String,
    body: Value,
}

impl Client {
    fn new(world: &World, scope: &str) -> Self {
        let (clock, scope) = (world.clock.clone(), scope.to_owned());
        let token = world
            .db
            .act_now(move |tx| {
                account::acts::make_token(tx, &clock, &Actor::program("test"), "vanphong", "test", &scope, 1)
            })
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { app: router(trongtam::site(&world.db, &world.clock, true).unwrap()), runtime, token }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(String::new, |b| b.to_string());
        let request = request.body(Body::from(body)).unwrap();
        self.runtime.block_on(async {
            let answer = self.app.clone().oneshot(request).await.unwrap();
            let text = |name| {
                let value = answer.headers().get(name).and_then(|v| v.to_str().ok());
                value.unwrap_or_default().to_owned()
            };
            let (status, etag, kind) =
                (answer.status().as_u16(), text(header::ETAG), text(header::CONTENT_TYPE));
            let bytes = axum::body::to_bytes(answer.into_body(), 50_000_000).await.unwrap();
            Answer { status, etag, kind, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
        })
    }
}

#[test]
fn a_program_creates_assigns_and_reads_with_a_token() {
    on_both_cities(|world| {
        let client = Client::new(world, "write");
        let task = json!({"programme": "CT-01", "title": "Việc qua API", "lead": "UB001", "due": "30/6/2026",
                          "product": "Báo cáo", "acceptance": "Được ký", "authority": "01-CTr/TU", "person": "Lê Văn Anh",
                          "support": "UB002"});
        let key = [("idempotency-key", "k-1")];
        let created = client.send("POST", "/api/tasks", &key, Some(task.clone()));
        assert_eq!(created.status, 201, "{}", created.body);
        let again = client.send("POST", "/api/tasks", &key, Some(task.clone()));
        assert_eq!((again.status, &again.body["code"]), (200, &created.body["code"]));
        let path = format!("/api/tasks/{}", created.body["code"].as_str().unwrap());
        let stale = client.send(
            "POST",
            &format!("{path}/steps"),
            &[("if-match", "\"9\"")],
            Some(json!({"step": "assign"})),
        );
        assert_eq!((stale.status, stale.kind.as_str()), (412, "application/problem+json"));
        let step = client.send(
            "POST",
            &format!("{path}/steps"),
            &[("if-match", created.etag.as_str())],
            Some(json!({"step": "assign"})),
        );
        assert_eq!((step.status, &step.body["state"]), (200, &json!("assigned")));
        let bad = client.send(
            "POST",
            "/api/tasks",
            &[],
            Some(json!({"programme": "CT-01", "title": "x", "due": "31/6/2026"})),
        );
        assert_eq!((bad.status, &bad.body["field"]), (422, &json!("due")));
        assert!(bad.body["detail"].as_str().unwrap().contains("31/6/2026"));
        for (name, value) in [("support", "Sở Không Có"), ("clauses", "XX.99")] {
            let mut wrong = json!({"programme": "CT-01", "title": "x", "lead": "UB001"});
            wrong[name] = json!(value);
            let refused = client.send("POST", "/api/tasks", &[], Some(wrong));
            assert_eq!((refused.status, &refused.body["field"]), (422, &json!(name)));
        }
        let day = client.send("GET", "/api/programmes/CT-01/figures?as_of=xx", &[], None);
        assert_eq!(day.status, 422);
        let made = json!({"title": "Đề án thử", "kind": "de_an", "number": "7", "parent": "CT-01"});
        let made = client.send("POST", "/api/programmes", &[], Some(made));
        assert_eq!((made.status, &made.body["code"]), (201, &json!("DA-7")), "{}", made.body);
        let list = client.send("GET", "/api/tasks", &[], None);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 200);
        let next = client.send(
            "GET",
            &format!("/api/tasks?cursor={}", list.body["next"].as_str().unwrap()),
            &[],
            None,
        );
        assert!(!next.body["items"].as_array().unwrap().is_empty());
        let figures = client.send("GET", "/api/programmes/CT-01/figures?as_of=2023-04-19", &[], None);
        assert_eq!(figures.body["as_of"], "2023-04-19");

        // A change needs the version it was made from; what is known is not sent again.
        let now = client.send("GET", &path, &[], None);
        let change = json!({"title": "Việc đã sửa", "support": ["UB003", "UB004"], "new_and_hard": true});
        assert_eq!(client.send("PATCH", &path, &[], Some(change.clone())).status, 428);
        let changed = client.send("PATCH", &path, &[("if-match", now.etag.as_str())], Some(change.clone()));
        assert_eq!(
            (changed.status, &changed.body["title"]),
            (200, &json!("Việc đã sửa")),
            "{}",
            changed.body
        );
        assert_eq!(changed.body["support"].as_array().unwrap().len(), 2);
        let late = client.send("PATCH", &path, &[("if-match", now.etag.as_str())], Some(change));
        assert_eq!(late.status, 412);
        let known = client.send("GET", &path, &[("if-none-match", changed.etag.as_str())], None);
        assert_eq!(known.status, 304);
        assert_eq!(client.send("GET", "/api/tasks?limit=abc", &[], None).status, 422);
        let target = client.send("GET", "/api/targets/CTI-01.01", &[], None);
        let goal = json!({"goal": "≥ 91", "years": [{"year": 2025, "plan": 91}]});
        let tag = [("if-match", target.etag.as_str())];
        let changed = client.send("PATCH", "/api/targets/CTI-01.01", &tag, Some(goal.clone()));
        assert_eq!((changed.status, &changed.body["goal"]), (200, &json!("91")), "{}", changed.body);
        assert_eq!(client.send("PATCH", "/api/targets/CTI-01.01", &tag, Some(goal)).status, 412);
        let documents = client.send("GET", "/api/documents", &[], None);
        let path = format!("/api/documents/{}", documents.body["items"][0]["code"].as_str().unwrap());
        let document = client.send("GET", &path, &[], None);
        let title = json!({"title": "Trích yếu đã sửa"});
        let tag = [("if-match", document.etag.as_str())];
        let corrected = client.send("PATCH", &path, &tag, Some(title.clone()));
        assert_eq!(
            (corrected.status, &corrected.body["title"]),
            (200, &title["title"]),
            "{}",
            corrected.body
        );
        assert_eq!(client.send("PATCH", &path, &tag, Some(title)).status, 412);

        let path = format!("/api/tasks/{}", created.body["code"].as_str().unwrap());
        let reader = Client::new(world, "read");
        assert_eq!(reader.send("GET", &path, &[], None).status, 200);
        assert_eq!(reader.send("POST", "/api/tasks", &[], Some(task)).status, 403);
        let nobody = Client { token: "x".to_owned(), ..reader };
        assert_eq!(nobody.send("GET", "/api/tasks", &[], None).status, 401);
    });
}

#[test]
fn an_index_is_read_and_a_leaf_is_changed_by_a_program() {
    on_both_cities(|world| {
        let client = Client::new(world, "write");
        let rounds = client.send("GET", "/api/indices", &[], None).body;
        let codes: Vec<_> = rounds["items"].as_array().unwrap().iter().map(|r| r["code"].clone()).collect();
        assert!(codes.contains(&json!("CD-2022-01")), "{codes:?}");
        let results = client.send("GET", "/api/indices/CD-2021-01", &[], None).body;
        assert_eq!((&results["units"][0]["rank"], &results["only_own"]), (&json!(1), &json!(false)));
        assert_eq!(results["units"][0]["unit"], "UB001");
        let path = "/api/indices/CD-2022-01/UB001";
        let unit = client.send("GET", path, &[], None).body;
        let leaf = unit["leaves"].as_array().unwrap().iter().find(|leaf| leaf["leaf"] == "1.1.2").unwrap();
        let leaf_path = format!("{path}/1.1.2");
        let change = || Some(json!({"numerator": 80, "denominator": 100, "own": "0.75"}));
        assert_eq!(client.send("PATCH", &leaf_path, &[], change()).status, 428);
        assert_eq!(client.send("PATCH", &leaf_path, &[("if-match", "\"99\"")], change()).status, 412);
        let tag = format!("\"{}\"", leaf["version"]);
        let changed = client.send("PATCH", &leaf_path, &[("if-match", tag.as_str())], change());
        assert_eq!(
            (changed.status, &changed.body["by_rule"], &changed.body["own"]),
            (200, &json!("0.75"), &json!("0.75"))
        );
        let wrong = client.send("PATCH", &leaf_path, &[("if-match", "*")], Some(json!({"own": "9"})));
        assert_eq!((wrong.status, &wrong.body["field"]), (422, &json!("points")));
        assert_eq!(client.send("GET", "/api/indices/CD-1900-01", &[], None).status, 404);
    });
}

#[test]
fn what_a_route_does_not_know_is_said_and_nothing_is_lost() {
    on_both_cities(|world| {
        let client = Client::new(world, "write");
        let problem = |answer: &Answer, status: u16, word: &str| {
            assert_eq!(answer.status, status, "{}", answer.body);
            assert_eq!(answer.kind, "application/problem+json");
            assert_eq!(answer.body["type"], format!("urn:trongtam:{word}"));
        };
        let typo = json!({"programme": "CT-01", "title": "x", "deadline": "30/6/2026"});
        problem(&client.send("POST", "/api/tasks", &[], Some(typo)), 422, "api-unknown-field");
        problem(&client.send("POST", "/api/tasks", &[], Some(json!([1]))), 422, "api-no-object");
        problem(&client.send("POST", "/api/tasks", &[], None), 422, "api-no-json");
        problem(&client.send("GET", "/api/nothing", &[], None), 404, "refusal-not-found");
        problem(&client.send("DELETE", "/api/tasks", &[], None), 405, "api-no-method");
        let key = [("idempotency-key", "k")];
        let one = json!({"programme": "CT-01", "title": "Một", "lead": "UB001"});
        assert_eq!(client.send("POST", "/api/tasks", &key, Some(one)).status, 201);
        let other = json!({"programme": "CT-01", "title": "Hai", "lead": "UB001"});
        problem(&client.send("POST", "/api/tasks", &key, Some(other)), 422, "api-key-reused");
        let list = client.send("GET", "/api/tasks?limit=3", &[], None).body;
        let codes: Vec<&str> =
            list["items"].as_array().unwrap().iter().map(|t| t["code"].as_str().unwrap()).collect();
        assert_eq!((codes.len(), list["next"].as_str()), (3, codes.last().copied()));
        let target = json!({"programme": "CT-01", "title": "Tỷ lệ thử", "measure": "%", "goal": "≥ 90",
                            "years": [{"year": 2023, "plan": "85,5"}]});
        let made = client.send("POST", "/api/targets", &[], Some(target.clone()));
        assert_eq!((made.status, &made.body["bound"]), (201, &json!("at_least")), "{}", made.body);
        problem(&client.send("POST", "/api/targets", &[], Some(target)), 422, "refusal-duplicate");
        let path = format!("/api/targets/{}", made.body["code"].as_str().unwrap());
        assert_eq!(client.send("GET", &path, &[], None).body["years"][0]["plan"], "85.5");
    });
}

#[test]
fn the_description_names_every_route() {
    let world = World::sqlite_city();
    let described = Client::new(&world, "read").send("GET", "/api/openapi.json", &[], None).body;
    for route in trongtam::ROOMS.iter().flat_map(|room| room.api) {
        let (method, path) = (route.method, route.address);
        let summary = described["paths"][path][method.to_lowercase()]["summary"].as_str();
        assert!(summary.is_some_and(|s| !s.is_empty()), "{method} {path}");
    }
}
