//! Comments and watching from the task's page, and what happened to what I watch.

use crate::{acts::talk, store};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Refusal, Right, Timestamp};
use web::form::Long;
use web::{
    Cx, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

/// A comment that was refused, with what was typed.
#[derive(Template)]
#[template(path = "comment.html")]
struct CommentPage {
    s: Shell,
    code: String,
    back: Back,
}

pub(super) async fn comment(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let words = form.get("words").cloned().unwrap_or_default();
                talk::comment(tx, clock, actor, &wanted, &words)
            })
            .await;
        let Err(stop) = done else { return Ok(see_other(&format!("/nv/{code}?xong=saved#trao-doi"))) };
        let back = back(&cx, stop, sent)?;
        let mut s = cx.shell(format!("{} {code}", cx.t.say("talk")), "/nv");
        s.crumbs = vec![(format!("/nv/{code}"), code.clone()), (String::new(), cx.t.say("talk"))];
        cx.page_with(back.status, &CommentPage { s, code, back })
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn watch(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let (wanted, on) = (code.clone(), field(&form, "bo").is_empty());
        cx.act(move |tx, _, actor| talk::watch(tx, actor, &wanted, on)).await?;
        Ok(see_other(&format!("/nv/{code}?xong=saved#trao-doi")))
    };
    let out = out.await;
    cx.reply(out)
}

/// Something that happened to a watched task.
struct Happened {
    at: Timestamp,
    who: String,
    task: String,
    title: String,
    /// The step's text key, or that of a comment.
    what: String,
    words: String,
}

#[derive(Template)]
#[template(path = "watched.html")]
struct WatchedPage {
    s: Shell,
    sh: Show,
    happened: Vec<Happened>,
    watched: usize,
}

pub(super) async fn watched(cx: Cx) -> Response {
    let out = async {
        let (happened, watched) = cx
            .read(|tx, actor| {
                let Some(account) = actor.account else { return Refusal::forbidden().stop() };
                let codes = store::watched(tx, account)?;
                let mut happened = Vec::new();
                for code in &codes {
                    // What may no longer be seen is passed over.
                    let Ok(task) = programme::acts::task_for(tx, actor, Right::See, code) else { continue };
                    for step in programme::store::steps(tx, task.id)?.into_iter().take(20) {
                        happened.push(Happened {
                            at: step.recorded_at,
                            who: step.actor,
                            task: code.clone(),
                            title: task.facts.title.clone(),
                            what: format!("step-{}", step.act),
                            words: step.words,
                        });
                    }
                    for c in store::comments(tx, code)?.into_iter().rev().take(20) {
                        happened.push(Happened {
                            at: c.at,
                            who: c.author,
                            task: code.clone(),
                            title: task.facts.title.clone(),
                            what: "comment".to_owned(),
                            words: c.words,
                        });
                    }
                }
                happened.sort_by_key(|h| std::cmp::Reverse(h.at));
                happened.truncate(200);
                Ok((happened, codes.len()))
            })
            .await?;
        cx.page(&WatchedPage {
            s: cx.shell(cx.t.say("nav-watched"), "/theo-doi"),
            sh: Show,
            happened,
            watched,
        })
    };
    let out = out.await;
    cx.reply(out)
}
