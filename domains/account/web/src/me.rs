//! One's own page: roles, sessions, password, the second factor, and acting for another.

use crate::sign;
use account::store::{Delegation, Session};
use askama::Template;
use axum::{http::StatusCode, response::Response};
use base::{Outcome, Refusal, Stop, Timestamp, Uuid};
use web::form::{Form, Sent, day, field};
use web::{Cx, Reply, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    s: Shell,
    sh: Show,
    roles: Vec<(String, String, String)>,
    sessions: Vec<Session>,
    given: Vec<Delegation>,
    taken: Vec<Delegation>,
    on_behalf: Option<String>,
    factor_on: bool,
    /// The tokens of the account: name, scope, until when.
    tokens: Vec<(String, String, Timestamp)>,
    /// The secret and its QR code, while the second factor is being set up.
    setup: Option<(String, String)>,
    /// Recovery codes, shown once.
    codes: Vec<String>,
    shortest: usize,
    wrong: String,
    wrong_field: &'static str,
    sent: Form,
}

impl MePage {
    fn value(&self, name: &str) -> &str {
        self.sent.get(name).map_or("", String::as_str)
    }
}

/// What the page shows beyond the usual.
#[derive(Default)]
struct Extra {
    setup: Option<account::second::Setup>,
    codes: Vec<String>,
    wrong: String,
    wrong_field: &'static str,
    sent: Form,
}

/// A QR code as an SVG drawing.
fn qr(text: &str) -> Outcome<String> {
    let code = qrcode::QrCode::new(text.as_bytes()).map_err(|e| anyhow::anyhow!("a QR code: {e}"))?;
    Ok(code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(180, 180).build())
}

async fn me_page(cx: &Cx, status: StatusCode, extra: Extra) -> Reply {
    let actor = cx.actor()?;
    let today = cx.today;
    let names = cx.read(move |tx, _| Ok(organisation::Snapshot::at(tx, today)?)).await?;
    let roles = actor
        .grants
        .iter()
        .map(|g| {
            let unit = g.top.map_or_else(|| cx.t.say("everywhere"), |unit| names.name(unit));
            (cx.t.say(&format!("role-{}", g.role.word())), unit, g.field.clone().unwrap_or_default())
        })
        .collect();
    let (sessions, delegations, factor_on, tokens) = cx
        .read(move |tx, actor| match actor.account {
            Some(id) => Ok((
                account::store::sessions(tx, id)?,
                account::store::delegations(tx, id)?,
                account::store::by_id(tx, id)?.is_some_and(|a| a.totp_on),
                account::store::tokens(tx, id)?,
            )),
            None => Ok((Vec::new(), Vec::new(), false, Vec::new())),
        })
        .await?;
    let (given, taken): (Vec<_>, Vec<_>) =
        delegations.into_iter().partition(|d| Some(d.giver) == actor.account);
    let setup = match extra.setup {
        Some(setup) => Some((setup.secret, qr(&setup.address)?)),
        None => None,
    };
    let page = MePage {
        s: cx.shell(cx.t.say("me-title"), ""),
        sh: Show,
        roles,
        sessions,
        given,
        taken: taken.into_iter().filter(|d| d.holds_on(today)).collect(),
        on_behalf: actor.on_behalf.map(|(_, name)| name),
        factor_on,
        tokens,
        setup,
        codes: extra.codes,
        shortest: account::password::SHORTEST,
        wrong: extra.wrong,
        wrong_field: extra.wrong_field,
        sent: extra.sent,
    };
    cx.page_with(status, &page)
}

pub(super) async fn show(cx: Cx) -> Response {
    let out = me_page(&cx, StatusCode::OK, Extra::default()).await;
    cx.reply(out)
}

fn id_of(form: &Form) -> Outcome<Uuid> {
    field(form, "id").parse().map_or_else(|_| Refusal::not_found().stop(), Ok)
}

