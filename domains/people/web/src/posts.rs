//! People in their posts; one person with all posts held, and the acts of a personnel officer.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use base::{Date, Outcome, Refusal, Right, Stop};
use organisation::{Snapshot, need_unit, unit_of};
use people::store::Held;
use web::form::{Form, Sent, asked_page, day, encode, field};
use web::{Cx, Reply, Shell, Show, see_other};

#[derive(Template)]
#[template(path = "people.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    words: String,
    /// The unit asked for, as typed; with everything under it.
    within: String,
    people: Vec<(Held, String)>,
    /// How many there are in all.
    total: i64,
    /// The page shown, from 1, and how many there are.
    page: i64,
    pages: i64,
    may_appoint: bool,
    sent: Form,
    wrong: String,
    wrong_field: &'static str,
}

impl ListPage {
    /// The address of another page of the same list.
    fn link(&self, page: i64) -> String {
        format!("/can-bo?q={}&don_vi={}&trang={page}", encode(&self.words), encode(&self.within))
    }

    fn value(&self, name: &str) -> String {
        self.sent.get(name).cloned().unwrap_or_default()
    }
}

/// The most people on one page.
const PAGE: i64 = 100;

async fn list_page(
    cx: &Cx,
    (words, within, number): (String, String, i64),
    sent: Form,
    (status, wrong, wrong_field): (StatusCode, String, &'static str),
) -> Reply {
    let today = cx.today;
    let (wanted, unit) = (words.clone(), Form::from([("don_vi".to_owned(), within.clone())]));
    let (people, total, may_appoint) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let within = unit_of(tx, today, &unit, "don_vi")?.map(|top| names.under(top));
            let units = people::sight::units(actor, within);
            let skip = (number - 1) * PAGE;
            let (held, total) =
                people::store::page_held(tx, (&wanted, today), units.as_deref(), (PAGE, skip))?;
            let with_unit = |held: Held| {
                let unit = names.name(held.unit);
                (held, unit)
            };
            let people = held.into_iter().map(with_unit).collect();
            Ok((people, total, actor.may_somewhere(Right::Staff)))
        })
        .await?;
    let page = ListPage {
        s: cx.shell(cx.t.say("nav-people"), "/can-bo"),
        sh: Show,
        words,
        within,
        people,
        total,
        page: number,
        pages: ((total + PAGE - 1) / PAGE).max(1),
        may_appoint,
        sent,
        wrong,
        wrong_field,
    };
    cx.page_with(status, &page)
}

pub(super) async fn list(cx: Cx, Query(query): Query<Form>) -> Response {
    let number = asked_page(&query);
    let asked = (field(&query, "q"), field(&query, "don_vi"), number);
    let out = match list_page(&cx, asked.clone(), Form::new(), (StatusCode::OK, String::new(), "")).await {
        Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
            let wrong = (StatusCode::UNPROCESSABLE_ENTITY, cx.refusal_text(&r), "don_vi");
            list_page(&cx, (asked.0, String::new(), 1), Form::new(), wrong).await
        }
        done => done,
    };
    cx.reply(out)
}

pub(super) async fn appoint(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Staff)?;
                let unit = need_unit(tx, today, &sent, "unit")?;
                let from = day(&sent, "from").unwrap_or(today);
                let (name, title) = (field(&sent, "name"), field(&sent, "title"));
                people::acts::appoint(tx, clock, actor, &name, unit, &title, from).map(|_| ())
            })
            .await;
        match done {
            Ok(()) => Ok(see_other("/can-bo?xong=saved")),
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                let wrong =
                    (StatusCode::UNPROCESSABLE_ENTITY, cx.refusal_text(&r), r.field.unwrap_or("name"));
                list_page(&cx, (String::new(), String::new(), 1), form, wrong).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    s: Shell,
    code: String,
    sh: Show,
    today: Date,
    /// Holdings, newest first, with the unit's name and whether the reader may change them.
    held: Vec<(Held, String, bool)>,
    may_appoint: bool,
    wrong: String,
    wrong_field: &'static str,
}

async fn person_page(
    cx: &Cx,
    code: String,
    (status, wrong, wrong_field): (StatusCode, String, &'static str),
) -> Reply {
    let today = cx.today;
    let (held, may_appoint) = cx
        .read(move |tx, actor| {
            let held = people::store::of_person(tx, &code)?;
            // Whoever may see one of the posts may see the person.
            if !held.iter().any(|h| people::sight::may_see(actor, h.unit)) {
                return Refusal::not_found().stop();
            }
            let all = organisation::store::all_units(tx)?;
            let name = |id| all.iter().find(|u| u.id == id).map(|u| u.name.clone()).unwrap_or_default();
            let held = held
                .into_iter()
                .map(|h| {
                    let may = actor.may(Right::Staff, h.unit);
                    let unit = name(h.unit);
                    (h, unit, may)
                })
                .collect::<Vec<_>>();
            Ok((held, actor.may_somewhere(Right::Staff)))
        })
        .await?;
    let (name, code) = held.first().map(|(h, _, _)| (h.name.clone(), h.code.clone())).unwrap_or_default();
    let mut s = cx.shell(name, "/can-bo");
    s.crumbs = vec![("/can-bo".to_owned(), cx.t.say("nav-people")), (String::new(), code.clone())];
    cx.page_with(status, &PersonPage { s, code, sh: Show, today, held, may_appoint, wrong, wrong_field })
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = person_page(&cx, code, (StatusCode::OK, String::new(), "")).await;
    cx.reply(out)
}

pub(super) async fn change(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let wanted = code.clone();
        let done: Outcome<()> = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Staff)?;
                let held = people::store::of_person(tx, &wanted)?;
                let Some(person) = held.first().map(|h| h.person) else { return Refusal::not_found().stop() };
                match field(&form, "viec").as_str() {
                    "also" => {
                        let unit = need_unit(tx, today, &form, "unit")?;
                        let from = day(&form, "from").unwrap_or(today);
                        let main = form.get("main").is_some_and(|v| v == "1");
                        let title = field(&form, "title");
                        people::acts::appoint_also(tx, clock, actor, person, unit, &title, from, main)
                    }
                    "release" => {
                        let post = field(&form, "post");
                        let Some(line) = held.iter().find(|h| h.post.0.to_string() == post) else {
                            return Refusal::not_found().stop();
                        };
                        let to = day(&form, "to").ok_or_else(|| {
                            Refusal::new("refusal-date").at("to").with("field", "dd/MM/yyyy")
                        })?;
                        people::acts::release(tx, clock, actor, person, line.post, line.unit, to)
                    }
                    other => Refusal::new("refusal-unknown-word")
                        .at("viec")
                        .with("field", "viec")
                        .with("value", other)
                        .stop(),
                }
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/can-bo/{code}?xong=saved"))),
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                let wrong = (StatusCode::UNPROCESSABLE_ENTITY, cx.refusal_text(&r), r.field.unwrap_or("to"));
                person_page(&cx, code, wrong).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}
