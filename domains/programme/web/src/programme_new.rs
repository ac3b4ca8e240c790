//! A programme, plan, scheme or breakthrough made by hand: what stands at the head of its document; scope and clauses
//! come on the page where it is edited.

use askama::Template;
use axum::{extract::Query, response::Response};
use base::Right;
use programme::{acts, store, words::Programme};
use web::form::{Form, Sent};
use web::{
    Cx, Reply, Shell,
    form::{Back, back},
    see_other,
};

#[derive(Template)]
#[template(path = "programme_new.html")]
struct NewPage {
    s: Shell,
    kinds: [&'static str; 5],
    /// What it may implement.
    programmes: Vec<Programme>,
    back: Back,
}

impl NewPage {
    /// The fields that are one line: name, key of its words.
    fn fields(&self) -> [(&'static str, &'static str); 7] {
        [
            ("number", "programme-number"),
            ("symbol", "programme-symbol"),
            ("issuer", "document-issuer"),
            ("issued", "document-issued"),
            ("term", "programme-term"),
            ("early_days", "programme-early"),
            ("code", "programme-code"),
        ]
    }
}

pub(super) async fn form(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = new_page(&cx, Back { sent: query, ..Back::default() }).await;
    cx.reply(out)
}

async fn new_page(cx: &Cx, back: Back) -> Reply {
    let programmes = cx
        .read(|tx, actor| {
            actor.need_somewhere(Right::Draft)?;
            Ok(store::programmes(tx)?.into_iter().filter(|p| p.parent.is_none()).collect())
        })
        .await?;
    let mut s = cx.shell(cx.t.say("programme-new"), "/ct");
    s.crumbs =
        vec![("/ct".to_owned(), cx.t.say("nav-programmes")), (String::new(), cx.t.say("programme-new"))];
    cx.page_with(back.status, &NewPage { s, kinds: acts::KINDS, programmes, back })
}

pub(super) async fn create(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        match cx.act(move |tx, clock, actor| acts::programme_typed(tx, clock, actor, &form)).await {
            Ok(programme) => Ok(see_other(&format!("/ct/{}/sua?xong=saved", programme.code))),
            Err(stop) => new_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
