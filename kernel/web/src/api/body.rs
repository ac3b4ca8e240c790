//! What a request sends: one JSON object whose fields the route knows. Anything else is answered in words, because a
//! field that is quietly passed over is a value lost.

use super::answer;
use crate::{Cx, Site, room};
use axum::{
    extract::{FromRequest, FromRequestParts as _, MatchedPath, Request},
    http::header,
    response::Response,
};
use base::Refusal;
use serde_json::Value;

/// Bytes of one request at most: a document as text is the largest thing there is.
const MOST: usize = 1024 * 1024;

/// The object that was sent.
pub struct Sent(pub Value);

impl FromRequest<Site> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let cx = match Cx::from_request_parts(&mut parts, site).await {
            Ok(cx) => cx,
            Err(never) => match never {},
        };
        let method = parts.method.clone();
        let path = parts.extensions.get::<MatchedPath>().map(|m| m.as_str().to_owned()).unwrap_or_default();
        let refuse = |refusal: Refusal| answer(&cx, refusal.stop());
        // Who may not know the API at all hears that first.
        if let Err(stop) = cx.actor() {
            return Err(answer(&cx, Err(stop)));
        }
        let too_large = || {
            let refusal = Refusal::new("api-too-large").with("mb", MOST / 1024 / 1024);
            refuse(Refusal { status: base::Status::TooLarge, ..refusal })
        };
        let named = parts.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
        if named.is_some_and(|length: usize| length > MOST) {
            return Err(too_large());
        }
        let bytes = match crate::form::whole(body, MOST).await {
            Ok(bytes) => bytes,
            Err(base::Stop::Refused(refusal)) if refusal.status == base::Status::TooLarge => {
                return Err(too_large());
            }
            Err(stop) => return Err(answer(&cx, Err(stop))),
        };
        let value: Value = match serde_json::from_slice(&bytes) {
            Ok(value) => value,
            Err(fault) => {
                let place = format!("{}:{}", fault.line(), fault.column());
                return Err(refuse(Refusal::new("api-no-json").with("place", place)));
            }
        };
        let Some(object) = value.as_object() else { return Err(refuse(Refusal::new("api-no-object"))) };
        let known = room::fields_of(site.rooms, method.as_str(), &path);
        if let Some(name) = object.keys().find(|name| known.iter().all(|field| field.name != name.as_str())) {
            let names: Vec<&str> = known.iter().map(|field| field.name).collect();
            let refusal =
                Refusal::new("api-unknown-field").with("name", name).with("known", names.join(", "));
            return Err(refuse(refusal));
        }
        let other = object.iter().find_map(|(name, value)| {
            let field = known.iter().find(|field| field.name == name.as_str())?;
            (!field.takes(value)).then_some(field)
        });
        if let Some(field) = other {
            let refusal = Refusal::new("api-field-kind").at(field.name);
            return Err(refuse(refusal.with("name", field.name).with("kind", field.kind)));
        }
        Ok(Self(value))
    }
}
