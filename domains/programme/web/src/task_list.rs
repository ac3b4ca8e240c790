//! The task list: filters, columns and order in the address, saved filters, the same step with many, exports of exactly
//! what is filtered.

use crate::{
    items::{Item, items},
    task_many::MANY,
    task_views::{self as views, Since, TimeLine},
};
use askama::Template;
use axum::{
    extract::Query,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base::{Date, Outcome, Refusal, Right, Stop, rights::Role};
use organisation::{Snapshot, soon};
use programme::{
    store::{self, Filter, View},
    words::Programme,
};
use web::form::{Form, day, download, encode, field};
use web::{Cx, Shell, Show};

const PAGE: i64 = 50;

/// The columns that can be chosen, in their order; the title always stands first.
const COLUMNS: [&str; 9] =
    ["lead", "due", "standing", "percent", "person", "field", "programme", "tags", "waits"];
/// Those shown when nothing is chosen.
const USUAL: [&str; 4] = ["lead", "due", "standing", "percent"];
/// What a list can be sorted by.
const SORTS: [&str; 10] =
    ["due", "-due", "code", "percent", "-percent", "lead", "field", "state", "person", "-code"];
#[derive(Template)]
#[template(path = "tasks.html")]
struct ListPage {
    s: Shell,
    sh: Show,
    items: Vec<Item>,
    total: i64,
    page: i64,
    pages: i64,
    query: Form,
    programmes: Vec<Programme>,
    /// Filters in force: the address without it, words.
    chips: Vec<(String, String)>,
    /// The address's query without the page number.
    rest: String,
    /// The same without the view.
    plain: String,
    columns: Vec<&'static str>,
    views: Vec<View>,
    /// The time line that the bars of the Gantt view lie on.
    line: TimeLine,
    /// The list beside an earlier day, when asked for.
    since: Option<Since>,
    today: Date,
    may_many: bool,
    may_create: bool,
    /// A filter that was passed over because it cannot mean anything.
    wrong: String,
}

impl ListPage {
    fn value(&self, name: &str) -> String {
        self.query.get(name).cloned().unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.query.get(name).is_some_and(|v| v == value)
    }

    /// The tasks in groups, for the views that are no table: by state, or by the day on which they are due.
    fn groups(&self) -> Vec<(String, Vec<&Item>)> {
        if self.is("xem", "the") {
            views::board(&self.s, &self.items)
        } else {
            views::calendar(&self.s, &self.items)
        }
    }

    /// What a task was on the day that the list is compared with.
    fn past(&self, code: &str) -> Option<&views::Past> {
        self.since.as_ref()?.tasks.get(code)
    }

    fn shows(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }

    fn all_columns(&self) -> [&'static str; 9] {
        COLUMNS
    }

    fn sorts(&self) -> [&'static str; 10] {
        SORTS
    }

    fn steps(&self) -> [&'static str; 12] {
        MANY
    }

    fn roles(&self) -> Vec<&'static str> {
        Role::ALL.iter().copied().map(Role::word).collect()
    }
}

/// What stands in the address, in the order in which it is written.
const FILTERS: [&str; 21] = [
    "q",
    "ct",
    "ke_hoach",
    "don_vi",
    "nhom",
    "chu_tri",
    "trang_thai",
    "tinh_trang",
    "linh_vuc",
    "cho",
    "quyen",
    "dieu",
    "moi_kho",
    "nhan",
    "ma",
    "ngay",
    "so_voi",
    "sap",
    "sap2",
    "cot",
    "xem",
];
/// Those that are no filters.
const NO_CHIPS: [&str; 5] = ["sap", "sap2", "cot", "ke_hoach", "xem"];

/// Stops at a filter that cannot mean anything: shown as a message instead of a list of everything.
fn checked(tx: &db::Tx<'_>, query: &Form, today: Date) -> Outcome<()> {
    let on = web::form::asked_day(query)?;
    let standing = field(query, "tinh_trang");
    if !standing.is_empty() && !programme::rules::STANDINGS.contains(&standing.as_str()) {
        return Refusal::new("refusal-unknown-word")
            .at("tinh_trang")
            .with("field", "tinh_trang")
            .with("value", standing)
            .stop();
    }
    organisation::unit_of(tx, on.unwrap_or(today), query, "don_vi")?;
    if let Some(then) = web::form::day_in(query, "so_voi")?
        && then >= on.unwrap_or(today)
    {
        return Refusal::new("since-refusal-day").at("so_voi").stop();
    }
    Ok(())
}

fn address(query: &Form, without: &str) -> String {
    let pairs: Vec<String> = FILTERS
        .iter()
        .filter(|name| **name != without)
        .filter_map(|name| {
            query.get(*name).filter(|v| !v.is_empty()).map(|v| format!("{name}={}", encode(v)))
        })
        .collect();
    pairs.join("&")
}

