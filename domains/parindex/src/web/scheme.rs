//! A scheme: its tree, what should be looked at, how it differs from the year before, its workbook, its copy for the next year.

use crate::{
    acts,
    scheme::{Change, Fault, Scheme, changes},
    store,
};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Outcome, Right};
use db::Tx;
use web::form::Long;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, download},
    see_other,
};

#[derive(Template)]
#[template(path = "scheme.html")]
struct SchemePage {
    s: Shell,
    sh: Show,
    scheme: Scheme,
    warnings: Vec<String>,
    /// The scheme of an earlier year with the same title, and what changed since.
    before: Option<(Scheme, Vec<Change>)>,
    may_change: bool,
    is_used: bool,
    back: Back,
}

/// Faults as sentences in the reader's language.
pub(super) fn told(texts: &base::texts::Texts, faults: Vec<Fault>) -> Vec<String> {
    let one = |fault: Fault| {
        let mut facts = vec![("code", fault.code)];
        facts.extend(fault.facts);
        texts.with_all(fault.key, &facts)
    };
    faults.into_iter().map(one).collect()
}

/// The latest earlier scheme of the same title.
fn year_before(tx: &Tx<'_>, scheme: &Scheme) -> Outcome<Option<Scheme>> {
    let earlier = store::schemes(tx)?.into_iter().find(|s| s.title == scheme.title && s.year < scheme.year);
    match earlier {
        Some(earlier) => Ok(store::scheme_by_id(tx, earlier.id)?),
        None => Ok(None),
    }
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = page(&cx, code, Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, code: String, back: Back) -> Reply {
    let texts = cx.t.clone();
    let (scheme, before, may_change, is_used) = cx
        .read(move |tx, actor| {
            let scheme = acts::load_scheme(tx, &code)?;
            let before = year_before(tx, &scheme)?.map(|before| {
                let changes = changes(&before, &scheme);
                (before, changes)
            });
            let is_used = store::is_used(tx, scheme.id)?;
            Ok((scheme, before, actor.need_everywhere(Right::Draft).is_ok(), is_used))
        })
        .await?;
    let mut s = cx.shell(format!("{} {}", scheme.title, scheme.year), "/chi-so");
    s.crumbs = vec![("/chi-so".to_owned(), cx.t.say("nav-indices")), (String::new(), scheme.code.clone())];
    let warnings = told(&texts, scheme.warnings());
    let status = back.status;
    let page = SchemePage { s, sh: Show, scheme, warnings, before, may_change, is_used, back };
    cx.page_with(status, &page)
}

/// Copies the scheme to the next year.
pub(super) async fn copy(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let wanted = code.clone();
        let done = cx.act(move |tx, clock, actor| acts::copy_scheme(tx, clock, actor, &wanted)).await;
        match done {
            Ok(next) => Ok(see_other(&format!("/chi-so/bo/{next}/sua?xong=saved"))),
            Err(stop) => page(&cx, code, back(&cx, stop, form)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// The scheme as a workbook that its import reads.
pub(super) async fn file(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let scheme = cx.read(move |tx, _| acts::load_scheme(tx, &code)).await?;
        let list = crate::export::workbook(&scheme);
        Ok(download(&format!("{}.xlsx", scheme.code), paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
