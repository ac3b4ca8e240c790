//! The same step with many tasks, shown before it is done; and saved filters.

use crate::task_list::gathered;
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Outcome, Refusal, limits, rights::Role};
use programme::{
    acts::{self, Many},
    rules::Step,
    store::{self, View},
};
use web::form::{Form, Long, encode, field};
use web::{Cx, Shell, see_other};

/// What can be done with many tasks at once: steps, and reminding.
pub(super) const MANY: [&str; 12] = [
    "assign",
    "receive",
    "accept",
    "send_back",
    "extend",
    "grant_extension",
    "deny_extension",
    "accept_explanation",
    "tag",
    "untag",
    "cancel",
    REMIND,
];
/// Reminding is a document, not a step: its own page makes it.
const REMIND: &str = "remind";

/// More than a page can hold is a mistake.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "task_many.html")]
struct ManyPage {
    s: Shell,
    step: &'static str,
    words: String,
    /// The day of an extension, a tag: as typed.
    to: String,
    tag: String,
    codes: String,
    /// Whether it was taken back.
    is_back: bool,
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
    if !MANY.contains(&word.as_str()) {
        let refusal = Refusal::new("refusal-unknown-word").at("buoc");
        return refusal.with("field", "buoc").with("value", word).stop();
    }
    let mut given = form.clone();
    given.insert("tag".to_owned(), field(form, "nhan"));
    Ok((Step::read(&word, &given)?, codes, field(form, "words")))
}

pub(super) async fn steps(cx: Cx, Long(pairs): Long<Vec<(String, String)>>) -> Response {
    let out = async {
        cx.actor()?;
        let form = gathered(pairs);
        if field(&form, "buoc") == REMIND {
            return remind(&cx, form).await;
        }
        let (step, codes, words) = asked(&form)?;
        let is_back = form.get("lui").is_some_and(|v| v == "1");
        let is_preview = !is_back && form.get("lam").is_none_or(|v| v != "1");
        let (taken, said, list) = (step.clone(), words.clone(), codes.clone());
        let act = move |tx: &db::Tx<'_>, clock: &base::Clock, actor: &base::Actor| {
            if is_back {
                return acts::take_back(tx, clock, actor, &list, &taken);
            }
            acts::take_steps(tx, clock, actor, &list, &taken, &said)
        };
        let many: Many = if is_preview { cx.rehearse(act).await? } else { cx.act(act).await? };
        let refused =
            many.refused.iter().map(|(code, refusal)| (code.clone(), cx.refusal_text(refusal))).collect();
        cx.page(&ManyPage {
            s: cx.shell(cx.t.say(&format!("step-{}", step.word())), "/nv"),
            step: step.word(),
            words,
            to: field(&form, "to"),
            tag: field(&form, "nhan"),
            is_back,
            codes: many.done.join(","),
            done: many.done,
            refused,
            is_preview,
        })
    };
    let out = out.await;
    cx.reply(out)
}

/// Leads to the page of reminders with the lead units of the chosen tasks ticked.
async fn remind(cx: &Cx, form: Form) -> web::Reply {
    let today = cx.today;
    let units = cx
        .read(move |tx, actor| {
            let names = organisation::Snapshot::at(tx, today)?;
            let mut units: Vec<String> = Vec::new();
            for code in field(&form, "ma").split(',').filter(|c| !c.is_empty()).take(MOST) {
                let task = acts::task_for(tx, actor, base::Right::See, code)?;
                let lead = task.facts.lead.and_then(|unit| names.unit(names.now(unit)));
                units.extend(lead.map(|unit| unit.code.clone()));
            }
            if units.is_empty() {
                return Refusal::new("many-refusal-none").at("ma").stop();
            }
            units.sort();
            units.dedup();
            Ok(units)
        })
        .await?;
    Ok(see_other(&format!("/don-doc?don_vi={}", encode(&units.join(",")))))
}

pub(super) async fn keep_view(cx: Cx, Long(form): Long<Form>) -> Response {
    let out = async {
        let query = form.get("loc").cloned().unwrap_or_default();
        let back = query.clone();
        cx.act(move |tx, clock, actor| {
            let Some(owner) = actor.account else { return Refusal::forbidden().stop() };
            let name = field(&form, "name");
            if name.is_empty() {
                return Refusal::new("refusal-required").at("name").with("field", "name").stop();
            }
            limits::within(&[("name", &name, limits::NAME), ("loc", &query, limits::WORDS)])?;
            let with = field(&form, "with");
            let role = Role::from_word(&with).map_or("", Role::word).to_owned();
            let view =
                View { id: clock.uuid(), name, query: query.clone(), shared: with == "all", role, own: true };
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
