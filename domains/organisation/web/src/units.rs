//! The tree of a day, and a unit with its names, its people, what it came from and became.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Date, Refusal, Right};
use organisation::{Kind, Snapshot, Unit, need_unit};
use people::store::Held;
use web::form::{Back, Form, Sent, asked_day, back, day, field};
use web::{Cx, Reply, Shell, Show, see_other};

/// A node of the tree, opened to its children's children.
struct Node {
    code: String,
    name: String,
    count: usize,
    children: Vec<Node>,
}

fn node(names: &Snapshot, unit: &Unit, depth: usize) -> Node {
    let children: Vec<Node> = if depth == 0 {
        Vec::new()
    } else {
        names.children(unit.id).map(|c| node(names, c, depth - 1)).collect()
    };
    Node { code: unit.code.clone(), name: unit.name.clone(), count: names.under(unit.id).len() - 1, children }
}

#[derive(Template)]
#[template(path = "units.html")]
struct TreePage {
    s: Shell,
    sh: Show,
    on: Date,
    counts: Vec<(String, usize)>,
    tops: Vec<Node>,
    may_establish: bool,
    back: Back,
}

async fn tree_page(cx: &Cx, on: Date, back: Back) -> Reply {
    let (counts, tops, may_establish) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, on)?;
            let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
            for unit in names.units() {
                *counts.entry(unit.kind.clone()).or_default() += 1;
            }
            let tops = names.tops().map(|unit| node(&names, unit, 2)).collect();
            Ok((counts.into_iter().collect(), tops, actor.may_somewhere(Right::Organise)))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-units"), "/to-chuc");
    cx.page_with(back.status, &TreePage { s, sh: Show, on, counts, tops, may_establish, back })
}

pub(super) async fn tree(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        let on = asked_day(&query)?.unwrap_or(cx.today);
        tree_page(&cx, on, Back::default()).await
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn establish(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let (code, sent) = (field(&form, "code"), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Organise)?;
                let from = day(&form, "from").unwrap_or(today);
                let parent = need_unit(tx, from, &form, "parent")?;
                let tree = Snapshot::at(tx, from)?.unit(parent).map_or(organisation::Tree::State, |u| u.tree);
                let (name, code, kind) = (field(&form, "name"), field(&form, "code"), field(&form, "kind"));
                let document = field(&form, "document");
                let territorial = matches!(kind.as_str(), Kind::COMMUNE | Kind::DISTRICT);
                let new = organisation::store::NewUnit {
                    code: &code,
                    kind: &kind,
                    tree: match tree {
                        organisation::Tree::Territory if !territorial => organisation::Tree::State,
                        _ if territorial => organisation::Tree::Territory,
                        other => other,
                    },
                    name: &name,
                    official_code: "",
                    established: from,
                    dissolved: None,
                    territory: None,
                    listed: true,
                    source: if document.is_empty() { "page" } else { &document },
                };
                organisation::acts::establish(tx, clock, actor, &new, Some(parent)).map(|_| ())
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/to-chuc/{code}?xong=saved"))),
            Err(stop) => tree_page(&cx, today, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "unit.html")]
struct UnitPage {
    s: Shell,
    sh: Show,
    unit: Unit,
    names: Vec<(String, Date, Option<Date>, String)>,
    children: Vec<(String, String)>,
    people: Vec<Held>,
    /// Whether an empty list of people means that there are none.
    sees_people: bool,
    before: Vec<String>,
    after: Vec<String>,
    may_change: bool,
    back: Back,
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = unit_page(&cx, code, Back::default()).await;
    cx.reply(out)
}

async fn unit_page(cx: &Cx, code: String, back: Back) -> Reply {
    let today = cx.today;
    let shell = cx.shell(code.clone(), "/to-chuc");
    let mut page = cx
        .read(move |tx, actor| {
            let all = organisation::store::all_units(tx)?;
            let Some(unit) = all.iter().find(|u| u.code == code).cloned() else {
                return Refusal::not_found().stop();
            };
            let names = Snapshot::at(tx, today)?;
            let name = |id| {
                all.iter()
                    .find(|u| u.id == id)
                    .map_or_else(String::new, |u| format!("{} ({})", u.name, u.code))
            };
            let mut s = shell.clone();
            s.crumbs = vec![("/to-chuc".to_owned(), s.say("nav-units"))];
            for above in names.path(unit.id).into_iter().filter(|u| u.id != unit.id) {
                s.crumbs.push((format!("/to-chuc/{}", above.code), above.name.clone()));
            }
            s.crumbs.push((String::new(), unit.name.clone()));
            s.title.clone_from(&unit.name);
            let next = organisation::store::successors(tx, unit.id)?;
            Ok(UnitPage {
                s,
                sh: Show,
                names: organisation::store::names_of(tx, unit.id)?,
                children: names.children(unit.id).map(|u| (u.code.clone(), u.name.clone())).collect(),
                people: people::sight::seen(actor, people::store::holders(tx, unit.id, today)?),
                sees_people: people::sight::may_see(actor, unit.id),
                before: next.iter().filter(|n| n.to == unit.id).map(|n| name(n.from)).collect(),
                after: next.iter().filter(|n| n.from == unit.id).map(|n| name(n.to)).collect(),
                may_change: actor.may(Right::Organise, unit.id),
                unit,
                back: Back::default(),
            })
        })
        .await?;
    page.s.here = "/to-chuc";
    page.back = back;
    cx.page_with(page.back.status, &page)
}

pub(super) async fn change(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let all = organisation::store::all_units(tx)?;
                let Some(unit) = all.iter().find(|u| u.code == wanted) else {
                    return Refusal::not_found().stop();
                };
                actor.need(Right::Organise, unit.id)?;
                let from = day(&form, "from").unwrap_or(today);
                let document = field(&form, "document");
                match form.get("viec").map(String::as_str) {
                    Some("rename") => organisation::acts::rename(
                        tx,
                        clock,
                        actor,
                        unit.id,
                        &field(&form, "name"),
                        from,
                        &document,
                    ),
                    Some("move") => {
                        let parent = need_unit(tx, from, &form, "parent")?;
                        organisation::acts::move_unit(tx, clock, actor, unit.id, parent, from, &document)
                    }
                    other => {
                        let word = other.unwrap_or_default();
                        Refusal::new("refusal-unknown-word").with("field", "viec").with("value", word).stop()
                    }
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/to-chuc/{code}?xong=saved"))),
            Err(stop) => unit_page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