/// The filter of a query, limited to what the reader may see; the unit covers all below it and its territory.
pub(super) fn filter(tx: &db::Tx<'_>, actor: &base::Actor, query: &Form, today: Date) -> Outcome<Filter> {
    checked(tx, query, today)?;
    let as_of = day(query, "ngay").filter(|day| *day < today);
    let names = Snapshot::at(tx, as_of.unwrap_or(today))?;
    let group = names.by_code(&field(query, "nhom")).map(|unit| names.counted_under(unit.id));
    let unit = match names.by_code(&field(query, "don_vi")).map(|unit| unit.id) {
        Some(unit) => Some(unit),
        None => organisation::unit_of(tx, as_of.unwrap_or(today), query, "don_vi")?,
    };
    let unit = unit.map(|unit| names.work_of(unit));
    let own = names.by_code(&field(query, "chu_tri")).map(|unit| {
        let mut units = std::collections::HashSet::from([unit.id]);
        units.extend(names.taken_over(&units));
        units
    });
    let leads = own.or(group).or(unit).map(|units| units.into_iter().map(|u| u.0).collect());
    let programme = match field(query, "ct") {
        code if code.is_empty() => None,
        code => match store::programme_by_code(tx, &code)? {
            None => {
                return Refusal::new("programme-refusal-programme").at("ct").with("value", code).stop();
            }
            found => found,
        },
    };
    let clause = match (field(query, "dieu"), programme.as_ref().and_then(|p| p.document)) {
        (key, Some(document)) if !key.is_empty() => {
            let clauses = document::store::clauses(tx, document)?;
            // A key that is not there finds nothing rather than everything.
            Some(clauses.iter().find(|c| c.key == key).map_or(base::Uuid::nil(), |c| c.id.0))
        }
        _ => None,
    };
    let codes =
        field(query, "ma").split(',').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect();
    Ok(Filter {
        words: field(query, "q"),
        leads,
        seen: actor.reach(Right::See),
        lead_in: Right::from_word(&field(query, "quyen")).map(|right| actor.reach(right)),
        programme: programme.map(|p| p.id).filter(|_| clause.is_none()),
        with_plans: query.get("ke_hoach").is_some_and(|v| v == "1"),
        clause,
        state: field(query, "trang_thai"),
        standing: field(query, "tinh_trang"),
        field: field(query, "linh_vuc"),
        waits: field(query, "cho"),
        codes,
        tag: field(query, "nhan"),
        new_and_hard: query.get("moi_kho").is_some_and(|v| v == "1"),
        sort: sort_of(query),
        as_of,
        ..Filter::default()
    })
}

/// The order asked for; else what is open comes before what is done, unless one of them was asked for.
fn sort_of(query: &Form) -> String {
    let asked = format!("{},{}", field(query, "sap"), field(query, "sap2"));
    let is_asked =
        ["sap", "sap2", "trang_thai", "tinh_trang", "ngay"].iter().any(|n| !field(query, n).is_empty());
    if is_asked { asked } else { "open,due".to_owned() }
}

/// The query with what several fields of one name said put together: `cot=a&cot=b` is `cot=a,b`.
pub(super) fn gathered(pairs: Vec<(String, String)>) -> Form {
    let mut form = Form::new();
    for (name, value) in pairs {
        let kept: &mut String = form.entry(name).or_default();
        if !kept.is_empty() {
            kept.push(',');
        }
        kept.push_str(&value);
    }
    form
}

/// What a list shows: its tasks, how many there are in all, the programmes to choose from, saved filters, the list beside
/// an earlier day, and whether the reader takes steps with many and makes new ones.
type Found = (Vec<Item>, i64, Vec<Programme>, Vec<View>, Option<Since>, (bool, bool));

async fn read(cx: &Cx, query: &Form, page: i64, size: i64) -> Outcome<Found> {
    let (today, sent) = (cx.today, query.clone());
    cx.read(move |tx, actor| {
        let f = filter(tx, actor, &sent, today)?;
        let on = f.as_of.unwrap_or(today);
        let soon = soon(tx, on)?;
        let (rows, total) = store::list(tx, &f, today, soon, size, (page - 1) * size)?;
        let names = Snapshot::at(tx, today)?;
        let items = items(rows, &names, organisation::store::calendar(tx)?.as_ref(), (on, soon));
        let since = match web::form::day_in(&sent, "so_voi")? {
            Some(then) => Some(views::since(tx, &f, &names, &items, (today, soon), then)?),
            None => None,
        };
        let roles: Vec<String> = actor.grants.iter().map(|g| g.role.word().to_owned()).collect();
        let views = actor.account.map(|id| store::views(tx, id, &roles)).transpose()?.unwrap_or_default();
        let assigns = actor.may_somewhere(Right::Assign);
        let may = (assigns || actor.may_somewhere(Right::Lead), assigns);
        let tops = store::programmes(tx)?.into_iter().filter(|p| p.parent.is_none()).collect();
        Ok((items, total, tops, views, since, may))
    })
    .await
}

