//! The leader's desk, for the phone first: five figures, five red things, what waits for a decision, who has gone
//! quiet. With `?man-hinh=1` it fills a wall screen and loads itself anew.

use crate::{
    items::{Item, all, items, mine_by, waits_of},
    leader_targets::{self, Measured},
};
use askama::Template;
use axum::{
    extract::Query,
    http::{HeaderValue, header},
    response::Response,
};
use base::{Right, Span};
use organisation::{Snapshot, soon};
use programme::{
    store::{self, Filter},
    words::State,
};
use web::form::Form;
use web::{Cx, Shell, Show};

#[derive(Template)]
#[template(path = "leader.html")]
struct LeaderPage {
    s: Shell,
    sh: Show,
    /// The text key, the value, the list's query.
    figures: Vec<(String, i64, String)>,
    /// The share on time of what is due, in percent.
    on_time: String,
    red: Vec<Item>,
    /// What waits: the text key, how many, the list's query.
    waits: Vec<(String, i64, String)>,
    /// Overdue tasks on which nothing was said for thirty days.
    stale: Vec<Item>,
    /// Targets with a fresh figure, the furthest behind first.
    measured: Vec<Measured>,
    /// Targets whose figure is too old to be shown, and how many there are.
    gaps: Vec<Measured>,
    all_gaps: usize,
    stale_days: i64,
    now: String,
    is_screen: bool,
}

/// How many red things are shown.
const RED: usize = 5;

pub(super) async fn show(cx: Cx, Query(query): Query<Form>) -> Response {
    let (today, now) = (cx.today, cx.site.clock.now());
    let is_screen = query.get("man-hinh").is_some_and(|v| v == "1");
    let out = async {
        let mut page = {
            let s = cx.shell(cx.t.say("nav-leader"), "/lanh-dao");
            cx.read(move |tx, actor| {
                actor.need_somewhere(Right::Direct)?;
                let names = Snapshot::at(tx, today)?;
                let (soon, calendar) = (soon(tx, today)?, organisation::store::calendar(tx)?);
                // What a link opens is limited by the same words, so that a figure and its list agree.
                let of = |right: Right| Filter { lead_in: Some(actor.reach(right)), ..all() };
                let within = |standing: &str| Filter { standing: standing.to_owned(), ..of(Right::Direct) };
                let count =
                    |filter: &Filter| store::list(tx, filter, today, soon, 1, 0).map(|(_, total)| total);
                let (due, on_time) = (count(&within("due"))?, count(&within("on_time"))?);
                let overdue = store::first(tx, &within("overdue"), today, soon, 200)?;
                let mut figures = Vec::new();
                for word in ["open", "due", "due_soon", "overdue"] {
                    let query = format!("{}&tinh_trang={word}", mine_by(Right::Direct));
                    figures.push((format!("standing-{word}"), count(&within(word))?, query));
                }
                let mut waits = Vec::new();
                for (wait, right) in waits_of(actor) {
                    let word = wait.word();
                    let f = Filter { waits: word.to_owned(), ..of(right) };
                    waits.push((
                        format!("wait-{word}"),
                        count(&f)?,
                        format!("{}&cho={word}", mine_by(right)),
                    ));
                }
                if actor.may_somewhere(Right::Assign) {
                    let state = State::Reported.word();
                    let f = Filter { state: state.to_owned(), ..of(Right::Assign) };
                    let query = format!("{}&trang_thai={state}", mine_by(Right::Assign));
                    waits.push(("work-waiting".to_owned(), count(&f)?, query));
                }
                waits.retain(|(_, n, _)| *n > 0);
                let quiet = today.checked_sub(Span::new().days(30)).unwrap_or(today);
                let mut stale = Vec::new();
                for row in &overdue {
                    if stale.len() < RED && store::last_step(tx, &row.code)?.is_some_and(|at| at < quiet) {
                        stale.push(row.clone());
                    }
                }
                let mut red = overdue;
                red.truncate(RED);
                let shown = |rows| items(rows, &names, &calendar, (today, soon));
                let (measured, gaps, all_gaps) = leader_targets::targets(tx, &names, today)?;
                Ok(LeaderPage {
                    s: s.clone(),
                    sh: Show,
                    figures,
                    on_time: base::format::share(on_time, due),
                    red: shown(red),
                    waits,
                    stale: shown(stale),
                    measured,
                    gaps,
                    all_gaps,
                    stale_days: leader_targets::STALE,
                    now: base::format::moment(now),
                    is_screen,
                })
            })
            .await?
        };
        if is_screen {
            page.s.rail.clear();
        }
        let mut response = cx.page(&page)?;
        if is_screen {
            response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("60"));
        }
        Ok(response)
    };
    let out = out.await;
    cx.reply(out)
}
