//! What happened to one record: its lines of the trail, for whoever may see the record.

use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Actor, Outcome, Refusal, Right, ids::UnitId};
use db::{
    Tx,
    trail::{self, Filter, Line},
};
use web::{Cx, Shell, Show};

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage {
    s: Shell,
    sh: Show,
    code: String,
    back: String,
    lines: Vec<Line>,
}

/// Where a kind of record stands; none for kinds whose history is not for everybody.
fn address(kind: &str, code: &str) -> Option<String> {
    let folder = match kind {
        "task" => "/nv",
        "programme" => "/ct",
        "target" => "/chi-tieu",
        "document" => "/van-ban",
        "unit" => "/to-chuc",
        "reorganisation" => "/to-chuc/sap-xep",
        _ => return None,
    };
    Some(format!("{folder}/{code}"))
}

/// Stops unless the record may be seen. Only tasks are not for every signed-in reader.
fn need(tx: &Tx<'_>, actor: &Actor, kind: &str, code: &str) -> Outcome<()> {
    if kind == "task" {
        programme::acts::task_for(tx, actor, Right::See, code)?;
    }
    Ok(())
}

pub(super) async fn show(cx: Cx, Path((kind, code)): Path<(String, String)>) -> Response {
    let out = async {
        cx.actor()?;
        let Some(back) = address(&kind, &code) else { return Refusal::not_found().stop() };
        let wanted = code.clone();
        let lines = cx
            .read(move |tx, actor| {
                need(tx, actor, &kind, &wanted)?;
                let filter = Filter {
                    before: None,
                    act: String::new(),
                    code: wanted.clone(),
                    actor: String::new(),
                    units: None,
                };
                let sees = |line: &Line| {
                    kind == "task" || line.unit.is_none_or(|unit| actor.may(Right::See, UnitId(unit)))
                };
                let found = trail::page(tx, &filter, 500)?.into_iter();
                Ok(found.filter(|l| l.code == wanted && l.kind == kind && sees(l)).collect())
            })
            .await?;
        let mut s = cx.shell(format!("{} {code}", cx.t.say("record-history")), "");
        s.crumbs = vec![(back.clone(), code.clone()), (String::new(), cx.t.say("record-history"))];
        cx.page(&HistoryPage { s, sh: Show, code, back, lines })
    };
    let out = out.await;
    cx.reply(out)
}
