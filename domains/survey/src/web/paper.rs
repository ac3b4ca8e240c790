//! Typing sheets of paper about a unit, twice by two people, and settling those that differ.

use super::survey::unit_of;
use crate::{
    acts,
    store::{self, Sheet},
    words::{Question, Survey},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::Right;
use organisation::Past;
use web::form::Long;
use web::{
    Cx, Reply, Shell,
    form::{Back, Form, back, field},
    see_other,
};

/// A sheet of which two entries differ: its number, and each question with both values as words that a form sends.
struct Differing {
    sheet: String,
    questions: Vec<(Question, String, String)>,
}

#[derive(Template)]
#[template(path = "paper.html")]
struct PaperPage {
    s: Shell,
    survey: Survey,
    unit: String,
    questions: Vec<Question>,
    sheets: Vec<Sheet>,
    differing: Vec<Differing>,
    may_drop: bool,
    back: Back,
}

fn word(value: Option<u8>) -> String {
    value.map_or_else(|| "na".to_owned(), |value| value.to_string())
}

fn differing(questions: &[Question], sheets: &[Sheet]) -> Vec<Differing> {
    let pairs = sheets.windows(2).filter_map(|pair| match pair {
        [first, second] if first.sheet == second.sheet && second.state == "differs" => Some((first, second)),
        _ => None,
    });
    let one = |(first, second): (&Sheet, &Sheet)| {
        let values = first.values.iter().zip(&second.values);
        let questions = questions.iter().zip(values);
        let questions = questions.map(|(q, (a, b))| (q.clone(), word(*a), word(*b)));
        Differing { sheet: first.sheet.clone(), questions: questions.collect() }
    };
    pairs.map(one).collect()
}

pub(super) async fn show(cx: Cx, Path(place): Path<(String, String)>) -> Response {
    let out = page(&cx, place, Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, (code, unit_code): (String, String), back: Back) -> Reply {
    let today = cx.today;
    let wanted = (code.clone(), unit_code);
    let (survey, unit, questions, sheets, may_drop) = cx
        .read(move |tx, actor| {
            let unit = unit_of(tx, today, (&wanted.0, &wanted.1))?;
            let survey = acts::typing(tx, actor, &wanted.0, unit)?;
            let may_drop = actor.may(Right::Draft, survey.issuer);
            let questions = store::questions(tx, survey.id)?;
            let mut sheets = store::sheets(tx, survey.id, unit)?;
            // Whoever types the second time does not see what the first typed.
            for sheet in sheets.iter_mut().filter(|sheet| sheet.state == "waits") {
                sheet.values.clear();
            }
            let name = Past::at(tx, today)?.name(unit);
            Ok((survey, name, questions, sheets, may_drop))
        })
        .await?;
    let mut s = cx.shell(format!("{} – {unit}", cx.t.say("survey-paper")), "/khao-sat");
    s.crumbs = vec![
        ("/khao-sat".to_owned(), cx.t.say("survey-title")),
        (format!("/khao-sat/{code}"), code),
        (String::new(), cx.t.say("survey-paper")),
    ];
    let differing = differing(&questions, &sheets);
    cx.page_with(back.status, &PaperPage { s, survey, unit, questions, sheets, differing, may_drop, back })
}

pub(super) async fn save(
    cx: Cx,
    Path((code, unit_code)): Path<(String, String)>,
    Long(form): Long<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let (wanted, sent) = ((code.clone(), unit_code.clone()), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let unit = unit_of(tx, today, (&wanted.0, &wanted.1))?;
                let sheet = field(&form, "sheet");
                let value = |position: i64| field(&form, &format!("c.{position}"));
                let at = (wanted.0.as_str(), unit, sheet.as_str());
                match field(&form, "viec").as_str() {
                    "drop" => acts::drop_sheet(tx, clock, actor, at),
                    "settle" => acts::settle(tx, clock, actor, at, value),
                    _ => acts::type_sheet(tx, clock, actor, at, value).map(|_| ()),
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/khao-sat/{code}/{unit_code}/giay?xong=saved"))),
            Err(stop) => page(&cx, (code, unit_code), back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
