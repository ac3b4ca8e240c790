//! How I am told: a digest by mail at my hours, and my deadlines as a calendar behind a secret address.

use crate::{
    acts::digest,
    store::{self, Kind, Message},
};
use askama::Template;
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base::{Date, Refusal, Right, Timestamp, Uuid};
use icalendar::{Calendar, Component as _, Event, EventLike as _};
use programme::store::Filter;
use web::form::Sent;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

#[derive(Template)]
#[template(path = "told.html")]
struct ToldPage {
    s: Shell,
    sh: Show,
    mail: String,
    hours: String,
    /// Whether this installation can send mail.
    can_send: bool,
    mails: Vec<Message>,
    feed: Option<Timestamp>,
    /// The secret address, shown once.
    secret: String,
    back: Back,
}

pub(super) async fn show(cx: Cx) -> Response {
    let out = page(&cx, String::new(), Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, secret: String, back: Back) -> Reply {
    let (wanted, mails, feed) = cx
        .read(|tx, actor| {
            let Some(account) = actor.account else { return Refusal::forbidden().stop() };
            Ok((
                store::digest_of(tx, account)?,
                store::messages(tx, Kind::Mail, Some(account.0), 20)?,
                store::feed_of(tx, account)?,
            ))
        })
        .await?;
    let (mail, hours) = match (&back.wrong.is_empty(), wanted) {
        (false, _) => (back.value("mail").to_owned(), back.value("hours").to_owned()),
        (true, Some(digest)) => (digest.mail, digest.hours),
        (true, None) => (String::new(), "07:30,16:30".to_owned()),
    };
    let s = cx.shell(cx.t.say("nav-told"), "/thong-bao");
    let status = back.status;
    cx.page_with(
        status,
        &ToldPage { s, sh: Show, mail, hours, can_send: cx.site.has_mail, mails, feed, secret, back },
    )
}

pub(super) async fn change(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let Some(account) = actor.account else { return Refusal::forbidden().stop() };
                match field(&form, "viec").as_str() {
                    "feed" => {
                        let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
                        store::set_feed(
                            tx,
                            account,
                            Some(&db::trail::sha256(secret.as_bytes())),
                            clock.now(),
                        )?;
                        Ok(secret)
                    }
                    "no-feed" => {
                        store::set_feed(tx, account, None, clock.now())?;
                        Ok(String::new())
                    }
                    _ => {
                        digest::want(tx, actor, &field(&form, "mail"), &field(&form, "hours"))?;
                        Ok(String::new())
                    }
                }
            })
            .await;
        match done {
            Ok(secret) if secret.is_empty() => Ok(see_other("/toi/thong-bao?xong=saved")),
            Ok(secret) => page(&cx, secret, Back::default()).await,
            Err(stop) => page(&cx, String::new(), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// A day as the calendar library has it.
fn naive(day: Date) -> Option<icalendar::DatePerhapsTime> {
    let text = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
    chrono::NaiveDate::parse_from_str(&text, "%Y%m%d").ok().map(Into::into)
}

/// The open deadlines of the account to whom the secret belongs; nobody needs to be signed in.
pub(super) async fn feed(cx: Cx, Path(file): Path<String>) -> Response {
    let secret = file.strip_suffix(".ics").unwrap_or(&file).to_owned();
    let clock = cx.site.clock.clone();
    let found = cx
        .site
        .db
        .read(move |tx| {
            let account = match store::account_of_feed(tx, &db::trail::sha256(secret.as_bytes()))? {
                Some(id) => account::store::by_id(tx, id)?.filter(|a| !a.disabled),
                None => None,
            };
            let Some(account) = account else { return Ok(None) };
            let actor = account::acts::actor_of(tx, &clock, &account)?;
            let today = clock.today();
            let does = actor.does_work();
            let right = if does { Right::Report } else { Right::See };
            let open = Filter {
                seen: base::Reach::everything(),
                lead_in: Some(actor.reach(right)),
                standing: "open".to_owned(),
                is_given: true,
                ..Filter::default()
            };
            Ok(Some(programme::store::first(tx, &open, today, today, 1000)?))
        })
        .await;
    let rows = match found {
        Ok(Some(rows)) => rows,
        Ok(None) => return cx.reply(Refusal::not_found().stop()),
        Err(stop) => return cx.reply(Err(stop)),
    };
    let mut calendar = Calendar::new();
    calendar.name("Trọng Tâm");
    for row in rows {
        let Some(day) = row.due.and_then(naive) else { continue };
        let event = Event::new()
            .uid(&format!("{}@trongtam", row.code))
            .starts(day)
            .summary(&row.title)
            .description(&format!("{} /nv/{}", row.code, row.code))
            .done();
        calendar.push(event);
    }
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::OK, headers, calendar.to_string()).into_response()
}
