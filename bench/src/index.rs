//! An index over the whole city in a database of its own: 609 units with 100 leaves each.

use crate::load::{Client, Spread};
use anyhow::{Context as _, anyhow};
use base::{Actor, Clock, Date, Decimal, Outcome, Stop, ids::UnitId};
use db::{Database, Place, Tx};
use parindex::{
    acts,
    board::board,
    points,
    rules::{Absent, Figure, Given, ranks},
    scheme::{Classes, Node, NodeLeaf, Scheme},
    store::{self, Kept, Round},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Districts and communes together.
const UNITS: usize = 609;
/// Fields, and leaves in each.
const FIELDS: i64 = 10;
const LEAVES: i64 = 10;
/// How many changes are measured.
const CHANGES: usize = 200;

/// What was measured.
pub(crate) struct Measured {
    /// All totals from raw figures, nothing in memory.
    pub(crate) whole: Duration,
    /// A change that is kept, then everybody's ranks.
    pub(crate) after: Spread,
}

fn fault(stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(refusal) => anyhow!("refused: {}", refusal.key),
    }
}

fn scheme() -> Scheme {
    let mut nodes = Vec::new();
    let node =
        |code: String, most: i64, leaf| Node { title: code.clone(), code, most: Some(most.into()), leaf };
    let methods = [("ratio_full_at", "T=80%"), ("ratio_linear_floor", "sàn=50%"), ("ratio_95_80", "")];
    for field in 1..=FIELDS {
        nodes.push(node(field.to_string(), LEAVES, None));
        for leaf in 1..=LEAVES {
            let at = usize::try_from(leaf).unwrap_or(0) % methods.len();
            let rule = methods.get(at).copied().unwrap_or(("yes_no", ""));
            let absent = (Absent::Zero, Absent::Out);
            let made = NodeLeaf::new(rule, ("", ""), false, absent, Some(Decimal::ONE));
            nodes.push(node(format!("{field}.{leaf}"), 1, Some(made)));
        }
    }
    Scheme {
        id: base::Uuid::nil(),
        code: String::new(),
        title: "Đo tốc độ".to_owned(),
        year: 2025,
        kind: String::new(),
        classes: Classes::default(),
        is_computed: false,
        version: 1,
        nodes,
    }
}

fn fill(tx: &Tx<'_>, clock: &Clock, actor: &Actor) -> Outcome<(Round, UnitId)> {
    let from = Date::constant(2020, 1, 1);
    let register = |n: usize| {
        let (name, code) = (format!("Đơn vị {n}"), format!("D{n:04}"));
        organisation::acts::register_from_file(tx, clock, actor, &name, Some(&code), None, from)
    };
    let first = register(0)?;
    let made = Scheme { id: clock.uuid(), ..scheme() };
    let (scheme, _) = acts::put_scheme(tx, clock, actor, made)?;
    let round = acts::open_round(tx, clock, actor, (&scheme.code, "Đo", first), None)?;
    for n in 0..UNITS {
        let unit = if n == 0 { first } else { register(n)? };
        store::add_part(tx, round.id, unit, "đo", clock.now())?;
        for (at, (node, _)) in scheme.leaves().enumerate() {
            let above = i64::try_from((n * 31 + at * 17) % 100).unwrap_or(0);
            let mut kept = Kept { changed_by: "đo".to_owned(), ..Kept::default() };
            kept.place.figure = Figure {
                numerator: Some(points::whole(above)),
                denominator: Some(points::whole(97)),
                has_evidence: true,
                ..Figure::default()
            };
            let given = Some(Given::Points(Decimal::new(above, 2)));
            (kept.place.own, kept.place.first) = (given, given);
            store::put_place(tx, clock, (round.id, unit, &node.code), &kept)?;
        }
    }
    Ok((round, first))
}

/// Everybody's ranks by what counts, as a page needs them; says how many.
fn read(db: &Database, code: &str) -> anyhow::Result<usize> {
    let code = code.to_owned();
    db.read_now(move |tx| {
        let (round, scheme) = acts::load(tx, &code)?;
        let parts = store::parts(tx, round.id)?;
        let board = board(tx, &round, &scheme, &parts)?;
        let results =
            parts.iter().filter_map(|part| Some((part.unit, board.of(part.unit)?.counted().result.clone())));
        Ok(ranks(results.collect()).len())
    })
    .map_err(fault)
}

pub(crate) fn measure(file: &Path) -> anyhow::Result<Measured> {
    let open = || Database::open(&Place::Sqlite(file.to_owned()), &trongtam::migrations());
    let db = open()?;
    let clock = Clock::machine();
    let actor = Actor::program("đo");
    let (c, a) = (clock.clone(), actor.clone());
    let (round, unit) = db.act_now(move |tx| fill(tx, &c, &a)).map_err(fault)?;
    drop(db);
    // Opened anew, nothing is in memory.
    let db = open()?;
    let begun = Instant::now();
    anyhow::ensure!(read(&db, &round.code)? == UNITS, "not all units were ranked");
    let whole = begun.elapsed();
    let mut taken = Vec::new();
    for n in 0..CHANGES {
        let (c, id) = (clock.clone(), round.id);
        let points = Decimal::new(i64::try_from(n % 100).unwrap_or(0), 2);
        db.act_now(move |tx| {
            let mut kept = store::place_of(tx, id, unit, "1.1")?.unwrap_or_default();
            kept.place.second = Some(Given::Points(points));
            store::put_place(tx, &c, (id, unit, "1.1"), &kept)?;
            Ok(())
        })
        .map_err(fault)?;
        let begun = Instant::now();
        read(&db, &round.code)?;
        taken.push(begun.elapsed());
    }
    let over = taken.iter().sum();
    Ok(Measured { whole, after: Spread::new(taken, over) })
}

/// The what-if page of a district that is not the first in the newest published round of districts.
pub(crate) fn what_if_path(client: &Client) -> anyhow::Result<String> {
    let list = client.get("/chi-so")?;
    let codes = list.split("href=\"/chi-so/CD-").skip(1).filter_map(|rest| rest.split('"').next());
    let round = codes.filter(|code| code.ends_with("-01")).nth(1).context("no round of districts")?;
    Ok(format!("/chi-so/CD-{round}/UB003/thu"))
}
