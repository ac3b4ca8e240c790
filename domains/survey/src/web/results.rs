//! What a survey comes to: each question with its mean, the share of the content and their intervals, overall and by unit.

use crate::{
    rules::{self, Result as Counted},
    store,
    words::{Kind, Question, Sample, Survey},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Actor, Decimal, Outcome, Refusal, Right, format::decimal};
use db::Tx;
use organisation::Past;
use paper::write::{List, Out};
use web::{
    Cx, Shell,
    form::{Form, download, field},
};

/// A line of figures.
struct Line {
    head: String,
    counted: Counted,
}

impl Line {
    fn shown(value: Option<Decimal>) -> String {
        value.map_or_else(|| "–".to_owned(), |value| decimal(value.round_dp(2)))
    }

    fn mean(&self) -> String {
        match (self.counted.mean(), self.counted.mean_margin()) {
            (Some(mean), Some(margin)) => {
                format!("{} ± {}", Self::shown(Some(mean)), Self::shown(Some(margin)))
            }
            (mean, _) => Self::shown(mean),
        }
    }

    fn top(&self) -> String {
        Self::shown(self.counted.top_share())
    }

    fn interval(&self) -> String {
        let Some((low, high)) = self.counted.top_interval() else { return "–".to_owned() };
        format!("{} – {}", Self::shown(Some(low)), Self::shown(Some(high)))
    }
}

/// All questions of contentment together: how many answers, the mean of their means, of their shares.
#[derive(Default)]
struct Overall {
    answers: i64,
    mean: String,
    top: String,
}

impl Overall {
    fn of<'r>(questions: &[Question], results: impl Iterator<Item = &'r Counted>, answers: i64) -> Self {
        // Yes and no say whether something was done, not how content somebody is.
        let content = questions.iter().zip(results).filter(|(q, _)| q.kind == Kind::Likert);
        let (mean, top) = rules::overall(content.map(|(_, counted)| counted));
        Self { answers, mean: Line::shown(mean), top: Line::shown(top) }
    }
}

/// A unit's line: code, name, plan, its questions.
struct UnitLine {
    code: String,
    name: String,
    sample: Sample,
    overall: Overall,
    by_question: Vec<Counted>,
}

#[derive(Template)]
#[template(path = "survey_results.html")]
struct ResultsPage {
    s: Shell,
    survey: Survey,
    /// The unit that is shown; empty for all.
    shown: String,
    units: Vec<UnitLine>,
    questions: Vec<Line>,
    overall: Overall,
}

/// The survey and what the reader may see of it: all for whoever leads it, a unit its own once it is closed.
fn gather(
    tx: &Tx<'_>,
    actor: &Actor,
    today: base::Date,
    code: &str,
) -> Outcome<(Survey, Vec<Question>, Vec<UnitLine>)> {
    let Some(survey) = store::by_code(tx, code)? else { return Refusal::not_found().stop() };
    let leads = actor.may(Right::Draft, survey.issuer) || actor.may(Right::Direct, survey.issuer);
    let names = Past::at(tx, today)?;
    let mut results = store::results(tx, survey.id)?;
    let questions = store::questions(tx, survey.id)?;
    let (mut units, mut is_any) = (Vec::new(), leads);
    for sample in store::samples(tx, survey.id)? {
        let unit = sample.unit;
        let is_own =
            survey.state == "closed" && (actor.may(Right::Report, unit) || actor.may(Right::Lead, unit));
        if !leads && !is_own {
            continue;
        }
        is_any = true;
        // From a few answers a unit could guess who gave them.
        if !leads && !sample.is_enough() {
            continue;
        }
        let by_question = results.remove(&sample.unit).unwrap_or_default();
        let overall = Overall::of(&questions, by_question.iter(), sample.valid);
        units.push(UnitLine { code: names.code(unit), name: names.name(unit), sample, overall, by_question });
    }
    if !is_any {
        return Refusal::not_found().stop();
    }
    units.sort_by_cached_key(|unit| base::fold::sort_key(&unit.name));
    Ok((survey, questions, units))
}

fn by_question(questions: &[Question], units: &[&UnitLine]) -> (Vec<Line>, Overall) {
    let head = |q: &Question| format!("{}. {}", q.position, q.words);
    let mut lines: Vec<Line> =
        questions.iter().map(|q| Line { head: head(q), counted: Counted::default() }).collect();
    for unit in units {
        for (line, counted) in lines.iter_mut().zip(&unit.by_question) {
            line.counted.join(counted);
        }
    }
    let answers = units.iter().map(|unit| unit.sample.valid).sum();
    let overall = Overall::of(questions, lines.iter().map(|line| &line.counted), answers);
    (lines, overall)
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let shown = field(&query, "dv");
    let out = async {
        let wanted = code.clone();
        let (survey, questions, units) = cx.read(move |tx, actor| gather(tx, actor, today, &wanted)).await?;
        let chosen: Vec<&UnitLine> =
            units.iter().filter(|unit| shown.is_empty() || unit.code == shown).collect();
        let (questions, overall) = by_question(&questions, &chosen);
        let mut s = cx.shell(format!("{} – {}", cx.t.say("survey-results"), survey.title), "/khao-sat");
        s.crumbs = vec![
            ("/khao-sat".to_owned(), cx.t.say("survey-title")),
            (format!("/khao-sat/{code}"), code.clone()),
            (String::new(), cx.t.say("survey-results")),
        ];
        cx.page(&ResultsPage { s, survey, shown: shown.clone(), units, questions, overall })
    };
    let out = out.await;
    cx.reply(out)
}

/// The results as a workbook: a line for each unit and question.
pub(super) async fn file(cx: Cx, Path(code): Path<String>) -> Response {
    let today = cx.today;
    let demo = if cx.site.demo { cx.in_vietnamese("shell-demo") } else { String::new() };
    let out = async {
        let wanted = code.clone();
        let (survey, questions, units) = cx.read(move |tx, actor| gather(tx, actor, today, &wanted)).await?;
        let number = |value: Option<Decimal>| value.map_or(Out::Empty, |value| value.round_dp(2).into());
        let mut rows = Vec::new();
        for unit in &units {
            for (question, counted) in questions.iter().zip(&unit.by_question) {
                let (low, high) = counted.top_interval().unzip();
                rows.push(vec![
                    unit.code.as_str().into(),
                    unit.name.as_str().into(),
                    question.position.into(),
                    question.words.as_str().into(),
                    question.leaf.as_str().into(),
                    counted.valid.into(),
                    counted.not_applicable.into(),
                    number(counted.mean()),
                    number(counted.mean_margin()),
                    number(counted.top_share()),
                    number(low),
                    number(high),
                ]);
            }
        }
        let headers = [
            "Mã đơn vị",
            "Đơn vị",
            "Câu",
            "Nội dung",
            "Mã tiêu chí",
            "Số trả lời",
            "Không áp dụng",
            "Trung bình",
            "± 95 %",
            "Hài lòng (%)",
            "Từ (%)",
            "Đến (%)",
        ];
        let mut about = vec![
            ("Cuộc điều tra".to_owned(), format!("{} ({})", survey.title, survey.code)),
            ("Người trả lời".to_owned(), survey.respondents.clone()),
            ("Tính đến ngày".to_owned(), base::format::date(today)),
        ];
        if !demo.is_empty() {
            about.push(("Lưu ý".to_owned(), demo.clone()));
        }
        let list =
            List {
                name: "Kết quả".to_owned(), headers: headers.map(str::to_owned).to_vec(), rows, about
            };
        Ok(download(&format!("{code}.xlsx"), paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
