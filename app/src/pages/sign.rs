//! Signing in and out, the first administrator, one's own page, size, colours and language.

use super::{Form, field};
use askama::Template;
use axum::{
    extract::{Form as Sent, Query},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base::Stop;
use web::{Cx, Reply, SESSION, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "sign.html")]
struct SignPage {
    s: Shell,
    login: String,
    wrong: String,
    first: String,
    shortest: usize,
}

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    s: Shell,
    sh: Show,
    roles: Vec<(String, String)>,
    sessions: Vec<(base::Timestamp, base::Timestamp, String)>,
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
    cx.reply(sign_page(&cx, StatusCode::OK, "", "", ""))
}

fn sign_page(cx: &Cx, status: StatusCode, login: &str, wrong: &str, first: &str) -> Reply {
    let title = if first.is_empty() { "sign-title" } else { "first-title" };
    cx.page_with(
        status,
        &SignPage {
            s: cx.shell(cx.t.say(title), ""),
            login: login.to_owned(),
            wrong: wrong.to_owned(),
            first: first.to_owned(),
            shortest: account::acts::SHORTEST,
        },
    )
}

pub(super) async fn sign_in(cx: Cx, headers: HeaderMap, Sent(form): Sent<Form>) -> Response {
    let out = async {
        cx.same_site()?;
        let agent =
            headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (login, secret) = (field(&form, "login"), form.get("password").cloned().unwrap_or_default());
        let (clock, name) = (cx.site.clock.clone(), login.clone());
        let tried =
            cx.site.db.act(move |tx| account::acts::sign_in(tx, &clock, &name, &secret, &agent)).await?;
        match tried {
            Ok(token) => {
                let cookie = format!("{SESSION}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200");
                Ok(([(header::SET_COOKIE, cookie)], see_other("/")).into_response())
            }
            Err(refusal) => {
                sign_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &login, &cx.t.refusal(&refusal), "")
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

pub(super) async fn out_everywhere(cx: Cx) -> Response {
    let out = async {
        cx.act(account::acts::sign_out_everywhere).await?;
        Ok(see_other("/dang-nhap"))
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn first(cx: Cx, Query(query): Query<Form>) -> Response {
    let link = field(&query, "ma");
    cx.reply(sign_page(&cx, StatusCode::OK, "", "", if link.is_empty() { "-" } else { &link }))
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
                sign_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &login, &cx.t.refusal(&refusal), &link)
            }
            Err(fault) => Err(fault),
        }
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn me(cx: Cx) -> Response {
    let out = async {
        let actor = cx.actor()?;
        let today = cx.today;
        let names = cx.read(move |tx, _| Ok(organisation::Snapshot::at(tx, today)?)).await?;
        let roles = actor
            .grants
            .iter()
            .map(|g| {
                let unit = g.top.map_or_else(|| cx.t.say("everywhere"), |unit| names.name(unit));
                (cx.t.say(&format!("role-{}", g.role.word())), unit)
            })
            .collect();
        let sessions = cx
            .read(move |tx, actor| match actor.account {
                Some(id) => Ok(account::store::sessions(tx, id)?),
                None => Ok(Vec::new()),
            })
            .await?;
        cx.page(&MePage { s: cx.shell(cx.t.say("me-title"), ""), sh: Show, roles, sessions })
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
