//! The demo city: fictitious units, people and figures over three years, the same at every start of a day.
//!
//! Made by a small generator with a fixed seed, relative to today, so that something is always due. Bulk work goes
//! straight to the stores; the trail says that it was the demo that made it.

mod dossiers;
mod indices;
mod reports;
mod scenes;
mod surveys;
mod targets;
mod words;

use base::{
    Actor, Clock, Date, Outcome, Role, Span,
    ids::{PostId, UnitId},
    period::Due,
};
use db::{Database, Tx, trail};
use document::{
    ClauseKind,
    read::{Draft, DraftClause},
};
use organisation::{Kind, Tree, store::NewUnit};
use programme::{
    store::{self, NewStep, NewTask},
    words::{Facts, Programme, ProgrammeId, State, Task, TaskId},
};
use words::{COMMUNE_NAMES, DEPARTMENTS, DISTRICT_NAMES, Dice, FIELDS, OBJECTS, PROGRAMMES, VERBS};

/// The password of all demo sign-ins, printed at the start.
pub const PASSWORD: &str = "dung-thu-trong-tam";

/// How large a city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For tests: 6 districts, 400 tasks.
    Small,
    /// 30 districts, 579 communes, 20,000 tasks.
    City,
    /// The same city with so many tasks, for benchmarks.
    Tasks(usize),
}

impl Size {
    fn districts(self) -> usize {
        if self == Self::Small { 6 } else { 30 }
    }

    fn communes(self) -> usize {
        if self == Self::Small { 24 } else { 579 }
    }

    fn tasks(self) -> usize {
        match self {
            Self::Small => 400,
            Self::City => 20_000,
            Self::Tasks(n) => n,
        }
    }
}

/// A district with its bodies.
#[derive(Debug, Clone)]
struct District {
    name: String,
    office: UnitId,
    party: UnitId,
    communes: Vec<UnitId>,
}

#[derive(Debug, Clone)]
struct City {
    top: UnitId,
    party: UnitId,
    departments: Vec<UnitId>,
    districts: Vec<District>,
}

impl City {
    /// A department by its code; the city where there is none.
    fn department(&self, code: &str) -> UnitId {
        let at = DEPARTMENTS.iter().position(|(other, ..)| *other == code);
        at.and_then(|at| self.departments.get(at)).copied().unwrap_or(self.top)
    }

    /// The department of home affairs, which leads the rounds of indices.
    fn home_affairs(&self) -> UnitId {
        self.department("SNV")
    }
}

/// Fills an empty database; returns the lines to print. A filled one is left as it is.
///
/// # Errors
/// When the database fails.
pub fn fill(db: &Database, clock: &Clock, size: Size) -> Outcome<Vec<String>> {
    let begun = clock.now();
    if db.read_now(|tx| Ok(!account::store::is_empty(tx)?))? {
        return Ok(sign_ins());
    }
    let actor = Actor::program("Bộ dữ liệu dùng thử");
    let (c, a) = (clock.clone(), actor.clone());
    let city = db.act_now(move |tx| units(tx, &c, &a, size))?;
    let (c, a, where_) = (clock.clone(), actor.clone(), city.clone());
    let hash = account::password::hash(PASSWORD)?;
    db.act_now(move |tx| people(tx, &c, &a, &where_, &hash))?;
    let (c, a, where_) = (clock.clone(), actor.clone(), city.clone());
    let programmes = db.act_now(move |tx| programmes(tx, &c, &a, &where_))?;
    let batches = (size.tasks() / 1000).max(1);
    for batch in 0..batches {
        let (c, a, where_, list) = (clock.clone(), actor.clone(), city.clone(), programmes.clone());
        let n = size.tasks() / batches;
        db.act_now(move |tx| tasks(tx, &c, &a, &where_, &list, u64::try_from(batch).unwrap_or(0), n))?;
    }
    let (c, a) = (clock.clone(), actor);
    db.act_now(move |tx| {
        scenes::desks(tx, &c, &a, &city)?;
        scenes::moves(tx, &c, &city)?;
        scenes::focus(tx, &c, &a)?;
        scenes::review(tx, &c, &a)?;
        reports::reports(tx, &c, &a)?;
        indices::indices(tx, &c, &a, &city, !matches!(size, Size::Tasks(_)))?;
        surveys::surveys(tx, &c, &a, &city)?;
        dossiers::dossiers(tx, &c, &a, &city)?;
        // What was called in the last weeks, as if the city had been served all along.
        chase::store::set_swept(tx, back(c.today(), 28))?;
        chase::acts::sweep(tx, &c, &crate::OWES)?;
        Ok(())
    })?;
    let seconds = clock.now().duration_since(begun).as_secs();
    let mut lines = vec![format!(
        "Thành phố hư cấu: {} quận, huyện; {} xã, phường; {} nhiệm vụ; lập trong {seconds} giây.",
        size.districts(),
        size.communes(),
        size.tasks()
    )];
    lines.extend(sign_ins());
    Ok(lines)
}

