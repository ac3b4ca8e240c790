//! Programmes: the list, and one with its four adjectives and who took up which clause.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use base::{Date, Refusal, Right, Stop, fold};
use organisation::Snapshot;
use programme::{
    acts,
    figures::{self, Figures, Share},
    store::{self, ReportLine, Target},
    words::Programme,
};
use std::{collections::HashSet, sync::Arc};
use web::form::{Back, Form, Sent, asked_day, back, field};
use web::{Cx, Reply, Shell, Show, see_other};

/// A programme of the list, with what came of its tasks that the reader may see.
struct Line {
    programme: Programme,
    issuer: String,
    all: i64,
    due: i64,
    on_time: i64,
    overdue: i64,
}

#[derive(Template)]
#[template(path = "programmes.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    words: String,
    kind: String,
    within: String,
    kinds: Vec<&'static str>,
    lines: Vec<Line>,
    may_create: bool,
    wrong: String,
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let (words, kind, within) = (field(&query, "q"), field(&query, "loai"), field(&query, "don_vi"));
    let (asked, wanted) = (fold::terms(&words), kind.clone());
    let out = async {
        let read = cx
            .read(move |tx, actor| {
                let names = Snapshot::at(tx, today)?;
                let within =
                    organisation::unit_of(tx, today, &query, "don_vi")?.map(|top| names.work_of(top));
                let counted = store::index(tx)?;
                let mut lines = Vec::new();
                for programme in store::programmes(tx)? {
                    let text =
                        fold::fold(&format!("{} {} {}", programme.code, programme.mark(), programme.title));
                    let holds = asked.iter().all(|term| text.contains(term.as_str()))
                        && (wanted.is_empty() || programme.kind == wanted)
                        && within
                            .as_ref()
                            .is_none_or(|all| programme.issuer.is_some_and(|u| all.contains(&u)));
                    if !holds {
                        continue;
                    }
                    let issuer = programme.issuer.map(|u| names.name(u)).unwrap_or_default();
                    let mut line = Line { programme, issuer, all: 0, due: 0, on_time: 0, overdue: 0 };
                    for (_, index) in counted.iter().filter(|(id, _)| *id == line.programme.id) {
                        let seen: Vec<bool> = index.leads.iter().map(|u| actor.may(Right::See, *u)).collect();
                        let all = actor.may_everywhere(Right::See);
                        for mark in &index.marks {
                            if !all && mark.lead.is_none_or(|at| seen.get(usize::from(at)) != Some(&true)) {
                                continue;
                            }
                            line.all += 1;
                            line.due += i64::from(mark.is_due(today));
                            line.on_time += i64::from(mark.is_on_time(today));
                            line.overdue += i64::from(mark.is_overdue(today));
                        }
                    }
                    lines.push(line);
                }
                Ok(lines)
            })
            .await;
        let (lines, wrong) = match read {
            Ok(lines) => (lines, String::new()),
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                (Vec::new(), cx.refusal_text(&r))
            }
            Err(stop) => return Err(stop),
        };
        let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let s = cx.shell(cx.t.say("nav-programmes"), "/ct");
        cx.page_with(
            status,
            &ListPage {
                s,
                sh: Show,
                words,
                kind,
                within,
                kinds: acts::KINDS.to_vec(),
                lines,
                may_create: cx.actor()?.may_somewhere(Right::Draft),
                wrong,
            },
        )
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "programme.html")]
struct ShowPage {
    s: Shell,
    sh: Show,
    on: Date,
    programme: Programme,
    issuer: String,
    figures: Arc<Figures>,
    plans: Vec<(Programme, String)>,
    targets: Vec<Target>,
    reports: Vec<(ReportLine, String)>,
    /// Unit columns: code, name.
    columns: Vec<(String, String)>,
    /// Clause key and whether each unit took it up.
    uptake: Vec<(String, Vec<bool>)>,
    document: Option<String>,
    may_rule_out: bool,
    may_edit: bool,
    /// The clauses that it implements as a whole: address, key.
    implemented: Vec<(String, String)>,
    back: Back,
}

impl ShowPage {
    /// Text key, word in the address, share.
    fn adjectives(&self) -> [(&'static str, &'static str, &Share); 4] {
        [
            ("figures-early", "early", &self.figures.early.share),
            ("figures-concrete", "concrete", &self.figures.concrete),
            ("figures-in-step", "in_step", &self.figures.in_step),
            ("figures-on-time", "on_time", &self.figures.on_time),
        ]
    }
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let out = async {
        let on = asked_day(&query)?.unwrap_or(cx.today);
        programme_page(&cx, code, on, Back::default()).await
    };
    let out = out.await;
    cx.reply(out)
}

