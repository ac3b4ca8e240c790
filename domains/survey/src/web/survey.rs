//! One survey: its questions, its plan, collection, answers to be looked at.

use crate::{
    acts, store,
    words::{Answer, Kind, Question, Sample, Survey},
};
use askama::Template;
use axum::{
    extract::{Form as Sent, Path},
    response::Response,
};
use base::{Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
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
    may_type: bool,
    back: Back,
}

/// The unit of a code in an address.
pub(super) fn unit_of(tx: &Tx<'_>, today: base::Date, code: &str) -> Outcome<UnitId> {
    match Snapshot::at(tx, today)?.by_code(code) {
        Some(unit) => Ok(unit.id),
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
            let names = Snapshot::at(tx, today)?;
            let may_lead = actor.may(Right::Draft, survey.issuer);
            let mut lines = Vec::new();
            for sample in store::samples(tx, survey.id)? {
                let unit = names.now(sample.unit);
                // A unit learns how far its own collection is, not the others'.
                if may_lead || actor.may(Right::Report, survey.issuer) || actor.may(Right::Report, unit) {
                    let code = names.unit(unit).map(|unit| unit.code.clone()).unwrap_or_default();
                    lines.push(Line { code, name: names.name(unit), sample });
                }
            }
            lines.sort_by_cached_key(|line| base::fold::sort_key(&line.name));
            let mut looks = Vec::new();
            if may_lead {
                for answer in store::answers(tx, survey.id, None)? {
                    if answer.state == "flagged" {
                        looks.push(Look { unit: names.name(names.now(answer.unit)), answer });
                    }
                }
            }
            Ok(SurveyPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now(survey.issuer)),
                questions: store::questions(tx, survey.id)?,
                rows: Vec::new(),
                lines,
                looks,
                may_lead,
                may_type: may_lead || actor.may(Right::Report, survey.issuer),
                survey,
                back: Back::default(),
            })
        })
        .await?;
    let is_back = back.is("viec", "questions");
    page.rows = if is_back {
        let typed = questions_in(&back.sent);
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

pub(super) async fn change(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let number = |name: &str| field(&form, name).parse::<i64>().unwrap_or(0);
                let done = match field(&form, "viec").as_str() {
                    "questions" => acts::put_questions(tx, clock, actor, &wanted, questions_in(&form)),
                    "plan" => acts::plan(
                        tx,
                        clock,
                        actor,
                        (&wanted, &field(&form, "units")),
                        (number("wanted"), number("least")),
                    ),
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
    Sent(form): Sent<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let is_kiosk = field(&form, "viec") == "kiosk";
        let n = field(&form, "so").parse().unwrap_or(if is_kiosk { 1 } else { 0 });
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let survey = acts::led(tx, actor, &wanted)?;
                let unit = unit_of(tx, today, &unit)?;
                let codes = acts::codes(tx, clock, actor, (&wanted, unit), (n, is_kiosk))?;
                Ok((survey.title, Snapshot::at(tx, today)?.name(unit), codes))
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
        let mut s = cx.shell(cx.t.say("survey-codes-title"), "/khao-sat");
        s.crumbs = vec![
            ("/khao-sat".to_owned(), cx.t.say("survey-title")),
            (format!("/khao-sat/{code}"), code.clone()),
            (String::new(), cx.t.say("survey-codes-title")),
        ];
        cx.page(&CodesPage { s, survey: title, unit, is_kiosk, codes: printed })
    };
    let out = out.await;
    cx.reply(out)
}
