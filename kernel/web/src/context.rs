//! One request: who asks, in which language, and the way to the database and back to a page.

use crate::Shell;
use askama::Template;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right, Status, Stop,
    texts::{Catalogue, Lang, Texts},
};
use db::{Database, Tx};
use std::{convert::Infallible, net::SocketAddr, sync::Arc};

/// The name of the session cookie.
pub const SESSION: &str = "phien";

/// What stands before a token that came in an `Authorization` header instead of the cookie.
pub const BEARER: &str = "bearer:";

/// Finds the actor of a session token; the app passes in what the account room knows.
pub type Resolve = Arc<dyn Fn(&Tx<'_>, &Clock, &str) -> Outcome<Option<(Actor, String)>> + Send + Sync>;

/// What all requests share.
#[derive(Clone)]
pub struct Site {
    /// The database.
    pub db: Database,
    /// The clock.
    pub clock: Clock,
    /// The texts.
    pub catalogue: Arc<Catalogue>,
    /// Who a session belongs to, and the name of that person's unit.
    pub resolve: Resolve,
    /// Whether this is the demo city.
    pub demo: bool,
    /// Whether this process sends mail.
    pub has_mail: bool,
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
    fault: Option<String>,
}

/// What a handler gives back.
pub type Reply = Outcome<Response>;

/// Reads one cookie.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v.to_owned())
}

fn query(parts: &Parts, name: &str) -> Option<String> {
    let found = parts.uri.query()?.split('&').filter_map(|p| p.split_once('=')).find(|(n, _)| *n == name);
    found.map(|(_, v)| v.to_owned())
}

/// Whether a changing request comes from another site: Sec-Fetch-Site where the browser sends it, else Origin.
fn is_cross_site(parts: &Parts) -> bool {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return false;
    }
    let value = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
    match value("sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => match (value("origin"), value("host")) {
            (Some(origin), Some(host)) => origin.split("://").nth(1) != Some(host),
            _ => false,
        },
    }
}

/// Where a request comes from: the peer, or, behind a proxy on the same machine, whom the proxy names last.
fn address(parts: &Parts) -> String {
    let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return String::new();
    };
    let told = parts.headers.get("x-forwarded-for").and_then(|v| v.to_str().ok());
    match told.and_then(|v| v.rsplit(',').next()).map(str::trim) {
        Some(told) if peer.ip().is_loopback() && !told.is_empty() => told.to_owned(),
        _ => peer.ip().to_string(),
    }
}

fn is_https(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|v| v == "https")
}

/// Scheme and host as the reader asked for them.
fn origin(headers: &HeaderMap) -> String {
    let host = headers.get("x-forwarded-host").or_else(|| headers.get(header::HOST));
    let host = host.and_then(|v| v.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}", if is_https(headers) { "https" } else { "http" })
}

/// The path and query of our own page that a request came from.
fn came_from(parts: &Parts) -> String {
    let value = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
    let (Some(referer), Some(host)) = (value("referer"), value("host")) else { return String::new() };
    let rest = referer.split_once("://").map_or("", |(_, rest)| rest);
    rest.strip_prefix(host)
        .filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .unwrap_or_default()
        .to_owned()
}

impl FromRequestParts<Site> for Cx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let headers = &parts.headers;
        let lang = query(parts, "lang")
            .or_else(|| cookie(headers, "lang"))
            .and_then(|code| Lang::from_code(&code))
            .unwrap_or_default();
        let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let token = match bearer.and_then(|v| v.strip_prefix("Bearer ")) {
            Some(token) => format!("{BEARER}{token}"),
            None => cookie(headers, SESSION).unwrap_or_default(),
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
            address: address(parts),
            origin: origin(headers),
            is_https: is_https(headers),
            token,
        };
        if !cx.token.is_empty() {
            let (resolve, clock, token) = (Arc::clone(&site.resolve), site.clock.clone(), cx.token.clone());
            match site.db.read(move |tx| resolve(tx, &clock, &token)).await {
                Ok(Some((actor, place))) => {
                    cx.actor = Some(actor);
                    cx.place = place;
                }
                Ok(None) => {}
                Err(stop) => cx.fault = Some(stop.to_string()),
            }
        }
        Ok(cx)
    }
}

impl Cx {
    /// Who asks.
    ///
    /// # Errors
    /// Refuses when nobody is signed in, or when the request comes from another site.
    pub fn actor(&self) -> Result<Actor, Stop> {
        if let Some(fault) = &self.fault {
            return Err(Stop::Fault(anyhow::anyhow!("{fault}")));
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

    /// Acts with the actor.
    ///
    /// # Errors
    /// Refuses when nobody is signed in; else what the act returns.
    pub async fn act<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>, &Clock, &Actor) -> Outcome<T> + Send + 'static,
    {
        let actor = self.actor()?;
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
        let actor = self.actor()?;
        let clock = self.site.clock.clone();
        self.site.db.rehearse(move |tx| act(tx, &clock, &actor)).await
    }

    /// The frame of a page.
    pub fn shell(&self, title: String, here: &'static str) -> Shell {
        let may = |right| self.actor.as_ref().is_some_and(|a| a.may_somewhere(right));
        let mut rail = Vec::new();
        if self.actor.is_some() {
            if may(Right::Direct) {
                rail.push(("", "/lanh-dao", "nav-leader"));
            }
            rail.extend([
                ("", "/viec", "nav-work"),
                ("", "/thong-bao", "nav-notices"),
                ("", "/tong-quan", "nav-overview"),
            ]);
            rail.extend([
                ("nav-head-programme", "/van-ban", "nav-documents"),
                ("", "/ct", "nav-programmes"),
                ("", "/nv", "nav-tasks"),
                ("", "/chi-tieu", "nav-targets"),
                ("", "/trong-tam", "nav-focus"),
                ("", "/moi-kho", "nav-hard"),
                ("", "/don-doc", "nav-reminders"),
                ("", "/bao-cao", "nav-reporting"),
                ("", "/so-ket", "nav-reviews"),
                ("", "/chi-so", "nav-indices"),
                ("", "/khao-sat", "survey-title"),
                ("", "/bai-hoc", "nav-lessons"),
                ("nav-head-organisation", "/to-chuc", "nav-units"),
                ("", "/can-bo", "nav-people"),
            ]);
            if may(Right::Assign) || may(Right::Draft) || may(Right::Organise) || may(Right::Staff) {
                rail.push(("nav-head-system", "/nhap", "nav-import"));
            }
            if may(Right::Administer) {
                rail.push(("", "/qt/nguoi-dung", "nav-accounts"));
                rail.push(("", "/qt/moc-noi", "nav-hooks"));
            }
            if may(Right::Administer) || may(Right::Assign) {
                rail.push(("", "/qt/ten-goi", "nav-names"));
            }
            rail.push(("", "/qt/lich", "nav-calendar"));
            rail.push(("", "/qt/bac-thang", "nav-ladder"));
            if may(Right::Audit) {
                rail.push(("", "/qt/nhat-ky", "nav-audit"));
            }
            rail.push(("", "/tro-giup", "nav-help"));
        }
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
        };
        let title = match refusal.status {
            Status::NotFound => "error-not-found",
            Status::Forbidden => "error-forbidden",
            Status::Conflict => "error-conflict",
            _ => "error-refused",
        };
        self.error(status, title, &self.refusal_text(refusal))
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
        let mut response = (status, Html(html)).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}

/// Goes to another page after something was done.
pub fn see_other(to: &str) -> Response {
    Redirect::to(to).into_response()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    s: Shell,
    text: String,
    /// Where to go back to; empty when unknown.
    from: String,
}
