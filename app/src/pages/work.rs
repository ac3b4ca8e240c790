//! My work: what I owe, by due; what waits for me.

use askama::Template;
use axum::response::Response;
use base::{Date, Reach, Right};
use organisation::{Snapshot, soon};
use programme::{
    store::{self, Filter},
    words::State,
};
use programme_web::items::{Item, all, items, mine_by, waits_of};
use web::{Cx, Shell, Show};

#[derive(Template)]
#[template(path = "work.html")]
struct WorkPage {
    s: Shell,
    sh: Show,
    /// What I owe: the heading's key, the tasks.
    groups: Vec<(String, Vec<Item>)>,
    /// What waits for my decision or answer.
    waiting: Vec<Waiting>,
    /// Parts of reviews and of periodic reports that my unit owes.
    parts: Vec<Part>,
    /// How many calls are new.
    fresh: i64,
}

/// What waits for somebody's decision or answer.
struct Waiting {
    /// The heading's text key.
    key: String,
    /// The list's query.
    query: String,
    /// How many there are.
    all: i64,
    /// The first of them.
    first: Vec<Item>,
}

/// How many of what waits are shown.
const FIRST: i64 = 20;

/// A part that a unit owes.
struct Part {
    /// Where it is written.
    address: String,
    /// Of what.
    of: String,
    unit: String,
    due: Option<Date>,
    state: String,
}

pub(super) async fn mine(cx: Cx) -> Response {
    let today = cx.today;
    let out = async {
        let (open, waiting, parts, fresh) = cx
            .read(move |tx, actor| {
                let names = Snapshot::at(tx, today)?;
                let soon = soon(tx, today)?;
                let calendar = organisation::store::calendar(tx)?;
                let shown = |rows| items(rows, &names, &calendar, (today, soon));
                let does = actor.does_work();
                let own = if does { actor.reach(Right::Report) } else { Reach::default() };
                let mine =
                    Filter { lead_in: Some(own), standing: "open".to_owned(), is_given: true, ..all() };
                let open = if does { store::first(tx, &mine, today, soon, 200)? } else { Vec::new() };
                let mut waiting = Vec::new();
                let reported = Filter {
                    lead_in: Some(actor.reach(Right::Assign)),
                    state: State::Reported.word().to_owned(),
                    ..all()
                };
                if actor.may_somewhere(Right::Assign) {
                    let (rows, all) = store::list(tx, &reported, today, soon, FIRST, 0)?;
                    let query = format!("{}&trang_thai=reported", mine_by(Right::Assign));
                    waiting.push(Waiting { key: "work-waiting".to_owned(), query, all, first: shown(rows) });
                }
                for (wait, right) in waits_of(actor) {
                    let word = wait.word();
                    let f = Filter { lead_in: Some(actor.reach(right)), waits: word.to_owned(), ..all() };
                    let (rows, all) = store::list(tx, &f, today, soon, FIRST, 0)?;
                    let query = format!("{}&cho={word}", mine_by(right));
                    waiting.push(Waiting { key: format!("wait-{word}"), query, all, first: shown(rows) });
                }
                waiting.retain(|waiting| waiting.all > 0);
                let mut parts = Vec::new();
                if does || actor.may_somewhere(Right::Draft) {
                    for owes in crate::OWES.iter() {
                        let may = |unit| actor.may(Right::Report, unit) || actor.may(Right::Draft, unit);
                        parts.extend(owes(tx, today, &may)?.into_iter().filter_map(|owed| {
                            // Whoever does the work of a unit, and the office that leads the matter for its own steps.
                            let leads = owed.is_for_leader && actor.may(Right::Draft, owed.unit);
                            let is_mine = leads || (does && actor.may(Right::Report, owed.unit));
                            (is_mine && owed.waits).then(|| Part {
                                address: owed.address,
                                of: owed.of,
                                unit: names.name(owed.unit),
                                due: owed.due,
                                state: owed.state,
                            })
                        }));
                    }
                }
                Ok((shown(open), waiting, parts, chase::store::unseen(tx, actor)?))
            })
            .await?;
        let mut groups: Vec<(String, Vec<Item>)> = ["overdue", "due_soon", "in_time", "undated"]
            .map(|key| (format!("standing-{key}"), Vec::new()))
            .into();
        for item in open {
            let key = format!("standing-{}", item.standing);
            if let Some((_, list)) = groups.iter_mut().find(|(group, _)| *group == key) {
                list.push(item);
            }
        }
        groups.retain(|(_, list)| !list.is_empty());
        let s = cx.shell(cx.t.say("nav-work"), "/viec");
        cx.page(&WorkPage { s, sh: Show, groups, waiting, parts, fresh })
    };
    let out = out.await;
    cx.reply(out)
}