/// The Party committee of the first district.
const FIRST_PARTY: &str = "Quận ủy, huyện ủy đầu tiên";

/// The department that appraises its criteria of an index.
const DEPARTMENT: &str = "Sở Tài chính";

/// One sign-in per role, one of a district's Party committee and one of a department.
const SIGN_INS: &[(&str, Role, &str)] = &[
    ("vanphong", Role::ProgrammeOffice, "Văn phòng Thành ủy"),
    ("lanhdao", Role::Leader, "Thành ủy"),
    ("thutruong", Role::UnitHead, "UBND quận đầu tiên"),
    ("chuyenvien", Role::Clerk, "UBND quận đầu tiên"),
    ("kiemtra", Role::Inspector, "Thành ủy"),
    ("nhansu", Role::PersonnelOfficer, "Thành ủy"),
    ("tochuc", Role::OrganisationOfficer, "Thành ủy"),
    ("quantri", Role::Administrator, "Thành ủy"),
    ("nguoixem", Role::Reader, "Thành ủy"),
    ("quanuy", Role::Clerk, FIRST_PARTY),
    ("sotaichinh", Role::Clerk, DEPARTMENT),
];

fn sign_ins() -> Vec<String> {
    let mut lines = vec![format!("Đăng nhập dùng thử, mật khẩu chung: {PASSWORD}")];
    lines.extend(SIGN_INS.iter().map(|(login, role, _)| format!("  {login:<12} {}", role.word())));
    lines
}

fn back(today: Date, days: i64) -> Date {
    today.checked_sub(Span::new().days(days)).unwrap_or(today)
}

fn unit(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, kind, tree, name): (&str, &str, Tree, &str),
    parent: Option<UnitId>,
    territory: Option<UnitId>,
) -> Outcome<UnitId> {
    let new = NewUnit {
        code,
        kind,
        tree,
        name,
        official_code: "",
        established: Date::constant(2010, 1, 1),
        dissolved: None,
        territory,
        listed: true,
        source: "demo",
    };
    let id = organisation::store::insert_unit(tx, clock, &new)?;
    if let Some(parent) = parent {
        let edge = organisation::words::Edge { child: id, parent, from: new.established, to: None };
        organisation::store::insert_edge(tx, clock, &edge, tree, "demo")?;
    }
    let _ = actor;
    Ok(id)
}

