//! The list of targets with where each stands, and a new target.

use askama::Template;
use axum::{extract::Query, response::Response};
use base::{Date, Decimal, Right, fold};
use programme::{
    acts,
    import::targets::KINDS,
    store::{self, Target},
    words::{Programme, TargetId},
};
use std::collections::HashMap;
use web::form::{Back, Form, Sent, back, field};
use web::{Cx, Reply, Shell, Show, see_other};

/// A target with its latest value.
struct Line {
    target: Target,
    programme: String,
    /// Year, day, value.
    latest: Option<(i64, Date, Decimal)>,
    /// The plan of that year.
    plan: Option<Decimal>,
    /// Achievement in percent, never clamped.
    percent: Option<Decimal>,
}

#[derive(Template)]
#[template(path = "targets.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    words: String,
    chosen: String,
    lines: Vec<Line>,
    programmes: Vec<Programme>,
    kinds: Vec<&'static str>,
    /// The years that a new target can be planned for.
    years: Vec<i64>,
    may_make: bool,
    back: Back,
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = page(&cx, field(&query, "q"), field(&query, "ct"), Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, words: String, chosen: String, back: Back) -> Reply {
    let today = cx.today;
    let (asked, of) = (fold::terms(&words), chosen.clone());
    let (lines, programmes, may_make) = cx
        .read(move |tx, actor| {
            let programmes = store::programmes(tx)?;
            let codes: HashMap<_, _> = programmes.iter().map(|p| (p.id, p.code.clone())).collect();
            let latest: HashMap<TargetId, (i64, Date, Decimal)> = store::latest_values(tx, today)?
                .into_iter()
                .map(|(target, year, as_of, value)| (target, (year, as_of, value)))
                .collect();
            let plans: HashMap<(TargetId, i64), Decimal> =
                store::all_target_years(tx)?.into_iter().map(|(t, year, plan)| ((t, year), plan)).collect();
            let line = |target: Target| {
                let latest = latest.get(&target.id).copied();
                let plan = latest.and_then(|(year, ..)| plans.get(&(target.id, year))).copied();
                let percent = match (latest, plan) {
                    (Some((_, _, value)), Some(plan)) if !plan.is_zero() => {
                        Some((value * Decimal::ONE_HUNDRED / plan).round_dp(1))
                    }
                    _ => None,
                };
                let programme = codes.get(&target.programme).cloned().unwrap_or_default();
                Line { target, programme, latest, plan, percent }
            };
            let lines: Vec<Line> = store::targets(tx, None)?
                .into_iter()
                .map(line)
                .filter(|l| of.is_empty() || l.programme == of)
                .filter(|l| {
                    let text = fold::fold(&format!("{} {}", l.target.code, l.target.title));
                    asked.iter().all(|term| text.contains(term.as_str()))
                })
                .collect();
            Ok((lines, programmes, actor.may_somewhere(Right::Draft)))
        })
        .await?;
    let year = i64::from(today.year());
    let status = back.status;
    let page = ListPage {
        s: cx.shell(cx.t.say("nav-targets"), "/chi-tieu"),
        sh: Show,
        words,
        chosen,
        lines,
        programmes,
        kinds: KINDS.to_vec(),
        years: (year..year + 5).collect(),
        may_make,
        back,
    };
    cx.page_with(status, &page)
}

pub(super) async fn create(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let made = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Draft)?;
                let programme = acts::named_programme(tx, &field(&form, "programme"))?;
                let mut plans: Vec<(i64, String)> = form
                    .keys()
                    .filter_map(|name| name.strip_prefix("plan.")?.parse().ok())
                    .map(|year: i64| (year, field(&form, &format!("plan.{year}"))))
                    .filter(|(_, plan)| !plan.is_empty())
                    .collect();
                plans.sort_unstable();
                let new = acts::NewTarget {
                    title: field(&form, "title"),
                    measure: field(&form, "measure"),
                    kind: field(&form, "kind"),
                    goal: field(&form, "goal"),
                    plans,
                };
                Ok(acts::create_target(tx, clock, actor, &programme, &new)?.code)
            })
            .await;
        match made {
            Ok(code) => Ok(see_other(&format!("/chi-tieu/{code}?xong=saved"))),
            Err(stop) => page(&cx, String::new(), String::new(), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
