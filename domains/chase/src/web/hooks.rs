//! Addresses of other programs that are told of acts, and what they were told.

use crate::{
    acts::hooks,
    store::{self, Hook, Kind, Message},
};
use askama::Template;
use axum::response::Response;
use base::{Outcome, Refusal, Right, Uuid};
use web::form::Sent;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

#[derive(Template)]
#[template(path = "hooks.html")]
struct HooksPage {
    s: Shell,
    sh: Show,
    hooks: Vec<Hook>,
    calls: Vec<Message>,
    /// The secret of the address that was just set up; shown once.
    secret: String,
    back: Back,
}

pub(super) async fn show(cx: Cx) -> Response {
    let out = page(&cx, String::new(), Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, secret: String, back: Back) -> Reply {
    let (hooks, calls) = cx
        .read(|tx, actor| {
            actor.need_everywhere(Right::Administer)?;
            Ok((store::hooks(tx)?, store::messages(tx, Kind::Call, None, 50)?))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-hooks"), "/qt/moc-noi");
    let status = back.status;
    cx.page_with(status, &HooksPage { s, sh: Show, hooks, calls, secret, back })
}

pub(super) async fn change(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_everywhere(Right::Administer)?;
                let id = || -> Outcome<Uuid> {
                    field(&form, "id").parse().or_else(|_| Refusal::not_found().stop())
                };
                match field(&form, "viec").as_str() {
                    "replay" => hooks::replay(tx, clock, actor, id()?).map(|()| String::new()),
                    "on" => hooks::switch(tx, clock, actor, id()?, true).map(|()| String::new()),
                    "off" => hooks::switch(tx, clock, actor, id()?, false).map(|()| String::new()),
                    _ => hooks::make(tx, clock, actor, &field(&form, "url"), &field(&form, "acts")),
                }
            })
            .await;
        match done {
            Ok(secret) if secret.is_empty() => Ok(see_other("/qt/moc-noi?xong=saved")),
            Ok(secret) => page(&cx, secret, Back::default()).await,
            Err(stop) => page(&cx, String::new(), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
