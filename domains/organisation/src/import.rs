//! Imports of this room: the national list of units, a catalogue of offices, the map of a reorganisation, holidays.

mod calendar;
mod map;

pub use calendar::{CALENDAR, calendar};
pub use map::{MAP, units_map};

use crate::{
    Tree,
    store::{self, NewUnit},
    words::{Edge, Kind, Unit},
};
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right,
    fold::{fold, tidy},
    ids::UnitId,
    intake::Report,
};
use db::{Tx, trail};
use paper::{
    Sheet,
    table::{self, Wanted},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The columns of a list of units.
pub const UNITS: &[Wanted] = &[
    Wanted { name: "code", headers: &["=code", "=ma", "ma don vi"], needed: true },
    Wanted { name: "name", headers: &["=name vi", "=ten chuan", "ten don vi", "=ten"], needed: true },
    Wanted { name: "level", headers: &["=level", "=cap", "=loai", "loai hinh"], needed: false },
    Wanted { name: "from", headers: &["=valid from", "tu ngay", "ngay thanh lap"], needed: false },
    Wanted { name: "to", headers: &["=valid to", "den ngay"], needed: false },
    Wanted { name: "parent", headers: &["=parent code", "ma cap tren"], needed: false },
    Wanted { name: "tree", headers: &["=he thong", "=tree"], needed: false },
];

/// The first day of units of which the file does not say when they began.
pub const UNKNOWN_START: Date = Date::constant(1945, 9, 2);

fn no_table(wanted: &[Wanted]) -> Refusal {
    let names: Vec<&str> = wanted.iter().filter(|w| w.needed).map(|w| w.name).collect();
    Refusal::new("paper-no-table").with("columns", names.join(", "))
}

struct Line {
    row: u32,
    code: String,
    name: String,
    kind: String,
    tree: Tree,
    from: Date,
    to: Option<Date>,
    parent: String,
    /// Whether the list says neither levels nor what stands above: a catalogue of a place, whose codes are its own.
    is_bare: bool,
}

/// Imports a list of units: the national list of territories by period, or a catalogue of offices.
///
/// # Errors
/// Refuses a file without the table, and an actor without the right.
pub fn units(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    map: &BTreeMap<String, String>,
) -> Outcome<Report> {
    actor.need_everywhere(Right::Organise)?;
    let table = table::find_mapped(sheets, UNITS, map).ok_or_else(|| no_table(UNITS))?;
    let mut report = Report::default();
    let mut lines: Vec<Line> = Vec::new();
    let mut without_start = 0;
    for row in table.rows() {
        let at = row.number;
        let (code, name) = (table.line(at, "code"), tidy(&table.line(at, "name")));
        if code.is_empty() && name.is_empty() {
            continue;
        }
        report.read += 1;
        if code.is_empty() || name.is_empty() {
            let field = if code.is_empty() { "code" } else { "name" };
            report.refuse(at, field, "", "organisation-refusal-row-empty");
            continue;
        }
        let date = |column: &str| -> Result<Option<Date>, String> {
            let text = table.line(at, column);
            if text.is_empty() {
                return Ok(None);
            }
            match base::period::read(&text) {
                base::period::Due::Day { on } => Ok(Some(on)),
                _ => text.parse().map(Some).map_err(|_| text),
            }
        };
        let (from, to) = match (date("from"), date("to")) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(text), _) => {
                report.refuse(at, "from", &text, "organisation-refusal-row-date");
                continue;
            }
            (_, Err(text)) => {
                report.refuse(at, "to", &text, "organisation-refusal-row-date");
                continue;
            }
        };
        // A list of territories without their levels says them in the names.
        let level = table.line(at, "level");
        let is_bare = level.is_empty() && !table.has("parent");
        let level = if level.is_empty() { level_of(&name).unwrap_or_default().to_owned() } else { level };
        if level.is_empty() {
            report.refuse(at, "level", &name, "organisation-refusal-row-level");
            continue;
        }
        let (kind, tree) = match Level::read(&level) {
            Level::Territory(kind) => (kind.to_owned(), Tree::Territory),
            Level::Office(kind) => {
                let tree = Tree::from_word(&table.line(at, "tree")).unwrap_or(Tree::State);
                if !Kind::LISTED.contains(&kind.as_str()) {
                    let facts = [("row", at.to_string()), ("level", level.clone())];
                    report.warn(Some(at), "organisation-warn-level", &facts);
                }
                (kind, tree)
            }
        };
        without_start += usize::from(from.is_none());
        lines.push(Line {
            row: at,
            code,
            name,
            kind,
            tree,
            from: from.unwrap_or(UNKNOWN_START),
            // The last day itself still counts.
            to: to.and_then(|d| d.tomorrow().ok()),
            parent: table.line(at, "parent"),
            is_bare,
        });
    }
    if without_start > 0 {
        let facts = [("n", without_start.to_string()), ("day", base::format::date(UNKNOWN_START))];
        report.warn(None, "organisation-warn-no-start", &facts);
    }
    // Parents before children, and earlier periods before later ones.
    let rank = |line: &Line| match line.kind.as_str() {
        Kind::CITY => 0,
        Kind::DISTRICT => 1,
        Kind::COMMUNE => 2,
        _ => 3,
    };
    lines.sort_by_key(|line| (rank(line), line.from, line.row));
    let mut known = Known::load(tx)?;
    // An office may stand before the one it belongs to: what still waits for its parent is tried again.
    let mut waiting = lines;
    loop {
        let before = waiting.len();
        let mut later = Vec::new();
        let coming: HashSet<String> = waiting.iter().map(|line| line.code.clone()).collect();
        for line in waiting {
            if line.waits_for(&known, &coming) {
                later.push(line);
            } else {
                let before = report.counts();
                known.take(tx, clock, line, &mut report)?;
                report.mark(before);
            }
        }
        if later.is_empty() {
            break;
        }
        if later.len() == before {
            for line in later {
                report.refuse(line.row, "parent", &line.parent, "organisation-refusal-row-parent");
            }
            break;
        }
        waiting = later;
    }
    link_offices(tx, clock, &mut report)?;
    finish(tx, clock, actor, "organisation.import.units", &report)?;
    Ok(report)
}