pub(super) async fn act(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let word = field(&form, "viec");
        let sent = form.clone();
        let (token, address) = (cx.token.clone(), cx.address.clone());
        let done: Outcome<Extra> = match word.as_str() {
            "password" => change_password(&cx, text(&form, "old"), text(&form, "password"))
                .await
                .map(|()| Extra::default()),
            "factor_begin" => cx
                .act(|tx, _, actor| account::second::begin(tx, actor))
                .await
                .map(|setup| Extra { setup: Some(setup), ..Extra::default() }),
            "factor_on" => cx
                .act(move |tx, clock, actor| {
                    account::second::switch_on(tx, clock, actor, &field(&sent, "code"), &address)
                })
                .await
                .and_then(|counted| counted.map_err(Stop::from))
                .map(|codes| Extra { codes, ..Extra::default() }),
            "factor_off" => cx
                .act(move |tx, clock, actor| {
                    account::second::switch_off(tx, clock, actor, &field(&sent, "code"), &address)
                })
                .await
                .and_then(|counted| counted.map_err(Stop::from))
                .map(|()| Extra::default()),
            "token_end" => cx
                .act(move |tx, clock, actor| {
                    account::acts::end_own_token(tx, clock, actor, &field(&sent, "id"))
                })
                .await
                .map(|()| Extra::default()),
            "session_end" => cx
                .act(move |tx, clock, actor| {
                    account::acts::end_session(tx, clock, actor, &field(&sent, "id"))
                })
                .await
                .map(|()| Extra::default()),
            "delegate" => cx
                .act(move |tx, clock, actor| {
                    let date = |name: &'static str| {
                        day(&sent, name)
                            .ok_or_else(|| Refusal::new("refusal-date").at(name).with("field", "dd/MM/yyyy"))
                    };
                    let days = (date("from")?, date("to")?);
                    let (login, document) = (field(&sent, "login"), field(&sent, "document"));
                    account::acts::delegate(tx, clock, actor, &login, days, &document)
                })
                .await
                .map(|()| Extra::default()),
            "delegate_end" => cx
                .act(move |tx, clock, actor| account::acts::end_delegation(tx, clock, actor, id_of(&sent)?))
                .await
                .map(|()| Extra::default()),
            "act_for" => cx
                .act(move |tx, clock, actor| {
                    account::acts::act_for(tx, clock, actor, &token, Some(id_of(&sent)?))
                })
                .await
                .map(|()| Extra::default()),
            "act_own" => cx
                .act(move |tx, clock, actor| account::acts::act_for(tx, clock, actor, &token, None))
                .await
                .map(|()| Extra::default()),
            other => {
                cx.actor()?;
                Refusal::new("refusal-unknown-word").with("field", "viec").with("value", other).stop()
            }
        };
        match done {
            Ok(extra) if extra.setup.is_some() || !extra.codes.is_empty() => {
                me_page(&cx, StatusCode::OK, extra).await
            }
            Ok(_) if word == "password" => Ok(see_other("/dang-nhap")),
            Ok(_) => Ok(see_other("/toi?xong=saved")),
            Err(Stop::Refused(r))
                if matches!(r.status, base::Status::Unprocessable | base::Status::TooMany) =>
            {
                let sent: Form = if word == "delegate" { form.clone() } else { Form::new() };
                let mut extra = Extra {
                    wrong: cx.refusal_text(&r),
                    wrong_field: r.field.unwrap_or(""),
                    sent,
                    ..Extra::default()
                };
                if word == "factor_on" && r.key == "account-refusal-code" {
                    extra.setup = Some(cx.act(|tx, _, actor| account::second::begin(tx, actor)).await?);
                }
                let status = if r.status == base::Status::TooMany {
                    StatusCode::TOO_MANY_REQUESTS
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                me_page(&cx, status, extra).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// Compares the old password and hashes the new one outside the transaction that keeps it.
async fn change_password(cx: &Cx, old: String, new: String) -> Outcome<()> {
    let (clock, address) = (cx.site.clock.clone(), cx.address.clone());
    let compare = cx.read(move |tx, actor| account::acts::look_at_own(tx, &clock, actor, &address)).await?;
    let compared = cx.site.hashing.run(move || compare.with(&old)).await?;
    let actor = cx.actor()?;
    let hash = sign::hashed(cx, new, vec![actor.name]).await?;
    let address = cx.address.clone();
    cx.act(move |tx, clock, actor| {
        let done = account::acts::change_password(tx, clock, actor, &compared, &hash, &address)?;
        if let (Ok(()), Some(account)) = (&done, actor.account) {
            chase::store::end_feeds(tx, account)?;
        }
        Ok(done)
    })
    .await?
    .map_err(Stop::from)
}

/// A secret as typed: not tidied.
fn text(form: &Form, name: &str) -> String {
    form.get(name).cloned().unwrap_or_default()
}

pub(super) async fn out_everywhere(cx: Cx) -> Response {
    let out = async {
        cx.act(account::acts::sign_out_everywhere).await?;
        Ok(see_other("/dang-nhap"))
    };
    let out = out.await;
    cx.reply(out)
}
