//! One request: who asks, in which language, and the way to the database and back to a page.

use crate::{
    Pool, Promised, Shell,
    request::{Proxies, came_from, cookie, is_cross_site, is_own_path, query},
};
use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use base::{
    Actor, Clock, Date, Outcome, Refusal, Status, Stop, Uuid,
    texts::{Catalogue, Lang, Texts},
};
use db::{Database, Tx};
use std::{convert::Infallible, sync::Arc};

/// The name of the session cookie: under https one that no other host of the same domain can set.
pub fn session_cookie(is_https: bool) -> &'static str {
    if is_https { "__Host-phien" } else { "phien" }
}

/// What stands before a token that came in an `Authorization` header instead of the cookie.
pub const BEARER: &str = "bearer:";

/// Whom a session or a token belongs to.
#[derive(Debug, Clone)]
pub struct Who {
    /// Who asks.
    pub actor: Actor,
    /// The name of that person's unit.
    pub place: String,
    /// Whether it may change anything: a token can be for reading only.
    pub may_change: bool,
    /// Whether it is time to note that the session is used.
    pub is_stale: bool,
}

/// Finds whom a session or a token belongs to, when the session was used within so many minutes; the app passes in what
/// the account room knows.
pub type Resolve = Arc<dyn Fn(&Tx<'_>, &Clock, &str, i64) -> Outcome<Option<Who>> + Send + Sync>;

/// Whom an account belongs to, while its session is only promised.
pub type OfAccount = Arc<dyn Fn(&Tx<'_>, &Clock, Uuid) -> Outcome<Option<Who>> + Send + Sync>;

/// Notes that a session is used.
pub type Touch = Arc<dyn Fn(&Tx<'_>, &Clock, &str) -> Outcome<()> + Send + Sync>;

/// Where the answers to what other programs made once are kept.
#[derive(Clone, Copy)]
pub struct Answers {
    /// The answer that an account got under a key.
    pub of: fn(&Tx<'_>, base::ids::AccountId, &str) -> anyhow::Result<Option<String>>,
    /// Keeps one.
    pub keep: fn(&Tx<'_>, base::ids::AccountId, &str, &str, base::Timestamp) -> anyhow::Result<()>,
}

/// How the door is kept; set at the start of the program.
#[derive(Debug, Clone)]
pub struct Doors {
    /// Who may say for whom a request is.
    pub proxies: Arc<Proxies>,
    /// After so many minutes without use a session ends.
    pub idle_minutes: i64,
}

impl Default for Doors {
    /// A proxy on the same machine at most; eight hours.
    fn default() -> Self {
        Self { proxies: Arc::default(), idle_minutes: 8 * 60 }
    }
}

/// What all requests share.
#[derive(Clone)]
pub struct Site {
    /// The database.
    pub db: Database,
    /// The clock.
    pub clock: Clock,
    /// Where answers are kept.
    pub answers: Answers,
    /// The rooms of the house.
    pub rooms: &'static [crate::room::Room],
    /// The texts.
    pub catalogue: Arc<Catalogue>,
    /// Who a session belongs to, and the name of that person's unit.
    pub resolve: Resolve,
    /// Whom an account belongs to.
    pub of_account: OfAccount,
    /// Sessions that the writer has not kept yet.
    pub promised: Promised,
    /// Notes that a session is used.
    pub touch: Touch,
    /// Whether this is the demo city.
    pub demo: bool,
    /// Whether this process sends mail.
    pub has_mail: bool,
    /// How the door is kept.
    pub doors: Doors,
    /// Where passwords are hashed.
    pub hashing: Pool,
    /// Where files are read.
    pub reading: Pool,
}

/// One request's context.
#[derive(Clone)]
pub struct Cx {
    /// What all requests share.
    pub site: Site,
    /// Who asks; `None` when nobody is signed in.
    pub actor: Option<Actor>,
    /// The texts in the reader's language.
    pub t: Texts,
    /// Today.
    pub today: Date,
    /// The session's token.
    pub token: String,
    /// Where the request comes from; empty when unknown.
    pub address: String,
    /// How the reader reached us, `https://tên-miền`: what printed codes lead back to.
    pub origin: String,
    /// Whether the reader's connection is encrypted, by us or by a proxy in front of us.
    pub is_https: bool,
    place: String,
    path: String,
    size: u8,
    theme: String,
    done: String,
    /// The page of ours that the reader came from; empty when unknown.
    from: String,
    cross_site: bool,
    /// Whether the session or the token may change anything.
    may_change: bool,
    /// Why nobody could be found, when the database failed.
    fault: Option<Unknown>,
}

/// Why nobody could be found.
#[derive(Debug, Clone)]
enum Unknown {
    /// The database was away or too busy: the same request may go through later.
    Refused(Refusal),
    Fault(String),
}

/// When a request that found the database away is worth another try, in seconds.
pub const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("10");

/// What a handler gives back.
pub type Reply = Outcome<Response>;

impl FromRequestParts<Site> for Cx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        // Whoever read the body has asked before.
        if let Some(cx) = parts.extensions.get::<Self>() {
            return Ok(cx.clone());
        }
        let headers = &parts.headers;
        let proxies = &site.doors.proxies;
        let is_https = proxies.is_https(parts);
        let lang = query(parts, "lang")
            .or_else(|| cookie(headers, "lang"))
            .and_then(|code| Lang::from_code(&code))
            .unwrap_or_default();
        let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let token = match bearer.and_then(|v| v.strip_prefix("Bearer ")) {
            Some(token) => format!("{BEARER}{token}"),
            None => cookie(headers, session_cookie(is_https)).unwrap_or_default(),
        };
        let mut cx = Self {
            t: Texts::new(Arc::clone(&site.catalogue), lang),
            today: site.clock.today(),
            site: site.clone(),
            actor: None,
            place: String::new(),
            path: parts.uri.path().to_owned(),
            size: cookie(headers, "co-chu").and_then(|v| v.parse().ok()).unwrap_or(1).clamp(1, 3),
            theme: cookie(headers, "nen")
                .filter(|v| matches!(v.as_str(), "light" | "dark"))
                .unwrap_or_default(),
            // What was done is told after the redirect; a form that is sent from such an address has not been done yet.
            done: query(parts, "xong")
                .filter(|_| parts.method == axum::http::Method::GET)
                .unwrap_or_default(),
            cross_site: is_cross_site(parts),
            fault: None,
            from: came_from(parts),
            address: proxies.address(parts),
            origin: proxies.origin(parts),
            is_https,
            may_change: false,
            token,
        };
        if !cx.token.is_empty() {
            let (resolve, clock, token) = (Arc::clone(&site.resolve), site.clock.clone(), cx.token.clone());
            let idle = site.doors.idle_minutes;
            let (promised, of_account) = (site.promised.account(&token), Arc::clone(&site.of_account));
            let who = move |tx: &Tx<'_>| match (resolve(tx, &clock, &token, idle)?, promised) {
                (None, Some(account)) => of_account(tx, &clock, account),
                (known, _) => Ok(known),
            };
            match site.db.read(who).await {
                Ok(Some(who)) => {
                    cx.actor = Some(who.actor);
                    cx.place = who.place;
                    cx.may_change = who.may_change;
                    if who.is_stale {
                        cx.touch();
                    }
                }
                Ok(None) => {}
                Err(Stop::Refused(refusal)) => cx.fault = Some(Unknown::Refused(refusal)),
                Err(Stop::Fault(fault)) => cx.fault = Some(Unknown::Fault(format!("{fault:#}"))),
            }
        }
        parts.extensions.insert(cx.clone());
        Ok(cx)
    }
}

impl Cx {
    /// Notes that the session is used; the page does not wait for it.
    fn touch(&self) {
        let (site, token) = (self.site.clone(), self.token.clone());
        tokio::spawn(async move {
            let (touch, clock) = (Arc::clone(&site.touch), site.clock.clone());
            if let Err(stop) = site.db.act(move |tx| touch(tx, &clock, &token)).await {
                tracing::warn!(%stop, "noting that a session is used");
            }
        });
    }

    /// Who asks.
    ///
    /// # Errors
    /// Refuses when nobody is signed in, or when the request comes from another site.
    pub fn actor(&self) -> Result<Actor, Stop> {
        match &self.fault {
            Some(Unknown::Refused(refusal)) => return Err(refusal.clone().into()),
            Some(Unknown::Fault(fault)) => return Err(Stop::Fault(anyhow::anyhow!("{fault}"))),
            None => {}
        }
        if self.cross_site {
            return Err(Refusal { status: Status::Forbidden, ..Refusal::new("refusal-cross-site") }.into());
        }
        self.actor.clone().ok_or_else(|| Refusal::signed_out().into())
    }

    /// Refuses a changing request of a stranger that comes from another site.
    ///
    /// # Errors
    /// The refusal.
    pub fn same_site(&self) -> Result<(), Stop> {
        if self.cross_site {
            return Err(Refusal { status: Status::Forbidden, ..Refusal::new("refusal-cross-site") }.into());
        }
        Ok(())
    }

    /// A text in Vietnamese, whatever the reader's language: official documents are.
    pub fn in_vietnamese(&self, key: &str) -> String {
        Texts::new(Arc::clone(&self.site.catalogue), Lang::Vi).say(key)
    }

    /// The mark at the head of every page of a document that the demo city prints; empty elsewhere.
    pub fn mark(&self) -> String {
        if self.site.demo { self.in_vietnamese("shell-demo") } else { String::new() }
    }

    /// Reads with the actor.
    ///
    /// # Errors
    /// Refuses when nobody is signed in; else what the reading returns.
    pub async fn read<T, F>(&self, read: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>, &Actor) -> Outcome<T> + Send + 'static,
    {
        let actor = self.actor()?;
        self.site.db.read(move |tx| read(tx, &actor)).await
    }

    /// The one place that asks whether a session or a token may change anything.
    fn changer(&self) -> Result<Actor, Stop> {
        let actor = self.actor()?;
        if !self.may_change {
            let refusal = Refusal::new("refusal-read-token");
            return Err(Refusal { status: Status::Forbidden, ..refusal }.into());
        }
        Ok(actor)
    }

    /// Acts with the actor.
    ///
    /// # Errors
    /// Refuses when nobody is signed in and when a token is for reading only; else what the act returns.
    pub async fn act<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<T> + Send + 'static,
    {
        let actor = self.changer()?;
        let clock = self.site.clock.clone();
        self.site.db.act(move |tx| act(tx, &clock, &actor)).await
    }

    /// Acts with the actor, tells what came of it, and undoes it.
    ///
    /// # Errors
    /// As [`Cx::act`].
    pub async fn rehearse<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<T> + Send + 'static,
    {
        let actor = self.changer()?;
        let clock = self.site.clock.clone();
        self.site.db.rehearse(move |tx| act(tx, &clock, &actor)).await
    }

    /// The frame of a page.
    pub fn shell(&self, title: String, here: &'static str) -> Shell {
        let rail =
            self.actor.as_ref().map(|actor| crate::room::rail(self.site.rooms, actor)).unwrap_or_default();
        Shell {
            t: self.t.clone(),
            title,
            here,
            user: self.actor.as_ref().map(Actor::signature).unwrap_or_default(),
            place: self.place.clone(),
            size: self.size,
            theme: self.theme.clone(),
            path: self.path.clone(),
            demo: self.site.demo,
            rail,
            crumbs: Vec::new(),
            done: if self.t.knows(&format!("done-{}", self.done)) {
                self.t.say(&format!("done-{}", self.done))
            } else {
                String::new()
            },
        }
    }

    /// Turns what a handler gave into an answer.
    pub fn reply(&self, reply: Reply) -> Response {
        match reply {
            Ok(response) => response,
            Err(Stop::Refused(refusal)) => self.refused(&refusal),
            Err(Stop::Fault(fault)) => {
                let number = self.site.clock.uuid().to_string();
                tracing::error!(number, path = self.path, fault = format!("{fault:#}"), "a request failed");
                self.error(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "error-fault",
                    &self.t.with("error-fault-text", "number", &number),
                )
            }
        }
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        let status = match refusal.status {
            Status::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Status::Forbidden => StatusCode::FORBIDDEN,
            Status::NotFound => StatusCode::NOT_FOUND,
            Status::Conflict => StatusCode::CONFLICT,
            Status::SignedOut => return Redirect::to("/dang-nhap").into_response(),
            Status::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Status::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Status::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let title = match refusal.status {
            Status::NotFound => "error-not-found",
            Status::Forbidden => "error-forbidden",
            Status::Conflict => "error-conflict",
            _ => "error-refused",
        };
        let mut response = self.error(status, title, &self.refusal_text(refusal));
        if refusal.status == Status::Unavailable {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECONDS);
        }
        response
    }

    /// The sentence of a refusal; words inside it that are keys of their own are put into words too.
    pub fn refusal_text(&self, refusal: &Refusal) -> String {
        let mut refusal = refusal.clone();
        for (name, value) in &mut refusal.args {
            if *name == "missing" {
                let words: Vec<String> =
                    value.split(',').map(|w| self.t.say(&format!("clear-{w}"))).collect();
                *value = words.join(", ");
            }
        }
        self.t.refusal(&refusal)
    }

    fn error(&self, status: StatusCode, title: &str, text: &str) -> Response {
        let page = ErrorPage {
            s: self.shell(self.t.say(title), ""),
            text: text.to_owned(),
            from: self.from.clone(),
        };
        match page.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(_) => (status, text.to_owned()).into_response(),
        }
    }

    /// Prints a page.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page(&self, page: &impl Template) -> Reply {
        self.page_with(StatusCode::OK, page)
    }

    /// Prints a page with a status, such as 422 when a form came back.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page_with(&self, status: StatusCode, page: &impl Template) -> Reply {
        let html = page.render().map_err(|e| Stop::Fault(e.into()))?;
        Ok((status, Html(html)).into_response())
    }
}

/// Goes to another page of ours after something was done. Whatever an address was put together from, it leads to no
/// other site and breaks no header.
pub fn see_other(to: &str) -> Response {
    let mut safe = String::with_capacity(to.len());
    for byte in if is_own_path(to) { to } else { "/" }.bytes() {
        if byte.is_ascii_graphic() {
            safe.push(char::from(byte));
        } else {
            safe.push_str(&format!("%{byte:02X}"));
        }
    }
    Redirect::to(&safe).into_response()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    s: Shell,
    text: String,
    /// Where to go back to; empty when unknown.
    from: String,
}
