//! The pages: reviews, one review, a unit's part, the hall's screen, lessons.

mod delegates;
mod lessons;
mod part;

use crate::{
    acts::{self, NewReview},
    gather::{self, SECTIONS},
    sight,
    store::{self, Conclusion, Frozen, Paper, Part, Review},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
    routing::{get, post},
};
use base::{Actor, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use organisation::unit_of;
use programme::words::Programme;
use reporting::rules::PartState;
use std::collections::HashMap;
use web::form::Long;
use web::room::Route;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, day_in, field, printed},
    see_other,
};

/// The room's pages and what their forms do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/so-ket", || get(list)),
    Route::post("/so-ket", || post(open)).form("programme=CT-01&kind=so_ket"),
    Route::get("/so-ket/{review}", || get(show)),
    Route::post("/so-ket/{review}", || post(change)).form("viec=write&causes=x&seen.causes=e3b0c44298fc1c14"),
    Route::get("/so-ket/{review}/bao-cao/{part}", || get(part::show)),
    Route::post("/so-ket/{review}/bao-cao/{part}", || post(part::write))
        .form("viec=save&weaknesses=x&version=1"),
    Route::get("/so-ket/{review}/tep/{print}", || get(file)),
    Route::get("/hoi-nghi/{review}", || get(hall)),
    Route::get("/hoi-nghi/{review}/dai-bieu", || get(delegates::list)),
    Route::post("/hoi-nghi/{review}/dai-bieu", || post(delegates::change))
        .form("lines=L%C3%AA+V%C4%83n+An%3B+B%C3%AD+th%C6%B0"),
    Route::get("/hoi-nghi/{review}/dai-bieu/the", || get(delegates::cards)),
    Route::get("/hoi-nghi/{review}/dai-bieu/{card}", || get(delegates::door)),
    Route::post("/hoi-nghi/{review}/dai-bieu/{card}", || post(delegates::let_in)).form(""),
    Route::get("/bai-hoc", || get(lessons::lessons)),
    Route::post("/bai-hoc", || post(lessons::learn)).form(""),
];

#[derive(Template)]
#[template(path = "reviews.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    /// A review, its programme, how many parts were taken, out of how many.
    reviews: Vec<(Review, Programme, usize, usize)>,
    /// The programmes that can be reviewed.
    programmes: Vec<Programme>,
    back: Back,
}

async fn list(cx: Cx) -> Response {
    let out = list_page(&cx, Back::default()).await;
    cx.reply(out)
}

async fn list_page(cx: &Cx, back: Back) -> Reply {
    let (reviews, programmes) = cx
        .read(move |tx, actor| {
            let all = programme::store::programmes(tx)?;
            let mut reviews = Vec::new();
            for review in store::reviews(tx)? {
                let Some(programme) = all.iter().find(|p| p.id == review.programme) else { continue };
                let parts = store::parts(tx, review.id)?;
                let taken = parts.iter().filter(|p| p.state == PartState::Accepted).count();
                reviews.push((review, programme.clone(), taken, parts.len()));
            }
            let may = |p: &Programme| p.issuer.is_some_and(|unit| actor.may(Right::Draft, unit));
            // What is reviewed stands at the top: it implements no other programme.
            let programmes = all.into_iter().filter(|p| p.parent.is_none() && may(p)).collect();
            Ok((reviews, programmes))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-reviews"), "/so-ket");
    cx.page_with(back.status, &ListPage { s, sh: Show, reviews, programmes, back })
}

async fn open(cx: Cx, Long(form): Long<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Draft)?;
                let programme = programme::acts::named_programme(tx, &field(&form, "programme"))?;
                let as_of = day_in(&form, "as_of")?.unwrap_or(clock.today());
                let new =
                    NewReview { kind: field(&form, "kind"), as_of, parts_due: day_in(&form, "parts_due")? };
                acts::open(tx, clock, actor, &programme, &new)
            })
            .await;
        match done {
            Ok(code) => Ok(see_other(&format!("/so-ket/{code}?xong=saved"))),
            Err(stop) => list_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// A unit's part as the editors see it.
struct PartLine {
    part: Part,
    name: String,
    code: String,
    /// Its due items on time, out of all.
    on_time: String,
}

#[derive(Template)]
#[template(path = "review.html")]
struct ShowPage {
    s: Shell,
    sh: Show,
    review: Review,
    programme: Programme,
    issuer: String,
    parts: Vec<PartLine>,
    owed: usize,
    words: HashMap<String, String>,
    frozen: Vec<Frozen>,
    papers: Vec<(Paper, String)>,
    conclusions: Vec<(Conclusion, String)>,
    may_edit: bool,
    may_read_all: bool,
    back: Back,
}

impl ShowPage {
    fn sections(&self) -> [&'static str; 8] {
        SECTIONS
    }

    /// What is kept of a section.
    fn kept(&self, section: &str) -> &str {
        self.words.get(section).map_or("", String::as_str)
    }

    /// The mark of what is kept of a section, so that the next save is compared with what its reader saw.
    fn mark(&self, section: &str) -> String {
        acts::mark_of(self.kept(section))
    }

    /// Whether somebody else's words stand beside those typed.
    fn differs(&self, section: &str) -> bool {
        self.back.status == axum::http::StatusCode::CONFLICT
            && self.kept(section) != self.written(section).trim()
    }

    /// The words of a section: what was typed when the form came back.
    fn written(&self, section: &str) -> &str {
        if self.back.is("viec", "write") {
            return self.back.value(section);
        }
        self.kept(section)
    }
}

async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = review_page(&cx, code, Back::default()).await;
    cx.reply(out)
}

