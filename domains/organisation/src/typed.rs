//! Units that a form names, and days counted on the offices' calendar.

use crate::Directory;
use base::{
    Date, Outcome, Refusal, Span,
    form::{Form, field},
    ids::UnitId,
};
use db::Tx;

/// The unit that a field names by code or name; none when the field is empty.
pub fn unit_of(tx: &Tx<'_>, on: Date, form: &Form, name: &'static str) -> Outcome<Option<UnitId>> {
    let (text, directory) = (field(form, name), Directory::at(tx, on)?);
    // Above a unit may stand a territory; work is done by the office that serves it.
    if matches!(name, "parent" | "don_vi") {
        return directory.asked_itself(&text, name);
    }
    directory.asked(&text, name)
}

/// [`unit_of`] for a field that must not be empty.
pub fn need_unit(tx: &Tx<'_>, on: Date, form: &Form, name: &'static str) -> Outcome<UnitId> {
    unit_of(tx, on, form, name)?
        .map_or_else(|| Refusal::new("refusal-required").at(name).with("field", name).stop(), Ok)
}

/// The last day that still counts as "due soon": seven working days ahead, or a week and a half without a calendar.
pub fn soon(tx: &Tx<'_>, today: Date) -> Outcome<Date> {
    let calendar = crate::store::calendar(tx)?;
    let fallback = today.checked_add(Span::new().days(11)).unwrap_or(today);
    Ok(calendar.add_working_days(today, 7).unwrap_or(fallback))
}
