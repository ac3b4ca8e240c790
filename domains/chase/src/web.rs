//! The pages: what was called for me, reminders to make and made, and the ladder.

mod hooks;
mod mine;
mod talk;

use crate::{
    acts::{self, Remind},
    rules::{Ladder, Rung, Whom},
    store::{self, Notice, Reminder},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
    routing::{get, post},
};
use base::{Outcome, Refusal, Right, Role, ids::UnitId};
use organisation::{Directory, Snapshot, Tree};
use paper::letter::office_of;
use std::collections::HashMap;
use web::form::Sent;
use web::room::Route;
use web::{
    Cx, Reply, Shell, Show,
    form::{Back, Form, back, day_in, download, field},
    see_other,
};

/// The room's pages and what their forms do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/thong-bao", || get(notices)),
    Route::post("/thong-bao", || post(seen)).form(""),
    Route::get("/don-doc", || get(reminders)),
    Route::post("/don-doc", || post(remind)).form("don_vi=UB002&issuer=TU&symbol=CV%2FTU&title=x"),
    Route::post("/don-doc/{reminder}", || post(settle)).form(""),
    Route::get("/don-doc/{reminder}/tep", || get(file)),
    Route::get("/qt/moc-noi", || get(hooks::show)),
    Route::post("/qt/moc-noi", || post(hooks::change)).form(""),
    Route::get("/toi/thong-bao", || get(mine::show)),
    Route::post("/toi/thong-bao", || post(mine::change)).form(""),
    Route::get("/lich/{calendar}", || get(mine::feed)),
    Route::post("/nv/{task}/trao-doi", || post(talk::comment)).form(""),
    Route::post("/nv/{task}/theo-doi", || post(talk::watch)).form(""),
    Route::get("/theo-doi", || get(talk::watched)),
    Route::get("/qt/bac-thang", || get(ladder)),
    Route::post("/qt/bac-thang", || post(change_ladder)).form(""),
];

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    s: Shell,
    sh: Show,
    /// A notice, its lead unit's name, whether it is new.
    notices: Vec<(Notice, String, bool)>,
    fresh: i64,
    /// Comments that mention me.
    mentions: Vec<store::Comment>,
}

async fn notices(cx: Cx) -> Response {
    let today = cx.today;
    let out = async {
        let (notices, fresh, mentions) = cx
            .read(move |tx, actor| {
                let names = Snapshot::at(tx, today)?;
                let until = match actor.account {
                    Some(account) => store::seen_until(tx, account)?,
                    None => None,
                };
                let shown = store::notices(tx, actor, 300)?
                    .into_iter()
                    .map(|n| {
                        let lead = names.name(names.now(n.lead));
                        let fresh = until.is_none_or(|day| n.day > day);
                        (n, lead, fresh)
                    })
                    .collect();
                Ok((shown, store::unseen(tx, actor)?, acts::talk::mentions(tx, actor, 20)?))
            })
            .await?;
        let s = cx.shell(cx.t.say("nav-notices"), "/thong-bao");
        cx.page(&NoticesPage { s, sh: Show, notices, fresh, mentions })
    };
    let out = out.await;
    cx.reply(out)
}

async fn seen(cx: Cx) -> Response {
    let out = async {
        cx.act(|tx, clock, actor| {
            let Some(account) = actor.account else { return Refusal::forbidden().stop() };
            Ok(store::set_seen(tx, account, clock.today())?)
        })
        .await?;
        Ok(see_other("/thong-bao"))
    };
    let out = out.await;
    cx.reply(out)
}

/// A unit with overdue tasks.
struct Late {
    code: String,
    name: String,
    count: usize,
    /// The longest delay in working days.
    longest: i64,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "reminders.html")]
struct RemindersPage {
    s: Shell,
    sh: Show,
    may_remind: bool,
    late: Vec<Late>,
    /// A reminder, the names of the reminded unit, whether the reader may settle it.
    made: Vec<(Reminder, String, bool)>,
    back: Back,
    defaults: HashMap<&'static str, String>,
}

