//! The same step with many tasks, shown before it is done; and saved filters.

use super::{
    Form, field,
    task_list::{MANY, gathered},
};
use askama::Template;
use axum::{
    extract::{Form as Sent, Path},
    response::Response,
};
use base::{Outcome, Refusal};
use programme::{
    acts::{self, Many},
    rules::Step,
    store::{self, View},
};
use web::{Cx, Shell, see_other};

/// More than a page can hold is a mistake.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "task_many.html")]
struct ManyPage {
    s: Shell,
    step: &'static str,
    words: String,
    codes: String,
    done: Vec<String>,
    refused: Vec<(String, String)>,
    is_preview: bool,
}

/// The step, the codes, the words of a form.
fn asked(form: &Form) -> Outcome<(Step, Vec<String>, String)> {
    let codes: Vec<String> =
        field(form, "ma").split(',').filter(|c| !c.is_empty()).map(str::to_owned).collect();
    if codes.is_empty() {
        return Refusal::new("many-refusal-none").at("ma").stop();
    }
    if codes.len() > MOST {
        return Refusal::new("many-refusal-most").at("ma").with("most", MOST).stop();
    }
    let word = field(form, "buoc");
    let Some(step) = MANY.into_iter().find(|step| step.word() == word) else {
        return Refusal::new("refusal-unknown-word")
            .at("buoc")
            .with("field", "buoc")
            .with("value", word)
            .stop();
    };
    Ok((step, codes, field(form, "words")))
}

pub(super) async fn steps(cx: Cx, Sent(pairs): Sent<Vec<(String, String)>>) -> Response {
    let out = async {
        cx.actor()?;
        let form = gathered(pairs);
        let (step, codes, words) = asked(&form)?;
        let is_preview = form.get("lam").is_none_or(|v| v != "1");
        let (taken, said, list) = (step.clone(), words.clone(), codes.clone());
        let act = move |tx: &db::Tx<'_>, clock: &base::Clock, actor: &base::Actor| {
            acts::take_steps(tx, clock, actor, &list, &taken, &said)
        };
        let many: Many = if is_preview { cx.rehearse(act).await? } else { cx.act(act).await? };
        let refused =
            many.refused.iter().map(|(code, refusal)| (code.clone(), cx.refusal_text(refusal))).collect();
        cx.page(&ManyPage {
            s: cx.shell(cx.t.say(&format!("step-{}", step.word())), "/nv"),
            step: step.word(),
            words,
            codes: many.done.join(","),
            done: many.done,
            refused,
            is_preview,
        })
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn keep_view(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let query = form.get("loc").cloned().unwrap_or_default();
        let back = query.clone();
        cx.act(move |tx, clock, actor| {
            let Some(owner) = actor.account else { return Refusal::forbidden().stop() };
            let name = field(&form, "name");
            if name.is_empty() {
                return Refusal::new("refusal-required").at("name").with("field", "name").stop();
            }
            let shared = form.get("shared").is_some_and(|v| v == "1");
            let view = View { id: clock.uuid(), name, query: query.clone(), shared, own: true };
            Ok(store::insert_view(tx, owner, &view)?)
        })
        .await?;
        Ok(see_other(&format!("/nv?{back}&xong=saved")))
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn drop_view(cx: Cx, Path(id): Path<String>) -> Response {
    let out = async {
        cx.act(move |tx, _, actor| {
            let (Some(owner), Ok(id)) = (actor.account, id.parse()) else {
                return Refusal::not_found().stop();
            };
            if store::drop_view(tx, owner, id)? { Ok(()) } else { Refusal::not_found().stop() }
        })
        .await?;
        Ok(see_other("/nv?xong=saved"))
    };
    let out = out.await;
    cx.reply(out)
}