fn units(tx: &Tx<'_>, clock: &Clock, actor: &Actor, size: Size) -> Outcome<City> {
    let mut dice = Dice::new(1);
    let put = |of: (&str, &str, Tree, &str), parent, territory| unit(tx, clock, actor, of, parent, territory);
    let top = put(("TP", Kind::CITY, Tree::Territory, "Thành phố Lạc Hà"), None, None)?;
    let party = put(("TU", "cap_uy", Tree::Party, "Thành ủy Lạc Hà"), Some(top), Some(top))?;
    let mut departments = Vec::new();
    for (code, name, tree) in DEPARTMENTS {
        departments.push(put((code, "so", *tree, name), Some(top), Some(top))?);
    }
    let mut districts: Vec<District> = Vec::new();
    for (i, name) in DISTRICT_NAMES.iter().take(size.districts()).enumerate() {
        let urban = i % 5 < 2;
        let (word, committee) = if urban { ("Quận", "Quận ủy") } else { ("Huyện", "Huyện ủy") };
        let n = i + 1;
        let territory = put(
            (&format!("H{n:03}"), Kind::DISTRICT, Tree::Territory, &format!("{word} {name}")),
            Some(top),
            None,
        )?;
        let office_name = format!("UBND {} {name}", word.to_lowercase());
        let office = put(
            (&format!("UB{n:03}"), Kind::DISTRICT_COMMITTEE, Tree::State, &office_name),
            Some(top),
            Some(territory),
        )?;
        let committee_name = format!("{committee} {name}");
        let party = put(
            (&format!("DU{n:03}"), Kind::DISTRICT_PARTY, Tree::Party, &committee_name),
            Some(top),
            Some(territory),
        )?;
        let mut communes = Vec::new();
        let share = size.communes() / size.districts() + usize::from(i < size.communes() % size.districts());
        for j in 0..share {
            let kind = if urban { "Phường" } else { "Xã" };
            let first = dice.pick(COMMUNE_NAMES);
            let second = dice.pick(COMMUNE_NAMES);
            let code = format!("X{n:02}{:02}", j + 1);
            communes.push(put(
                (&code, Kind::COMMUNE, Tree::Territory, &format!("{kind} {first} {second}")),
                Some(territory),
                None,
            )?);
        }
        districts.push(District { name: (*name).to_owned(), office, party, communes });
    }
    tx.bump("organisation")?;
    tx.set("demo", "yes")?;
    trail::record(
        tx,
        clock,
        actor,
        trail::Entry {
            act: "demo.units.make",
            kind: "demo",
            id: None,
            code: "",
            unit: Some(top),
            facts: serde_json::json!({"districts": districts.len()}),
        },
    )?;
    Ok(City { top, party, departments, districts })
}

fn people(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City, hash: &str) -> Outcome<()> {
    let mut dice = Dice::new(2);
    let from = back(clock.today(), 900);
    let mut place =
        |unit: UnitId, title: &str, is_head: bool| -> Outcome<(base::ids::PersonId, PostId, String)> {
            let name = dice.person();
            let (person, _) = people::store::insert_person(tx, clock, &name)?;
            let post = people::store::insert_post(tx, clock, unit, title, is_head)?;
            people::store::insert_holding(tx, clock, person, post, true, from, "")?;
            Ok((person, post, name))
        };
    for department in &city.departments {
        place(*department, "Thủ trưởng", true)?;
    }
    for district in &city.districts {
        place(district.office, "Chủ tịch", true)?;
        place(district.party, "Bí thư", true)?;
        for commune in &district.communes {
            place(*commune, "Chủ tịch", true)?;
        }
    }
    let first = city.districts.first().map(|d| d.office).unwrap_or(city.top);
    let first_party = city.districts.first().map_or(city.party, |d| d.party);
    for (login, role, place_of) in SIGN_INS {
        let (unit, over) = match role {
            _ if *place_of == FIRST_PARTY => (first_party, Some(first_party)),
            _ if *place_of == DEPARTMENT => (city.department("STC"), Some(city.department("STC"))),
            Role::UnitHead | Role::Clerk => (first, Some(first)),
            _ => (city.party, None),
        };
        let (person, post, name) = place(unit, "Chuyên viên", false)?;
        account::acts::create(tx, clock, actor, (login, &name), hash, Some(person))?;
        grant(tx, clock, actor, *role, post, over, from)?;
        if matches!(role, Role::Administrator) {
            for extra in [Role::OrganisationOfficer, Role::PersonnelOfficer] {
                grant(tx, clock, actor, extra, post, None, from)?;
            }
        }
    }
    Ok(())
}

/// A role carried by a post.
fn grant(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    role: Role,
    post: PostId,
    unit: Option<UnitId>,
    from: Date,
) -> Outcome<()> {
    let new = account::acts::NewRole::of(role, (Some(post), None), unit, from);
    account::acts::grant(tx, clock, actor, &new).map(|_| ())
}

/// A programme with its clauses to take up.
#[derive(Debug, Clone)]
struct Made {
    programme: Programme,
    clauses: Vec<document::ClauseId>,
    owner: Option<usize>,
}

