//! A unit's part: its figures, which are known, and the words that it writes, hands in, and gets back.

use crate::{
    acts, gather,
    store::{self, Paper, Part, PartWords, Review},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use programme::words::Programme;
use reporting::{
    remark::{self, Remark},
    rules::PartStep,
};
use web::form::Long;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

#[derive(Template)]
#[template(path = "part.html")]
struct PartPage {
    s: Shell,
    sh: Show,
    review: Review,
    programme: Programme,
    part: Part,
    unit: String,
    code: String,
    /// The unit's figures: text key, numerator, denominator.
    figures: Vec<(&'static str, i64, i64)>,
    may_write: bool,
    may_judge: bool,
    /// The paper asked of the unit, if any.
    papers: Vec<Paper>,
    remarks: Vec<Remark>,
    account: Option<base::Uuid>,
    may_talk: bool,
    back: Back,
}

impl PartPage {
    /// What is kept of a field.
    fn kept(&self, name: &str) -> &str {
        let words = &self.part.words;
        match name {
            "strengths" => &words.strengths,
            "weaknesses" => &words.weaknesses,
            "causes" => &words.causes,
            _ => &words.proposals,
        }
    }

    /// Whether somebody else's words stand beside those typed.
    fn differs(&self, name: &str, typed: &str) -> bool {
        self.back.status == axum::http::StatusCode::CONFLICT && self.kept(name) != typed.trim()
    }

    fn fields(&self) -> [(&'static str, &str); 4] {
        ["strengths", "weaknesses", "causes", "proposals"].map(|name| {
            let typed = self.back.wrong.is_empty() || !self.back.sent.contains_key(name);
            (name, if typed { self.kept(name) } else { self.back.value(name) })
        })
    }
}

/// What remarks on a part are kept under.
fn subject(code: &str, unit: &str) -> String {
    format!("so-ket/{code}/{unit}")
}

pub(super) async fn show(cx: Cx, Path((code, unit)): Path<(String, String)>) -> Response {
    let out = part_page(&cx, code, unit, Back::default()).await;
    cx.reply(out)
}

/// The unit whose part is meant.
fn unit_by_code(tx: &Tx<'_>, today: base::Date, code: &str) -> Outcome<UnitId> {
    match Snapshot::at(tx, today)?.by_code(code) {
        Some(unit) => Ok(unit.id),
        None => Refusal::not_found().stop(),
    }
}

async fn part_page(cx: &Cx, code: String, unit_code: String, back: Back) -> Reply {
    let today = cx.today;
    let mut shell = cx.shell(code.clone(), "/so-ket");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let (review, programme) = acts::load(tx, &code)?;
            let unit = unit_by_code(tx, today, &unit_code)?;
            let may_judge = actor.may(Right::Draft, review.issuer);
            let sees = may_judge || actor.may(Right::See, unit);
            let Some(part) = store::part_of(tx, review.id, unit)?.filter(|_| sees) else {
                return Refusal::not_found().stop();
            };
            let names = Snapshot::at(tx, today)?;
            let then = Snapshot::at(tx, review.as_of)?;
            let figures = programme::figures::measured(tx, &programme, review.as_of, today)?;
            let own = gather::of_unit(&figures, (&then, &names), unit);
            let figures = own.map_or_else(Vec::new, |u| {
                vec![
                    ("figures-concrete", u.concrete.numerator, u.concrete.denominator),
                    ("figures-in-step", u.in_step.numerator, u.in_step.denominator),
                    ("figures-on-time", u.on_time.numerator, u.on_time.denominator),
                ]
            });
            let is_open = review.state == "open";
            Ok(PartPage {
                s: frame.clone(),
                sh: Show,
                unit: names.name(unit),
                code: unit_code.clone(),
                figures,
                may_write: is_open && part.state.is_open() && actor.may(Right::Report, unit),
                may_judge: is_open && may_judge,
                remarks: remark::of(tx, &subject(&code, &unit_code))?,
                account: actor.account.map(|account| account.0),
                may_talk: is_open && remark::may_talk(actor, unit, review.issuer),
                papers: crate::sight::papers(tx, actor, &review)?
                    .into_iter()
                    .filter(|p| p.unit == unit)
                    .collect(),
                review,
                programme,
                part,
                back: Back::default(),
            })
        })
        .await?;
    shell.title = format!("{} – {}", cx.t.say("part-title"), page.unit);
    shell.crumbs = vec![
        ("/so-ket".to_owned(), cx.t.say("nav-reviews")),
        (format!("/so-ket/{}", page.review.code), page.review.code.clone()),
        (String::new(), page.unit.clone()),
    ];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

pub(super) async fn write(
    cx: Cx,
    Path((code, unit_code)): Path<(String, String)>,
    Long(form): Long<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let (wanted, of, sent) = (code.clone(), unit_code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let unit = unit_by_code(tx, today, &of)?;
                let (review, _) = acts::load(tx, &wanted)?;
                if !actor.may(Right::See, unit) && !actor.may(Right::Draft, review.issuer) {
                    return Refusal::not_found().stop();
                }
                if field(&form, "viec") == "remark" {
                    if review.state != "open" {
                        return Refusal::new("review-refusal-concluded").stop();
                    }
                    let own = field(&form, "id").parse().ok();
                    let words = form.get("remark").map_or("", String::as_str);
                    let about = (subject(&wanted, &of), unit, review.issuer);
                    return remark::put(tx, clock, actor, (&about.0, about.1, about.2), (own, words));
                }
                let step = PartStep::from_word(&field(&form, "viec"));
                let Some(step) = step else {
                    let word = field(&form, "viec");
                    let refusal = Refusal::new("refusal-unknown-word").at("viec").with("field", "viec");
                    return refusal.with("value", word).stop();
                };
                let text = |name: &str| form.get(name).cloned().unwrap_or_default();
                let words = PartWords {
                    strengths: text("strengths"),
                    weaknesses: text("weaknesses"),
                    causes: text("causes"),
                    proposals: text("proposals"),
                };
                let version = field(&form, "version").parse().unwrap_or(0);
                acts::part_step(
                    tx,
                    clock,
                    actor,
                    (&wanted, unit),
                    step,
                    words,
                    &field(&form, "note"),
                    version,
                )
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/so-ket/{code}/bao-cao/{unit_code}?xong=saved"))),
            Err(stop) => part_page(&cx, code, unit_code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
