//! Search over tasks, programmes, documents, units and people; and help.

use askama::Template;
use axum::{extract::Query, response::Response};
use base::{
    Right,
    fold::{fold, terms},
};
use organisation::{Snapshot, soon};
use programme::store::{self, Filter};
use web::form::{Form, field};
use web::{Cx, Shell};

#[derive(Template)]
#[template(path = "search.html")]
struct FindPage {
    s: Shell,
    words: String,
    groups: Vec<Group>,
}

/// An address, words, a hint.
type Hit = (String, String, String);

/// What was found of one kind.
struct Group {
    /// The kind's text key.
    key: &'static str,
    hits: Vec<Hit>,
    /// Where all of them are; empty when there is no list that takes words.
    all: String,
}

/// The most hits of a kind on the page.
const MOST: usize = 20;

pub(super) async fn find(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let words = field(&query, "q");
        let wanted = words.clone();
        let mut groups = cx
            .read(move |tx, actor| {
                let folded = fold(&wanted);
                if folded.is_empty() {
                    return Ok(Vec::new());
                }
                let names = Snapshot::at(tx, today)?;
                let f = Filter { words: wanted.clone(), seen: actor.reach(Right::See), ..Filter::default() };
                let mut tasks = store::first(tx, &f, today, soon(tx, today)?, 200)?;
                // What carries the code itself comes first, then what has the words as a phrase.
                tasks.sort_by_key(|t| (fold(&t.code) != folded, !fold(&t.title).contains(&folded)));
                tasks.truncate(MOST);
                let tasks = tasks
                    .into_iter()
                    .map(|t| {
                        (
                            format!("/nv/{}", t.code),
                            t.title,
                            format!("{} {}", t.code, t.lead.map(|u| names.name(u)).unwrap_or_default()),
                        )
                    })
                    .collect();
                let asked = terms(&wanted);
                let hit = |text: &str| {
                    let text = fold(text);
                    asked.iter().all(|term| text.contains(term.as_str()))
                };
                let programmes = store::programmes(tx)?
                    .into_iter()
                    .filter(|p| hit(&format!("{} {} {}", p.code, p.mark(), p.title)))
                    .take(MOST)
                    .map(|p| (format!("/ct/{}", p.code), p.title.clone(), p.mark()))
                    .collect();
                let documents = document::store::list(tx, &wanted, 20, 0)?
                    .into_iter()
                    .map(|d| (format!("/van-ban/{}", d.code), d.title.clone(), d.mark()))
                    .collect();
                let clauses = document::store::find_clauses(tx, &wanted, 20)?
                    .into_iter()
                    .map(|(code, key, text)| {
                        let text: String = text.chars().take(160).collect();
                        (format!("/van-ban/{code}#{key}"), text, format!("{code} {key}"))
                    })
                    .collect();
                let targets = store::targets(tx, None)?
                    .into_iter()
                    .filter(|t| hit(&format!("{} {}", t.code, t.title)))
                    .take(MOST)
                    .map(|t| (format!("/chi-tieu/{}", t.code), t.title, t.code))
                    .collect();
                let units = names
                    .units()
                    .filter(|u| hit(&format!("{} {}", u.name, u.code)))
                    .take(MOST)
                    .map(|u| (format!("/to-chuc/{}", u.code), u.name.clone(), u.code.clone()))
                    .collect();
                let people = people::store::all_held(tx, &wanted, today, 200)?
                    .into_iter()
                    .filter(|h| people::sight::may_see(actor, h.unit))
                    .take(MOST)
                    .map(|h| {
                        (
                            format!("/can-bo/{}", h.code),
                            h.name.clone(),
                            format!("{}, {}", h.title, names.name(h.unit)),
                        )
                    })
                    .collect();
                let words = web::form::encode(&wanted);
                let group = |key, hits: Vec<Hit>, list: &str| {
                    let is_cut = hits.len() >= MOST && !list.is_empty();
                    Group { key, hits, all: if is_cut { format!("{list}?q={words}") } else { String::new() } }
                };
                Ok(vec![
                    group("nav-tasks", tasks, "/nv"),
                    group("nav-programmes", programmes, "/ct"),
                    group("nav-documents", documents, "/van-ban"),
                    group("document-clauses", clauses, ""),
                    group("nav-targets", targets, "/chi-tieu"),
                    group("nav-units", units, ""),
                    group("nav-people", people, "/can-bo"),
                ])
            })
            .await?;
        groups.retain(|group: &Group| !group.hits.is_empty());
        cx.page(&FindPage { s: cx.shell(cx.t.say("search-title"), ""), words, groups })
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    s: Shell,
    sections: [&'static str; 8],
}

pub(super) async fn help(cx: Cx) -> Response {
    let sections = ["start", "tasks", "import", "figures", "reports", "indices", "keys", "access"];
    cx.reply(cx.page(&HelpPage { s: cx.shell(cx.t.say("nav-help"), "/tro-giup"), sections }))
}