/// The level that a territory's name begins with.
fn level_of(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(&format!("{word} ")));
    if begins(&["phuong", "xa", "thi tran"]) {
        Some(Kind::COMMUNE)
    } else if begins(&["quan", "huyen", "thi xa"]) {
        Some(Kind::DISTRICT)
    } else {
        None
    }
}

impl Line {
    /// Whether this office names a parent that this file brings and that is not there yet.
    fn waits_for(&self, known: &Known, coming: &HashSet<String>) -> bool {
        self.tree != Tree::Territory
            && !self.parent.is_empty()
            && known.office_parent(&self.parent).is_none()
            && coming.contains(&self.parent)
    }
}

/// What the level column says.
enum Level {
    Territory(&'static str),
    Office(String),
}

impl Level {
    /// Levels of territory by their words in files of the state; anything else is a kind of office.
    fn read(written: &str) -> Self {
        match fold(written).as_str() {
            "tinh" | "cap tinh" | "city" | "thanh pho truc thuoc trung uong" | "thanh pho trung uong" => {
                Self::Territory(Kind::CITY)
            }
            "huyen" | "quan" | "thi xa" | "cap huyen" | "quan huyen" | "district" => {
                Self::Territory(Kind::DISTRICT)
            }
            "xa" | "phuong" | "thi tran" | "dac khu" | "cap xa" | "xa phuong" | "commune" => {
                Self::Territory(Kind::COMMUNE)
            }
            folded => Self::Office(folded.replace(' ', "_")),
        }
    }
}

struct Known {
    units: Vec<Unit>,
    by_official: HashMap<(String, String), Vec<usize>>,
    codes: HashMap<String, usize>,
    /// The rows of this file by the office's code.
    rows: HashMap<String, u32>,
    above: HashSet<(UnitId, UnitId)>,
}

impl Known {
    fn load(tx: &Tx<'_>) -> anyhow::Result<Self> {
        let mut known = Self {
            units: Vec::new(),
            by_official: HashMap::new(),
            codes: HashMap::new(),
            rows: HashMap::new(),
            above: store::all_edges(tx)?.into_iter().collect(),
        };
        for unit in store::all_units(tx)? {
            known.add(unit);
        }
        Ok(known)
    }

