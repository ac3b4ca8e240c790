//! Making and editing a task: the form comes back as it was filled in; two editors see both texts.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use base::{Outcome, Right, Stop};
use organisation::{Snapshot, unit_of};
use programme::{
    acts::{self, Edit},
    store,
    words::Programme,
};
use web::form::{Form, Long, field};
use web::{Cx, Reply, Shell, see_other};

/// The fields of the form: name, text key.
const FIELDS: [(&str, &str); 10] = [
    ("title", "task"),
    ("lead", "task-lead-only"),
    ("person", "task-person"),
    ("due", "task-due"),
    ("product", "task-product"),
    ("acceptance", "task-acceptance"),
    ("authority", "task-authority"),
    ("field", "task-field"),
    ("parent", "task-parent"),
    ("weight", "task-weight"),
];

#[derive(Template)]
#[template(path = "task_edit.html")]
struct EditPage {
    s: Shell,
    /// Where "cancel" leads.
    back: String,
    version: i64,
    values: Form,
    /// What somebody else saved meanwhile, where it differs from what was typed: label's key, kept, typed.
    now: Vec<(&'static str, String, String)>,
    /// What the form showed when it was opened, so that a conflict knows what was touched.
    was: std::collections::BTreeMap<String, String>,
    /// The programmes to choose from; empty when the task exists.
    programmes: Vec<Programme>,
    wrong: String,
    wrong_field: &'static str,
    /// Offices to suggest while a unit is typed.
    units: Vec<String>,
}

/// The offices that lead work, to be suggested: committees, departments, mass organisations; no territories.
async fn suggested(cx: &Cx) -> Outcome<Vec<String>> {
    let today = cx.today;
    cx.read(move |tx, _| {
        let names = Snapshot::at(tx, today)?;
        let offices = names.units().filter(|u| u.tree != organisation::Tree::Territory && u.listed);
        Ok(offices.map(|u| u.name.clone()).take(400).collect())
    })
    .await
}

impl EditPage {
    fn value(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }

    fn fields(&self) -> [(&'static str, &'static str); 10] {
        FIELDS
    }
}

/// What is kept of a task: its version, and each field of the form.
async fn kept(cx: &Cx, code: &str) -> Outcome<(i64, Form)> {
    let (today, wanted) = (cx.today, code.to_owned());
    cx.read(move |tx, actor| {
        let task = acts::task_for(tx, actor, Right::Assign, &wanted)?;
        let names = Snapshot::at(tx, today)?;
        let f = &task.facts;
        let parent = task.parent.map(|id| store::task_by_id(tx, id)).transpose()?.flatten();
        let support: Vec<String> =
            store::support(tx, task.id)?.into_iter().map(|(_, _, words)| words).collect();
        let codes = [task.code.clone()];
        let clauses = store::details(tx, &codes)?.remove(&task.code).map(|d| d.clauses).unwrap_or_default();
        let values = [
            ("title", f.title.clone()),
            ("product", f.product.clone()),
            ("acceptance", f.acceptance.clone()),
            ("authority", f.authority.clone()),
            ("field", f.field.clone()),
            ("lead", f.lead.map_or_else(|| f.lead_words.clone(), |u| names.titled(u))),
            ("person", f.person_name.clone()),
            ("due", f.due_written.clone()),
            ("parent", parent.map(|p| p.code).unwrap_or_default()),
            ("support", support.join("; ")),
            ("clauses", clauses.join(", ")),
            ("weight", f.weight.to_string()),
            ("hard", if f.new_and_hard { "1".to_owned() } else { String::new() }),
        ];
        Ok((task.version, values.into_iter().map(|(n, v)| (n.to_owned(), v)).collect()))
    })
    .await
}

/// Puts two edits of one task together: where only the other changed a field, its value stands; where both did, what
/// was typed stays and what is kept is shown beside it.
fn merged(sent: &Form, kept: &Form) -> (Form, Vec<(&'static str, String, String)>) {
    let (mut values, mut differs) = (sent.clone(), Vec::new());
    let labels = FIELDS.into_iter().chain([("support", "task-support"), ("clauses", "task-clauses")]);
    for (name, key) in labels {
        let (typed, now) = (field(sent, name), field(kept, name));
        let was = field(sent, &format!("truoc.{name}"));
        if typed == now {
            continue;
        }
        if typed == was && sent.contains_key(&format!("truoc.{name}")) {
            values.insert(name.to_owned(), now.clone());
        }
        if now != was {
            differs.push((key, now, typed));
        }
    }
    (values, differs)
}

pub(super) async fn edit_form(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let (version, values) = kept(&cx, &code).await?;
        cx.page(&EditPage {
            s: cx.shell(cx.t.with("task-edit-title", "code", &code), "/nv"),
            version,
            back: format!("/nv/{code}"),
            was: values.clone().into_iter().collect(),
            values,
            now: Vec::new(),
            programmes: Vec::new(),
            wrong: String::new(),
            wrong_field: "",
            units: suggested(&cx).await?,
        })
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn edit(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let version: i64 = form.get("version").and_then(|v| v.parse().ok()).unwrap_or(0);
        let (sent, wanted) = (form.clone(), code.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let task = acts::task_for(tx, actor, Right::Assign, &wanted)?;
                let edit = Edit {
                    clauses: acts::clauses_of(tx, &task, &sent)?,
                    support: Some(acts::support_of(tx, today, &task, &sent)?),
                    title: field(&sent, "title"),
                    product: field(&sent, "product"),
                    acceptance: field(&sent, "acceptance"),
                    authority: field(&sent, "authority"),
                    field: field(&sent, "field"),
                    lead: unit_of(tx, today, &sent, "lead")?,
                    person: field(&sent, "person"),
                    due: field(&sent, "due"),
                    new_and_hard: sent.get("hard").is_some_and(|v| v == "1"),
                    parent: field(&sent, "parent"),
                    weight: acts::weight_typed(&sent),
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
        let (last, now) = kept(&cx, &code).await?;
        let (values, differs) = if conflict { merged(&form, &now) } else { (form.clone(), Vec::new()) };
        let before = form.iter().filter_map(|(n, v)| Some((n.strip_prefix("truoc.")?.to_owned(), v.clone())));
        let page = EditPage {
            s: cx.shell(cx.t.with("task-edit-title", "code", &code), "/nv"),
            back: format!("/nv/{code}"),
            version: if conflict { last } else { version },
            was: if conflict { now.into_iter().collect() } else { before.collect() },
            values,
            now: differs,
            programmes: Vec::new(),
            wrong: cx.refusal_text(&refusal),
            wrong_field: refusal.field.unwrap_or(""),
            units: suggested(&cx).await?,
        };
        cx.page_with(if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
    };
    let out = out.await;
    cx.reply(out)
}

async fn new_page(cx: &Cx, status: StatusCode, values: Form, wrong: (String, &'static str)) -> Reply {
    let programmes = cx
        .read(|tx, actor| {
            actor.need_somewhere(Right::Assign)?;
            let seen = |p: &Programme| p.issuer.is_none_or(|unit| actor.may(Right::See, unit));
            Ok(store::programmes(tx)?.into_iter().filter(seen).collect())
        })
        .await?;
    let page = EditPage {
        s: cx.shell(cx.t.say("task-new"), "/nv"),
        back: "/nv".to_owned(),
        version: 0,
        values,
        now: Vec::new(),
        was: std::collections::BTreeMap::new(),
        programmes,
        wrong: wrong.0,
        wrong_field: wrong.1,
        units: suggested(cx).await?,
    };
    cx.page_with(status, &page)
}

pub(super) async fn new_form(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = new_page(&cx, StatusCode::OK, query, (String::new(), "")).await;
    cx.reply(out)
}

pub(super) async fn create(cx: Cx, Long(form): Long<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let made = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Assign)?;
                acts::task_typed(tx, clock, actor, &sent)
            })
            .await;
        match made {
            Ok(task) => Ok(see_other(&format!("/nv/{}?xong=saved", task.code))),
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                let wrong = (cx.refusal_text(&r), r.field.unwrap_or(""));
                new_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, form, wrong).await
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

    #[test]
    fn what_only_the_other_changed_stands_and_what_both_changed_is_shown() {
        let form = |pairs: &[(&str, &str)]| -> Form {
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
        };
        let sent = form(&[
            ("title", "B"),
            ("truoc.title", "gốc"),
            ("product", "Báo cáo"),
            ("truoc.product", "Báo cáo"),
            ("person", "An"),
            ("truoc.person", "gốc"),
        ]);
        let kept = form(&[("title", "gốc"), ("product", "Đề án"), ("person", "Bình")]);
        let (values, differs) = merged(&sent, &kept);
        assert_eq!(
            (field(&values, "title"), field(&values, "product")),
            ("B".to_owned(), "Đề án".to_owned())
        );
        assert_eq!(field(&values, "person"), "An");
        let keys: Vec<&str> = differs.iter().map(|(key, ..)| *key).collect();
        assert_eq!(keys, ["task-person", "task-product"]);
    }
}
