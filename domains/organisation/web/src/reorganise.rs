//! Reorganisations: prepared change by change, looked at before anything happens, applied, left-overs placed, sealed
//! or reversed.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use base::{Date, Outcome, Refusal, Right, Stop, ids::UnitId};
use db::Tx;
use organisation::reorganise::{self, Carried, Change, Into, Newcomer, Reorganisation, Stage};
use organisation::{need_unit, unit_of};
use std::collections::BTreeMap;
use web::form::{Form, Long, day, field};
use web::{Cx, Reply, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "reorganisations.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    list: Vec<Reorganisation>,
    may_draft: bool,
    wrong: String,
    wrong_field: &'static str,
    sent: Form,
}

impl ListPage {
    fn value(&self, name: &str) -> String {
        self.sent.get(name).cloned().unwrap_or_default()
    }
}

async fn list_page(cx: &Cx, status: StatusCode, sent: Form, wrong: (String, &'static str)) -> Reply {
    let (list, may_draft) = cx
        .read(|tx, actor| Ok((reorganise::sight::seen(tx, actor)?, actor.may_somewhere(Right::Organise))))
        .await?;
    let mut s = cx.shell(cx.t.say("reorganise-title"), "/to-chuc");
    s.crumbs =
        vec![("/to-chuc".to_owned(), cx.t.say("nav-units")), (String::new(), cx.t.say("reorganise-title"))];
    cx.page_with(
        status,
        &ListPage { s, sh: Show, list, may_draft, wrong: wrong.0, wrong_field: wrong.1, sent },
    )
}

pub(super) async fn list(cx: Cx) -> Response {
    let out = list_page(&cx, StatusCode::OK, Form::new(), (String::new(), "")).await;
    cx.reply(out)
}

pub(super) async fn draft(cx: Cx, Long(form): Long<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Organise)?;
                let effective = day(&sent, "effective").ok_or_else(|| {
                    Refusal::new("refusal-date").at("effective").with("field", "dd/MM/yyyy")
                })?;
                let (title, document) = (field(&sent, "title"), field(&sent, "document"));
                reorganise::draft(tx, clock, actor, &title, &document, effective)
            })
            .await;
        match done {
            Ok(made) => Ok(see_other(&format!("/to-chuc/sap-xep/{}", made.code))),
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                let wrong = (cx.refusal_text(&r), r.field.unwrap_or("title"));
                list_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, form, wrong).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// How many of a kind go from where to where.
struct Passing {
    what: String,
    from: String,
    to: String,
    count: usize,
    /// The first few, for a look.
    first: Vec<String>,
}

#[derive(Template)]
#[template(path = "reorganisation.html")]
struct ShowPage {
    s: Shell,
    sh: Show,
    of: Reorganisation,
    /// Number, kind, in words.
    changes: Vec<(i64, &'static str, String)>,
    /// By kind of thing: how many are carried, how many are left.
    counts: Vec<(String, usize, usize)>,
    passings: Vec<Passing>,
    left: Vec<(Carried, String)>,
    is_preview: bool,
    may_change: bool,
    may_take_in: bool,
    wrong: String,
    wrong_field: &'static str,
    sent: Form,
}

impl ShowPage {
    fn value(&self, name: &str) -> String {
        self.sent.get(name).cloned().unwrap_or_default()
    }

    /// What was typed into a field of the form of one kind of change, when that form came back.
    fn back(&self, kind: &str, prefix: impl std::fmt::Display, name: &str) -> String {
        if self.value("kind") == kind { self.value(&format!("{prefix}{name}")) } else { String::new() }
    }

    fn kinds(&self) -> [&'static str; 6] {
        ["merge", "split", "dissolve", "establish", "rename", "move"]
    }
}

/// All units of all times by identity: name and code.
fn names(tx: &Tx<'_>) -> Outcome<BTreeMap<UnitId, String>> {
    let all = organisation::store::all_units(tx)?;
    Ok(all.into_iter().map(|u| (u.id, format!("{} ({})", u.name, u.code))).collect())
}

fn words(change: &Change, names: &BTreeMap<UnitId, String>) -> String {
    let name = |unit: &UnitId| names.get(unit).cloned().unwrap_or_default();
    let into = |into: &Into| match into {
        Into::Unit(unit) => name(unit),
        Into::New(new) => format!("{} ({}, +)", new.name, new.code),
    };
    match change {
        Change::Establish { new } => format!("{} ({}) → {}", new.name, new.code, name(&new.parent)),
        Change::Rename { unit, name: to } => format!("{} → {to}", name(unit)),
        Change::Move { unit, parent } => format!("{} → {}", name(unit), name(parent)),
        Change::Merge { units, into: to } => {
            let list: Vec<String> = units.iter().map(name).collect();
            format!("{} → {}", list.join(" + "), into(to))
        }
        Change::Split { unit, into: parts, heir } => {
            let list: Vec<String> = parts
                .iter()
                .enumerate()
                .map(|(i, part)| format!("{}{}", into(part), if Some(i) == *heir { " ★" } else { "" }))
                .collect();
            format!("{} → {}", name(unit), list.join(" + "))
        }
        Change::Dissolve { unit, heir } => match heir {
            Some(heir) => format!("{} → {}", name(unit), name(heir)),
            None => name(unit),
        },
    }
}

fn passings(lines: &[Carried], names: &BTreeMap<UnitId, String>) -> Vec<Passing> {
    let mut by: BTreeMap<(String, String, String), Vec<&Carried>> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.what != "rows") {
        let Some(to) = line.to else { continue };
        let name = |unit: UnitId| names.get(&unit).cloned().unwrap_or_default();
        by.entry((name(line.from), name(to), line.what.clone())).or_default().push(line);
    }
    by.into_iter()
        .map(|((from, to, what), list)| Passing {
            what,
            from,
            to,
            count: list.len(),
            first: list.iter().take(5).map(|l| format!("{} {}", l.code, l.label).trim().to_owned()).collect(),
        })
        .collect()
}