async fn review_page(cx: &Cx, code: String, back: Back) -> Reply {
    let today = cx.today;
    let mut shell = cx.shell(code.clone(), "/so-ket");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let (review, programme) = acts::load(tx, &code)?;
            let names = Snapshot::at(tx, today)?;
            let then = Snapshot::at(tx, review.as_of)?;
            let figures = programme::figures::measured(tx, &programme, review.as_of, today)?;
            let may_edit = actor.may(Right::Draft, review.issuer);
            let on_time = |unit: UnitId| {
                gather::of_unit(&figures, (&then, &names), unit).map_or_else(String::new, |u| {
                    format!("{}/{}", u.on_time.numerator, u.on_time.denominator)
                })
            };
            let mut parts: Vec<PartLine> = store::parts(tx, review.id)?
                .into_iter()
                .filter(|p| may_edit || actor.may(Right::See, p.unit))
                .map(|part| PartLine {
                    name: names.name(names.now(part.unit)),
                    code: names.unit(names.now(part.unit)).map(|u| u.code.clone()).unwrap_or_default(),
                    on_time: on_time(part.unit),
                    part,
                })
                .collect();
            parts.sort_by_key(|p| base::fold::sort_key(&p.name));
            let named = |unit: Option<UnitId>| unit.map(|u| names.name(names.now(u))).unwrap_or_default();
            Ok(ShowPage {
                s: frame.clone(),
                sh: Show,
                issuer: names.name(names.now(review.issuer)),
                owed: parts.iter().filter(|p| p.part.state.is_open()).count(),
                parts,
                words: store::words(tx, review.id)?.into_iter().collect(),
                frozen: store::frozen(tx, review.id)?,
                papers: sight::papers(tx, actor, &review)?
                    .into_iter()
                    .map(|p| {
                        let unit = named(Some(p.unit));
                        (p, unit)
                    })
                    .collect(),
                conclusions: sight::conclusions(tx, actor, &review)?
                    .into_iter()
                    .map(|c| {
                        let lead = named(c.lead);
                        (c, lead)
                    })
                    .collect(),
                may_edit,
                may_read_all: sight::may_read_all(actor, &review),
                review,
                programme,
                back: Back::default(),
            })
        })
        .await?;
    shell.title = format!("{} {}", cx.t.say(&format!("review-{}", page.review.kind)), page.programme.mark());
    shell.crumbs =
        vec![("/so-ket".to_owned(), cx.t.say("nav-reviews")), (String::new(), page.review.code.clone())];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

