//! The task list: filters in the address, paging, exports of exactly what is filtered.

use super::{
    Form, download, encode, field, soon,
    work::{Item, items},
};
use crate::exports;
use askama::Template;
use axum::{extract::Query, response::Response};
use base::{Date, Outcome, Right};
use organisation::Snapshot;
use programme::{
    store::{self, Filter},
    words::Programme,
};
use web::{Cx, Shell, Show};

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "tasks.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    items: Vec<Item>,
    total: i64,
    page: i64,
    pages: i64,
    query: Form,
    programmes: Vec<Programme>,
    /// Filters in force: the address without it, words.
    chips: Vec<(String, String)>,
    /// The address's query without the page number.
    rest: String,
    today: Date,
}

impl ListPage {
    fn value(&self, name: &str) -> String {
        self.query.get(name).cloned().unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.query.get(name).is_some_and(|v| v == value)
    }
}

const FILTERS: [&str; 7] = ["q", "ct", "don_vi", "trang_thai", "tinh_trang", "moi_kho", "sap"];

fn address(query: &Form, without: &str) -> String {
    let pairs: Vec<String> = FILTERS
        .iter()
        .filter(|name| **name != without)
        .filter_map(|name| {
            query.get(*name).filter(|v| !v.is_empty()).map(|v| format!("{name}={}", encode(v)))
        })
        .collect();
    pairs.join("&")
}

/// The filter of a query, limited to what the reader may see; the unit covers all below it and its territory.
fn filter(tx: &db::Tx<'_>, actor: &base::Actor, query: &Form, today: Date) -> Outcome<Filter> {
    let names = Snapshot::at(tx, today)?;
    let leads = match names.by_code(&field(query, "don_vi")) {
        Some(unit) => {
            let mut reach = names.under(unit.id);
            let serving: Vec<_> =
                names.units().filter(|u| u.territory == Some(unit.id)).map(|u| u.id).collect();
            for id in serving {
                reach.extend(names.under(id));
            }
            Some(reach.into_iter().map(|u| u.0).collect())
        }
        None => None,
    };
    let programme = match field(query, "ct") {
        code if code.is_empty() => None,
        code => store::programme_by_code(tx, &code)?.map(|p| p.id),
    };
    Ok(Filter {
        words: field(query, "q"),
        leads,
        seen: actor.units(Right::See).list(),
        programme,
        state: field(query, "trang_thai"),
        standing: field(query, "tinh_trang"),
        new_and_hard: query.get("moi_kho").is_some_and(|v| v == "1"),
        sort: field(query, "sap"),
    })
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let page: i64 = query.get("trang").and_then(|v| v.parse().ok()).unwrap_or(1).max(1);
        let sent = query.clone();
        let (items, total, programmes) = cx
            .read(move |tx, actor| {
                let f = filter(tx, actor, &sent, today)?;
                let soon = soon(tx, today)?;
                let (rows, total) = store::list(tx, &f, today, soon, PAGE, (page - 1) * PAGE)?;
                let names = Snapshot::at(tx, today)?;
                Ok((items(rows, &names, today, soon), total, store::programmes(tx)?))
            })
            .await?;
        let chips = FILTERS
            .iter()
            .filter(|name| **name != "sap")
            .filter_map(|name| {
                let value = query.get(*name).filter(|v| !v.is_empty())?;
                let shown = match *name {
                    "trang_thai" => cx.t.say(&format!("state-{value}")),
                    "tinh_trang" => cx.t.say(&format!("standing-{value}")),
                    "moi_kho" => cx.t.say("task-new-hard"),
                    _ => value.clone(),
                };
                Some((format!("/nv?{}", address(&query, name)), shown))
            })
            .collect();
        cx.page(&ListPage {
            s: cx.shell(cx.t.say("nav-tasks"), "/nv"),
            sh: Show,
            items,
            total,
            page,
            pages: (total + PAGE - 1) / PAGE,
            rest: address(&query, ""),
            query,
            programmes,
            chips,
            today,
        })
    };
    let out = out.await;
    cx.reply(out)
}

async fn exported(cx: &Cx, query: Form) -> Outcome<paper::write::List> {
    let (today, t, clock) = (cx.today, cx.t.clone(), cx.site.clock.clone());
    cx.read(move |tx, actor| {
        let f = filter(tx, actor, &query, today)?;
        let (rows, _) = store::list(tx, &f, today, soon(tx, today)?, exports::MOST, 0)?;
        let names = Snapshot::at(tx, today)?;
        let about = vec![
            (t.say("export-filter"), address(&query, "")),
            (t.say("export-as-of"), base::format::date(today)),
            (t.say("export-made"), base::format::moment(clock.now())),
        ];
        Ok(exports::tasks(&rows, &names, &t, about))
    })
    .await
}

pub(super) async fn csv(cx: Cx, Query(query): Query<Form>) -> Response {
    let out =
        async { Ok(download("nhiem-vu.csv", "text/csv; charset=utf-8", exported(&cx, query).await?.csv()?)) };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn xlsx(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        let list = exported(&cx, query).await?;
        Ok(download("nhiem-vu.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
