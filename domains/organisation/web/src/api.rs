//! Units for other programs.

use axum::{
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use base::Refusal;
use organisation::{Snapshot, acts, need_unit, store::NewUnit};
use serde_json::{Value, json};
use web::{
    Cx,
    api::{CURSOR, Seen, Sent, after, answer, asked, date, form_of, json_answer, once, put, tagged},
    form::{Form, field},
    room::{Field, Route},
};

/// What other programs may ask of units.
pub(crate) const API: &[Route] = &[
    Route::get("/api/units", || get(units)).about("Units of a day").query(&[
        ("as_of", "the day"),
        CURSOR[0],
        CURSOR[1],
    ]),
    Route::post("/api/units", || post(make_unit)).about("Establishes a unit").json(
        r#"{"code": "Z1", "name": "x", "kind": "phong_ban", "parent": "UB001"}"#,
        &[
            Field::must("code", "string", "its code"),
            Field::must("name", "string", "its name"),
            Field::must("kind", "string", "its kind, such as so, phong_ban, commune"),
            Field::must("parent", "string", "code or name of the unit above"),
            Field::may("tree", "string", "state, party, mass, territory"),
            Field::may("from", "date", "from which day"),
            Field::may("document", "string", "the act that establishes it"),
        ],
    ),
    Route::get("/api/units/{unit}", || get(unit))
        .about("A unit on a day, with the tree's ETag")
        .query(&[("as_of", "the day")]),
    Route::post("/api/units/{unit}/name", || post(make_name)).about("Renames a unit from a day on").json(
        r#"{"name": "UBND quận thử"}"#,
        &[
            Field::must("name", "string", "the new name"),
            Field::may("from", "date", "from which day"),
            Field::may("document", "string", "the act that renames it"),
        ],
    ),
];

async fn units(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, _| {
            let on = asked(&query, today)?;
            let names = Snapshot::at(tx, on)?;
            let items: Vec<Value> = names.units().map(|u| shown_unit(u, &names)).collect();
            let mut page = after(items, &query)?;
            put(&mut page, "as_of", json!(on));
            Ok(json_answer(page))
        })
        .await;
    answer(&cx, out)
}

fn shown_unit(u: &organisation::Unit, names: &Snapshot) -> Value {
    let parent = names.parent(u.id).map(|p| p.code.clone());
    json!({"code": u.code, "name": u.name, "kind": u.kind, "tree": u.tree.word(), "parent": parent,
           "official_code": u.official_code, "from": u.established, "until": u.dissolved})
}

async fn unit(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, _| {
            let on = asked(&query, today)?;
            let names = Snapshot::at(tx, on)?;
            match names.by_code(&code) {
                Some(unit) => {
                    Ok(tagged(shown_unit(unit, &names), tx.version("organisation")?, StatusCode::OK))
                }
                None => Refusal::not_found().stop(),
            }
        })
        .await;
    answer(&cx, out)
}

async fn make_unit(cx: Cx, headers: HeaderMap, Sent(body): Sent) -> Response {
    once(&cx, &headers, &body.clone(), move |tx, clock, actor| {
        actor.need_somewhere(base::Right::Organise)?;
        let form = form_of(&body);
        let from = date(&form, "from")?.unwrap_or_else(|| clock.today());
        let parent = need_unit(tx, from, &form, "parent")?;
        let tree = Snapshot::at(tx, from)?.unit(parent).map_or(organisation::Tree::State, |u| u.tree);
        let tree = organisation::Tree::from_word(&field(&form, "tree")).unwrap_or(tree);
        let (code, name, kind) = (field(&form, "code"), field(&form, "name"), field(&form, "kind"));
        let document = field(&form, "document");
        let new = NewUnit {
            code: &code,
            kind: &kind,
            tree,
            name: &name,
            official_code: "",
            established: from,
            dissolved: None,
            territory: None,
            listed: true,
            source: if document.is_empty() { "api" } else { &document },
        };
        acts::establish(tx, clock, actor, &new, Some(parent))?;
        let names = Snapshot::at(tx, from)?;
        let made = names.by_code(&code).map(|u| shown_unit(u, &names)).unwrap_or_default();
        Ok((made, tx.version("organisation")?))
    })
    .await
}

async fn make_name(cx: Cx, Path(code): Path<String>, headers: HeaderMap, Sent(body): Sent) -> Response {
    let seen = Seen::of(&headers);
    let out = cx
        .act(move |tx, clock, actor| {
            let form = form_of(&body);
            if let Seen::Version(version) = seen
                && version != tx.version("organisation")?
            {
                return Refusal::conflict("refusal-conflict").stop();
            }
            let from = date(&form, "from")?.unwrap_or_else(|| clock.today());
            let Some(unit) = Snapshot::at(tx, from)?.by_code(&code).map(|u| u.id) else {
                return Refusal::not_found().stop();
            };
            let (name, document) = (field(&form, "name"), field(&form, "document"));
            acts::rename(tx, clock, actor, unit, &name, from, &document)?;
            let names = Snapshot::at(tx, from)?;
            let shown = names.unit(unit).map(|u| shown_unit(u, &names)).unwrap_or_default();
            Ok(tagged(shown, tx.version("organisation")?, StatusCode::OK))
        })
        .await;
    answer(&cx, out)
}