/// One of the acts of the review's page. Returns where to look for what came of it.
fn act(
    tx: &Tx<'_>,
    clock: &base::Clock,
    actor: &Actor,
    code: &str,
    form: &Form,
    mark: &str,
) -> Outcome<&'static str> {
    // Text fields keep their lines.
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    match field(form, "viec").as_str() {
        "write" => {
            let sent = SECTIONS.into_iter().filter(|name| form.contains_key(*name));
            let section = |name: &str| acts::Section {
                name: name.to_owned(),
                words: text(name),
                seen: field(form, &format!("seen.{name}")),
            };
            acts::write(tx, clock, actor, code, &sent.map(section).collect::<Vec<_>>())?;
            Ok("loi-van")
        }
        "freeze" => {
            acts::freeze(tx, clock, actor, code, &field(form, "erratum"), mark)?;
            Ok("chot")
        }
        "paper" => {
            let Some(unit) = unit_of(tx, clock.today(), form, "unit")? else {
                return Refusal::new("refusal-required").at("unit").with("field", "unit").stop();
            };
            let (review, _) = acts::load(tx, code)?;
            let next = i64::try_from(store::papers(tx, review.id)?.len()).unwrap_or(0) + 1;
            let paper = Paper {
                id: field(form, "id").parse().unwrap_or_else(|_| clock.uuid()),
                unit,
                place: field(form, "place").parse().unwrap_or(next),
                topic: field(form, "topic"),
                speaker: field(form, "speaker"),
                words: base::fold::tidy_lines(&text("paper")),
                version: field(form, "version").parse().unwrap_or(0),
            };
            acts::put_paper(tx, clock, actor, code, &paper)?;
            Ok("hoi-nghi")
        }
        "conclusion" => {
            let new = Conclusion {
                words: field(form, "words"),
                lead: unit_of(tx, clock.today(), form, "lead")?,
                person: field(form, "person"),
                product: field(form, "product"),
                acceptance: field(form, "acceptance"),
                authority: field(form, "authority"),
                due: field(form, "due"),
                ..Conclusion::default()
            };
            acts::add_conclusion(tx, clock, actor, code, &new)?;
            Ok("ket-luan")
        }
        "conclude" => {
            acts::conclude(tx, clock, actor, code)?;
            Ok("ket-luan")
        }
        other => {
            Refusal::new("refusal-unknown-word").at("viec").with("field", "viec").with("value", other).stop()
        }
    }
}

async fn change(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        let (wanted, sent, mark) = (code.clone(), form.clone(), cx.mark());
        match cx.act(move |tx, clock, actor| act(tx, clock, actor, &wanted, &form, &mark)).await {
            Ok(place) => Ok(see_other(&format!("/so-ket/{code}?xong=saved#{place}"))),
            Err(stop) => review_page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

async fn file(cx: Cx, Path((code, name)): Path<(String, String)>) -> Response {
    let (today, mark) = (cx.today, cx.mark());
    let out = async {
        let (stem, kind) = paper::FileKind::printed(&name);
        let (wanted, which) = (code.clone(), stem.to_owned());
        let letter = cx
            .read(move |tx, actor| {
                let (review, _) = acts::load(tx, &wanted)?;
                let edits = actor.may(Right::Draft, review.issuer);
                match which.as_str() {
                    // The draft holds what units handed in; the others are for whoever may read them.
                    "du-thao" if edits => acts::draft(tx, today, &wanted, &mark),
                    "tham-luan" => {
                        sight::need_all(actor, &review)?;
                        acts::book(tx, today, &wanted, &mark)
                    }
                    "thong-bao" => {
                        sight::need_all(actor, &review)?;
                        acts::notice(tx, today, &wanted, &mark)
                    }
                    other => {
                        let seq: i64 = other.strip_prefix("lan-").and_then(|n| n.parse().ok()).unwrap_or(0);
                        let frozen = store::frozen(tx, review.id)?.into_iter().find(|f| f.seq == seq);
                        match frozen {
                            Some(frozen) => acts::reprint(&frozen),
                            None => Refusal::not_found().stop(),
                        }
                    }
                }
            })
            .await?;
        Ok(printed(&format!("{code}-{stem}"), kind, letter.file(kind)?))
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "hall.html")]
struct HallPage {
    s: Shell,
    programme: Programme,
    issuer: String,
    papers: Vec<(Paper, String)>,
    /// Whether these are all there are.
    may_read_all: bool,
    /// Whose turn it is.
    turn: i64,
}

async fn hall(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let turn = field(&query, "luot").parse().unwrap_or(1);
        let (programme, issuer, papers, (kind, may_read_all)) = cx
            .read(move |tx, actor| {
                let (review, programme) = acts::load(tx, &code)?;
                let names = Snapshot::at(tx, today)?;
                let papers = sight::papers(tx, actor, &review)?
                    .into_iter()
                    .map(|p| {
                        let unit = names.name(names.now(p.unit));
                        (p, unit)
                    })
                    .collect();
                let all = sight::may_read_all(actor, &review);
                Ok((programme, names.name(names.now(review.issuer)), papers, (review.kind, all)))
            })
            .await?;
        let title = format!("{} {}", cx.t.say(&format!("review-{kind}")), programme.mark());
        cx.page(&HallPage { s: cx.shell(title, "/so-ket"), programme, issuer, papers, may_read_all, turn })
    };
    let out = out.await;
    cx.reply(out)
}
