//! Days off, working Saturdays and the hours of offices.

use askama::Template;
use axum::{extract::Query, response::Response};
use base::{
    Refusal, Right,
    calendar::{DayKind, Hours, SpecialDay},
};
use organisation::{Snapshot, need_unit};
use web::form::{Back, Form, Sent, back, day, field};
use web::{Cx, Reply, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage {
    s: Shell,
    sh: Show,
    year: i16,
    days: Vec<(SpecialDay, &'static str)>,
    /// Unit, hours, document.
    hours: Vec<(String, String, String)>,
    may_change: bool,
    may_set_hours: bool,
    back: Back,
}

pub(super) async fn calendar(cx: Cx, Query(query): Query<Form>) -> Response {
    let year: i16 = field(&query, "nam").parse().unwrap_or(cx.today.year()).clamp(1950, 2199);
    let out = calendar_page(&cx, year, Back::default()).await;
    cx.reply(out)
}

async fn calendar_page(cx: &Cx, year: i16, back: Back) -> Reply {
    let today = cx.today;
    let (days, hours, may_change, may_set_hours) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let hours = organisation::store::hours(tx)?
                .into_iter()
                .map(|(unit, hours, document)| (names.name(unit), hours.shown(), document))
                .collect();
            let sets = actor.may_somewhere(Right::Organise) || actor.may_somewhere(Right::Administer);
            let (from, to) = (base::Date::constant(year, 1, 1), base::Date::constant(year, 12, 31));
            let days = organisation::store::special_days(tx, from, to)?;
            Ok((days, hours, actor.may_everywhere(Right::Administer), sets))
        })
        .await?;
    let days = days
        .into_iter()
        .map(|d| {
            let weekday = base::format::weekday_key(d.day);
            (d, weekday)
        })
        .collect();
    let s = cx.shell(cx.t.say("nav-calendar"), "/qt/lich");
    let page = CalendarPage { s, sh: Show, year, days, hours, may_change, may_set_hours, back };
    cx.page_with(page.back.status, &page)
}

pub(super) async fn keep_day(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let this_year = cx.today.year();
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                if form.get("viec").is_some_and(|v| v == "hours") {
                    actor
                        .need_somewhere(Right::Organise)
                        .or_else(|_| actor.need_somewhere(Right::Administer))?;
                    let unit = need_unit(tx, clock.today(), &form, "unit")?;
                    let text = field(&form, "hours");
                    let Some(hours) = Hours::read(&text) else {
                        return Refusal::new("calendar-refusal-hours").at("hours").with("value", text).stop();
                    };
                    let document = field(&form, "document");
                    organisation::acts::keep_hours(tx, clock, actor, unit, &hours, &document)?;
                    return Ok(this_year);
                }
                actor.need_everywhere(Right::Administer)?;
                let on = day(&form, "day")
                    .ok_or_else(|| Refusal::new("refusal-date").at("day").with("field", "dd/MM/yyyy"))?;
                let kind = DayKind::from_word(&field(&form, "kind"))
                    .ok_or_else(|| Refusal::new("refusal-required").at("kind").with("field", "kind"))?;
                let entry = SpecialDay {
                    day: on,
                    kind,
                    name: field(&form, "name"),
                    document: field(&form, "document"),
                };
                organisation::acts::keep_days(tx, clock, actor, &[entry])?;
                Ok(on.year())
            })
            .await;
        match done {
            Ok(year) => Ok(see_other(&format!("/qt/lich?nam={year}&xong=saved"))),
            Err(stop) => calendar_page(&cx, this_year, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
