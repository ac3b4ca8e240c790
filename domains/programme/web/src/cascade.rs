//! The cascade tree of a programme: clause → the units' plans → tasks, each with how it stands; and the list behind
//! every share of the four adjectives.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Date, Refusal, Right, ids::UnitId};
use document::ClauseId;
use organisation::{Snapshot, soon};
use programme::{
    figures::{self, Figures, Share},
    rules, store,
    words::{Programme, ProgrammeId, State, Task},
};
use std::collections::{BTreeMap, HashSet};
use web::form::{Form, field};
use web::{Cx, Shell, Show};

/// A task in the tree.
struct Leaf {
    code: String,
    title: String,
    standing: &'static str,
    percent: i64,
}

/// A unit's part of a clause.
struct Branch {
    unit: String,
    plan: String,
    tasks: Vec<Leaf>,
}

/// A clause with what was made of it.
struct Root {
    key: String,
    text: String,
    count: usize,
    branches: Vec<Branch>,
    /// Whether units are to take it up; headings above such clauses are not.
    in_scope: bool,
}

#[derive(Template)]
#[template(path = "cascade.html")]
struct TreePage {
    s: Shell,
    sh: Show,
    programme: Programme,
    document: Option<String>,
    roots: Vec<Root>,
    /// Tasks that cite no clause, by plan.
    loose: Vec<Branch>,
}

pub(super) async fn tree(cx: Cx, Path(code): Path<String>) -> Response {
    let today = cx.today;
    let out = async {
        let mut shell = cx.shell(code.clone(), "/ct");
        let frame = shell.clone();
        let mut page = cx
            .read(move |tx, actor| {
                let Some(programme) = store::programme_by_code(tx, &code)? else {
                    return Refusal::not_found().stop();
                };
                let names = Snapshot::at(tx, today)?;
                let soon = soon(tx, today)?;
                let plans = store::children(tx, programme.id)?;
                let mut by_clause: BTreeMap<(ClauseId, ProgrammeId), Vec<Leaf>> = BTreeMap::new();
                let mut loose: BTreeMap<ProgrammeId, Vec<Leaf>> = BTreeMap::new();
                let leaf = |task: &Task| Leaf {
                    code: task.code.clone(),
                    title: task.facts.title.clone(),
                    standing: rules::standing_word(&task.facts, today, soon),
                    percent: task.percent,
                };
                for of in std::iter::once(&programme).chain(&plans) {
                    for task in store::tasks_of(tx, of.id)? {
                        let seen = task.facts.lead.or(of.issuer);
                        let sees = seen.is_none_or(|unit| actor.may_in(Right::See, unit, &task.facts.field));
                        if task.facts.state == State::Cancelled || !sees {
                            continue;
                        }
                        if task.facts.clauses.is_empty() {
                            loose.entry(of.id).or_default().push(leaf(&task));
                        }
                        for clause in &task.facts.clauses {
                            by_clause.entry((*clause, of.id)).or_default().push(leaf(&task));
                        }
                    }
                }
                let plan_of =
                    |id: ProgrammeId| std::iter::once(&programme).chain(&plans).find(|p| p.id == id);
                let branch = |id: ProgrammeId, tasks: Vec<Leaf>| {
                    let plan = plan_of(id);
                    Branch {
                        unit: plan
                            .and_then(|p| p.issuer)
                            .map(|u| names.name(names.now(u)))
                            .unwrap_or_default(),
                        plan: plan.map(|p| p.code.clone()).unwrap_or_default(),
                        tasks,
                    }
                };
                let document =
                    programme.document.map(|id| document::store::by_id(tx, id)).transpose()?.flatten();
                let mut roots = Vec::new();
                if let Some(document) = &document {
                    let wanted: HashSet<ClauseId> =
                        figures::clauses_in_scope(tx, document.id)?.into_iter().map(|(id, _)| id).collect();
                    for clause in document::store::clauses(tx, document.id)? {
                        let ids: Vec<ProgrammeId> = by_clause
                            .range((clause.id, ProgrammeId(base::Uuid::nil()))..)
                            .take_while(|((c, _), _)| *c == clause.id)
                            .map(|((_, p), _)| *p)
                            .collect();
                        let mut branches: Vec<Branch> = ids
                            .into_iter()
                            .filter_map(|id| Some(branch(id, by_clause.remove(&(clause.id, id))?)))
                            .collect();
                        branches.sort_by(|a, b| a.plan.cmp(&b.plan));
                        let count = branches.iter().map(|b| b.tasks.len()).sum();
                        let in_scope = wanted.contains(&clause.id);
                        roots.push(Root { key: clause.key, text: clause.text, count, branches, in_scope });
                    }
                }
                Ok(TreePage {
                    s: frame.clone(),
                    sh: Show,
                    document: document.map(|d| d.code),
                    roots,
                    loose: loose.into_iter().map(|(id, tasks)| branch(id, tasks)).collect(),
                    programme,
                })
            })
            .await?;
        shell.title = format!("{}: {}", page.programme.mark(), cx.t.say("cascade-title"));
        shell.crumbs = vec![
            ("/ct".to_owned(), cx.t.say("nav-programmes")),
            (format!("/ct/{}", page.programme.code), page.programme.mark()),
            (String::new(), cx.t.say("cascade-title")),
        ];
        page.s = shell;
        cx.page(&page)
    };
    let out = out.await;
    cx.reply(out)
}

