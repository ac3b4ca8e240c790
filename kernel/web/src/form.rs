//! Forms and queries as sent, how a refused one comes back with what was typed, and files that are downloaded.

mod body;

use crate::Cx;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base::{Date, Outcome};

pub use base::form::{Form, day, day_in, field};
pub use body::{Long, MOST_OF_A_FORM, Sent, Upload, parts, whole};

/// A form that came back: what was wrong, at which field, and what was sent, so that nothing typed is lost.
#[derive(Default)]
pub struct Back {
    /// The status of the answer.
    pub status: StatusCode,
    /// In words; empty when nothing was wrong.
    pub wrong: String,
    /// The field's name.
    pub field: &'static str,
    /// What was sent.
    pub sent: Form,
}

impl Back {
    /// What was typed into a field; empty when the form did not come back.
    pub fn value(&self, name: &str) -> &str {
        self.sent.get(name).map_or("", String::as_str)
    }

    /// Whether the form with this name and value is the one that came back.
    pub fn is(&self, name: &str, value: &str) -> bool {
        !self.wrong.is_empty() && self.value(name) == value
    }
}

/// Turns a refusal of what was typed into the same page with the words beside the form; anything else goes on.
pub fn back(cx: &Cx, stop: base::Stop, sent: Form) -> Outcome<Back> {
    match stop {
        base::Stop::Refused(r)
            if matches!(r.status, base::Status::Unprocessable | base::Status::Conflict) =>
        {
            let status = if r.status == base::Status::Conflict {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            Ok(Back { status, wrong: cx.refusal_text(&r), field: r.field.unwrap_or(""), sent })
        }
        stop => Err(stop),
    }
}

/// The page of a list that an address asks for under `trang`, from 1; what is no number asks for the first, and no number is
/// so large that counting the rows before it overflows.
pub fn asked_page(query: &Form) -> i64 {
    field(query, "trang").parse().unwrap_or(1).clamp(1, 1_000_000)
}

/// The day asked in an address under `ngay`; none when nothing is asked.
///
/// # Errors
/// Refuses what is no day, instead of answering for today.
pub fn asked_day(query: &Form) -> Outcome<Option<Date>> {
    day_in(query, "ngay")
}

/// Sends a printed document under a name without ending: PDF, or for any other kind Word.
pub fn printed(stem: &str, kind: paper::FileKind, content: Vec<u8>) -> Response {
    let ending = if kind == paper::FileKind::Pdf { "pdf" } else { "docx" };
    download(&format!("{stem}.{ending}"), kind.media_type(), content)
}

/// Sends a file to be kept, never to be run in our pages.
pub fn download(name: &str, media: &str, content: Vec<u8>) -> Response {
    let plain: String =
        base::fold::fold(name.rsplit_once('.').map_or(name, |(stem, _)| stem)).replace(' ', "-");
    let ending = name.rsplit_once('.').map_or("bin", |(_, e)| e);
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(5).collect();
    let disposition = format!("attachment; filename=\"{plain}.{ending}\"");
    let mut response = content.into_response();
    let headers = response.headers_mut();
    for (key, value) in [(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(key, value);
        }
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    response
}

/// Words in an address.
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Form, asked_page};

    #[test]
    fn an_endless_page_number_is_no_fault() {
        for (typed, page) in [("2", 2), ("", 1), ("-5", 1), ("hai", 1), ("9223372036854775807", 1_000_000)] {
            assert_eq!(asked_page(&Form::from([("trang".to_owned(), typed.to_owned())])), page, "{typed}");
        }
    }
}
