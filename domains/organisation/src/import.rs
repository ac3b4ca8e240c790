//! Imports of this room: the national list of units, a catalogue of offices, the map of a reorganisation, holidays.

use crate::{
    Tree, acts,
    store::{self, NewUnit, Successor},
    words::{Edge, Kind, Unit},
};
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right,
    calendar::{DayKind, SpecialDay},
    fold::{fold, tidy},
    ids::UnitId,
    intake::Report,
};
use db::{Tx, trail};
use paper::{
    Sheet,
    table::{self, Wanted},
};
use std::collections::{BTreeMap, HashMap};

/// The columns of a list of units.
pub const UNITS: &[Wanted] = &[
    Wanted { name: "code", headers: &["=code", "=ma", "ma don vi"], needed: true },
    Wanted { name: "name", headers: &["=name vi", "=ten chuan", "ten don vi", "=ten"], needed: true },
    Wanted { name: "level", headers: &["=level", "=cap", "=loai", "loai hinh"], needed: true },
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
        let level = table.line(at, "level");
        let (kind, tree) = match level.as_str() {
            "tinh" => (Kind::CITY.to_owned(), Tree::Territory),
            "huyen" => (Kind::DISTRICT.to_owned(), Tree::Territory),
            "xa" => (Kind::COMMUNE.to_owned(), Tree::Territory),
            other => {
                let tree = Tree::from_word(&table.line(at, "tree")).unwrap_or(Tree::State);
                (other.to_owned(), tree)
            }
        };
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
        });
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
    for line in lines {
        known.take(tx, clock, line, &mut report)?;
    }
    link_offices(tx, clock, &mut report)?;
    finish(tx, clock, actor, "organisation.import.units", &report)?;
    Ok(report)
}

struct Known {
    units: Vec<Unit>,
    by_official: HashMap<(String, String), Vec<usize>>,
    codes: HashMap<String, usize>,
    above: std::collections::HashSet<(UnitId, UnitId)>,
}

