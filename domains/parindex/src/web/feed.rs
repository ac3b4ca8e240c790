//! The surveys of a round: what came in, and their results into the leaves.

use crate::{
    acts, feed,
    scheme::Scheme,
    sight::leads,
    store::{self, Round},
};
use ::survey::words::{Sample, Survey};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::Refusal;
use organisation::Snapshot;
use web::form::Sent;
use web::{
    Cx, Reply, Shell,
    form::{Back, Form, back},
};

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage {
    s: Shell,
    round: Round,
    /// Surveys with how many units have enough valid answers, out of all planned.
    surveys: Vec<(Survey, usize, usize)>,
    /// Survey leaves that no question feeds.
    unfed: Vec<(String, String)>,
    /// Whether a survey is closed and a unit can still take its results.
    may_feed: bool,
    /// What has just been done.
    told: Vec<String>,
    back: Back,
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = page(&cx, code, Vec::new(), Back::default()).await;
    cx.reply(out)
}

fn unfed(scheme: &Scheme, asked: &[String]) -> Vec<(String, String)> {
    let leaves = scheme.leaves().filter(|(node, leaf)| leaf.is_survey && !asked.contains(&node.code));
    leaves.map(|(node, _)| (node.code.clone(), node.title.clone())).collect()
}

async fn page(cx: &Cx, code: String, told: Vec<String>, back: Back) -> Reply {
    let today = cx.today;
    let (round, surveys, unfed, is_open) = cx
        .read(move |tx, actor| {
            let (round, scheme) = acts::load(tx, &code)?;
            if !leads(actor, &round) {
                return Refusal::forbidden().stop();
            }
            let (mut surveys, mut asked) = (Vec::new(), Vec::new());
            let names = Snapshot::at(tx, today)?;
            for survey in ::survey::store::feeding(tx, &round.code)? {
                if names.now(survey.issuer) != names.now(round.issuer) {
                    continue;
                }
                let samples: Vec<Sample> = ::survey::store::samples(tx, survey.id)?;
                let enough = samples.iter().filter(|sample| sample.is_enough()).count();
                asked.extend(::survey::store::questions(tx, survey.id)?.into_iter().map(|q| q.leaf));
                surveys.push((survey, enough, samples.len()));
            }
            let unfed = unfed(&scheme, &asked);
            let is_open = store::parts(tx, round.id)?.iter().any(|part| part.state != "closed");
            Ok((round, surveys, unfed, is_open))
        })
        .await?;
    let mut s = cx.shell(cx.t.say("survey-title"), "/chi-so");
    s.crumbs = vec![
        ("/chi-so".to_owned(), cx.t.say("nav-indices")),
        (format!("/chi-so/{}", round.code), round.code.clone()),
        (String::new(), cx.t.say("survey-title")),
    ];
    let may_feed = is_open && surveys.iter().any(|(survey, ..)| survey.state == "closed");
    cx.page_with(back.status, &FeedPage { s, round, surveys, unfed, may_feed, told, back })
}

pub(super) async fn feed(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let (today, texts) = (cx.today, cx.t.clone());
    let out = async {
        let wanted = code.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let (round, scheme) = acts::load(tx, &wanted)?;
                let fed = feed::feed(tx, clock, actor, (&round, &scheme))?;
                let names = Snapshot::at(tx, today)?;
                let mut told = vec![texts.count("index-fed", fed.filled)];
                for (code, unit) in fed.too_few {
                    let unit = names.name(names.now(unit));
                    told.push(texts.with_all("index-fed-few", &[("code", code), ("unit", unit)]));
                }
                for (code, leaf) in fed.unknown {
                    told.push(texts.with_all("index-fed-unknown", &[("code", code), ("leaf", leaf)]));
                }
                Ok(told)
            })
            .await;
        match done {
            Ok(told) => page(&cx, code, told, Back::default()).await,
            Err(stop) => page(&cx, code, Vec::new(), back(&cx, stop, form)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
