//! Lists of the room as files.

use crate::{sight, store};
use base::Outcome;
use organisation::Snapshot;
use paper::write::{List, Out};
use room::{Asked, List as Listed, MOST};

/// People in their posts.
pub const LISTS: &[Listed] = &[Listed::of("people", people)];

/// People in their posts of a day.
fn people(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, on) = (asked.read.tx, asked.read.actor, asked.on);
    let names = Snapshot::at(tx, on)?;
    let _unit = |id| -> Out { names.name(names.now(id)).into() };
    let held = sight::seen(actor, store::all_held(tx, "", on, MOST)?);
    let rows = held.into_iter().map(|h| {
        vec![
            h.code.into(),
            h.name.into(),
            names.unit(h.unit).map(|u| u.code.clone()).unwrap_or_default().into(),
            names.name(h.unit).into(),
            h.title.into(),
            Out::Date(h.from),
        ]
    });
    let headers = ["Mã", "Họ và tên", "Mã đơn vị", "Đơn vị", "Chức danh", "Từ ngày"];
    Ok(asked.table("export-people", &headers, rows.collect()))
}