/// The four adjectives by the word in an address.
const ADJECTIVES: [&str; 5] = ["early", "concrete", "in_step", "on_time", "on_time_first"];

#[derive(Template)]
#[template(path = "share.html")]
struct SharePage {
    s: Shell,
    sh: Show,
    programme: Programme,
    on: Date,
    unit: String,
    share: Share,
    /// Records that the reader may open: code → address.
    links: BTreeMap<String, String>,
    /// What stands beside a record's code: its title, or the unit's name with its days.
    words: BTreeMap<String, String>,
}

fn share_of(figures: &Figures, word: &str, unit: &str) -> Option<Share> {
    if unit.is_empty() {
        return Some(match word {
            "early" => figures.early.share.clone(),
            "concrete" => figures.concrete.clone(),
            "in_step" => figures.in_step.clone(),
            "on_time" => figures.on_time.clone(),
            _ => figures.on_time_first.clone(),
        });
    }
    let of = figures.units.iter().find(|u| u.unit == unit)?;
    Some(match word {
        "concrete" => of.concrete.clone(),
        "in_step" => of.in_step.clone(),
        _ => of.on_time.clone(),
    })
}

/// The exact list behind one share.
pub(super) async fn share(
    cx: Cx,
    Path((code, word)): Path<(String, String)>,
    Query(query): Query<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let on = web::form::asked_day(&query)?.unwrap_or(today);
        let unit = field(&query, "don_vi");
        let shell = cx.shell(code.clone(), "/ct");
        let page = cx
            .read(move |tx, actor| {
                let Some(programme) = store::programme_by_code(tx, &code)? else {
                    return Refusal::not_found().stop();
                };
                if !ADJECTIVES.contains(&word.as_str()) {
                    return Refusal::not_found().stop();
                }
                let figures = figures::measured(tx, &programme, on, today)?;
                let Some(mut share) = share_of(&figures, &word, &unit) else {
                    return Refusal::not_found().stop();
                };
                let names = Snapshot::at(tx, on)?;
                let sees = |unit: Option<UnitId>| unit.is_none_or(|unit| actor.may(Right::See, unit));
                let mut links = BTreeMap::new();
                let mut words = BTreeMap::new();
                let is_task = matches!(word.as_str(), "concrete" | "on_time" | "on_time_first");
                if is_task {
                    let seen: BTreeMap<String, bool> =
                        store::leads_of(tx, programme.id)?.into_iter().map(|(c, u)| (c, sees(u))).collect();
                    // A task of a unit that the reader may not see is counted, not named.
                    for list in [&mut share.with, &mut share.without] {
                        list.retain(|code| seen.get(code).copied().unwrap_or(false));
                        for code in list.iter() {
                            links.insert(code.clone(), format!("/nv/{code}"));
                        }
                    }
                } else {
                    for item in share.with.iter().chain(&share.without) {
                        let unit = item.rsplit(' ').next().unwrap_or_default();
                        if let Some(found) = names.by_code(unit) {
                            links.insert(item.clone(), format!("/to-chuc/{unit}"));
                            let days = figures.early.days.get(item).filter(|_| word == "early");
                            let days = days.map(|n| format!(": {}", shell.t.count("days", *n)));
                            words.insert(item.clone(), found.name.clone() + &days.unwrap_or_default());
                        }
                    }
                }
                if is_task {
                    let codes: Vec<String> =
                        share.with.iter().chain(&share.without).take(2000).cloned().collect();
                    words.extend(
                        store::details(tx, &codes)?.into_iter().map(|(code, d)| (code, d.facts.title)),
                    );
                }
                let mut s = shell.clone();
                s.title = format!(
                    "{}: {}",
                    programme.mark(),
                    s.say(&format!("figures-{}", word.replace('_', "-")))
                );
                s.crumbs = vec![
                    ("/ct".to_owned(), s.say("nav-programmes")),
                    (format!("/ct/{}", programme.code), programme.mark()),
                    (String::new(), s.say(&format!("figures-{}", word.replace('_', "-")))),
                ];
                Ok(SharePage { s, sh: Show, programme, on, unit: unit.clone(), share, links, words })
            })
            .await?;
        cx.page(&page)
    };
    let out = out.await;
    cx.reply(out)
}
