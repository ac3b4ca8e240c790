//! The leader's desk, for the phone first: five figures, five red things, what waits for a decision, who has gone
//! quiet. With `?man-hinh=1` it fills a wall screen and loads itself anew.

use super::{
    Form, soon,
    work::{Item, WAITS, all, items},
};
use askama::Template;
use axum::{
    extract::Query,
    http::{HeaderValue, header},
    response::Response,
};
use base::{Right, Span};
use organisation::Snapshot;
use programme::{
    store::{self, Filter},
    words::State,
};
use web::{Cx, Shell, Show};

/// A figure: its text key, the value, the list's query.
type Figure = (&'static str, i64, &'static str);

#[derive(Template)]
#[template(path = "leader.html")]
struct LeaderPage {
    s: Shell,
    sh: Show,
    figures: Vec<Figure>,
    /// The share on time of what is due, in percent.
    on_time: String,
    red: Vec<Item>,
    /// What waits: the text key, how many, the list's query.
    waits: Vec<(String, i64, String)>,
    /// Overdue tasks on which nothing was said for thirty days.
    stale: Vec<Item>,
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
                let reach = actor.reach(Right::Direct);
                let within = |standing: &str| Filter {
                    lead_in: Some(reach.clone()),
                    standing: standing.to_owned(),
                    is_given: true,
                    ..all()
                };
                let count =
                    |filter: &Filter| store::list(tx, filter, today, soon, 1, 0).map(|(_, total)| total);
                let (due, on_time) = (count(&within("due"))?, count(&within("on_time"))?);
                let overdue = store::first(tx, &within("overdue"), today, soon, 200)?;
                let figures = vec![
                    ("leader-open", count(&within("open"))?, "tinh_trang=open"),
                    ("standing-due", due, "tinh_trang=due"),
                    ("standing-due_soon", count(&within("due_soon"))?, "tinh_trang=due_soon"),
                    ("standing-overdue", count(&within("overdue"))?, "tinh_trang=overdue"),
                ];
                let mut waits = Vec::new();
                for (wait, right) in WAITS.into_iter().filter(|(_, right)| actor.may_somewhere(*right)) {
                    let word = wait.word();
                    let f = Filter { lead_in: Some(actor.reach(right)), waits: word.to_owned(), ..all() };
                    waits.push((format!("wait-{word}"), count(&f)?, format!("cho={word}")));
                }
                if actor.may_somewhere(Right::Assign) {
                    let state = State::Reported.word();
                    let lead_in = Some(actor.reach(Right::Assign));
                    let f = Filter { lead_in, state: state.to_owned(), ..all() };
                    waits.push(("work-waiting".to_owned(), count(&f)?, format!("trang_thai={state}")));
                }
                waits.retain(|(_, n, _)| *n > 0);
                let quiet = now.checked_sub(Span::new().hours(30 * 24)).unwrap_or(now);
                let mut stale = Vec::new();
                for row in &overdue {
                    if stale.len() < RED && store::last_step(tx, &row.code)?.is_some_and(|at| at < quiet) {
                        stale.push(row.clone());
                    }
                }
                let mut red = overdue;
                red.truncate(RED);
                let shown = |rows| items(rows, &names, &calendar, (today, soon));
                Ok(LeaderPage {
                    s: s.clone(),
                    sh: Show,
                    figures,
                    on_time: base::format::share(on_time, due),
                    red: shown(red),
                    waits,
                    stale: shown(stale),
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
