//! Signing in (password, then a code where one is set up) and out, the first administrator, size, colours, language.

use account::acts::{Compared, SignedIn};
use askama::Template;
use axum::{
    extract::Query,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base::{Outcome, Refusal, Stop};
use std::time::Duration;
use web::form::{Form, Sent, field};
use web::{Cx, Reply, Shell, see_other};

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
            shortest: account::password::SHORTEST,
        },
    )
}

/// Looks whether a try may be made, compares the password on the hashing threads, and enters.
async fn by_password(
    cx: &Cx,
    login: String,
    secret: String,
    agent: String,
) -> Outcome<Result<SignedIn, Refusal>> {
    let (clock, address) = (cx.site.clock.clone(), cx.address.clone());
    let looked = cx.site.db.read(move |tx| account::acts::look(tx, &clock, &login, &address)).await?;
    let compare = match looked {
        Ok(compare) => compare,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let compared = cx.site.hashing.run(move || compare.with(&secret)).await?;
    enter(cx, compared, agent).await
}

/// How long a sign-in waits for the writer before its session is only promised.
const PATIENCE: Duration = Duration::from_millis(120);

/// Keeps the session, or promises it where the writer is held by a long act.
async fn enter(cx: &Cx, compared: Compared, agent: String) -> Outcome<Result<SignedIn, Refusal>> {
    let token = account::acts::new_token()?;
    let (clock, address) = (cx.site.clock.clone(), cx.address.clone());
    let (db, kept, own) = (cx.site.db.clone(), token.clone(), compared.clone());
    let mut act = tokio::spawn(async move {
        db.act(move |tx| account::acts::enter(tx, &clock, &own, &kept, &agent, &address)).await
    });
    let broken = |fault: tokio::task::JoinError| Stop::Fault(fault.into());
    if let Ok(done) = tokio::time::timeout(PATIENCE, &mut act).await {
        return done.map_err(broken)?;
    }
    let (clock, address) = (cx.site.clock.clone(), cx.address.clone());
    let would =
        cx.site.db.read(move |tx| account::acts::would_enter(tx, &clock, &compared, &address)).await?;
    match would {
        Ok(Some(account)) => {
            let (promised, token) = (cx.site.promised.clone(), token.clone());
            promised.promise(&token, account.0);
            tokio::spawn(async move {
                if !matches!(act.await, Ok(Ok(Ok(_)))) {
                    tracing::warn!("a promised session was not kept");
                }
                promised.end(&token);
            });
        }
        // The second question needs its ticket, and a wrong try has to be counted before it is answered.
        Ok(None) | Err(_) => return act.await.map_err(broken)?,
    }
    Ok(Ok(SignedIn::Session(token)))
}

pub(super) async fn sign_in(cx: Cx, headers: HeaderMap, Sent(form): Sent<Form>) -> Response {
    let out = async {
        cx.same_site()?;
        let agent =
            headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (login, secret) = (field(&form, "login"), form.get("password").cloned().unwrap_or_default());
        let (ticket, code) = (field(&form, "ve"), field(&form, "code"));
        let tried = if ticket.is_empty() {
            by_password(&cx, login.clone(), secret, agent).await?
        } else {
            let (clock, address, ticket) = (cx.site.clock.clone(), cx.address.clone(), ticket.clone());
            cx.site
                .db
                .act(move |tx| account::acts::sign_in_with_code(tx, &clock, &ticket, &code, &agent, &address))
                .await?
        };
        match tried {
            Ok(SignedIn::Session(token)) => {
                let cookie = session(&cx, &token, SESSION_SECONDS);
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

/// The longest life of a session's cookie, however much it is used: a day's work.
const SESSION_SECONDS: u32 = 43_200;

/// The session's cookie; no seconds take it back.
fn session(cx: &Cx, token: &str, seconds: u32) -> String {
    let (name, secure) = (web::session_cookie(cx.is_https), if cx.is_https { "; Secure" } else { "" });
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

pub(super) async fn sign_out(cx: Cx) -> Response {
    let out = async {
        cx.same_site()?;
        let token = cx.token.clone();
        cx.site.promised.end(&token);
        cx.site.db.act(move |tx| account::acts::sign_out(tx, &token)).await?;
        Ok(([(header::SET_COOKIE, session(&cx, "", 0))], see_other("/dang-nhap")).into_response())
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
        let made = async {
            // What is cheap comes first: nobody makes us hash without a good link.
            let (at, wanted) = (clock.clone(), l.clone());
            cx.site.db.read(move |tx| account::acts::look_at_first_link(tx, &at, &wanted)).await?;
            let words = [n.clone(), m.clone()];
            let hash = hashed(&cx, secret, words.into()).await?;
            cx.site.db.act(move |tx| account::acts::first_administrator(tx, &clock, &l, &n, &m, &hash)).await
        };
        match made.await {
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

/// Checks a new password and hashes it on the hashing threads; `words` are what its owner might make it of.
pub(super) async fn hashed(cx: &Cx, secret: String, words: Vec<String>) -> Outcome<String> {
    cx.site
        .hashing
        .run(move || {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            account::password::check(&secret, &words)?;
            Ok(account::password::hash(&secret)?)
        })
        .await?
}

/// Goes back to the page one came from, never to another site.
fn back(query: &Form, cookie: String) -> Response {
    let to = query.get("ve").filter(|v| web::is_own_path(v)).map_or("/", String::as_str);
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