    fn add(&mut self, unit: Unit) {
        let at = self.units.len();
        self.by_official.entry((unit.kind.clone(), unit.official_code.clone())).or_default().push(at);
        self.codes.insert(unit.code.clone(), at);
        self.units.push(unit);
    }

    fn parent(&self, line: &Line) -> Option<UnitId> {
        let kinds: &[&str] = match line.kind.as_str() {
            Kind::COMMUNE if line.parent.chars().count() > 2 => &[Kind::DISTRICT],
            Kind::COMMUNE | Kind::DISTRICT => &[Kind::CITY],
            _ => return None,
        };
        let official = kinds.iter().find_map(|kind| {
            let found = self.by_official.get(&((*kind).to_owned(), line.parent.clone()))?;
            found.iter().filter_map(|at| self.units.get(*at)).map(|u| u.id).next_back()
        });
        official
            .or_else(|| self.by_code(&line.parent).filter(|u| kinds.contains(&u.kind.as_str())).map(|u| u.id))
    }

    fn by_code(&self, code: &str) -> Option<&Unit> {
        self.codes.get(code).and_then(|at| self.units.get(*at))
    }

    /// The unit that an office's parent code names: by our code, else the city by its official one.
    fn office_parent(&self, code: &str) -> Option<UnitId> {
        let official = || {
            let found = self.by_official.get(&(Kind::CITY.to_owned(), code.to_owned()))?;
            found.first().and_then(|at| self.units.get(*at))
        };
        self.by_code(code).or_else(official).map(|u| u.id)
    }

