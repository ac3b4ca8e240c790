//! Bodies of requests, read only as far as the route takes them and only from whom it takes them.
//!
//! An ordinary form is small whoever sends it. Long texts and tables, and files, are read only after it is known who
//! sends them: reading fifty megabytes from a stranger would cost a gigabyte of memory.

use super::Form;
use crate::{Cx, Site};
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts as _, Multipart, Request},
    http::{HeaderMap, header},
    response::Response,
};
use base::{Outcome, Refusal, Status, Stop};
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};

/// Bytes of an ordinary form at most.
pub const MOST_OF_A_FORM: usize = 64 * 1024;
/// Bytes of a form with long texts or a table at most.
const MOST_OF_A_LONG_FORM: usize = 4 * 1024 * 1024;
/// Fields of an ordinary form at most; a table has more.
const MOST_FIELDS: usize = 500;
const MOST_FIELDS_OF_A_TABLE: usize = 40_000;
/// Bytes beside the file of an upload: its other fields.
const BESIDE_A_FILE: usize = 1024 * 1024;
/// Fields beside the file of an upload.
const MOST_PARTS: usize = 100;

/// An ordinary form, from anybody.
pub struct Sent<T>(pub T);

/// A form with long texts or with a table, from whoever is signed in.
pub struct Long<T>(pub T);

/// A form with a file, from whoever is signed in.
pub struct Upload(pub Multipart);

fn too_large(most: usize) -> Stop {
    let refusal = Refusal::new("refusal-too-large").with("kb", most / 1024);
    Refusal { status: Status::TooLarge, ..refusal }.into()
}

/// Splits the request, so that it is known who sends it before anything of the body is read.
async fn who(request: Request, site: &Site) -> (Cx, Request) {
    let (mut parts, body) = request.into_parts();
    let Ok(cx) = Cx::from_request_parts(&mut parts, site).await;
    (cx, Request::from_parts(parts, body))
}

/// The length that the sender names; a wrong one is found while reading.
fn named_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read<T: DeserializeOwned>(request: Request, most: usize, fields: usize) -> Outcome<T> {
    if named_length(request.headers()).is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    let is_form = |v: &axum::http::HeaderValue| {
        v.to_str().is_ok_and(|v| v.starts_with("application/x-www-form-urlencoded"))
    };
    if !request.headers().get(header::CONTENT_TYPE).is_some_and(is_form) {
        return Refusal::new("refusal-no-form").stop();
    }
    let bytes = whole(request.into_body(), most).await?;
    if bytes.iter().filter(|byte| **byte == b'&').count() >= fields {
        return Refusal::new("refusal-too-many-fields").with("n", fields).stop();
    }
    serde_urlencoded::from_bytes(&bytes).or_else(|_| Refusal::new("refusal-no-form").stop())
}

/// How long a form or a JSON body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the next piece of a file may take, and the whole of it: fifty megabytes over a slow line.
const PIECE: Duration = Duration::from_secs(20);
const WHOLE_FILE: Duration = Duration::from_secs(900);

/// The bytes of a body that is no larger than `most` and arrives in time.
///
/// # Errors
/// Refuses one that is larger, slower or cut off.
pub async fn whole(body: Body, most: usize) -> Outcome<axum::body::Bytes> {
    match tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(fault)) if was_too_long(&fault) => Err(too_large(most)),
        Ok(Err(_)) | Err(_) => Refusal::new("refusal-cut-off").stop(),
    }
}

/// Whether reading stopped because there was more than may be.
fn was_too_long(fault: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(fault);
    while let Some(one) = cause {
        if one.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = one.source();
    }
    false
}

impl<T: DeserializeOwned> FromRequest<Site> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (cx, request) = who(request, site).await;
        match read(request, MOST_OF_A_FORM, MOST_FIELDS).await {
            Ok(form) => Ok(Self(form)),
            Err(stop) => Err(cx.reply(Err(stop))),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Site> for Long<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (cx, request) = who(request, site).await;
        if let Err(stop) = cx.actor() {
            return Err(cx.reply(Err(stop)));
        }
        match read(request, MOST_OF_A_LONG_FORM, MOST_FIELDS_OF_A_TABLE).await {
            Ok(form) => Ok(Self(form)),
            Err(stop) => Err(cx.reply(Err(stop))),
        }
    }
}

impl FromRequest<Site> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (cx, mut request) = who(request, site).await;
        if let Err(stop) = cx.actor() {
            return Err(cx.reply(Err(stop)));
        }
        let most = paper::MAX_FILE + BESIDE_A_FILE;
        if named_length(request.headers()).is_some_and(|length| length > most) {
            return Err(cx.reply(Err(too_large(most))));
        }
        axum::extract::DefaultBodyLimit::disable().apply(&mut request);
        let body = std::mem::replace(request.body_mut(), Body::empty());
        *request.body_mut() = Body::new(http_body_util::Limited::new(body, most));
        match Multipart::from_request(request, site).await {
            Ok(sent) => Ok(Self(sent)),
            Err(_) => Err(cx.reply(Refusal::new("refusal-no-form").stop())),
        }
    }
}

/// The fields and the file of a form with a file.
///
/// # Errors
/// Refuses what is cut off, a file that is too large, and more fields than any form of ours has.
pub async fn parts(Upload(mut sent): Upload) -> Outcome<(Form, Option<(String, Vec<u8>)>)> {
    let mut form = Form::new();
    let mut file = None;
    let (begun, mut count) = (Instant::now(), 0);
    let slow = || Stop::from(Refusal::new("refusal-cut-off"));
    let broken = |_| Stop::from(Refusal::new("paper-damaged"));
    loop {
        let next = tokio::time::timeout(PIECE, sent.next_field()).await.map_err(|_| slow())?;
        let Some(mut part) = next.map_err(broken)? else { break };
        count += 1;
        if count > MOST_PARTS {
            return Refusal::new("refusal-too-many-fields").with("n", MOST_PARTS).stop();
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let most = if file_name.is_some() { paper::MAX_FILE } else { BESIDE_A_FILE };
        let mut bytes = Vec::new();
        loop {
            if begun.elapsed() > WHOLE_FILE {
                return Err(slow());
            }
            let chunk = tokio::time::timeout(PIECE, part.chunk()).await.map_err(|_| slow())?;
            let Some(chunk) = chunk.map_err(broken)? else { break };
            if bytes.len() + chunk.len() > most {
                return Err(too_large(most));
            }
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            Some(file_name) => {
                if !bytes.is_empty() {
                    file = Some((base::fold::tidy(&file_name), bytes));
                }
            }
            None => {
                let text = String::from_utf8(bytes).or_else(|_| Refusal::new("paper-damaged").stop())?;
                form.insert(name, text);
            }
        }
    }
    Ok((form, file))
}
