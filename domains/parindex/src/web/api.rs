//! Indices for other programs: rounds, results as far as the caller may see them, a unit's leaves, a leaf's figure and points.

use crate::{
    acts::{self, Typed},
    points,
    rules::{Column, Given, score},
    scheme::NodeLeaf,
    sight::{self, Found},
    store::{self, Kept},
};
use axum::routing::{get, patch};
use axum::{
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base::{Outcome, Refusal};
use organisation::{Past, Snapshot};
use serde_json::{Value, json};
use web::Cx;
use web::api::{CURSOR, Seen, Sent, answer, decimal, json_answer, page_by, tagged};
use web::form::{Form, field};
use web::room::{Field, Route};

/// What other programs may ask of indices.
pub(crate) const API: &[Route] = &[
    Route::get("/api/indices", || get(rounds)).about("Rounds of indices by their codes").query(&CURSOR),
    Route::get("/api/indices/{round}", || get(results)).about("The results of a round: decimals as text to 28 digits; before publication only the caller's own units"),
    Route::get("/api/indices/{round}/{unit}", || get(unit)).about("A unit's leaves with figures, points and reasons"),
    Route::patch("/api/indices/{round}/{unit}/{leaf}", || patch(change)).about("Changes a leaf; If-Match is needed (0 for one that nothing is kept of) and refuses when somebody was faster").json(r#"{"own": "0.5"}"#, &[
            Field::may("numerator", "number", "above the line"),
            Field::may("denominator", "number", "below it"),
            Field::may("value", "string", "a day, a number, có, không"),
            Field::may("none", "boolean", "nothing arose"),
            Field::may("evidence", "string", "what proves it"),
            Field::may("own", "string", "own points, or KPS"),
            Field::may("first", "string", "points of the first appraisal, or KPS"),
            Field::may("second", "string", "points of the second, or KPS"),
            Field::may("words", "string", "why an appraisal differs"),
        ]),
];

/// Rounds, the newest first.
async fn rounds(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, _| {
            let names = Snapshot::at(tx, today)?;
            let mut items = Vec::new();
            for round in store::rounds(tx)? {
                let scheme = store::scheme_by_id(tx, round.scheme)?;
                items.push(json!({
                    "code": round.code,
                    "title": round.title,
                    "scheme": scheme.as_ref().map(|scheme| &scheme.code),
                    "year": scheme.as_ref().map(|scheme| scheme.year),
                    "issuer": names.unit(names.now(round.issuer)).map(|unit| &unit.code),
                    "units": store::parts(tx, round.id)?.len(),
                    "published": crate::publish::is_published(tx, round.id)?,
                }));
            }
            let page = page_by(items, &query, |item| item["code"].as_str().unwrap_or_default().to_owned())?;
            Ok(json_answer(page))
        })
        .await;
    answer(&cx, out)
}

/// The results of a round: exact decimals as text, ranks where the caller may see them.
async fn results(cx: Cx, Path(code): Path<String>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            let (round, scheme) = acts::load(tx, &code)?;
            let names = Past::at(tx, today)?;
            let seen = sight::seen(tx, actor, (&round, &scheme), &names, "")?;
            let line = |row: &crate::results::Row| {
                let totals = row.totals();
                let fields: serde_json::Map<String, Value> = totals
                    .fields
                    .iter()
                    .map(|(code, share)| (code.clone(), share.as_ref().map(points::digits).into()))
                    .collect();
                json!({
                    "unit": row.code,
                    "name": row.name,
                    "state": row.part.state,
                    "rank": (row.rank > 0).then_some(row.rank),
                    "result": points::digits(&totals.result),
                    "class": (!row.class.is_empty()).then_some(&row.class),
                    "scored": points::digits(&totals.scored),
                    "survey": points::digits(&totals.survey),
                    "bonus": points::digits(&totals.bonus),
                    "penalty": points::digits(&totals.penalty),
                    "base": points::digits(&totals.base),
                    "by_rule": points::digits(&row.sums().by_rule.result),
                    "missing": totals.missing,
                    "is_final": row.is_final,
                    "fields": fields,
                })
            };
            let units: Vec<Value> = seen.rows.iter().map(line).collect();
            Ok(json_answer(json!({
                "code": round.code,
                "title": round.title,
                "scheme": scheme.code,
                "year": scheme.year,
                "only_own": seen.is_part,
                "units": units,
            })))
        })
        .await;
    answer(&cx, out)
}

fn given(given: Option<Given>) -> Value {
    match given {
        Some(_) => store::written(given).into(),
        None => Value::Null,
    }
}

