//! Lists of the room as files.

use crate::{Kind, Snapshot, Tree, Unit, reorganise, store};
use base::{Date, Outcome, Right};
use db::Tx;
use paper::write::{List, Out};
use room::{Asked, List as Listed};
use std::collections::HashMap;

/// Units, their map, the calendar, decided spellings, reorganisations.
pub const LISTS: &[Listed] = &[
    Listed::of("units", units),
    Listed::of("units-map", units_map),
    Listed::of("calendar", calendar),
    Listed::of("names", spellings),
    Listed::of("reorganisations", reorganisations),
];

/// Units of a day.
fn units(asked: &Asked<'_, '_>) -> Outcome<List> {
    let names = Snapshot::at(asked.read.tx, asked.on)?;
    Ok(asked.table(
        "export-units",
        &["code", "name_vi", "level", "valid_from", "valid_to", "parent_code", "he_thong"],
        names.units().map(|u| unit_row(u, &names)).collect(),
    ))
}

/// Which commune became which, with the day, as its import reads it.
fn units_map(asked: &Asked<'_, '_>) -> Outcome<List> {
    let tx = asked.read.tx;
    Ok(asked.table("export-units-map", &["old_code", "new_code", "kind", "effective"], mapped(tx)?))
}

/// Days off and working Saturdays.
fn calendar(asked: &Asked<'_, '_>) -> Outcome<List> {
    let tx = asked.read.tx;
    Ok(asked.table("export-calendar", &["Ngày", "Tên", "Loại", "Văn bản"], days(tx)?))
}

/// Spellings that somebody decided on.
fn spellings(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor) = (asked.read.tx, asked.read.actor);
    let names = Snapshot::at(tx, asked.on)?;
    actor.need_somewhere(Right::Assign).or_else(|_| actor.need_somewhere(Right::Administer))?;
    let rows = store::synonyms(tx)?.into_iter().map(|s| {
        let meant = s.unit.map_or(s.group, |u| names.name(u));
        vec![s.written.into(), meant.into(), s.decided_by.into()]
    });
    Ok(asked.table("export-names", &["Cách viết", "Đơn vị", "Người quyết định"], rows.collect()))
}

/// Reorganisations that the reader may know of.
fn reorganisations(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, texts) = (asked.read.tx, asked.read.actor, asked.texts);
    let rows = reorganise::sight::seen(tx, actor)?.into_iter().map(|r| {
        let stage = texts.say(&format!("stage-{}", r.stage.word()));
        vec![r.code.into(), r.title.into(), r.document.into(), Out::Date(r.effective), stage.into()]
    });
    Ok(asked.said(
        "reorganise-title",
        &["code", "reorganise-about", "document-mark", "reorganise-effective", "task-state"],
        rows.collect(),
    ))
}

fn mapped(tx: &Tx<'_>) -> anyhow::Result<Vec<Vec<Out>>> {
    let official = |unit: Unit| {
        let is_listed = unit.kind == Kind::COMMUNE && !unit.official_code.is_empty();
        is_listed.then_some((unit.id, unit.official_code))
    };
    let codes: HashMap<_, _> = store::all_units(tx)?.into_iter().filter_map(official).collect();
    Ok(store::all_successors(tx)?
        .into_iter()
        .filter_map(|s| {
            let (from, to) = (codes.get(&s.from)?, codes.get(&s.to)?);
            Some(vec![from.clone().into(), to.clone().into(), s.kind.into(), Out::Date(s.effective)])
        })
        .collect())
}

fn days(tx: &Tx<'_>) -> anyhow::Result<Vec<Vec<Out>>> {
    let days = store::special_days(tx, Date::constant(1900, 1, 1), Date::constant(2200, 12, 31))?;
    Ok(days
        .into_iter()
        .map(|d| {
            let kind = match d.kind {
                base::calendar::DayKind::Holiday => "nghỉ lễ",
                base::calendar::DayKind::InLieu => "nghỉ bù",
                base::calendar::DayKind::Working => "làm bù",
            };
            vec![Out::Date(d.day), Out::from(d.name), Out::from(kind), Out::from(d.document)]
        })
        .collect())
}

/// A unit as its import reads it: territories by their official code and level, offices by their own code and kind.
fn unit_row(unit: &Unit, names: &Snapshot) -> Vec<Out> {
    let (tree, territory) = match unit.tree {
        Tree::State => ("nha_nuoc", false),
        Tree::Party => ("dang", false),
        Tree::Mass => ("doan_the", false),
        Tree::Territory => ("dia_gioi", true),
    };
    let level = match unit.kind.as_str() {
        Kind::CITY => "tinh",
        Kind::DISTRICT => "huyen",
        Kind::COMMUNE => "xa",
        other => other,
    };
    let official = territory && !unit.official_code.is_empty();
    let code = if official { &unit.official_code } else { &unit.code };
    let code_of = |p: &Unit| {
        if territory && !p.official_code.is_empty() { p.official_code.clone() } else { p.code.clone() }
    };
    let parent = names.parent(unit.id).map(code_of);
    // The file names the last day, the store the first day after it.
    let last = unit.dissolved.and_then(|end| end.yesterday().ok());
    vec![
        Out::from(code.clone()),
        Out::from(unit.name.clone()),
        Out::from(level),
        Out::Date(unit.established),
        Out::from(last),
        Out::from(parent),
        Out::from(tree),
    ]
}
