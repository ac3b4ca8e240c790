//! Signing in (password, then a code where one is set up) and out, the first administrator, size, colours, language.

use super::{Form, field};
use account::acts::SignedIn;
use askama::Template;
use axum::{
    extract::{Form as Sent, Query},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base::Stop;
use web::{Cx, Reply, SESSION, Shell, see_other};

#[derive(Template)]
#[template(path = "sign.html")]
struct SignPage {
    s: Shell,
    login: String,
    wrong: String,
    first: String,
    /// The ticket of a password that was right; then only the code is asked for.
    ticket: String,
    shortest: usize,
    /// The first administrator's name as typed.
    name: String,
}

pub(super) async fn home(cx: Cx) -> Response {
    let to = match &cx.actor {
        None => "/dang-nhap",
        Some(actor) if actor.has_role(base::Role::ProgrammeOffice) || actor.has_role(base::Role::Leader) => {
            "/tong-quan"
        }
        Some(_) => "/viec",
    };
    see_other(to)
}

pub(super) async fn form(cx: Cx) -> Response {
    cx.reply(sign_page(&cx, StatusCode::OK, ["", "", "", "", ""]))
}

/// The page with its login, what was wrong, the first administrator's link, the ticket of the second question.
fn sign_page(cx: &Cx, status: StatusCode, [login, wrong, first, ticket, name]: [&str; 5]) -> Reply {
    let title = if first.is_empty() { "sign-title" } else { "first-title" };
    cx.page_with(
        status,
        &SignPage {
            s: cx.shell(cx.t.say(title), ""),
            login: login.to_owned(),
            wrong: wrong.to_owned(),
            first: first.to_owned(),
            name: name.to_owned(),
            ticket: ticket.to_owned(),
            shortest: account::acts::SHORTEST,
        },
    )
}

pub(super) async fn sign_in(cx: Cx, headers: HeaderMap, Sent(form): Sent<Form>) -> Response {
    let out = async {
        cx.same_site()?;
        let agent =
            headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let address = cx.address.clone();
        let (login, secret) = (field(&form, "login"), form.get("password").cloned().unwrap_or_default());
        let (ticket, code) = (field(&form, "ve"), field(&form, "code"));
        let (clock, name, old) = (cx.site.clock.clone(), login.clone(), ticket.clone());
        let tried = cx
            .site
            .db
            .act(move |tx| {
                if old.is_empty() {
                    account::acts::sign_in(tx, &clock, &name, &secret, &agent, &address)
                } else {
                    account::acts::sign_in_with_code(tx, &clock, &old, &code, &agent, &address)
                }
            })
            .await?;
        match tried {
            Ok(SignedIn::Session(token)) => {
                let secure = if cx.is_https { "; Secure" } else { "" };
                let cookie =
                    format!("{SESSION}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200{secure}");
                Ok(([(header::SET_COOKIE, cookie)], see_other("/")).into_response())
            }
            Ok(SignedIn::CodeNeeded(ticket)) => sign_page(&cx, StatusCode::OK, [&login, "", "", &ticket, ""]),
            Err(refusal) => {
                let status = if refusal.status == base::Status::TooMany {
                    StatusCode::TOO_MANY_REQUESTS
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                let again = if refusal.key == "account-refusal-ticket" { "" } else { &ticket };
                sign_page(&cx, status, [&login, &cx.t.refusal(&refusal), "", again, ""])
            }
        }
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn sign_out(cx: Cx) -> Response {
    let out = async {
        cx.same_site()?;
        let token = cx.token.clone();
        cx.site.db.act(move |tx| account::acts::sign_out(tx, &token)).await?;
        let cookie = format!("{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        Ok(([(header::SET_COOKIE, cookie)], see_other("/dang-nhap")).into_response())
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn first(cx: Cx, Query(query): Query<Form>) -> Response {
    let link = field(&query, "ma");
    cx.reply(sign_page(&cx, StatusCode::OK, ["", "", if link.is_empty() { "-" } else { &link }, "", ""]))
}

pub(super) async fn make_first(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        cx.same_site()?;
        let (link, login, name) = (field(&form, "ma"), field(&form, "login"), field(&form, "name"));
        let secret = form.get("password").cloned().unwrap_or_default();
        let clock = cx.site.clock.clone();
        let (l, n, m) = (link.clone(), login.clone(), name.clone());
        let made = cx
            .site
            .db
            .act(move |tx| {
                let hash = account::acts::hash(&secret)?;
                account::acts::first_administrator(tx, &clock, &l, &n, &m, &hash)
            })
            .await;
        match made {
            Ok(()) => Ok(see_other("/dang-nhap")),
            Err(Stop::Refused(refusal)) => {
                let words = cx.t.refusal(&refusal);
                sign_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, [&login, &words, &link, "", &name])
            }
            Err(fault) => Err(fault),
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// Goes back to the page one came from, never to another site.
fn back(query: &Form, cookie: String) -> Response {
    let to =
        query.get("ve").filter(|v| v.starts_with('/') && !v.starts_with("//")).map_or("/", String::as_str);
    ([(header::SET_COOKIE, cookie)], see_other(to)).into_response()
}

pub(super) async fn size(headers: HeaderMap, Query(query): Query<Form>) -> Response {
    let now = headers.get(header::COOKIE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let next = if now.contains("co-chu=2") {
        3
    } else if now.contains("co-chu=3") {
        1
    } else {
        2
    };
    back(&query, format!("co-chu={next}; Path=/; SameSite=Lax; Max-Age=31536000"))
}

pub(super) async fn theme(headers: HeaderMap, Query(query): Query<Form>) -> Response {
    let now = headers.get(header::COOKIE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let next = if now.contains("nen=dark") { "light" } else { "dark" };
    back(&query, format!("nen={next}; Path=/; SameSite=Lax; Max-Age=31536000"))
}

pub(super) async fn language(Query(query): Query<Form>) -> Response {
    let lang = if query.get("lang").is_some_and(|l| l == "en") { "en" } else { "vi" };
    back(&query, format!("lang={lang}; Path=/; SameSite=Lax; Max-Age=31536000"))
}
