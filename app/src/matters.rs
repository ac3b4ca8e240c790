//! What is called up the tree besides tasks: parts of reviews and of periodic reports that units owe, steps of
//! rounds of indices.

use base::{Date, Outcome};
use chase::acts::Matter;
use db::Tx;
use organisation::Snapshot;
use reporting::rules::Turn;

/// Everything that [`chase::acts::sweep`] calls besides tasks.
pub const SOURCES: &[chase::acts::Source] = &[of_reports, of_reviews, of_indices];

fn of_reports(tx: &Tx<'_>, today: Date) -> Outcome<Vec<Matter>> {
    let names = Snapshot::at(tx, today)?;
    let owed = reporting::acts::owed(tx, today, |_| true)?.into_iter();
    let open = owed.filter(|owed| !matches!(owed.turn, Turn::Sent | Turn::Late));
    let matter = |owed: reporting::acts::Owed| {
        let round = owed.round.code(owed.kind.cycle);
        let unit = names.unit(owed.unit)?;
        Some(Matter {
            code: format!("bao-cao/{}/{round}/{}", owed.kind.code, unit.code),
            title: format!("{} {round}", owed.kind.title),
            due: owed.days.due?,
            lead: owed.unit,
            issuer: Some(names.now(owed.kind.issuer)),
        })
    };
    Ok(open.filter_map(matter).collect())
}

fn of_reviews(tx: &Tx<'_>, today: Date) -> Outcome<Vec<Matter>> {
    let names = Snapshot::at(tx, today)?;
    let mut found = Vec::new();
    for (code, unit, due, _) in review::store::owed(tx)? {
        let lead = names.now(unit);
        let (Some(due), Some(unit)) = (due, names.unit(lead)) else { continue };
        let (review, programme) = review::acts::load(tx, &code)?;
        found.push(Matter {
            code: format!("so-ket/{code}/bao-cao/{}", unit.code),
            title: format!("{} {}", programme.mark(), programme.title),
            due,
            lead,
            issuer: Some(names.now(review.issuer)),
        });
    }
    Ok(found)
}

fn of_indices(tx: &Tx<'_>, today: Date) -> Outcome<Vec<Matter>> {
    let matter = |owed: parindex::owed::Owed| Matter {
        code: owed.address,
        title: owed.title,
        due: owed.due,
        lead: owed.unit,
        issuer: Some(owed.issuer),
    };
    Ok(parindex::owed::owed(tx, today)?.into_iter().map(matter).collect())
}
