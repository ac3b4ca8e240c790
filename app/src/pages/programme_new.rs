//! A programme, plan, scheme or breakthrough made by hand: what stands at the head of its document; scope and clauses
//! come on the page where it is edited.

use super::{Form, field, unit_of};
use askama::Template;
use axum::{extract::Query, response::Response};
use base::{Outcome, Refusal, Right};
use db::Tx;
use programme::{
    acts, store,
    words::{Programme, ProgrammeId},
};
use web::form::Sent;
use web::{
    Cx, Reply, Shell,
    form::{Back, back, day_in},
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

/// A new programme from a form or from JSON of the same names. Without a code it takes the next free one.
pub(crate) fn create_from(
    tx: &Tx<'_>,
    clock: &base::Clock,
    actor: &base::Actor,
    form: &Form,
) -> Outcome<Programme> {
    actor.need_somewhere(Right::Draft)?;
    let (title, kind, number) = (field(form, "title"), field(form, "kind"), field(form, "number"));
    if title.is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    if !acts::KINDS.contains(&kind.as_str()) {
        let refusal = Refusal::new("refusal-unknown-word").at("kind").with("field", "kind");
        return refusal.with("value", kind).stop();
    }
    let code = match field(form, "code") {
        code if code.is_empty() => acts::next_code(tx, &kind, &number)?,
        code if store::programme_by_code(tx, &code)?.is_some() => {
            return Refusal::new("refusal-duplicate").at("code").with("what", code).stop();
        }
        code => code,
    };
    let early = field(form, "early_days");
    let early_days = if early.is_empty() { None } else { Some(early.parse().unwrap_or(0)) };
    if early_days.is_some_and(|days: i64| !(1..=3660).contains(&days)) {
        return Refusal::new("programme-refusal-limit").at("early_days").stop();
    }
    let parent = match field(form, "parent") {
        code if code.is_empty() => None,
        code => match store::programme_by_code(tx, &code)? {
            Some(parent) => Some(parent.id),
            None => {
                return Refusal::new("programme-refusal-programme").at("parent").with("value", code).stop();
            }
        },
    };
    let issued = day_in(form, "issued")?;
    let programme = Programme {
        id: ProgrammeId::new(clock),
        code,
        kind,
        term: field(form, "term"),
        congress: String::new(),
        number,
        symbol: field(form, "symbol"),
        title,
        issuer: unit_of(tx, clock.today(), form, "issuer")?,
        document: None,
        parent,
        issued,
        starts: issued.unwrap_or_else(|| clock.today()),
        early_days,
    };
    acts::create_programme(tx, clock, actor, &programme)?;
    Ok(programme)
}

pub(super) async fn create(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        match cx.act(move |tx, clock, actor| create_from(tx, clock, actor, &form)).await {
            Ok(programme) => Ok(see_other(&format!("/ct/{}/sua?xong=saved", programme.code))),
            Err(stop) => new_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
