//! "New and hard" tasks: how each was planned again and again, and what was learnt that may help.

use crate::items::{Item, items};
use askama::Template;
use axum::{extract::Query, response::Response};
use base::Right;
use organisation::{Snapshot, soon};
use programme::{
    rules::{Plan, plans},
    store::{self, Filter},
};
use review::store::Lesson;
use web::form::{Form, encode};
use web::{Cx, Shell, Show};

/// Tasks on a page.
const PAGE: i64 = 20;

/// A task with its plans, the one in force first, and lessons that are near to it.
struct Line {
    item: Item,
    /// A plan and its lead unit.
    plans: Vec<(Plan, String)>,
    lessons: Vec<Lesson>,
    /// The address at which a lesson of this task is written down.
    learn: String,
}

#[derive(Template)]
#[template(path = "hard.html")]
struct HardPage {
    s: Shell,
    sh: Show,
    lines: Vec<Line>,
    total: i64,
    page: i64,
    pages: i64,
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let page = web::form::asked_page(&query);
        let (lines, total) = cx
            .read(move |tx, actor| {
                let f = Filter {
                    new_and_hard: true,
                    seen: actor.reach(Right::See),
                    sort: "open,due".to_owned(),
                    ..Filter::default()
                };
                let soon = soon(tx, today)?;
                let names = Snapshot::at(tx, today)?;
                let (rows, total) = store::list(tx, &f, today, soon, PAGE, (page - 1) * PAGE)?;
                let calendar = organisation::store::calendar(tx)?;
                let mut lines = Vec::new();
                for item in items(rows, &names, &calendar, (today, soon)) {
                    let Some(task) = store::task_by_code(tx, &item.row.code)? else { continue };
                    let steps = store::steps(tx, task.id)?;
                    let told = steps.iter().rev().map(|step| (step.on, step.words.as_str(), &step.facts));
                    let plans = plans(told)
                        .into_iter()
                        .map(|plan| {
                            let lead = plan.lead.map(|unit| names.name(names.now(unit))).unwrap_or_default();
                            (plan, lead)
                        })
                        .collect();
                    let learn = format!(
                        "/bai-hoc?context={}&field={}#context",
                        encode(&task.facts.title),
                        encode(&task.facts.field)
                    );
                    let facts = &task.facts;
                    let lessons = review::store::lessons_like(tx, &facts.title, &facts.field, 2)?;
                    lines.push(Line { item, plans, lessons, learn });
                }
                Ok((lines, total))
            })
            .await?;
        let pages = (total + PAGE - 1) / PAGE;
        let s = cx.shell(cx.t.say("nav-hard"), "/moi-kho");
        cx.page(&HardPage { s, sh: Show, lines, total, page, pages: pages.max(1) })
    };
    let out = out.await;
    cx.reply(out)
}
