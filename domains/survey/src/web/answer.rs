//! A questionnaire for whoever has its code; nobody signs in, nothing is kept of who answers.

use crate::{
    acts, store,
    words::{Question, Survey},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::Refusal;
use organisation::Past;
use web::form::Sent;
use web::{
    Cx, Reply, Shell,
    form::{Back, Form, back, field},
    see_other,
};

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    s: Shell,
    survey: Survey,
    unit: String,
    questions: Vec<Question>,
    mark: String,
    back: Back,
}

impl AnswerPage {
    fn is_given(&self, question: &Question, value: &str) -> bool {
        self.back.value(&format!("c.{}", question.position)) == value
    }
}

#[derive(Template)]
#[template(path = "thanks.html")]
struct ThanksPage {
    s: Shell,
    /// The kiosk's address, to go on with the next; empty for a code that was used up.
    next: String,
}

#[derive(Template)]
#[template(path = "enter.html")]
struct EnterPage {
    s: Shell,
    /// What was typed and opens nothing.
    typed: String,
}

/// Where a code is typed by hand.
pub(super) async fn enter(cx: Cx, Query(query): Query<Form>) -> Response {
    let typed: String =
        field(&query, "ma").to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if !typed.is_empty() {
        return see_other(&format!("/phieu/{typed}"));
    }
    let out = cx.page(&EnterPage { s: stranger(&cx, "survey-answer-title"), typed: String::new() });
    cx.reply(out)
}

/// A frame without the rail: this page is not for officers.
fn stranger(cx: &Cx, title: &str) -> Shell {
    let mut s = cx.shell(cx.t.say(title), "/phieu");
    s.rail.clear();
    s
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    if field(&query, "da") == "gui" {
        let is_kiosk = field(&query, "quay") == "1";
        let next = if is_kiosk { format!("/phieu/{code}") } else { String::new() };
        let out = cx.page(&ThanksPage { s: stranger(&cx, "survey-answer-title"), next });
        return cx.reply(out);
    }
    let typed = code.clone();
    let out = match page(&cx, code, Back::default()).await {
        // A mistyped code is typed again, not read over the shoulder of an error.
        Err(base::Stop::Refused(refusal)) if refusal.status == base::Status::NotFound => {
            let enter = EnterPage { s: stranger(&cx, "survey-answer-title"), typed };
            cx.page_with(axum::http::StatusCode::NOT_FOUND, &enter)
        }
        out => out,
    };
    cx.reply(out)
}

async fn page(cx: &Cx, code: String, back: Back) -> Reply {
    let (today, now) = (cx.today, cx.site.clock.now());
    let (survey, unit, questions) = cx
        .site
        .db
        .read(move |tx| {
            let (survey, opened) = acts::open_by(tx, &code)?;
            let names = Past::at(tx, today)?;
            Ok((survey.clone(), names.name(opened.unit), store::questions(tx, survey.id)?))
        })
        .await?;
    // A form that came back keeps the moment at which it was first opened.
    let mark = match back.value("luc") {
        old if old.is_empty() || acts::is_stale(&survey, old, now) => acts::stamp(&survey, now),
        kept => kept.to_owned(),
    };
    let mut s = stranger(cx, "survey-answer-title");
    s.title.clone_from(&survey.title);
    cx.page_with(back.status, &AnswerPage { s, survey, unit, questions, mark, back })
}

pub(super) async fn send(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let out = async {
        cx.same_site()?;
        // A code that opens nothing is turned away before anybody is kept from writing.
        let asked = code.clone();
        cx.site.db.read(move |tx| acts::open_by(tx, &asked).map(|_| ())).await?;
        let (wanted, sent, clock) = (code.clone(), form.clone(), cx.site.clock.clone());
        let done = cx
            .site
            .db
            .act(move |tx| {
                let (survey, opened) = acts::open_by(tx, &wanted)?;
                let asked = store::questions(tx, survey.id)?;
                let open =
                    asked.iter().filter(|q| field(&form, &format!("c.{}", q.position)).is_empty()).count();
                // Nobody is made to answer; that something was overlooked is said once.
                if open > 0 && open < asked.len() && field(&form, "bo-trong").is_empty() {
                    return Refusal::new("survey-refusal-left").at("bo-trong").with("n", open).stop();
                }
                let value = |position: i64| field(&form, &format!("c.{position}"));
                acts::answer(tx, &clock, &wanted, (value, &field(&form, "luc")))?;
                Ok(opened.channel == "kiosk")
            })
            .await;
        match done {
            Ok(is_kiosk) => Ok(see_other(&format!("/phieu/{code}?da=gui&quay={}", u8::from(is_kiosk)))),
            Err(stop) => page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
