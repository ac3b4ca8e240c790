//! Search over tasks, programmes, documents, units and people; and help.

use askama::Template;
use axum::{extract::Query, response::Response};
use base::{Outcome, fold::fold};
use room::{Hit, Read, Seek};
use web::form::{Form, field};
use web::{Cx, Shell};

#[derive(Template)]
#[template(path = "search.html")]
struct FindPage {
    s: Shell,
    words: String,
    groups: Vec<Group>,
}

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
        let rooms = cx.site.rooms;
        let mut groups = cx
            .read(move |tx, actor| {
                if fold(&wanted).is_empty() {
                    return Ok(Vec::new());
                }
                let mut seeks: Vec<&Seek> = rooms.iter().flat_map(|room| room.seeks).collect();
                seeks.sort_by_key(|seek| seek.place);
                let (read, words) = (Read { tx, actor, today }, web::form::encode(&wanted));
                let group = |seek: &Seek| -> Outcome<Group> {
                    let hits = (seek.run)(&read, &wanted, MOST)?;
                    let is_cut = hits.len() >= MOST && !seek.list.is_empty();
                    let all = if is_cut { format!("{}?q={words}", seek.list) } else { String::new() };
                    Ok(Group { key: seek.key, hits, all })
                };
                seeks.into_iter().map(group).collect()
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
