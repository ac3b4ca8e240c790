//! What holds for every answer, whichever page gives it.

use crate::{Site, request::Proxies};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

/// A year: browsers that came once over an encrypted connection come back over one.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

fn is_https(proxies: &Proxies, request: Request) -> (bool, Request) {
    let (parts, body) = request.into_parts();
    (proxies.is_https(&parts), Request::from_parts(parts, body))
}

/// Keeps tokens to the API, personal pages out of caches, and browsers on https where they came by it.
pub async fn gate(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (is_https, request) = is_https(&site.doors.proxies, request);
    let bears = |v: &HeaderValue| v.to_str().is_ok_and(|v| v.starts_with("Bearer "));
    let has_token = request.headers().get(header::AUTHORIZATION).is_some_and(bears);
    // A token that could fill in forms would be the whole account: passwords, delegations, sessions.
    let mut response = if has_token && !request.uri().path().starts_with("/api/") {
        let told = "Khóa truy cập chỉ dùng cho /api. A token is only for /api.";
        (StatusCode::FORBIDDEN, told).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}
