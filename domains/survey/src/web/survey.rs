//! One survey: its questions, its plan, collection, answers to be looked at.

use super::Takes;
use crate::{
    acts, store,
    words::{Answer, Kind, Question, Sample, Survey},
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use base::{Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Past;
use web::form::Long;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, field},
    see_other,
};

/// Empty rows for further questions, and the most that a form may send.
const SPARE: usize = 5;
const MOST: usize = 200;

/// A unit of the plan: code, name, numbers.
struct Line {
    code: String,
    name: String,
    sample: Sample,
}

/// An answer to be looked at, with the name of its unit.
struct Look {
    answer: Answer,
    unit: String,
}

impl Look {
    fn values(&self) -> String {
        let one = |value: &Option<u8>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
        self.answer.values.iter().map(one).collect::<Vec<_>>().join(" ")
    }
}

#[derive(Template)]
#[template(path = "survey.html")]
struct SurveyPage {
    s: Shell,
    sh: Show,
    survey: Survey,
    issuer: String,
    questions: Vec<Question>,
    rows: Vec<(usize, String, &'static str, String)>,
    lines: Vec<Line>,
    looks: Vec<Look>,
    may_lead: bool,
    sees_results: bool,
    /// The word of the codes that are asked for from this page.
    batch: String,
    may_type: bool,
    back: Back,
}

/// The unit of a code in an address, as the plan of the survey has it.
pub(super) fn unit_of(tx: &Tx<'_>, today: base::Date, (survey, unit): (&str, &str)) -> Outcome<UnitId> {
    let Some(survey) = store::by_code(tx, survey)? else { return Refusal::not_found().stop() };
    let planned = store::samples(tx, survey.id)?;
    let meant = Past::at(tx, today)?.of_code(unit);
    match meant.into_iter().find(|unit| planned.iter().any(|sample| sample.unit == *unit)) {
        Some(unit) => Ok(unit),
        None => Refusal::not_found().stop(),
    }
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = page(&cx, code, Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, code: String, back: Back) -> Reply {
    let today = cx.today;
    let mut shell = cx.shell(code.clone(), "/khao-sat");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let Some(survey) = store::by_code(tx, &code)? else { return Refusal::not_found().stop() };
            let names = Past::at(tx, today)?;
            let may_lead = actor.may(Right::Draft, survey.issuer);
            let mut sees_results = may_lead || actor.may(Right::Direct, survey.issuer);
            let mut lines = Vec::new();
            for sample in store::samples(tx, survey.id)? {
                let unit = sample.unit;
                let is_own = actor.may(Right::Report, unit) || actor.may(Right::Lead, unit);
                sees_results |= is_own && survey.state == "closed";
                // A unit learns how far its own collection is, not the others'.
                if may_lead || actor.may(Right::Report, survey.issuer) || is_own {
                    lines.push(Line { code: names.code(unit), name: names.name(unit), sample });
                }
            }
            lines.sort_by_cached_key(|line| base::fold::sort_key(&line.name));
            let mut looks = Vec::new();
            if may_lead {
                for answer in store::answers(tx, survey.id, None)? {
                    if answer.state == "flagged" {
                        looks.push(Look { unit: names.name(answer.unit), answer });
                    }
                }
            }
            Ok(SurveyPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now().now(survey.issuer)),
                questions: store::questions(tx, survey.id)?,
                rows: Vec::new(),
                lines,
                looks,
                may_lead,
                sees_results,
                batch: acts::batch_word()?,
                may_type: may_lead || actor.may(Right::Report, survey.issuer),
                survey,
                back: Back::default(),
            })
        })
        .await?;
    let is_back = back.value("viec") == "questions";
    page.rows = if is_back {
        let mut typed = questions_in(&back.sent);
        if back.sent.contains_key("them") {
            typed.extend((0..SPARE).map(|_| Question::default()));
        }
        typed.into_iter().enumerate().map(|(at, q)| (at, q.words, q.kind.word(), q.leaf)).collect()
    } else {
        let kept = page.questions.iter().map(|q| (q.words.clone(), q.kind.word(), q.leaf.clone()));
        let spare = std::iter::repeat_n((String::new(), "likert", String::new()), SPARE);
        kept.chain(spare).enumerate().map(|(at, (words, kind, leaf))| (at, words, kind, leaf)).collect()
    };
    shell.title = page.survey.title.clone();
    shell.crumbs =
        vec![("/khao-sat".to_owned(), cx.t.say("survey-title")), (String::new(), page.survey.code.clone())];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

fn questions_in(form: &Form) -> Vec<Question> {
    let n = field(form, "rows").parse::<usize>().unwrap_or(0).min(MOST);
    let one = |at: usize| Question {
        position: 0,
        words: field(form, &format!("w.{at}")),
        kind: Kind::from_word(&field(form, &format!("k.{at}"))),
        leaf: field(form, &format!("l.{at}")),
    };
    (0..n).map(one).collect()
}

