//! People in their posts.

use super::{Form, day, field};
use askama::Template;
use axum::{
    extract::{Form as Sent, Query},
    response::Response,
};
use base::{Refusal, Right};
use organisation::{Directory, Named, Snapshot};
use people::store::Held;
use web::{Cx, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "people.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    words: String,
    people: Vec<(Held, String)>,
    may_appoint: bool,
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let words = field(&query, "q");
        let wanted = words.clone();
        let (people, may_appoint) = cx
            .read(move |tx, actor| {
                let names = Snapshot::at(tx, today)?;
                let people = people::store::all_held(tx, &wanted, today, 2000)?
                    .into_iter()
                    .filter(|h| actor.may(Right::See, h.unit))
                    .take(300)
                    .map(|h| {
                        let unit = names.name(h.unit);
                        (h, unit)
                    })
                    .collect();
                Ok((people, actor.may_somewhere(Right::Staff)))
            })
            .await?;
        cx.page(&ListPage {
            s: cx.shell(cx.t.say("nav-people"), "/can-bo"),
            sh: Show,
            words,
            people,
            may_appoint,
        })
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn appoint(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        cx.act(move |tx, clock, actor| {
            actor.need_somewhere(Right::Staff)?;
            let unit_text = field(&form, "unit");
            let Named::Unit(unit) = Directory::at(tx, today)?.code_or_name(&unit_text, None) else {
                return Refusal::new("task-refusal-lead").at("unit").with("value", &unit_text).stop();
            };
            let from = day(&form, "from").unwrap_or(today);
            people::acts::appoint(tx, clock, actor, &field(&form, "name"), unit, &field(&form, "title"), from)
                .map(|_| ())
        })
        .await?;
        Ok(see_other("/can-bo?xong=saved"))
    };
    let out = out.await;
    cx.reply(out)
}