impl Known {
    fn load(tx: &Tx<'_>) -> anyhow::Result<Self> {
        let mut known = Self {
            units: Vec::new(),
            by_official: HashMap::new(),
            codes: HashMap::new(),
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
        kinds.iter().find_map(|kind| {
            let found = self.by_official.get(&((*kind).to_owned(), line.parent.clone()))?;
            found.iter().filter_map(|at| self.units.get(*at)).map(|u| u.id).next_back()
        })
    }

    fn take(&mut self, tx: &Tx<'_>, clock: &Clock, line: Line, report: &mut Report) -> Outcome<()> {
        let territory = line.tree == Tree::Territory;
        let shown =
            serde_json::json!({"row": line.row, "code": line.code, "name": line.name, "kind": line.kind});
        report.rows.push(shown);
        if territory {
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
        let code = line.code.clone();
        self.insert(tx, clock, &line, &code, "", None, report)
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
    let linked: std::collections::HashSet<UnitId> = tx
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

/// The columns of a map of successors.
pub const MAP: &[Wanted] = &[
    Wanted { name: "old", headers: &["=old code", "ma cu"], needed: true },
    Wanted { name: "new", headers: &["=new code", "ma moi"], needed: true },
    Wanted { name: "kind", headers: &["=kind", "cach"], needed: false },
    Wanted { name: "default", headers: &["=is default target"], needed: false },
];

/// Imports which unit became which. `on` is the day of the change; by default the day on which most new units begin.
///
/// # Errors
/// Refuses a file without the table, and an actor without the right.
pub fn units_map(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    map: &BTreeMap<String, String>,
    on: Option<Date>,
) -> Outcome<Report> {
    actor.need_everywhere(Right::Organise)?;
    let table = table::find_mapped(sheets, MAP, map).ok_or_else(|| no_table(MAP))?;
    let mut report = Report::default();
    let units = store::all_units(tx)?;
    let communes: Vec<&Unit> = units.iter().filter(|u| u.kind == Kind::COMMUNE).collect();
    let mut starts: HashMap<Date, usize> = HashMap::new();
    for unit in communes.iter().filter(|u| u.dissolved.is_none()) {
        *starts.entry(unit.established).or_default() += 1;
    }
    let on = on.or_else(|| starts.into_iter().max_by_key(|(day, n)| (*n, *day)).map(|(day, _)| day));
    let Some(on) = on else {
        return Refusal::new("organisation-refusal-map-first").stop();
    };
    let before = on.yesterday().unwrap_or(on);
    let find = |code: &str, day: Date| communes.iter().find(|u| u.official_code == code && u.exists_on(day));
    for row in table.rows() {
        let at = row.number;
        report.read += 1;
        let (old, new) = (table.line(at, "old"), table.line(at, "new"));
        let Some(from) = find(&old, before) else {
            report.refuse(at, "old_code", &old, "organisation-refusal-row-unit");
            continue;
        };
        let Some(to) = find(&new, on) else {
            report.refuse(at, "new_code", &new, "organisation-refusal-row-unit");
            continue;
        };
        let kind = if table.line(at, "kind") == "split" { "split" } else { "whole" };
        let next = Successor { from: from.id, to: to.id, kind: kind.to_owned(), effective: on };
        let default = table.line(at, "default") == "1";
        if store::insert_successor(tx, &next, default, "import")? {
            report.created += 1;
        } else {
            report.unchanged += 1;
        }
        report.rows.push(serde_json::json!({"row": at, "from": from.code, "to": to.code, "kind": kind}));
    }
    finish(tx, clock, actor, "organisation.import.map", &report)?;
    Ok(report)
}

/// The columns of a list of special days.
pub const CALENDAR: &[Wanted] = &[
    Wanted { name: "day", headers: &["=date", "=ngay", "ngay"], needed: true },
    Wanted { name: "name", headers: &["=name vi", "=ten", "ten ngay"], needed: true },
    Wanted { name: "kind", headers: &["=observed or swap", "=kind", "=loai"], needed: false },
    Wanted { name: "document", headers: &["van ban", "quyet dinh", "can cu"], needed: false },
];

/// Imports days off and working Saturdays.
///
/// # Errors
/// Refuses a file without the table, and an actor without the right.
pub fn calendar(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    map: &BTreeMap<String, String>,
) -> Outcome<Report> {
    let table = table::find_mapped(sheets, CALENDAR, map).ok_or_else(|| no_table(CALENDAR))?;
    let mut report = Report::default();
    let mut days = Vec::new();
    for row in table.rows() {
        let at = row.number;
        let text = table.line(at, "day");
        let name = table.line(at, "name");
        // Sums and notes below the table have no day at all.
        if !text.chars().any(|c| c.is_ascii_digit()) && (text.is_empty() || name.is_empty()) {
            continue;
        }
        report.read += 1;
        let Some((first, last)) = days_of(&text) else {
            report.refuse(at, "day", &text, "organisation-refusal-row-date");
            continue;
        };
        let said = format!("{} {}", fold(&name), fold(&table.line(at, "kind")));
        // "Nghỉ hoán đổi, làm bù vào 04/5" is the day off; "Làm việc bù" is the day that is worked.
        let worked = ["lam bu", "lam viec bu", "di lam", "working"].iter().any(|w| said.contains(w));
        let kind = if worked && !said.starts_with("nghi") {
            DayKind::Working
        } else if said.contains("nghi bu")
            || said.contains("hoan doi")
            || said.contains("in lieu")
            || said.contains("observed")
        {
            DayKind::InLieu
        } else {
            DayKind::Holiday
        };
        let mut day = first;
        while day <= last {
            report.rows.push(serde_json::json!({"row": at, "day": day, "kind": kind.word(), "name": name}));
            let document = table.line(at, "document");
            days.push(SpecialDay { day, kind, name: name.clone(), document });
            day = day.tomorrow().unwrap_or(Date::MAX);
        }
    }
    report.created = acts::keep_days(tx, clock, actor, &days)?;
    report.unchanged = days.len() - report.created;
    Ok(report)
}

/// A day, or the days from one to another: "20/01/2023 - 26/01/2023", "Từ 29/4 đến hết 03/5/2023"; at most a month.
fn days_of(text: &str) -> Option<(Date, Date)> {
    let one = |words: &str| match base::period::read(words) {
        base::period::Due::Day { on } => Some(on),
        _ => words.trim().parse().ok(),
    };
    let folded = text.to_lowercase().replace("đến hết", "–").replace("đến", "–").replace(" - ", "–");
    let (from, to) = match folded.split_once('–') {
        None => return one(text).map(|day| (day, day)),
        Some((from, to)) => {
            (from.trim().trim_start_matches("từ").replace("ngày", ""), to.replace("ngày", ""))
        }
    };
    let last = one(to.trim())?;
    // The first day may leave out its year.
    let first = one(from.trim()).or_else(|| one(&format!("{}/{}", from.trim(), last.year())))?;
    let most = first.checked_add(base::Span::new().days(31)).ok()?;
    (first <= last && last <= most).then_some((first, last))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_one_by_one_or_as_a_range() {
        let day = Date::constant;
        for (text, days) in [
            ("02/9/2023", Some((day(2023, 9, 2), day(2023, 9, 2)))),
            ("20/01/2023 - 26/01/2023", Some((day(2023, 1, 20), day(2023, 1, 26)))),
            ("Từ 29/4 đến hết 03/5/2023", Some((day(2023, 4, 29), day(2023, 5, 3)))),
            ("Từ ngày 30/4/2025 đến ngày 04/5/2025", Some((day(2025, 4, 30), day(2025, 5, 4)))),
            ("03/5/2023 - 29/4/2023", None),
            ("31/2/2023", None),
        ] {
            assert_eq!(days_of(text), days, "{text}");
        }
    }
}