    fn take(&mut self, tx: &Tx<'_>, clock: &Clock, line: Line, report: &mut Report) -> Outcome<()> {
        let territory = line.tree == Tree::Territory;
        let shown =
            serde_json::json!({"row": line.row, "code": line.code, "name": line.name, "kind": line.kind});
        report.rows.push(shown);
        // Our own code, as our own export writes it where there is no official one.
        let own = territory && self.by_code(&line.code).is_some_and(|u| u.kind == line.kind);
        if territory && !own && !line.is_bare {
            let parent = self.parent(&line);
            if line.kind != Kind::CITY && parent.is_none() {
                report.refuse(line.row, "parent", &line.parent, "organisation-refusal-row-parent");
                return Ok(());
            }
            let key = (line.kind.clone(), line.code.clone());
            let same: Option<usize> = self.by_official.get(&key).and_then(|list| {
                list.iter().copied().rfind(|at| {
                    self.units.get(*at).is_some_and(|u| {
                        // A unit that moves to another level is a new one, whatever its name and code.
                        fold(&u.name) == fold(&line.name)
                            && parent.is_none_or(|p| self.above.contains(&(u.id, p)))
                            && (u.established <= line.from && u.dissolved.is_none_or(|end| line.from <= end))
                    })
                })
            });
            if let Some(unit) = same.and_then(|at| self.units.get_mut(at)) {
                let longer = match (unit.dissolved, line.to) {
                    (Some(old), Some(new)) => old < new,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                if longer {
                    store::set_end(tx, unit.id, line.to)?;
                    unit.dissolved = line.to;
                    report.changed += 1;
                } else {
                    report.unchanged += 1;
                }
                return Ok(());
            }
            let prefix = match line.kind.as_str() {
                Kind::CITY => "T",
                Kind::DISTRICT => "H",
                _ => "X",
            };
            let mut code = format!("{prefix}{}", line.code);
            if self.codes.contains_key(&code) {
                code = format!("{code}.{}", line.from.year());
                let mut n = 2;
                while self.codes.contains_key(&code) {
                    code = format!("{prefix}{}.{}-{n}", line.code, line.from.year());
                    n += 1;
                }
            }
            let official = line.code.clone();
            return self.insert(tx, clock, &line, &code, &official, parent, report);
        }
        // One code, two names in one file: one of them is wrong, and only a person knows which.
        if let Some(first) = self.rows.insert(line.code.clone(), line.row) {
            let same = self.by_code(&line.code).is_some_and(|u| u.name == line.name);
            if !same {
                let refusal = Refusal::new("organisation-refusal-row-code-twice").with("first", first);
                report.refuse_by(line.row, "code", &line.code, &refusal);
                return Ok(());
            }
        }
        if let Some(unit) = self.codes.get(&line.code).and_then(|at| self.units.get_mut(*at)) {
            if unit.name == line.name {
                report.unchanged += 1;
            } else {
                store::rename(tx, unit.id, &line.name, unit.established, "import")?;
                unit.name.clone_from(&line.name);
                report.changed += 1;
            }
            return Ok(());
        }
        let parent = self.office_parent(&line.parent);
        if parent.is_none() && !line.parent.is_empty() {
            report.refuse(line.row, "parent", &line.parent, "organisation-refusal-row-parent");
            return Ok(());
        }
        let code = line.code.clone();
        self.insert(tx, clock, &line, &code, "", parent, report)
    }

    fn insert(
        &mut self,
        tx: &Tx<'_>,
        clock: &Clock,
        line: &Line,
        code: &str,
        official: &str,
        parent: Option<UnitId>,
        report: &mut Report,
    ) -> Outcome<()> {
        let new = NewUnit {
            code,
            kind: &line.kind,
            tree: line.tree,
            name: &line.name,
            official_code: official,
            established: line.from,
            dissolved: line.to,
            territory: None,
            listed: true,
            source: "import",
        };
        let id = store::insert_unit(tx, clock, &new)?;
        if let Some(parent) = parent {
            let edge = Edge { child: id, parent, from: line.from, to: line.to };
            store::insert_edge(tx, clock, &edge, line.tree, "import")?;
            self.above.insert((id, parent));
        }
        report.created += 1;
        self.add(Unit {
            id,
            code: code.to_owned(),
            kind: line.kind.clone(),
            tree: line.tree,
            name: line.name.clone(),
            official_code: official.to_owned(),
            established: line.from,
            dissolved: line.to,
            territory: None,
            listed: true,
        });
        Ok(())
    }
}

/// Puts the offices of the catalogue under the city, and tells which territory a committee serves, by its name.
fn link_offices(tx: &Tx<'_>, clock: &Clock, report: &mut Report) -> Outcome<()> {
    let units = store::all_units(tx)?;
    let Some(city) = units.iter().find(|u| u.kind == Kind::CITY) else {
        if units.iter().any(|u| u.tree != Tree::Territory) {
            report.warn(None, "organisation-warn-no-city", &[]);
        }
        return Ok(());
    };
    let districts: HashMap<String, UnitId> =
        units.iter().filter(|u| u.kind == Kind::DISTRICT).map(|u| (place_of(&u.name), u.id)).collect();
    let linked: HashSet<UnitId> = tx
        .rows("select distinct child_id from organisation_edge order by child_id", &[], |r| r.next())?
        .into_iter()
        .collect();
    for unit in units.iter().filter(|u| u.tree != Tree::Territory && u.listed) {
        if !linked.contains(&unit.id) {
            let edge = Edge { child: unit.id, parent: city.id, from: unit.established, to: unit.dissolved };
            store::insert_edge(tx, clock, &edge, unit.tree, "import")?;
        }
        if unit.territory.is_none() {
            let committee = matches!(unit.kind.as_str(), Kind::DISTRICT_COMMITTEE | Kind::DISTRICT_PARTY);
            if let Some(territory) = committee.then(|| districts.get(&place_of(&unit.name))).flatten() {
                store::set_territory(tx, unit.id, *territory)?;
            }
        }
    }
    Ok(())
}

/// "UBND quận Hoàn Kiếm", "Quận ủy Hoàn Kiếm", "Quận Hoàn Kiếm" → "hoan kiem".
fn place_of(name: &str) -> String {
    let folded = format!("{} ", fold(name));
    let mut rest = folded.as_str();
    for prefix in [
        "ubnd ",
        "uy ban nhan dan ",
        "dang uy ",
        "quan uy ",
        "huyen uy ",
        "thi uy ",
        "quan ",
        "huyen ",
        "thi xa ",
    ] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    rest.trim().to_owned()
}

fn finish(tx: &Tx<'_>, clock: &Clock, actor: &Actor, act: &'static str, report: &Report) -> Outcome<()> {
    if report.created + report.changed == 0 {
        return Ok(());
    }
    tx.bump("organisation")?;
    trail::record(
        tx,
        clock,
        actor,
        trail::Entry {
            act,
            kind: "import",
            id: None,
            code: "",
            unit: None,
            facts: serde_json::json!({"read": report.read, "created": report.created, "changed": report.changed}),
        },
    )?;
    Ok(())
}
