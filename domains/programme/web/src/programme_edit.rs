//! Editing a programme: its kind, its limit, the units it addresses, the clauses it implements.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use base::{Date, Outcome, Refusal, Right, Stop, ids::UnitId};
use db::Tx;
use organisation::{Directory, Named, Snapshot};
use programme::{
    acts::{self, ProgrammeEdit},
    store,
    words::Programme,
};
use web::form::{Form, Sent, day, field};
use web::{Cx, Reply, Shell, see_other};

#[derive(Template)]
#[template(path = "programme_edit.html")]
struct EditPage {
    s: Shell,
    programme: Programme,
    version: i64,
    values: Form,
    kinds: [&'static str; 5],
    programmes: Vec<Programme>,
    wrong: String,
    wrong_field: &'static str,
}

impl EditPage {
    fn value(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|v| v == value)
    }
}

fn load(tx: &Tx<'_>, actor: &base::Actor, code: &str) -> Outcome<Programme> {
    let Some(programme) = store::programme_by_code(tx, code)? else { return Refusal::not_found().stop() };
    match programme.issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    Ok(programme)
}

/// What the form shows of a programme as it is.
fn values(tx: &Tx<'_>, programme: &Programme, today: Date) -> Outcome<Form> {
    let names = Snapshot::at(tx, today)?;
    let scope: Vec<String> = store::scope(tx, programme.id)?
        .into_iter()
        .filter_map(|unit| names.unit(unit).map(|u| u.code.clone()))
        .collect();
    let parent = programme.parent.map(|id| store::programme_by_id(tx, id)).transpose()?.flatten();
    let implemented = store::implements(tx, programme.id)?;
    let mut keys = Vec::new();
    if let Some(document) = parent.as_ref().and_then(|p| p.document) {
        for clause in document::store::clauses(tx, document)? {
            if implemented.contains(&clause.id) {
                keys.push(clause.key);
            }
        }
    }
    let pairs = [
        ("title", programme.title.clone()),
        ("kind", programme.kind.clone()),
        ("parent", parent.map(|p| p.code).unwrap_or_default()),
        ("issued", programme.issued.map(base::format::date).unwrap_or_default()),
        ("early_days", programme.early_days.map(|d| d.to_string()).unwrap_or_default()),
        ("scope", scope.join(", ")),
        ("implements", keys.join(", ")),
    ];
    Ok(pairs.into_iter().map(|(n, v)| (n.to_owned(), v)).collect())
}

async fn edit_page(
    cx: &Cx,
    code: String,
    sent: Option<Form>,
    (status, wrong, wrong_field): (StatusCode, String, &'static str),
) -> Reply {
    let today = cx.today;
    let mut s = cx.shell(cx.t.with("programme-edit", "code", &code), "/ct");
    s.crumbs = vec![
        ("/ct".to_owned(), cx.t.say("nav-programmes")),
        (format!("/ct/{code}"), code.clone()),
        (String::new(), cx.t.say("step-edit-short")),
    ];
    let (programme, version, kept, programmes) = cx
        .read(move |tx, actor| {
            let programme = load(tx, actor, &code)?;
            let version = store::programme_version(tx, programme.id)?;
            let kept = values(tx, &programme, today)?;
            let own = programme.id;
            let others = store::programmes(tx)?.into_iter().filter(|p| p.id != own);
            Ok((programme, version, kept, others.filter(|p| p.parent.is_none()).collect()))
        })
        .await?;
    let page = EditPage {
        s,
        programme,
        version,
        values: sent.unwrap_or(kept),
        kinds: acts::KINDS,
        programmes,
        wrong,
        wrong_field,
    };
    cx.page_with(status, &page)
}

pub(super) async fn form(cx: Cx, Path(code): Path<String>) -> Response {
    let out = edit_page(&cx, code, None, (StatusCode::OK, String::new(), "")).await;
    cx.reply(out)
}

/// The units that a list of codes, names or groups names.
fn units(tx: &Tx<'_>, today: Date, text: &str, issuer: Option<UnitId>) -> Outcome<Vec<UnitId>> {
    let directory = Directory::at(tx, today)?;
    let mut found = Vec::new();
    for item in directory.list(text, None) {
        match directory.snapshot.by_code(&item.written).map_or(item.named, |unit| Named::Unit(unit.id)) {
            Named::Unit(unit) => found.push(unit),
            Named::Group(key) => found.extend(directory.snapshot.group(&key, issuer)),
            _ => return Refusal::new("task-refusal-lead").at("scope").with("value", item.written).stop(),
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

pub(super) async fn save(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let programme = load(tx, actor, &wanted)?;
                let parent_code = field(&sent, "parent");
                let parent = store::programme_by_code(tx, &parent_code)?;
                if parent.is_none() && !parent_code.is_empty() {
                    return Refusal::new("programme-refusal-programme")
                        .at("parent")
                        .with("value", parent_code)
                        .stop();
                }
                let clauses = match parent.as_ref().and_then(|p| p.document) {
                    Some(document) => document::store::clauses(tx, document)?,
                    None => Vec::new(),
                };
                let mut implements = Vec::new();
                for key in
                    field(&sent, "implements").split([',', ';']).map(str::trim).filter(|k| !k.is_empty())
                {
                    let Some(clause) = clauses.iter().find(|c| c.key.eq_ignore_ascii_case(key)) else {
                        return Refusal::new("refusal-unknown-word")
                            .at("implements")
                            .with("field", "implements")
                            .with("value", key)
                            .stop();
                    };
                    implements.push(clause.id);
                }
                let early = field(&sent, "early_days");
                let issued = field(&sent, "issued");
                if !issued.is_empty() && day(&sent, "issued").is_none() {
                    return Refusal::new("refusal-date").at("issued").with("field", "dd/MM/yyyy").stop();
                }
                let edit = ProgrammeEdit {
                    title: field(&sent, "title"),
                    kind: field(&sent, "kind"),
                    parent: parent.map(|p| p.id),
                    issued: day(&sent, "issued"),
                    early_days: if early.is_empty() { None } else { Some(early.parse().unwrap_or(0)) },
                    scope: units(tx, today, &field(&sent, "scope"), programme.issuer)?,
                    implements,
                };
                let version = sent.get("version").and_then(|v| v.parse().ok()).unwrap_or(0);
                acts::change_programme(tx, clock, actor, &programme, &edit, version)
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/ct/{code}?xong=saved"))),
            Err(Stop::Refused(r))
                if matches!(r.status, base::Status::Unprocessable | base::Status::Conflict) =>
            {
                let status = if r.status == base::Status::Conflict {
                    StatusCode::CONFLICT
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                let wrong = (status, cx.refusal_text(&r), r.field.unwrap_or(""));
                edit_page(&cx, code, Some(form), wrong).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}