fn counts(lines: &[Carried]) -> Vec<(String, usize, usize)> {
    let mut by: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.what != "rows") {
        let count = by.entry(line.what.clone()).or_default();
        if line.to.is_some() { count.0 += 1 } else { count.1 += 1 }
    }
    by.into_iter().map(|(what, (carried, left))| (what, carried, left)).collect()
}

type Wrong = (StatusCode, String, &'static str);

async fn show_page(cx: &Cx, code: String, sent: Form, wrong: Wrong) -> Reply {
    let wanted = code.clone();
    let of = cx.read(move |tx, actor| reorganise::sight::load(tx, actor, &wanted)).await?;
    let may_change = cx.actor()?.may_somewhere(Right::Organise);
    let (mut status, mut words_wrong, mut wrong_field) = wrong;
    // What a draft would do is found by doing it and taking it back.
    let mut rehearsed: Option<(Vec<Carried>, BTreeMap<UnitId, String>)> = None;
    if of.stage == Stage::Draft && may_change {
        let (wanted, followers) = (code.clone(), web::room::followers(cx.site.rooms));
        let tried = cx
            .rehearse(move |tx, clock, actor| {
                let lines = reorganise::apply(tx, clock, actor, &wanted, &followers, true)?;
                Ok((lines, names(tx)?))
            })
            .await;
        match tried {
            Ok(found) => rehearsed = Some(found),
            Err(Stop::Refused(r)) if r.key == "organisation-refusal-no-changes" => {}
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                if words_wrong.is_empty() {
                    (status, words_wrong, wrong_field) =
                        (StatusCode::OK, cx.refusal_text(&r), r.field.unwrap_or("changes"));
                }
            }
            Err(stop) => return Err(stop),
        }
    }
    let (id, stage) = (of.id, of.stage);
    let (changes, kept, known, may_take_in) = cx
        .read(move |tx, actor| {
            let changes = reorganise::store::changes(tx, id)?;
            // What was carried names people: it is for those who reorganise.
            let kept = if stage == Stage::Draft || !actor.may_somewhere(Right::Organise) {
                Vec::new()
            } else {
                reorganise::store::carried(tx, id)?
            };
            Ok((changes, kept, names(tx)?, actor.may_everywhere(Right::Organise)))
        })
        .await?;
    let is_preview = rehearsed.is_some();
    let (lines, known) = rehearsed.unwrap_or((kept, known));
    let mut s = cx.shell(format!("{} {}", of.code, of.title), "/to-chuc");
    s.crumbs = vec![
        ("/to-chuc".to_owned(), cx.t.say("nav-units")),
        ("/to-chuc/sap-xep".to_owned(), cx.t.say("reorganise-title")),
        (String::new(), of.code.clone()),
    ];
    let page = ShowPage {
        s,
        sh: Show,
        changes: changes.iter().map(|(seq, c)| (*seq, c.word(), words(c, &known))).collect(),
        counts: counts(&lines),
        passings: passings(&lines, &known),
        left: lines
            .into_iter()
            .filter(|l| l.to.is_none())
            .map(|l| {
                let from = known.get(&l.from).cloned().unwrap_or_default();
                (l, from)
            })
            .collect(),
        is_preview,
        may_change,
        may_take_in,
        of,
        wrong: words_wrong,
        wrong_field,
        sent,
    };
    cx.page_with(status, &page)
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = show_page(&cx, code, Form::new(), (StatusCode::OK, String::new(), "")).await;
    cx.reply(out)
}

/// The unit that takes over, one that exists or a new one, from the fields that begin with a prefix.
fn into(tx: &Tx<'_>, on: Date, form: &Form, prefix: &str) -> Outcome<Option<Into>> {
    // The fields of one target, without their prefix.
    let own: Form = form
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(prefix)?.to_owned(), value.clone())))
        .collect();
    let name = field(&own, "name");
    if name.is_empty() {
        return Ok(unit_of(tx, on, &own, "unit")?.map(Into::Unit));
    }
    let (code, kind) = (field(&own, "code"), field(&own, "kind"));
    Ok(Some(Into::New(Newcomer { code, name, kind, parent: need_unit(tx, on, &own, "parent")? })))
}

