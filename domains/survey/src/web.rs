//! The pages: surveys and their collection for officers, questionnaires for whoever has a code.

mod answer;
mod paper;
mod results;
mod survey;

use crate::{acts, store, words::Survey};
use askama::Template;
use axum::{
    Extension,
    response::Response,
    routing::{get, post},
};
use base::{Outcome, Refusal, Right};
use db::Tx;
use organisation::{Directory, Snapshot};
use web::form::Sent;
use web::room::Route;
use web::{
    Cx, Reply, Shell,
    form::{Back, Form, back, field},
    see_other,
};

/// The room's pages and what their forms do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/khao-sat", || get(list)),
    Route::post("/khao-sat", || post(make)).form("title=x&issuer=SNV&respondents=y"),
    Route::get("/khao-sat/{survey}", || get(survey::show)),
    Route::post("/khao-sat/{survey}", || post(survey::change))
        .form("viec=plan&units=UB001&wanted=50&least=30"),
    Route::get("/khao-sat/{survey}/ket-qua", || get(results::show)),
    Route::get("/khao-sat/{survey}/tep/ket-qua.xlsx", || get(results::file)),
    Route::post("/khao-sat/{survey}/{unit}/ma", || post(survey::codes))
        .form("viec=codes&so=2&lo=0123456789abcdef"),
    Route::get("/khao-sat/{survey}/{unit}/giay", || get(paper::show)),
    Route::post("/khao-sat/{survey}/{unit}/giay", || post(paper::save)).form("sheet=7&c.1=5&c.2=4"),
    Route::get("/phieu", || get(answer::enter)),
    Route::get("/phieu/{slip}", || get(answer::show)),
    Route::post("/phieu/{slip}", || post(answer::send)).form(""),
];

/// Whether there is a round of an index with a code, and whether a leaf of it is filled by surveys; an empty leaf asks for the
/// round alone. The room of indices stands above this one, so the house says.
pub type Takes = fn(&Tx<'_>, (&str, &str)) -> Outcome<bool>;

#[derive(Template)]
#[template(path = "surveys.html")]
struct ListPage {
    s: Shell,
    /// Surveys with who holds them, answers that count and answers planned; none where the reader does not lead it.
    surveys: Vec<(Survey, String, Option<(i64, i64)>)>,
    may_make: bool,
    back: Back,
}

async fn list(cx: Cx) -> Response {
    let out = list_page(&cx, Back::default()).await;
    cx.reply(out)
}

async fn list_page(cx: &Cx, back: Back) -> Reply {
    let today = cx.today;
    let (surveys, may_make) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let mut surveys = Vec::new();
            for survey in store::surveys(tx)? {
                let samples = store::samples(tx, survey.id)?;
                let sum = samples.iter().fold((0, 0), |sum, s| (sum.0 + s.valid, sum.1 + s.wanted));
                let issuer = names.name(names.now(survey.issuer));
                let leads = actor.may(Right::Draft, survey.issuer);
                surveys.push((survey, issuer, leads.then_some(sum)));
            }
            Ok((surveys, actor.may_somewhere(Right::Draft)))
        })
        .await?;
    let s = cx.shell(cx.t.say("survey-title"), "/khao-sat");
    cx.page_with(back.status, &ListPage { s, surveys, may_make, back })
}

/// The head of a survey as typed.
fn head_in(tx: &Tx<'_>, form: &Form, takes: Takes) -> Outcome<acts::New> {
    let new = acts::New {
        title: field(form, "title"),
        respondents: field(form, "respondents"),
        feeds: field(form, "feeds"),
        least_seconds: field(form, "least_seconds").parse().unwrap_or(20),
    };
    if !new.feeds.is_empty() && !takes(tx, (&new.feeds, ""))? {
        return Refusal::new("survey-refusal-round").at("feeds").with("code", new.feeds).stop();
    }
    Ok(new)
}

async fn make(cx: Cx, Extension(takes): Extension<Takes>, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Draft)?;
                let issuer = Directory::at(tx, clock.today())?.asked(&field(&form, "issuer"), "issuer")?;
                let Some(issuer) = issuer else {
                    return Refusal::new("refusal-required").at("issuer").with("field", "issuer").stop();
                };
                let new = head_in(tx, &form, takes)?;
                acts::make(tx, clock, actor, issuer, new).map(|survey| survey.code)
            })
            .await;
        match done {
            Ok(code) => Ok(see_other(&format!("/khao-sat/{code}?xong=saved"))),
            Err(stop) => list_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
