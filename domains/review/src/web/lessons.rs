//! What was learnt: found again, and written down.

use super::unit_of;
use crate::{
    acts,
    store::{self, Lesson},
};
use askama::Template;
use axum::{extract::Query, response::Response};
use base::Right;
use organisation::Snapshot;
use web::form::Long;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

#[derive(Template)]
#[template(path = "lessons.html")]
struct LessonsPage {
    s: Shell,
    sh: Show,
    words: String,
    /// A lesson and the name of the unit that learnt it.
    lessons: Vec<(Lesson, String)>,
    may_learn: bool,
    back: Back,
}

pub(super) async fn lessons(cx: Cx, Query(query): Query<Form>) -> Response {
    // What is about to be learnt may come with its words filled in.
    let back = Back { sent: query.clone(), ..Back::default() };
    let out = lessons_page(&cx, field(&query, "q"), back).await;
    cx.reply(out)
}

async fn lessons_page(cx: &Cx, words: String, back: Back) -> Reply {
    let (today, wanted) = (cx.today, words.clone());
    let (lessons, may_learn) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let lessons = store::lessons(tx, &wanted, 300)?
                .into_iter()
                .map(|l| {
                    let unit = l.unit.map(|u| names.name(names.now(u))).unwrap_or_default();
                    (l, unit)
                })
                .collect();
            Ok((lessons, actor.may_somewhere(Right::Report) || actor.may_somewhere(Right::Draft)))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-lessons"), "/bai-hoc");
    cx.page_with(back.status, &LessonsPage { s, sh: Show, words, lessons, may_learn, back })
}

pub(super) async fn learn(cx: Cx, Long(form): Long<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let lesson = Lesson {
                    code: String::new(),
                    unit: unit_of(tx, today, &form, "unit")?.or(actor.unit),
                    field: field(&form, "field"),
                    context: field(&form, "context"),
                    worked: field(&form, "worked"),
                    made_by: String::new(),
                    made_on: today,
                };
                let review = field(&form, "review");
                acts::learn(tx, clock, actor, Some(review.as_str()).filter(|r| !r.is_empty()), &lesson)
            })
            .await;
        match done {
            Ok(_) => Ok(see_other("/bai-hoc?xong=saved")),
            Err(stop) => lessons_page(&cx, String::new(), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