fn change_of(tx: &Tx<'_>, on: Date, form: &Form) -> Outcome<Change> {
    let before = on.yesterday().unwrap_or(on);
    let required = |name: &'static str| Refusal::new("refusal-required").at(name).with("field", name);
    Ok(match field(form, "kind").as_str() {
        "establish" => match into(tx, on, form, "a.")? {
            Some(Into::New(new)) => Change::Establish { new },
            _ => return required("name").stop(),
        },
        "rename" => Change::Rename { unit: need_unit(tx, on, form, "unit")?, name: field(form, "name") },
        "move" => Change::Move {
            unit: need_unit(tx, on, form, "unit")?,
            parent: need_unit(tx, on, form, "parent")?,
        },
        "merge" => {
            let mut units = Vec::new();
            for text in form.get("units").map(String::as_str).unwrap_or_default().split([',', ';', '\n']) {
                let one: Form = [("units".to_owned(), text.to_owned())].into();
                units.extend(unit_of(tx, before, &one, "units")?);
            }
            let Some(to) = into(tx, on, form, "a.")? else { return required("a.unit").stop() };
            Change::Merge { units, into: to }
        }
        "split" => {
            let mut parts = Vec::new();
            for prefix in ["a.", "b.", "c."] {
                parts.extend(into(tx, on, form, prefix)?);
            }
            let heir = match field(form, "heir").as_str() {
                "a" => Some(0),
                "b" => Some(1),
                "c" => Some(2),
                _ => None,
            };
            Change::Split { unit: need_unit(tx, before, form, "unit")?, into: parts, heir }
        }
        "dissolve" => Change::Dissolve {
            unit: need_unit(tx, before, form, "unit")?,
            heir: unit_of(tx, on, form, "heir_unit")?,
        },
        other => {
            return Refusal::new("refusal-unknown-word")
                .at("kind")
                .with("field", "kind")
                .with("value", other)
                .stop();
        }
    })
}

pub(super) async fn act(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let followers = web::room::followers(cx.site.rooms);
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Organise)?;
                let of = reorganise::sight::load(tx, actor, &wanted)?;
                let confirmed = || -> Outcome<()> {
                    if field(&sent, "confirm") == of.code {
                        return Ok(());
                    }
                    Refusal::new("organisation-refusal-confirm").at("confirm").with("code", &of.code).stop()
                };
                let number = || field(&sent, "seq").parse().unwrap_or(0);
                match field(&sent, "viec").as_str() {
                    "add" => {
                        let change = change_of(tx, of.effective, &sent)?;
                        reorganise::add(tx, clock, actor, &wanted, &change)
                    }
                    "drop" => reorganise::drop_change(tx, clock, actor, &wanted, number()),
                    "take_in" => reorganise::take_in_successors(tx, clock, actor, &wanted).map(|_| ()),
                    "apply" => {
                        confirmed()?;
                        reorganise::apply(tx, clock, actor, &wanted, &followers, false).map(|_| ())
                    }
                    "place" => {
                        let to = need_unit(tx, of.effective, &sent, "to")?;
                        reorganise::place(tx, clock, actor, &wanted, number(), to, &followers)
                    }
                    "seal" => {
                        confirmed()?;
                        reorganise::seal(tx, clock, actor, &wanted)
                    }
                    "reverse" => {
                        confirmed()?;
                        reorganise::reverse(tx, clock, actor, &wanted, &followers)
                    }
                    other => Refusal::new("refusal-unknown-word")
                        .at("viec")
                        .with("field", "viec")
                        .with("value", other)
                        .stop(),
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/to-chuc/sap-xep/{code}?xong=saved"))),
            Err(Stop::Refused(r))
                if matches!(r.status, base::Status::Unprocessable | base::Status::Conflict) =>
            {
                let status = if r.status == base::Status::Conflict {
                    StatusCode::CONFLICT
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                let wrong = (status, cx.refusal_text(&r), r.field.unwrap_or("changes"));
                show_page(&cx, code, form, wrong).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// The report as a file.
pub(super) async fn report(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let t = cx.t.clone();
        let list = cx
            .read(move |tx, actor| {
                actor.need_somewhere(Right::Organise)?;
                let of = reorganise::sight::load(tx, actor, &code)?;
                let known = names(tx)?;
                let name = |unit: UnitId| known.get(&unit).cloned().unwrap_or_default();
                let lines = reorganise::store::carried(tx, of.id)?;
                Ok(paper::write::List {
                    name: of.code.clone(),
                    headers: ["reorganise-what", "code", "task", "reorganise-from", "reorganise-to"]
                        .map(|key| t.say(key))
                        .to_vec(),
                    rows: lines
                        .into_iter()
                        .filter(|l| l.what != "rows")
                        .map(|l| {
                            vec![
                                t.say(&format!("carried-{}", l.what)).into(),
                                l.code.into(),
                                l.label.into(),
                                name(l.from).into(),
                                l.to.map(name).unwrap_or_default().into(),
                            ]
                        })
                        .collect(),
                    about: vec![(of.title.clone(), of.document.clone())],
                })
            })
            .await?;
        Ok(web::form::download("sap-xep.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
