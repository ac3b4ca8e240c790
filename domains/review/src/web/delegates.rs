//! The delegates of a conference: the list, their cards with a code to scan, and the door.

use crate::{
    acts,
    store::{self, Delegate},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Outcome, Right};
use web::form::Long;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

#[derive(Template)]
#[template(path = "delegates.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    code: String,
    delegates: Vec<Delegate>,
    back: Back,
}

impl ListPage {
    fn came(&self) -> usize {
        self.delegates.iter().filter(|d| d.came_at.is_some()).count()
    }
}

/// The delegates, for whoever edits the review: names of people are not for everybody.
async fn read(cx: &Cx, code: &str) -> Outcome<Vec<Delegate>> {
    let wanted = code.to_owned();
    cx.read(move |tx, actor| {
        let (review, _) = acts::load(tx, &wanted)?;
        actor.need(Right::Draft, review.issuer)?;
        Ok(store::delegates(tx, review.id)?)
    })
    .await
}

fn shell(cx: &Cx, code: &str) -> Shell {
    let mut s = cx.shell(cx.t.say("delegates"), "/so-ket");
    s.crumbs = vec![
        ("/so-ket".to_owned(), cx.t.say("nav-reviews")),
        (format!("/so-ket/{code}"), code.to_owned()),
        (String::new(), cx.t.say("delegates")),
    ];
    s
}

async fn page(cx: &Cx, code: String, back: Back) -> Reply {
    let delegates = read(cx, &code).await?;
    cx.page_with(back.status, &ListPage { s: shell(cx, &code), sh: Show, code, delegates, back })
}

pub(super) async fn list(cx: Cx, Path(code): Path<String>) -> Response {
    let out = page(&cx, code, Back::default()).await;
    cx.reply(out)
}

pub(super) async fn change(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| match (field(&form, "bo").parse(), field(&form, "den")) {
                (Ok(id), _) => acts::disinvite(tx, clock, actor, &wanted, id),
                (_, card) if !card.is_empty() => acts::let_in(tx, clock, actor, &wanted, &card),
                _ => {
                    let lines = form.get("lines").map_or("", String::as_str);
                    acts::invite(tx, clock, actor, &wanted, lines).map(|_| ())
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/hoi-nghi/{code}/dai-bieu?xong=saved"))),
            Err(stop) => page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "cards.html")]
struct CardsPage {
    s: Shell,
    /// A delegate and the code to scan, as a picture.
    cards: Vec<(Delegate, String)>,
}

/// The cards to be printed: the code leads whoever stands at the door to the delegate's line.
pub(super) async fn cards(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let mut cards = Vec::new();
        for delegate in read(&cx, &code).await? {
            let address = format!("{}/hoi-nghi/{code}/dai-bieu/{}", cx.origin, delegate.code);
            let picture = qrcode::QrCode::new(address.as_bytes())
                .map_err(|fault| anyhow::anyhow!("a QR code: {fault}"))?
                .render::<qrcode::render::svg::Color<'_>>()
                .min_dimensions(140, 140)
                .build();
            cards.push((delegate, picture));
        }
        cx.page(&CardsPage { s: shell(&cx, &code), cards })
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "door.html")]
struct DoorPage {
    s: Shell,
    sh: Show,
    code: String,
    delegate: Delegate,
    /// How many came, out of how many.
    came: usize,
    all: usize,
}

/// What a scanned card opens: who it is, and the button that lets them in.
pub(super) async fn door(cx: Cx, Path((code, card)): Path<(String, String)>) -> Response {
    let out = async {
        let all = read(&cx, &code).await?;
        let came = all.iter().filter(|d| d.came_at.is_some()).count();
        let count = all.len();
        let Some(delegate) = all.into_iter().find(|d| d.code == card) else {
            return base::Refusal::not_found().stop();
        };
        let page = DoorPage { s: shell(&cx, &code), sh: Show, code, delegate, came, all: count };
        cx.page(&page)
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn let_in(cx: Cx, Path((code, card)): Path<(String, String)>) -> Response {
    let out = async {
        let (wanted, of) = (code.clone(), card.clone());
        cx.act(move |tx, clock, actor| acts::let_in(tx, clock, actor, &wanted, &of)).await?;
        Ok(see_other(&format!("/hoi-nghi/{code}/dai-bieu/{card}?xong=saved")))
    };
    let out = out.await;
    cx.reply(out)
}