impl RemindersPage {
    /// What was typed, or what is usual.
    fn value(&self, name: &str) -> &str {
        if self.back.wrong.is_empty() {
            self.defaults.get(name).map_or("", String::as_str)
        } else {
            self.back.value(name)
        }
    }
}

/// What a reminder usually carries: the issuer, its symbol, who signs.
fn usual(names: &Snapshot, issuer: Option<UnitId>) -> HashMap<&'static str, String> {
    let mut usual = HashMap::new();
    let Some(unit) = issuer.and_then(|id| names.unit(id)) else { return usual };
    let is_party = unit.tree == Tree::Party;
    let office = office_of(&unit.name, is_party);
    let symbol = if is_party { format!("CV/{office}") } else { format!("{office}-VP") };
    usual.insert("issuer", unit.code.clone());
    usual.insert("symbol", symbol);
    usual.insert("authority", if is_party { "T/L Ban Thường vụ" } else { "TL. Chủ tịch" }.to_owned());
    usual.insert("title", "Chánh Văn phòng".to_owned());
    usual
}

/// The units that the address names are ticked: `/don-doc?don_vi=UB001,UB002`.
async fn reminders(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = reminders_page(&cx, Back { sent: query, ..Back::default() }).await;
    cx.reply(out)
}

async fn reminders_page(cx: &Cx, back: Back) -> Reply {
    let today = cx.today;
    let chosen: Vec<String> = back.value("don_vi").split(',').map(str::to_owned).collect();
    let (may_remind, late, made, defaults) = cx
        .read(move |tx, actor| {
            let names = Snapshot::at(tx, today)?;
            let may_remind = actor.may_somewhere(Right::Assign);
            let mut late = Vec::new();
            if may_remind {
                for (unit, rows) in acts::overdue(tx, actor, today)? {
                    let calendar = organisation::store::calendar_of(tx, Some(unit), today)?;
                    let days = rows
                        .iter()
                        .filter_map(|r| calendar.working_days_between(r.due?, today).ok())
                        .max()
                        .unwrap_or(0);
                    let code = names.unit(unit).map(|u| u.code.clone()).unwrap_or_default();
                    let chosen = chosen.contains(&code);
                    late.push(Late {
                        code,
                        name: names.name(unit),
                        count: rows.len(),
                        longest: days,
                        chosen,
                    });
                }
                late.sort_by_key(|l| (std::cmp::Reverse(l.count), std::cmp::Reverse(l.longest)));
            }
            let made = store::reminders(tx, actor, 300)?
                .into_iter()
                .map(|m| {
                    let name = names.name(names.now(m.unit));
                    let may = m.state == "made" && actor.may(Right::Assign, m.issuer);
                    (m, name, may)
                })
                .collect();
            let office = actor.grants.iter().find(|g| g.role == Role::ProgrammeOffice).and_then(|g| g.top);
            Ok((may_remind, late, made, usual(&names, office.or(actor.unit))))
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-reminders"), "/don-doc");
    cx.page_with(back.status, &RemindersPage { s, sh: Show, may_remind, late, made, back, defaults })
}

async fn remind(cx: Cx, Sent(pairs): Sent<Vec<(String, String)>>) -> Response {
    let today = cx.today;
    let mark = if cx.site.demo { cx.in_vietnamese("shell-demo") } else { String::new() };
    let units: Vec<String> =
        pairs.iter().filter(|(name, _)| name == "don_vi").map(|(_, code)| code.clone()).collect();
    let mut form: Form = pairs.into_iter().collect();
    form.insert("don_vi".to_owned(), units.join(","));
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Assign)?;
                let names = Directory::at(tx, today)?;
                let chosen = units.iter().filter_map(|code| names.asked(code, "don_vi").transpose());
                let chosen: Vec<UnitId> = chosen.collect::<Outcome<_>>()?;
                let how = Remind {
                    issuer: names.asked(&field(&form, "issuer"), "issuer")?,
                    symbol: field(&form, "symbol"),
                    authority: field(&form, "authority"),
                    title: field(&form, "title"),
                    name: field(&form, "name"),
                    reply_by: day_in(&form, "reply_by")?,
                    explain: form.get("explain").is_some_and(|v| v == "1"),
                    mark: mark.clone(),
                };
                acts::remind(tx, clock, actor, &chosen, &how)
            })
            .await;
        match done {
            Ok(_) => Ok(see_other("/don-doc?xong=saved#da-lap")),
            Err(stop) => reminders_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

async fn settle(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                let on = match field(&form, "viec").as_str() {
                    "withdraw" => None,
                    _ => Some(day_in(&form, "sent_on")?.unwrap_or(clock.today())),
                };
                acts::settle(tx, clock, actor, &code, on)
            })
            .await;
        match done {
            Ok(()) => Ok(see_other("/don-doc?xong=saved#da-lap")),
            Err(stop) => reminders_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

async fn file(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let name = format!("{code}.docx");
        let found = cx
            .read(move |tx, actor| {
                let reminder = store::reminder_by_code(tx, &code)?
                    .filter(|m| actor.may(Right::See, m.unit) || actor.may(Right::Assign, m.issuer));
                let Some(reminder) = reminder else { return Refusal::not_found().stop() };
                match document::store::file(tx, &reminder.sha256)? {
                    Some((_, media, bytes)) => Ok((media, bytes)),
                    None => Refusal::not_found().stop(),
                }
            })
            .await?;
        Ok(download(&name, &found.0, found.1))
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "ladder.html")]
struct LadderPage {
    s: Shell,
    /// Days and whom as typed; some empty rows to add to.
    rows: Vec<(String, String)>,
    repeat: String,
    may_change: bool,
    back: Back,
}

