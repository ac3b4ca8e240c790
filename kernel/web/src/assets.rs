//! Static files: our own, and the third-party ones that the build gathers into `dist/web`.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "assets"]
struct Own;

#[derive(Embed)]
#[folder = "../../dist/web"]
#[allow_missing = true]
struct Gathered;

/// Serves `/tinh/{name}`. Names change with their content only in releases, so a day of caching is safe enough.
pub async fn asset(Path(name): Path<String>) -> Response {
    let Some(file) = Own::get(&name).or_else(|| Gathered::get(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let media = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, file.data.into_owned()).into_response()
}