fn shown_leaf((code, title, leaf): (&str, &str, &NodeLeaf), year: i16, kept: &Kept) -> Value {
    let figure = &kept.place.figure;
    let scored = leaf.asked(year).map(|asked| score(asked, figure));
    json!({
        "leaf": code,
        "title": title,
        "most": points::digits(leaf.most()),
        "numerator": figure.numerator.as_ref().map(points::digits),
        "denominator": figure.denominator.as_ref().map(points::digits),
        "value": figure.value,
        "none": figure.is_none,
        "proved": figure.has_evidence,
        "evidence": kept.evidence,
        "source": kept.source,
        "by_rule": scored.as_ref().and_then(|scored| scored.points.as_ref()).map(points::digits),
        "why": scored.as_ref().map(|scored| scored.why),
        "own": given(kept.place.own),
        "first": given(kept.place.first),
        "second": given(kept.place.second),
        "version": kept.version,
    })
}

/// A unit's leaves with figures, points and what the rules make of them.
async fn unit(cx: Cx, Path((code, unit)): Path<(String, String)>) -> Response {
    let today = cx.today;
    let out = cx
        .read(move |tx, actor| {
            let Found { round, scheme, unit, part, is_whole, .. } =
                sight::found(tx, actor, today, (&code, &unit))?;
            let kept = store::places_of(tx, round.id, unit)?;
            let nothing = Kept::default();
            let leaves: Vec<Value> = scheme
                .leaves()
                .map(|(node, leaf)| {
                    let kept = kept.get(&node.code).unwrap_or(&nothing);
                    shown_leaf((&node.code, &node.title, leaf), scheme.year, kept)
                })
                .collect();
            let result = |column| {
                let places = kept.iter().map(|(leaf, kept)| (leaf.clone(), kept.place.clone())).collect();
                // Of some leaves there is no result.
                is_whole.then(|| points::digits(&crate::rules::total(&scheme, &places, column).result))
            };
            Ok(json_answer(json!({
                "round": round.code,
                "state": part.state,
                "own": result(Column::Own),
                "appraised": result(Column::Appraised),
                "by_rule": result(Column::Rule),
                "leaves": leaves,
            })))
        })
        .await;
    answer(&cx, out)
}

/// Points in a body: a number, or `KPS` where nothing arose.
fn points_in(form: &Form, name: &'static str) -> Outcome<Option<Given>> {
    if field(form, name).eq_ignore_ascii_case("KPS") {
        return Ok(Some(Given::Out));
    }
    Ok(decimal(form, name)?.map(|n| Given::Points(n.normalize())))
}

/// Changes a leaf: while a unit scores itself its figure and own points, afterwards one of the appraisals.
async fn change(
    cx: Cx,
    Path((code, unit, leaf)): Path<(String, String, String)>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Response {
    let (today, seen) = (cx.today, Seen::of(&headers));
    let out = cx
        .act(move |tx, clock, actor| {
            let Found { round, scheme, unit, .. } = sight::found(tx, actor, today, (&code, &unit))?;
            let form = web::api::form_of(&body);
            let given = |name: &str| body.get(name).is_some();
            let mut kept = store::place_of(tx, round.id, unit, &leaf)?.unwrap_or_default();
            kept.version = seen.against(kept.version);
            let figure = &mut kept.place.figure;
            for (name, part) in
                [("numerator", &mut figure.numerator), ("denominator", &mut figure.denominator)]
            {
                if given(name) {
                    *part = decimal(&form, name)?.map(points::of);
                }
            }
            if given("value") {
                figure.value = field(&form, "value");
            }
            if given("none") {
                figure.is_none = form.contains_key("none");
            }
            if given("evidence") {
                kept.evidence = field(&form, "evidence");
                let pieces = crate::evidence::counts(tx, (round.id, unit))?.contains_key(&leaf);
                kept.place.figure.has_evidence =
                    !kept.evidence.is_empty() || pieces || !kept.source.is_empty();
            }
            let column = ["first", "second"].into_iter().find(|name| given(name)).unwrap_or("own");
            match column {
                "first" => kept.place.first = points_in(&form, "first")?,
                "second" => kept.place.second = points_in(&form, "second")?,
                _ if given("own") => kept.place.own = points_in(&form, "own")?,
                _ => {}
            }
            let typed = Typed { kept, column, words: field(&form, "words") };
            acts::put_leaf(tx, clock, actor, (&round.code, unit, &leaf), typed)?;
            let kept = store::place_of(tx, round.id, unit, &leaf)?.unwrap_or_default();
            let node = scheme.node(&leaf).and_then(|node| Some((node, node.leaf.as_ref()?)));
            let Some((node, rule)) = node else { return Refusal::not_found().stop() };
            let shown = shown_leaf((&node.code, &node.title, rule), scheme.year, &kept);
            Ok(tagged(shown, kept.version, StatusCode::OK))
        })
        .await;
    seen.answer(&cx, out)
}