pub(super) async fn list(cx: Cx, headers: HeaderMap, Query(pairs): Query<Vec<(String, String)>>) -> Response {
    let today = cx.today;
    // What htmx asks for is put into the page only when it is fine.
    let by_htmx = headers.contains_key("hx-request");
    let out = async {
        let query = gathered(pairs);
        let page = web::form::asked_page(&query);
        // A board or a calendar shows more at once than a table that one reads through.
        let size =
            if matches!(field(&query, "xem").as_str(), "the" | "lich" | "gantt") { PAGE * 4 } else { PAGE };
        // A filter that cannot mean anything is told, and the list stands without it.
        let (mut query, mut wrong) = (query, String::new());
        let (items, total, programmes, views, since, (may_many, may_create)) = loop {
            match read(&cx, &query, page, size).await {
                Ok(found) => break found,
                Err(Stop::Refused(r)) if r.field.is_some_and(|name| query.contains_key(name)) => {
                    if wrong.is_empty() {
                        wrong = cx.refusal_text(&r);
                    }
                    query.remove(r.field.unwrap_or_default());
                }
                Err(stop) => return Err(stop),
            }
        };
        let pages = (total + size - 1) / size;
        if items.is_empty() && 0 < pages && pages < page {
            return Ok(web::see_other(&format!("/nv?{}&trang={pages}", address(&query, ""))));
        }
        let chips = FILTERS
            .iter()
            .filter(|name| !NO_CHIPS.contains(name))
            .filter_map(|name| {
                let value = query.get(*name).filter(|v| !v.is_empty())?;
                let shown = match *name {
                    "trang_thai" => cx.t.say(&format!("state-{value}")),
                    "tinh_trang" => cx.t.say(&format!("standing-{value}")),
                    "cho" => cx.t.say(&format!("wait-{value}")),
                    "quyen" => cx.t.say("filter-mine"),
                    "moi_kho" => cx.t.say("task-new-hard"),
                    "ngay" => format!("{} {value}", cx.t.say("as-of")),
                    "so_voi" => format!("{} {value}", cx.t.say("since")),
                    "nhan" => format!("{} {value}", cx.t.say("tag")),
                    "dieu" => format!("{} {value}", cx.t.say("clause")),
                    _ => value.clone(),
                };
                Some((format!("/nv?{}", address(&query, name)), shown))
            })
            .collect();
        let chosen = field(&query, "cot");
        let columns = COLUMNS
            .into_iter()
            .filter(
                |c| if chosen.is_empty() { USUAL.contains(c) } else { chosen.split(',').any(|w| w == *c) },
            )
            .collect();
        let status =
            if wrong.is_empty() || by_htmx { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let page = ListPage {
            s: cx.shell(cx.t.say("nav-tasks"), "/nv"),
            sh: Show,
            wrong,
            line: TimeLine::over(&items, day(&query, "ngay").filter(|d| *d < today).unwrap_or(today)),
            items,
            since,
            total,
            page,
            pages,
            rest: address(&query, ""),
            plain: address(&query, "xem"),
            query,
            programmes,
            chips,
            columns,
            views,
            today,
            may_many,
            may_create,
        };
        cx.page_with(status, &page)
    };
    let out = out.await;
    cx.reply(out)
}

async fn exported(cx: &Cx, query: Form) -> Outcome<paper::write::List> {
    let (today, t, clock) = (cx.today, cx.t.clone(), cx.site.clock.clone());
    cx.read(move |tx, actor| {
        let f = filter(tx, actor, &query, today)?;
        let rows = store::first(tx, &f, today, soon(tx, f.as_of.unwrap_or(today))?, room::MOST)?;
        let names = Snapshot::at(tx, today)?;
        let about = vec![
            (t.say("export-filter"), address(&query, "")),
            (t.say("export-as-of"), base::format::date(f.as_of.unwrap_or(today))),
            (t.say("export-made"), base::format::moment(clock.now())),
        ];
        Ok(programme::lists::tasks(tx, &rows, &names, &t, about)?)
    })
    .await
}

pub(super) async fn csv(cx: Cx, Query(pairs): Query<Vec<(String, String)>>) -> Response {
    let out = async {
        let list = exported(&cx, gathered(pairs)).await?;
        Ok(download("nhiem-vu.csv", "text/csv; charset=utf-8", list.csv()?))
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn xlsx(cx: Cx, Query(pairs): Query<Vec<(String, String)>>) -> Response {
    let out = async {
        let list = exported(&cx, gathered(pairs)).await?;
        Ok(download("nhiem-vu.xlsx", paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
