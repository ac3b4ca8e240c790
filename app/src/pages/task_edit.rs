//! Editing a task: the form comes back as it was filled in; two editors see both texts.

use super::{Form, field};
use askama::Template;
use axum::{
    extract::{Form as Sent, Path},
    http::StatusCode,
    response::Response,
};
use base::{Right, Stop};
use organisation::{Directory, Named, Snapshot};
use programme::{
    acts::{self, Edit},
    words::Task,
};
use web::{Cx, Shell, see_other};

#[derive(Template)]
#[template(path = "task_edit.html")]
struct EditPage {
    s: Shell,
    code: String,
    version: i64,
    values: Form,
    now: Option<Task>,
    wrong: String,
    wrong_field: &'static str,
}

impl EditPage {
    fn value(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }
}

pub(super) async fn edit_form(cx: Cx, Path(code): Path<String>) -> Response {
    let today = cx.today;
    let out = async {
        let wanted = code.clone();
        let (task, lead) = cx
            .read(move |tx, actor| {
                let task = acts::task_for(tx, actor, Right::Assign, &wanted)?;
                let names = Snapshot::at(tx, today)?;
                let lead = task.facts.lead.map_or_else(|| task.facts.lead_words.clone(), |u| names.name(u));
                Ok((task, lead))
            })
            .await?;
        let f = &task.facts;
        let values = [
            ("title", f.title.clone()),
            ("product", f.product.clone()),
            ("acceptance", f.acceptance.clone()),
            ("authority", f.authority.clone()),
            ("field", f.field.clone()),
            ("lead", lead),
            ("person", f.person_name.clone()),
            ("due", f.due_written.clone()),
            ("hard", if f.new_and_hard { "1".to_owned() } else { String::new() }),
        ];
        let values = values.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        cx.page(&EditPage {
            s: cx.shell(cx.t.with("task-edit-title", "code", &code), "/nv"),
            version: task.version,
            code,
            values,
            now: None,
            wrong: String::new(),
            wrong_field: "",
        })
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn edit(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let version: i64 = form.get("version").and_then(|v| v.parse().ok()).unwrap_or(0);
        let (sent, wanted) = (form.clone(), code.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let lead_text = field(&sent, "lead");
                let lead = if lead_text.is_empty() {
                    None
                } else {
                    match Directory::at(tx, today)?.code_or_name(&lead_text, None) {
                        Named::Unit(unit) => Some(unit),
                        _ => {
                            return base::Refusal::new("task-refusal-lead")
                                .at("lead")
                                .with("value", &lead_text)
                                .stop();
                        }
                    }
                };
                let edit = Edit {
                    title: field(&sent, "title"),
                    product: field(&sent, "product"),
                    acceptance: field(&sent, "acceptance"),
                    authority: field(&sent, "authority"),
                    field: field(&sent, "field"),
                    lead,
                    person: field(&sent, "person"),
                    due: field(&sent, "due"),
                    new_and_hard: sent.get("hard").is_some_and(|v| v == "1"),
                };
                acts::edit(tx, clock, actor, &wanted, &edit, version).map(|_| ())
            })
            .await;
        let refusal = match done {
            Ok(()) => return Ok(see_other(&format!("/nv/{code}?xong=saved"))),
            Err(Stop::Refused(r))
                if matches!(r.status, base::Status::Unprocessable | base::Status::Conflict) =>
            {
                r
            }
            Err(stop) => return Err(stop),
        };
        let conflict = refusal.status == base::Status::Conflict;
        let wanted = code.clone();
        let now = cx.read(move |tx, actor| acts::task_for(tx, actor, Right::See, &wanted)).await?;
        let page = EditPage {
            s: cx.shell(cx.t.with("task-edit-title", "code", &code), "/nv"),
            code,
            version: if conflict { now.version } else { version },
            values: form.clone(),
            now: conflict.then_some(now),
            wrong: cx.refusal_text(&refusal),
            wrong_field: refusal.field.unwrap_or(""),
        };
        cx.page_with(if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
    };
    let out = out.await;
    cx.reply(out)
}
