//! What other programs do: the same acts as the pages. A creation may carry an `Idempotency-Key`, a change `If-Match`.

use super::{shown_programme, shown_target, shown_task, with_etag};
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base::{Outcome, Refusal};
use organisation::{need_unit, unit_of};
use programme::{
    acts::{self, Edit, ProgrammeEdit, With},
    rules::Step,
    store::{self, ReportLine, Value as Measured},
};
use serde_json::{Value, json};
use web::Cx;
use web::api::{Seen, Sent, answer, date, decimal, form_of, once, tagged};
use web::form::field;

pub(super) async fn target_change(
    cx: Cx,
    Path(code): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Response {
    let seen = Seen::of(&headers);
    let out = cx
        .act(move |tx, clock, actor| {
            let Some(target) = store::target_by_code(tx, &code)? else { return Refusal::not_found().stop() };
            let form = form_of(&body);
            let text = |name: &str, kept: &str| {
                if body.get(name).is_some() { field(&form, name) } else { kept.to_owned() }
            };
            let new = acts::NewTarget {
                title: text("title", &target.title),
                measure: text("measure", &target.measure),
                kind: text("kind", &target.kind),
                goal: text("goal", &target.goal_written),
                plans: plans_in(&body)?,
            };
            let target = acts::change_target(tx, clock, actor, &target, &new, seen.against(target.version))?;
            Ok(tagged(shown_target(&target), target.version, StatusCode::OK))
        })
        .await;
    seen.answer(&cx, out)
}

/// The yearly plans of a body: `{"years": [{"year": 2023, "plan": 85}]}`.
fn plans_in(body: &Value) -> Outcome<Vec<(i64, String)>> {
    let mut plans = Vec::new();
    for line in body.get("years").and_then(Value::as_array).into_iter().flatten() {
        let year = line.get("year").and_then(Value::as_i64);
        let plan = line.get("plan").map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
        let Some((year, plan)) = year.zip(plan) else {
            return Refusal::new("refusal-required")
                .at("years")
                .with("field", "years[].year, years[].plan")
                .stop();
        };
        plans.push((year, plan));
    }
    Ok(plans)
}

pub(super) async fn programme(cx: Cx, headers: HeaderMap, Sent(body): Sent) -> Response {
    once(&cx, &headers, &body.clone(), move |tx, clock, actor| {
        let programme = acts::programme_typed(tx, clock, actor, &form_of(&body))?;
        Ok((shown_programme(&programme, &store::programmes(tx)?), 1))
    })
    .await
}

pub(super) async fn programme_change(
    cx: Cx,
    Path(code): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Response {
    let seen = Seen::of(&headers);
    let out = cx
        .act(move |tx, clock, actor| {
            let Some(programme) = store::programme_by_code(tx, &code)? else {
                return Refusal::not_found().stop();
            };
            let form = form_of(&body);
            let given = |name: &str| body.get(name).is_some();
            let text =
                |name: &str, kept: &str| if given(name) { field(&form, name) } else { kept.to_owned() };
            let edit = ProgrammeEdit {
                title: text("title", &programme.title),
                kind: text("kind", &programme.kind),
                parent: if given("parent") {
                    store::programme_by_code(tx, &field(&form, "parent"))?.map(|p| p.id)
                } else {
                    programme.parent
                },
                issued: if given("issued") { date(&form, "issued")? } else { programme.issued },
                early_days: if given("early_days") {
                    field(&form, "early_days").parse().ok()
                } else {
                    programme.early_days
                },
                scope: store::scope(tx, programme.id)?,
                implements: store::implements(tx, programme.id)?,
            };
            let version = store::programme_version(tx, programme.id)?;
            acts::change_programme(tx, clock, actor, &programme, &edit, seen.against(version))?;
            let all = store::programmes(tx)?;
            let now = all.iter().find(|p| p.id == programme.id).map(|p| shown_programme(p, &all));
            let version = store::programme_version(tx, programme.id)?;
            Ok(tagged(now.unwrap_or_default(), version, StatusCode::OK))
        })
        .await;
    seen.answer(&cx, out)
}

pub(super) async fn progress(
    cx: Cx,
    Path(code): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Response {
    once(&cx, &headers, &body.clone(), move |tx, clock, actor| {
        let Some(programme) = store::programme_by_code(tx, &code)? else {
            return Refusal::not_found().stop();
        };
        let form = form_of(&body);
        let item = field(&form, "item");
        let clause = match programme.document {
            Some(document) => document::store::clauses(tx, document)?.into_iter().find(|c| c.key == item),
            None => None,
        };
        let line = ReportLine {
            unit: need_unit(tx, clock.today(), &form, "unit")?,
            item,
            clause: clause.map(|c| c.id),
            as_of: date(&form, "as_of")?.unwrap_or_else(|| clock.today()),
            reported_on: Some(clock.today()),
            plan: decimal(&form, "plan")?,
            actual: decimal(&form, "actual")?,
            percent: decimal(&form, "percent")?,
            words: field(&form, "words"),
            evidence: field(&form, "evidence"),
            flags: String::new(),
        };
        acts::report_progress(tx, clock, actor, &programme, &line)?;
        Ok((json!({"item": line.item, "as_of": line.as_of, "percent": line.percent}), 1))
    })
    .await
}

pub(super) async fn target(cx: Cx, headers: HeaderMap, Sent(body): Sent) -> Response {
    once(&cx, &headers, &body.clone(), move |tx, clock, actor| {
        let form = form_of(&body);
        let programme = acts::named_programme(tx, &field(&form, "programme"))?;
        let new = acts::NewTarget {
            title: field(&form, "title"),
            measure: field(&form, "measure"),
            kind: field(&form, "kind"),
            goal: field(&form, "goal"),
            plans: plans_in(&body)?,
        };
        let made = acts::create_target(tx, clock, actor, &programme, &new)?;
        Ok((shown_target(&made), 1))
    })
    .await
}

pub(super) async fn value(
    cx: Cx,
    Path(code): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Response {
    once(&cx, &headers, &body.clone(), move |tx, clock, actor| {
        let Some(target) = store::target_by_code(tx, &code)? else { return Refusal::not_found().stop() };
        let form = form_of(&body);
        let Some(value) = decimal(&form, "value")? else {
            return Refusal::new("refusal-required").at("value").with("field", "value").stop();
        };
        let as_of = date(&form, "as_of")?.unwrap_or_else(|| clock.today());
        let measured = Measured {
            unit: unit_of(tx, clock.today(), &form, "unit")?,
            year: field(&form, "year").parse().unwrap_or(i64::from(as_of.year())),
            as_of,
            value,
            evidence: field(&form, "evidence"),
            actor: String::new(),
        };
        let shown = json!({"target": target.code, "year": measured.year, "as_of": as_of, "value": value});
        acts::measure(tx, clock, actor, &target, measured)?;
        Ok((shown, 1))
    })
    .await
}

pub(super) async fn task(cx: Cx, headers: HeaderMap, Sent(body): Sent) -> Response {
    once(&cx, &headers, &body.clone(), move |tx, clock, actor| {
        let task = acts::task_typed(tx, clock, actor, &form_of(&body))?;
        Ok((shown_task(tx, &task, clock.today())?, task.version))
    })
    .await
}

pub(super) async fn task_change(
    cx: Cx,
    Path(code): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Response {
    let seen = Seen::of(&headers);
    let out = cx
        .act(move |tx, clock, actor| {
            let task = acts::task_for(tx, actor, base::Right::Assign, &code)?;
            let form = form_of(&body);
            let given = |name: &str| body.get(name).is_some();
            let text =
                |name: &str, kept: &str| if given(name) { field(&form, name) } else { kept.to_owned() };
            let f = &task.facts;
            let parent = task.parent.map(|id| store::task_by_id(tx, id)).transpose()?.flatten();
            let edit = Edit {
                title: text("title", &f.title),
                product: text("product", &f.product),
                acceptance: text("acceptance", &f.acceptance),
                authority: text("authority", &f.authority),
                field: text("field", &f.field),
                lead: if given("lead") { unit_of(tx, clock.today(), &form, "lead")? } else { f.lead },
                person: text("person", &f.person_name),
                due: text("due", &f.due_written),
                new_and_hard: if given("new_and_hard") {
                    form.contains_key("new_and_hard")
                } else {
                    f.new_and_hard
                },
                clauses: if given("clauses") {
                    acts::clauses_of(tx, &task, &form)?
                } else {
                    f.clauses.clone()
                },
                support: if given("support") {
                    Some(acts::support_of(tx, clock.today(), &task, &form)?)
                } else {
                    None
                },
                parent: text("parent", &parent.map(|p| p.code).unwrap_or_default()),
                weight: if given("weight") { field(&form, "weight").parse().unwrap_or(0) } else { f.weight },
            };
            let task = acts::edit(tx, clock, actor, &code, &edit, seen.against(task.version))?;
            with_etag(tx, &task, clock.today(), StatusCode::OK)
        })
        .await;
    seen.answer(&cx, out)
}

pub(super) async fn step(cx: Cx, Path(code): Path<String>, headers: HeaderMap, Sent(body): Sent) -> Response {
    let version = match Seen::of(&headers) {
        Seen::Version(version) => Some(version),
        Seen::Nothing | Seen::Any => None,
    };
    let out = cx
        .act(move |tx, clock, actor| {
            let form = form_of(&body);
            let step = Step::read(&field(&form, "step"), &form)?;
            let link = field(&form, "evidence");
            let evidence = if link.is_empty() { Vec::new() } else { vec![(link.clone(), None, link)] };
            let with = With { words: field(&form, "words"), evidence, version };
            let task = acts::take_step(tx, clock, actor, &code, &step, &with)?;
            with_etag(tx, &task, clock.today(), StatusCode::OK)
        })
        .await;
    answer(&cx, out)
}