fn programmes(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City) -> Outcome<Vec<Made>> {
    let today = clock.today();
    let issued = back(today, 1100);
    let mut dice = Dice::new(3);
    let mut out = Vec::new();
    let mut tops: Vec<Made> = Vec::new();
    for (i, title) in PROGRAMMES.iter().enumerate() {
        let mut clauses = Vec::new();
        for part in 1..=4u8 {
            clauses.push(DraftClause {
                key: format!("II.{part}"),
                kind: ClauseKind::Item,
                text: FIELDS.get(usize::from(part)).copied().unwrap_or_default().to_owned(),
            });
            for letter in ["a", "b", "c"] {
                let text = format!("{} {}.", dice.pick(VERBS), dice.pick(OBJECTS));
                clauses.push(DraftClause {
                    key: format!("II.{part}.{letter}"),
                    kind: ClauseKind::Point,
                    text,
                });
            }
        }
        let draft = Draft {
            system: "party".to_owned(),
            kind: "chuong_trinh".to_owned(),
            number: format!("{:02}", i + 1),
            symbol: "CTr/TU".to_owned(),
            title: (*title).to_owned(),
            issuer: "Thành ủy Lạc Hà".to_owned(),
            issued: Some(issued),
            clauses,
            ..Draft::default()
        };
        let entered = document::acts::enter(tx, clock, actor, &draft, None)?;
        let programme = programme::acts::programme_from(tx, clock, actor, &entered.document)?;
        store::set_scope(tx, programme.id, &city.districts.iter().map(|d| d.party).collect::<Vec<_>>())?;
        let points = document::store::clauses(tx, entered.document.id)?
            .into_iter()
            .filter(|c| c.kind == ClauseKind::Point)
            .map(|c| c.id)
            .collect();
        targets::targets(tx, clock, actor, city, &programme, &mut dice)?;
        tops.push(Made { programme, clauses: points, owner: None });
    }
    for (d, district) in city.districts.iter().enumerate() {
        for (i, top) in tops.iter().enumerate() {
            // The last district has not yet made a plan for every programme.
            if d + 1 == city.districts.len() && i % 3 == 0 {
                continue;
            }
            let days = 20 + dice.below(80);
            let issued =
                issued.checked_add(Span::new().days(i64::try_from(days).unwrap_or(30))).unwrap_or(issued);
            // The first district works by six programmes and three breakthroughs of its own.
            let kind = match (d, i) {
                (0, 0..6) => "chuong_trinh",
                (0, 6..9) => "dot_pha",
                _ => "ke_hoach",
            };
            let plan = Programme {
                id: ProgrammeId::new(clock),
                code: format!("KH-{:02}.{:02}", d + 1, i + 1),
                kind: kind.to_owned(),
                term: top.programme.term.clone(),
                congress: String::new(),
                number: format!("{}", i + 11),
                symbol: "KH/QU".to_owned(),
                title: format!("{}: kế hoạch thực hiện {}", district.name, top.programme.mark()),
                issuer: Some(district.party),
                document: None,
                parent: Some(top.programme.id),
                issued: Some(issued),
                starts: issued,
                early_days: None,
            };
            store::insert_programme(tx, &plan)?;
            out.push(Made { programme: plan, clauses: top.clauses.clone(), owner: Some(d) });
        }
    }
    out.extend(tops);
    Ok(out)
}

fn tasks(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    city: &City,
    made: &[Made],
    batch: u64,
    n: usize,
) -> Outcome<()> {
    let mut dice = Dice::new(100 + batch);
    let today = clock.today();
    for _ in 0..n {
        let Some(of) = made.get(dice.below(made.len())) else { continue };
        let lead = match of.owner.and_then(|d| city.districts.get(d)) {
            Some(district) => match dice.below(3) {
                0 => district.office,
                1 => district.party,
                _ => district
                    .communes
                    .get(dice.below(district.communes.len()))
                    .copied()
                    .unwrap_or(district.office),
            },
            None => city.departments.get(dice.below(city.departments.len())).copied().unwrap_or(city.party),
        };
        one(tx, clock, actor, of, lead, today, &mut dice)?;
    }
    Ok(())
}