pub(super) async fn change(
    cx: Cx,
    Extension(takes): Extension<Takes>,
    Path(code): Path<String>,
    Long(form): Long<Form>,
) -> Response {
    let out = async {
        if form.contains_key("them") {
            // More empty rows: what was typed comes back with some, nothing is kept.
            return page(&cx, code, Back { sent: form, ..Back::default() }).await;
        }
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let number = |name: &str| field(&form, name).parse::<i64>().unwrap_or(0);
                let done = match field(&form, "viec").as_str() {
                    "questions" => {
                        let questions = questions_in(&form);
                        let survey = acts::led(tx, actor, &wanted)?;
                        for question in questions.iter().filter(|q| !q.leaf.is_empty()) {
                            if survey.feeds.is_empty() || !takes(tx, (&survey.feeds, &question.leaf))? {
                                return Refusal::new("survey-refusal-leaf")
                                    .at("cau")
                                    .with("code", &question.leaf)
                                    .with("round", &survey.feeds)
                                    .stop();
                            }
                        }
                        acts::put_questions(tx, clock, actor, (&wanted, number("version")), questions)
                    }
                    "head" => {
                        let new = super::head_in(tx, &form, takes)?;
                        acts::put_head(tx, clock, actor, (&wanted, number("version")), new)
                    }
                    "plan" => {
                        let sizes = (number("wanted"), number("least"));
                        acts::plan(tx, clock, actor, (&wanted, &field(&form, "units")), sizes)
                    }
                    "close" if field(&form, "sure").is_empty() => {
                        return Refusal::new("refusal-sure").at("viec").stop();
                    }
                    step @ ("open" | "close") => {
                        acts::turn(tx, clock, actor, &wanted, (step, number("version")))
                    }
                    state @ ("valid" | "rejected") => {
                        acts::judge(tx, clock, actor, (&wanted, number("seq")), state)
                    }
                    "next" => return acts::next_edition(tx, clock, actor, &wanted),
                    other => {
                        return Refusal::new("refusal-unknown-word")
                            .at("viec")
                            .with("field", "viec")
                            .with("value", other)
                            .stop();
                    }
                };
                done.map(|()| wanted.clone())
            })
            .await;
        match done {
            Ok(code) => Ok(see_other(&format!("/khao-sat/{code}?xong=saved"))),
            Err(stop) => page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "codes.html")]
struct CodesPage {
    s: Shell,
    /// The survey's code, to go back.
    back: String,
    survey: String,
    unit: String,
    is_kiosk: bool,
    /// Codes with their address and the picture to scan.
    codes: Vec<(String, String, String)>,
}

/// Codes to be printed, or a kiosk's address: shown this once.
pub(super) async fn codes(
    cx: Cx,
    Path((code, unit)): Path<(String, String)>,
    Long(form): Long<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let is_kiosk = field(&form, "viec") == "kiosk";
        let n = field(&form, "so").parse().unwrap_or(if is_kiosk { 1 } else { 0 });
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let survey = acts::led(tx, actor, &wanted)?;
                let unit = unit_of(tx, today, (&wanted, &unit))?;
                let word = field(&form, "lo");
                let batch = acts::Batch { word: &word, n, is_kiosk };
                let codes = acts::codes(tx, clock, actor, (&wanted, unit), batch)?;
                let name = Past::at(tx, today)?.name(unit);
                Ok((survey.title, name, codes))
            })
            .await;
        let (title, unit, codes) = match done {
            Ok(done) => done,
            Err(stop) => return page(&cx, code, back(&cx, stop, sent)?).await,
        };
        let mut printed = Vec::new();
        for code in codes {
            let address = format!("{}/phieu/{code}", cx.origin);
            let picture = qrcode::QrCode::new(address.as_bytes())
                .map_err(|fault| anyhow::anyhow!("a QR code: {fault}"))?
                .render::<qrcode::render::svg::Color<'_>>()
                .min_dimensions(140, 140)
                .build();
            printed.push((code, address, picture));
        }
        let title_key = if is_kiosk { "survey-kiosk-title" } else { "survey-codes-title" };
        let mut s = cx.shell(cx.t.say(title_key), "/khao-sat");
        s.crumbs = vec![
            ("/khao-sat".to_owned(), cx.t.say("survey-title")),
            (format!("/khao-sat/{code}"), code.clone()),
            (String::new(), cx.t.say(title_key)),
        ];
        cx.page(&CodesPage { s, back: code.clone(), survey: title, unit, is_kiosk, codes: printed })
    };
    let out = out.await;
    cx.reply(out)
}
