//! The JSON API with a token: creation once per key, ETags, problem+json, a reading token that cannot write.

use crate::world::{World, on_both};
use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use base::Actor;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use trongtam::{
    demo::{self, Size},
    pages::router,
};

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
    on_both(|world| {
        demo::fill(&world.db, &world.clock, Size::Small).unwrap();
        let client = Client::new(world, "write");
        let task = json!({"programme": "CT-01", "title": "Việc qua API", "lead": "UB001", "due": "30/6/2026",
                          "product": "Báo cáo", "acceptance": "Được ký", "authority": "01-CTr/TU", "person": "Lê Văn Anh"});
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

        let reader = Client::new(world, "read");
        assert_eq!(reader.send("GET", &path, &[], None).status, 200);
        assert_eq!(reader.send("POST", "/api/tasks", &[], Some(task)).status, 403);
        let nobody = Client { token: "x".to_owned(), ..reader };
        assert_eq!(nobody.send("GET", "/api/tasks", &[], None).status, 401);
    });
}

#[test]
fn the_description_names_every_route() {
    let world = World::sqlite();
    demo::fill(&world.db, &world.clock, Size::Small).unwrap();
    let described = Client::new(&world, "read").send("GET", "/api/openapi.json", &[], None).body;
    for (method, path) in trongtam::api::ROUTES {
        let summary = described["paths"][path][method.to_lowercase()]["summary"].as_str();
        assert!(summary.is_some_and(|s| !s.is_empty()), "{method} {path}");
    }
}
