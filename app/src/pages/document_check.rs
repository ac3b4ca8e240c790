//! A document shown as it was read, for correction, before it is kept: its head, and its clauses one by one.
//!
//! Adding, joining and taking out a clause answer with the same form, so that nothing typed is lost and nothing is
//! saved before "save"; it works without JavaScript.

use super::import;
use crate::intake::{self, File};
use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use base::{Outcome, Stop, intake::Report};
use document::{
    ClauseKind, acts,
    read::{Draft, DraftClause, KINDS},
    words::mark,
};
use web::form::{Form, Long, field};
use web::{Cx, Reply, Shell, see_other};

#[derive(Template)]
#[template(path = "document_check.html")]
struct CheckPage {
    s: Shell,
    sha: String,
    name: String,
    draft: Draft,
    issued: String,
    /// The unit of ours that the issuer's name means; empty when it is none.
    issuer: String,
    kinds: Vec<&'static str>,
    levels: [ClauseKind; 4],
    remarks: Vec<String>,
    /// How many clauses count, parts left out.
    counted: usize,
    wrong: String,
    wrong_field: &'static str,
}

impl CheckPage {
    fn mark(&self) -> String {
        mark(&self.draft.system, &self.draft.number, &self.draft.symbol)
    }
}

/// The form of a file as it was read, or as it was sent back.
pub(super) async fn page(
    cx: &Cx,
    sha: String,
    file: &File,
    sent: Option<(Draft, String)>,
    (status, wrong, wrong_field): (StatusCode, String, &'static str),
) -> Reply {
    intake::document::is_what_it_says(file)?;
    let read = file.document()?.0.clone();
    let mut report = Report::default();
    intake::document::remarks(&read, &mut report);
    report.say(&cx.t);
    let issued = read.issued.map(base::format::date).unwrap_or_default();
    let (draft, issued) = sent.unwrap_or((read, issued));
    let (written, day) = (draft.issuer.clone(), draft.issued.unwrap_or(cx.today));
    let issuer = cx
        .read(move |tx, _| {
            Ok(match acts::issuer_of(tx, &written, day)? {
                (Some(_), name) => name,
                (None, _) => String::new(),
            })
        })
        .await?;
    let page = CheckPage {
        s: cx.shell(cx.t.say("document-check"), "/nhap"),
        sha,
        name: file.name.clone(),
        issued,
        issuer,
        kinds: KINDS.iter().map(|(_, kind)| *kind).collect(),
        levels: [ClauseKind::Part, ClauseKind::Article, ClauseKind::Item, ClauseKind::Point],
        remarks: report
            .warnings
            .into_iter()
            .map(|w| w.text)
            .chain(intake::document::tables(file).into_iter().map(|(key, rows)| cx.t.count(key, rows)))
            .collect(),
        counted: draft.clauses.iter().filter(|c| c.kind != ClauseKind::Part).count(),
        draft,
        wrong,
        wrong_field,
    };
    cx.page_with(status, &page)
}

/// The document as the form says it.
fn corrected(form: &Form) -> Outcome<Draft> {
    let text = |place: usize, name: &str| form.get(&format!("{name}.{place}")).cloned().unwrap_or_default();
    let clauses = (0..)
        .take_while(|place| form.contains_key(&format!("khoa.{place}")))
        .map(|place| DraftClause {
            key: base::fold::tidy(&text(place, "khoa")),
            kind: ClauseKind::from_word(&text(place, "cap")),
            text: base::fold::tidy_lines(&text(place, "loi")),
        })
        // A row that was added and left empty is none.
        .filter(|clause| !clause.key.is_empty() || !clause.text.is_empty())
        .collect();
    Ok(Draft {
        system: field(form, "he-thong"),
        kind: field(form, "loai"),
        number: field(form, "so"),
        symbol: field(form, "ky-hieu"),
        title: field(form, "trich-yeu"),
        issuer: field(form, "noi-ban-hanh"),
        congress: field(form, "khoa-dai-hoi"),
        issued: web::form::day_in(form, "ngay")?,
        clauses,
        ..Draft::default()
    })
}

/// Puts an empty clause after one, joins one to the one above, or takes one out.
fn rearrange(draft: &mut Draft, form: &Form) -> bool {
    let place = |name: &str| form.get(name).and_then(|v| v.parse::<usize>().ok());
    let clauses = &mut draft.clauses;
    if let Some(at) = place("them").filter(|at| *at <= clauses.len()) {
        clauses.insert(at, DraftClause { key: String::new(), kind: ClauseKind::Item, text: String::new() });
    } else if let Some(at) = place("gop").filter(|at| 0 < *at && *at < clauses.len()) {
        let joined = clauses.remove(at);
        if let Some(above) = clauses.get_mut(at - 1) {
            above.text = [above.text.as_str(), &joined.text].join("\n").trim().to_owned();
        }
    } else if let Some(at) = place("bo").filter(|at| *at < clauses.len()) {
        clauses.remove(at);
    } else {
        return false;
    }
    true
}

pub(super) async fn save(cx: Cx, Path(sha): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let mut query = form.clone();
        query.insert("kind".to_owned(), "document".to_owned());
        let (kind, mut file) = import::kept(&cx, &sha, &query).await?;
        let issued = form.get("ngay").cloned().unwrap_or_default();
        let mut draft = match corrected(&form) {
            Ok(draft) => draft,
            Err(Stop::Refused(refusal)) => {
                // The day cannot be read: everything else stays as it was typed.
                let without = form.iter().filter(|(name, _)| *name != "ngay");
                let draft = corrected(&without.map(|(n, v)| (n.clone(), v.clone())).collect())?;
                let wrong = (StatusCode::UNPROCESSABLE_ENTITY, cx.t.refusal(&refusal), "ngay");
                return page(&cx, sha, &file, Some((draft, issued)), wrong).await;
            }
            Err(fault) => return Err(fault),
        };
        if rearrange(&mut draft, &form) {
            let fine = (StatusCode::OK, String::new(), "");
            return page(&cx, sha, &file, Some((draft, issued)), fine).await;
        }
        file.corrected = Some(draft.clone());
        let work = file.clone();
        let kept = cx.act(move |tx, clock, actor| intake::import(tx, clock, actor, kind, &work)).await;
        match kept {
            Ok(report) => {
                let code = report.file.get("code").and_then(|code| code.as_str()).unwrap_or_default();
                let done = if report.created > 0 || report.unchanged == 0 { "saved" } else { "there" };
                Ok(see_other(&format!("/van-ban/{code}?xong={done}")))
            }
            Err(Stop::Refused(refusal)) if refusal.status == base::Status::Unprocessable => {
                let field = match refusal.field {
                    Some("title") => "trich-yeu",
                    _ => "dieu-khoan",
                };
                let wrong = (StatusCode::UNPROCESSABLE_ENTITY, cx.t.refusal(&refusal), field);
                page(&cx, sha, &file, Some((draft, issued)), wrong).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn clauses_are_added_joined_and_taken_out_without_losing_words() {
        let sent = [
            ("trich-yeu", "về"),
            ("khoa.0", "I"),
            ("cap.0", "part"),
            ("loi.0", "Một"),
            ("khoa.1", "I.1"),
            ("cap.1", "item"),
            ("loi.1", "Hai"),
        ];
        let after = |name: &str, value: &str| {
            let mut draft = corrected(&form(&sent)).unwrap();
            assert!(rearrange(&mut draft, &form(&[(name, value)])));
            draft.clauses.into_iter().map(|c| (c.key, c.text)).collect::<Vec<_>>()
        };
        let pair = |key: &str, text: &str| (key.to_owned(), text.to_owned());
        assert_eq!(after("them", "1"), [pair("I", "Một"), pair("", ""), pair("I.1", "Hai")]);
        assert_eq!(after("gop", "1"), [pair("I", "Một\nHai")]);
        assert_eq!(after("bo", "0"), [pair("I.1", "Hai")]);
        let mut draft = corrected(&form(&sent)).unwrap();
        assert!(!rearrange(&mut draft, &form(&[("bo", "9")])));
        assert!(corrected(&form(&[("ngay", "32/1/2023")])).is_err());
    }
}