impl LadderPage {
    fn all(&self) -> [&'static str; 5] {
        Whom::ALL.map(Whom::word)
    }
}

async fn ladder(cx: Cx) -> Response {
    let out = ladder_page(&cx, Back::default()).await;
    cx.reply(out)
}

/// How many rungs a ladder can have.
const RUNGS: usize = 12;

async fn ladder_page(cx: &Cx, back: Back) -> Reply {
    let (ladder, may_change) =
        cx.read(|tx, actor| Ok((store::ladder(tx)?, actor.may_everywhere(Right::Administer)))).await?;
    let mut rows: Vec<(String, String)> =
        ladder.rungs.iter().map(|r| (r.after.to_string(), r.whom.word().to_owned())).collect();
    let mut repeat = ladder.repeat.to_string();
    if !back.wrong.is_empty() {
        let typed = |n: usize| {
            let value = |name: &str| back.value(&format!("{name}.{n}")).to_owned();
            (value("after"), value("whom"))
        };
        rows = (1..=RUNGS).map(typed).collect();
        back.value("repeat").clone_into(&mut repeat);
    }
    rows.resize(RUNGS, (String::new(), String::new()));
    let s = cx.shell(cx.t.say("nav-ladder"), "/qt/bac-thang");
    cx.page_with(back.status, &LadderPage { s, rows, repeat, may_change, back })
}

/// The ladder of a form.
fn ladder_of(form: &Form) -> Outcome<Ladder> {
    let wrong = || Refusal::new("chase-refusal-ladder").at("after");
    let mut rungs = Vec::new();
    for n in 1..=RUNGS {
        let after = field(form, &format!("after.{n}"));
        if after.is_empty() {
            continue;
        }
        let whom = Whom::from_word(&field(form, &format!("whom.{n}"))).ok_or_else(wrong)?;
        rungs.push(Rung { after: after.replace('−', "-").parse().map_err(|_| wrong())?, whom });
    }
    rungs.sort_by_key(|r| (r.after, r.whom.word()));
    Ok(Ladder { rungs, repeat: field(form, "repeat").parse().map_err(|_| wrong())? })
}

async fn change_ladder(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let sent = form.clone();
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_everywhere(Right::Administer)?;
                acts::change_ladder(tx, clock, actor, &ladder_of(&form)?)
            })
            .await;
        match done {
            Ok(()) => Ok(see_other("/qt/bac-thang?xong=saved")),
            Err(stop) => ladder_page(&cx, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