async fn programme_page(cx: &Cx, code: String, on: Date, back: Back) -> Reply {
    let today = cx.today;
    let t = cx.t.clone();
    let mut page = {
        let shell = cx.shell(code.clone(), "/ct");
        cx.read(move |tx, actor| {
            let Some(programme) = store::programme_by_code(tx, &code)? else {
                return Refusal::not_found().stop();
            };
            let names = Snapshot::at(tx, on)?;
            let figures = figures::measured(tx, &programme, on, today)?;
            let plans: Vec<(Programme, String)> = store::children(tx, programme.id)?
                .into_iter()
                .map(|p| {
                    let issuer = p.issuer.map(|u| names.name(u)).unwrap_or_default();
                    (p, issuer)
                })
                .collect();
            let columns: Vec<(String, String)> =
                figures.units.iter().map(|u| (u.unit.clone(), u.name.clone())).collect();
            let taken: HashSet<&str> = figures.in_step.with.iter().map(String::as_str).collect();
            let document = programme.document.map(|id| document::store::by_id(tx, id)).transpose()?.flatten();
            let uptake = match programme.document {
                Some(document) if !columns.is_empty() => figures::clauses_in_scope(tx, document)?
                    .into_iter()
                    .map(|(_, key)| {
                        let row = columns
                            .iter()
                            .map(|(code, _)| taken.contains(format!("{key} {code}").as_str()))
                            .collect();
                        (key, row)
                    })
                    .collect(),
                _ => Vec::new(),
            };
            let reports = store::reports(tx, programme.id, on)?
                .into_iter()
                .filter(|r| actor.may(Right::See, r.unit))
                .take(300)
                .map(|r| {
                    let unit = names.name(r.unit);
                    (r, unit)
                })
                .collect();
            Ok(ShowPage {
                s: shell.clone(),
                sh: Show,
                on,
                issuer: programme.issuer.map(|u| names.name(u)).unwrap_or_default(),
                targets: store::targets(tx, Some(programme.id))?,
                figures,
                plans,
                reports,
                columns,
                uptake,
                document: document.map(|d| d.code),
                back: Back::default(),
                may_edit: programme
                    .issuer
                    .map_or(actor.may_somewhere(Right::Draft), |unit| actor.may(Right::Draft, unit)),
                implemented: implemented(tx, &programme)?,
                may_rule_out: actor.may_somewhere(Right::Lead) || actor.may_somewhere(Right::Assign),
                programme,
            })
        })
        .await?
    };
    page.s.title = page.programme.mark();
    page.s.crumbs = vec![("/ct".to_owned(), t.say("nav-programmes")), (String::new(), page.programme.mark())];
    page.back = back;
    cx.page_with(page.back.status, &page)
}

/// The clauses that a programme implements as a whole, with their addresses.
fn implemented(tx: &db::Tx<'_>, programme: &Programme) -> anyhow::Result<Vec<(String, String)>> {
    let ids = store::implements(tx, programme.id)?;
    let above = programme.parent.map(|id| store::programme_by_id(tx, id)).transpose()?.flatten();
    let document =
        above.and_then(|p| p.document).map(|id| document::store::by_id(tx, id)).transpose()?.flatten();
    let Some(document) = document.filter(|_| !ids.is_empty()) else { return Ok(Vec::new()) };
    let clauses = document::store::clauses(tx, document.id)?.into_iter().filter(|c| ids.contains(&c.id));
    Ok(clauses.map(|c| (format!("/van-ban/{}#{}", document.code, c.key), c.key)).collect())
}

pub(super) async fn rule_out(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Lead).or_else(|_| actor.need_somewhere(Right::Assign))?;
                let Some(programme) = store::programme_by_code(tx, &wanted)? else {
                    return Refusal::not_found().stop();
                };
                let key = field(&form, "key");
                let unit = organisation::need_unit(tx, today, &form, "unit")?;
                let clauses = match programme.document {
                    Some(document) => document::store::clauses(tx, document)?,
                    None => Vec::new(),
                };
                let Some(clause) = clauses.into_iter().find(|c| c.key == key) else {
                    return Refusal::new("refusal-unknown-word")
                        .at("key")
                        .with("field", "key")
                        .with("value", &key)
                        .stop();
                };
                acts::rule_out(tx, clock, actor, &programme, clause.id, unit, &field(&form, "reason"))
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/ct/{code}?xong=saved"))),
            Err(stop) => programme_page(&cx, code, today, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
