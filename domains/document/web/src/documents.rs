//! Documents and their clauses.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Refusal, Right};
use document::{Clause, Document, acts::Head};
use web::form::{Form, Long, encode, field};
use web::{Cx, Reply, Shell, Show, form::Back, see_other};

#[derive(Template)]
#[template(path = "documents.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    words: String,
    documents: Vec<Document>,
    may_import: bool,
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        let words = field(&query, "q");
        let wanted = words.clone();
        let (documents, may_import) = cx
            .read(move |tx, actor| {
                Ok((document::store::list(tx, &wanted, 200, 0)?, actor.may_somewhere(Right::Draft)))
            })
            .await?;
        let s = cx.shell(cx.t.say("nav-documents"), "/van-ban");
        cx.page(&ListPage { s, sh: Show, words, documents, may_import })
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "document.html")]
struct ShowPage {
    s: Shell,
    sh: Show,
    document: Document,
    /// Clause, its tasks (code, title, lead).
    clauses: Vec<(Clause, Vec<(String, String, String)>)>,
    programme: Option<String>,
    may_correct: bool,
    kinds: Vec<&'static str>,
    back: Back,
}

impl ShowPage {
    /// A field of the head: as it was sent back, else as it is.
    fn head(&self, name: &str) -> String {
        if let Some(sent) = self.back.sent.get(name) {
            return sent.clone();
        }
        match name {
            "trich-yeu" => self.document.title.clone(),
            "so" => self.document.number.clone(),
            "ky-hieu" => self.document.symbol.clone(),
            "noi-ban-hanh" => self.document.issuer_name.clone(),
            "loai" => self.document.kind.clone(),
            "he-thong" => self.document.system.clone(),
            "ngay" => self.document.issued.map(base::format::date).unwrap_or_default(),
            _ => String::new(),
        }
    }
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = show_page(&cx, code, Back::default()).await;
    cx.reply(out)
}

/// The address of one clause leads to where it stands in its document.
pub(super) async fn clause(Path((code, key)): Path<(String, String)>) -> Response {
    see_other(&format!("/van-ban/{}#{}", encode(&code), encode(&key)))
}

pub(super) async fn correct_head(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let head = Head {
                    system: field(&sent, "he-thong"),
                    kind: field(&sent, "loai"),
                    number: field(&sent, "so"),
                    symbol: field(&sent, "ky-hieu"),
                    title: field(&sent, "trich-yeu"),
                    issuer: field(&sent, "noi-ban-hanh"),
                    issued: web::form::day_in(&sent, "ngay")?,
                };
                let version = field(&sent, "version").parse().unwrap_or(0);
                document::acts::correct(tx, clock, actor, &wanted, &head, version)
            })
            .await;
        match done {
            Ok(document) => Ok(see_other(&format!("/van-ban/{}?xong=saved", document.code))),
            Err(stop) => {
                let back = web::form::back(&cx, stop, form)?;
                show_page(&cx, code, back).await
            }
        }
    };
    let out = out.await;
    cx.reply(out)
}

async fn show_page(cx: &Cx, code: String, back: Back) -> Reply {
    let today = cx.today;
    let (document, clauses, programme, may_correct) = cx
        .read(move |tx, actor| {
            let Some(document) = document::store::by_code(tx, &code)? else {
                return Refusal::not_found().stop();
            };
            let names = organisation::Snapshot::at(tx, today)?;
            let mut clauses = Vec::new();
            for clause in document::store::clauses(tx, document.id)? {
                let tasks = programme::store::tasks_of_clause(tx, clause.id)?
                    .into_iter()
                    .filter(|(_, _, lead)| lead.is_none_or(|unit| actor.may(Right::See, unit)))
                    .map(|(code, title, lead)| (code, title, lead.map(|u| names.name(u)).unwrap_or_default()))
                    .collect();
                clauses.push((clause, tasks));
            }
            let programme = programme::acts::of_document(tx, document.id)?.map(|p| p.code);
            let may = document
                .issuer
                .map_or(actor.may_somewhere(Right::Draft), |unit| actor.may(Right::Draft, unit));
            Ok((document, clauses, programme, may))
        })
        .await?;
    let mut s = cx.shell(document.mark(), "/van-ban");
    s.crumbs = vec![("/van-ban".to_owned(), cx.t.say("nav-documents")), (String::new(), document.mark())];
    let kinds = document::read::KINDS.iter().map(|(_, kind)| *kind).collect();
    let status = back.status;
    let page = ShowPage { s, sh: Show, document, clauses, programme, may_correct, kinds, back };
    cx.page_with(status, &page)
}

pub(super) async fn correct(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let key = field(&form, "key");
        let text = form.get("text").cloned().unwrap_or_default();
        let (wanted, at) = (code.clone(), key.clone());
        cx.act(move |tx, clock, actor| document::acts::correct_clause(tx, clock, actor, &wanted, &at, &text))
            .await?;
        Ok(see_other(&format!("/van-ban/{code}?xong=saved#{key}")))
    };
    let out = out.await;
    cx.reply(out)
}