/// One task with the steps of its life so far.
fn one(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    of: &Made,
    lead: UnitId,
    today: Date,
    dice: &mut Dice,
) -> Outcome<()> {
    let add = |day: Date, days: usize| {
        day.checked_add(Span::new().days(i64::try_from(days).unwrap_or(0))).unwrap_or(day)
    };
    let created = add(of.programme.starts, dice.below(900));
    let created = if today < created { back(today, 10) } else { created };
    let due = add(created, 40 + dice.below(500));
    let clear = dice.below(100) < 93;
    let clause = of.clauses.get(dice.below(of.clauses.len().max(1))).copied();
    let mut facts = Facts {
        title: format!("{} {}", dice.pick(VERBS), dice.pick(OBJECTS)),
        product: dice.pick(&["Báo cáo", "Kế hoạch", "Quyết định", "Đề án", "Danh mục"]).to_owned(),
        acceptance: if clear {
            "Người có thẩm quyền ký ban hành".to_owned()
        } else {
            String::new()
        },
        authority: if clear { of.programme.mark() } else { String::new() },
        field: dice.pick(FIELDS).to_owned(),
        new_and_hard: dice.below(25) == 0,
        lead: Some(lead),
        person_name: if clear { dice.person() } else { String::new() },
        due: Due::Day { on: due },
        due_written: base::format::date(due),
        first_due: Some(due),
        clauses: clause.into_iter().collect(),
        ..Facts::default()
    };
    let number = tx.next_number(&format!("task:{}", of.programme.code))?;
    let short = of.programme.code.trim_start_matches("CT-").trim_start_matches("KH-");
    let mut steps: Vec<(Date, &'static str, Facts)> = vec![(created, "create", facts.clone())];
    if clear {
        facts.state = State::Assigned;
        steps.push((add(created, 1), "assign", facts.clone()));
        facts.state = State::Received;
        steps.push((add(created, 3 + dice.below(4)), "receive", facts.clone()));
        // Most are done by their day, some late, some not at all.
        let done = add(due, 0)
            .checked_sub(Span::new().days(i64::try_from(dice.below(30)).unwrap_or(0)))
            .unwrap_or(due);
        // The first district was fourth three years ago, behind three that have grown slack, and is first now.
        let (year, year_before) = (back(today, 365) <= due, back(today, 730) <= due);
        let (late_one_in, never_one_in) = match (of.owner, year, year_before) {
            (Some(0), true, _) => (400, 1000),
            (Some(0), false, true) => (40, 400),
            (Some(0), false, false) => (28, 400),
            (Some(1), false, true) | (Some(1..=3), false, false) => (200, 1000),
            _ => (10, 60),
        };
        let done = if dice.below(late_one_in) == 0 { add(due, 1 + dice.below(40)) } else { done };
        let never = dice.below(never_one_in) == 0;
        let half = add(created, 15);
        if half < today {
            facts.state = State::InProgress;
            facts.percent = i64::try_from(10 + dice.below(70)).unwrap_or(10) * 100;
            steps.push((half, "progress", facts.clone()));
        }
        if done < today && !never && half < done {
            facts.state = State::Reported;
            facts.percent = 10_000;
            facts.reported_on = Some(done);
            steps.push((done, "report_done", facts.clone()));
            if dice.below(12) > 0 && add(done, 5) < today {
                facts.state = State::Accepted;
                facts.accepted_on = Some(add(done, 5));
                steps.push((add(done, 5), "accept", facts.clone()));
            }
        }
    }
    steps.retain(|(on, act, _)| *on <= today || *act == "create");
    let Some((_, _, last)) = steps.last().cloned() else { return Ok(()) };
    let task = Task {
        id: TaskId::new(clock),
        code: format!("NV-{short}.{number:03}"),
        programme: of.programme.id,
        parent: None,
        percent: 0,
        group_title: last.field.clone(),
        created_on: created,
        version: 1,
        facts: last,
    };
    store::insert_task(tx, &NewTask { task: &task, position: number, support: &[] })?;
    let count = i64::try_from(steps.len()).unwrap_or(1);
    let mut kept = Vec::new();
    for (i, (on, act, facts)) in steps.iter().enumerate() {
        let seq = i64::try_from(i + 1).unwrap_or(1);
        let step = NewStep { task: task.id, seq, on: *on, act, actor: &actor.name, words: "", facts };
        kept.push(store::add_step(tx, &step, clock.now())?);
    }
    store::set_version(tx, task.id, count)?;
    let entry = trail::Entry {
        act: "demo.task.make",
        kind: "task",
        id: Some(task.id.0),
        code: &task.code,
        unit: task.facts.lead,
        facts: store::Kept::in_facts(&kept, serde_json::json!({"steps": count})),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
