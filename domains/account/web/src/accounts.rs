//! Accounts: the list, and one with its roles, its state, its tokens.

use crate::sign;
use account::store::{Account, RoleRow};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Date, Outcome, Refusal, Right, Role, Timestamp};
use organisation::{Snapshot, unit_of};
use web::form::{Back, Form, Sent, back, day, field};
use web::{Cx, Reply, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    s: Shell,
    accounts: Vec<Account>,
    roles: Vec<&'static str>,
    back: Back,
}

fn roles() -> Vec<&'static str> {
    Role::ALL.iter().map(|r| r.word()).collect()
}

async fn accounts_page(cx: &Cx, back: Back) -> Reply {
    let accounts = cx
        .read(|tx, actor| {
            actor.need_everywhere(Right::Administer)?;
            Ok(account::store::all(tx)?)
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-accounts"), "/qt/nguoi-dung");
    cx.page_with(back.status, &AccountsPage { s, accounts, roles: roles(), back })
}

pub(super) async fn list(cx: Cx) -> Response {
    let out = accounts_page(&cx, Back::default()).await;
    cx.reply(out)
}

/// The role that a form describes, for an account.
fn role_of(
    tx: &db::Tx<'_>,
    today: Date,
    form: &Form,
    account: base::ids::AccountId,
) -> Outcome<account::acts::NewRole> {
    let role = Role::from_word(&field(form, "role"))
        .ok_or_else(|| Refusal::new("refusal-required").at("role").with("field", "role"))?;
    let date = |name: &'static str| match field(form, name) {
        text if text.is_empty() => Ok(None),
        _ => day(form, name)
            .map(Some)
            .ok_or_else(|| Refusal::new("refusal-date").at(name).with("field", "dd/MM/yyyy")),
    };
    // A role that the post carries comes with the post and ends with it.
    let post = field(form, "post").parse().ok().map(base::ids::PostId);
    Ok(account::acts::NewRole {
        role,
        holder: if post.is_some() { (post, None) } else { (None, Some(account)) },
        unit: unit_of(tx, today, form, "unit")?,
        field: field(form, "field"),
        from: date("from")?.unwrap_or(today),
        to: date("to")?,
    })
}

pub(super) async fn create(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        cx.actor()?.need_everywhere(Right::Administer)?;
        let sent = form.clone();
        let done = async {
            let (login, name) = (field(&form, "login"), field(&form, "name"));
            let secret = form.get("password").cloned().unwrap_or_default();
            let hash = sign::hashed(&cx, secret, vec![login.clone(), name.clone()]).await?;
            cx.act(move |tx, clock, actor| {
                let id = account::acts::create(tx, clock, actor, (&login, &name), &hash, None)?;
                account::acts::grant(tx, clock, actor, &role_of(tx, today, &form, id)?).map(|_| ())
            })
            .await
        };
        match done.await {
            Ok(()) => Ok(see_other("/qt/nguoi-dung?xong=saved")),
            Err(stop) => accounts_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    s: Shell,
    sh: Show,
    account: Account,
    /// Its roles with the name of their unit, by post or of its own.
    held: Vec<(RoleRow, String, bool)>,
    tokens: Vec<(String, String, Timestamp)>,
    roles: Vec<&'static str>,
    /// The posts that the person behind it holds: post, title with its unit; and the person's code.
    posts: Vec<(base::Uuid, String)>,
    person: String,
    today: Date,
    /// A token just made, shown once.
    token: String,
    back: Back,
}

async fn account_page(cx: &Cx, login: String, token: String, back: Back) -> Reply {
    let today = cx.today;
    let everywhere = cx.t.say("everywhere");
    let (account, held, tokens, posts, person) = cx
        .read(move |tx, actor| {
            actor.need_everywhere(Right::Administer)?;
            let Some(account) = account::store::by_login(tx, &login)? else {
                return Refusal::not_found().stop();
            };
            let names = Snapshot::at(tx, today)?;
            let held = match account.person {
                Some(person) => people::store::held_by(tx, person, today)?,
                None => Vec::new(),
            };
            let posts: Vec<_> = held.iter().map(|h| h.post).collect();
            let person = held.first().map(|h| h.code.clone()).unwrap_or_default();
            let shown: Vec<(base::Uuid, String)> =
                held.iter().map(|h| (h.post.0, format!("{}, {}", h.title, names.name(h.unit)))).collect();
            let held = account::store::roles_of(tx, account.id, &posts)?
                .into_iter()
                .map(|row| {
                    let unit = row.unit.map_or_else(|| everywhere.clone(), |u| names.name(u));
                    let by_post = row.post.is_some();
                    (row, unit, by_post)
                })
                .collect();
            Ok((account.clone(), held, account::store::tokens(tx, account.id)?, shown, person))
        })
        .await?;
    let mut s = cx.shell(account.login.clone(), "/qt/nguoi-dung");
    s.crumbs =
        vec![("/qt/nguoi-dung".to_owned(), cx.t.say("nav-accounts")), (String::new(), account.login.clone())];
    let page =
        AccountPage { s, sh: Show, account, held, tokens, roles: roles(), posts, person, today, token, back };
    cx.page_with(page.back.status, &page)
}

pub(super) async fn show(cx: Cx, Path(login): Path<String>) -> Response {
    let out = account_page(&cx, login, String::new(), Back::default()).await;
    cx.reply(out)
}

pub(super) async fn change(cx: Cx, Path(login): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        cx.actor()?.need_everywhere(Right::Administer)?;
        let (wanted, sent) = (login.clone(), form.clone());
        let hash = match field(&form, "viec").as_str() {
            "password" => {
                let secret = form.get("password").cloned().unwrap_or_default();
                match sign::hashed(&cx, secret, vec![login.clone()]).await {
                    Ok(hash) => hash,
                    Err(stop) => {
                        return account_page(&cx, login, String::new(), back(&cx, stop, sent)?).await;
                    }
                }
            }
            _ => String::new(),
        };
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_everywhere(Right::Administer)?;
                let Some(account) = account::store::by_login(tx, &wanted)? else {
                    return Refusal::not_found().stop();
                };
                let nothing = |()| String::new();
                match field(&form, "viec").as_str() {
                    "grant" => {
                        let new = role_of(tx, today, &form, account.id)?;
                        account::acts::grant(tx, clock, actor, &new).map(|_| String::new())
                    }
                    "end" => {
                        let Ok(id) = field(&form, "id").parse() else { return Refusal::not_found().stop() };
                        account::acts::end_role(tx, clock, actor, id, today).map(nothing)
                    }
                    "link" => {
                        let code = field(&form, "person");
                        let held = people::store::of_person(tx, &code)?;
                        let person = held.first().map(|h| h.person);
                        if person.is_none() && !code.is_empty() {
                            return Refusal::new("account-refusal-person")
                                .at("person")
                                .with("value", code)
                                .stop();
                        }
                        account::acts::link(tx, clock, actor, account.id, person).map(nothing)
                    }
                    "switch" => {
                        account::acts::switch(tx, clock, actor, account.id, account.disabled).map(nothing)
                    }
                    "password" => {
                        chase::store::end_feeds(tx, account.id)?;
                        account::acts::reset_password(tx, clock, actor, &account, &hash).map(nothing)
                    }
                    "unlock" => account::acts::forget_tries(tx, clock, actor, &account.login).map(nothing),
                    "factor" => account::second::clear_for(tx, clock, actor, account.id).map(nothing),
                    "token" => {
                        let (name, scope) = (field(&form, "name"), field(&form, "scope"));
                        let Ok(days) = field(&form, "days").parse() else {
                            return Refusal::new("refusal-number").at("days").with("field", "days").stop();
                        };
                        account::acts::make_token(tx, clock, actor, &wanted, &name, &scope, days)
                    }
                    "token_end" => {
                        account::acts::end_token(tx, clock, actor, account.id, &field(&form, "id"))
                            .map(nothing)
                    }
                    other => Refusal::new("refusal-unknown-word")
                        .at("viec")
                        .with("field", "viec")
                        .with("value", other)
                        .stop(),
                }
            })
            .await;
        match done {
            Ok(token) if !token.is_empty() => account_page(&cx, login, token, Back::default()).await,
            Ok(_) => Ok(see_other(&format!("/qt/nguoi-dung/{login}?xong=saved"))),
            Err(stop) => account_page(&cx, login, String::new(), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
