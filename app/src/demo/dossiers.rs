//! Dossiers of the first district's communes in the last year, and their index by Decision 766 as far as dossiers tell.

use super::{City, Dice};
use base::{Actor, Clock, Date, DateTime, Outcome, Span};
use db::Tx;
use onestop::{
    store,
    words::{Dossier, Limit, Procedure, State},
};
use parindex::acts;

/// Invented procedures with their limits.
const PROCEDURES: [(&str, &str, Limit); 4] = [
    ("9.000001", "Xác nhận bản sao (thủ tục hư cấu)", Limit::SameDay),
    ("9.000002", "Đăng ký việc hộ (thủ tục hư cấu)", Limit::WorkingDays(3)),
    ("9.000003", "Hỗ trợ một lần (thủ tục hư cấu)", Limit::CalendarDays(10)),
    ("9.000004", "Trích lục (thủ tục hư cấu)", Limit::Hours(8)),
];

/// How many dossiers each commune has.
const EACH: usize = 40;

fn dossier(
    (unit, n, year): (base::ids::UnitId, usize, i16),
    (good, code): (usize, String),
    dice: &mut Dice,
) -> Option<Dossier> {
    let (procedure, _, limit) = PROCEDURES.get(n % PROCEDURES.len())?;
    let day = Date::new(year, 1, 9)
        .ok()?
        .checked_add(Span::new().days(i64::try_from(n * 8 + dice.below(7)).ok()?))
        .ok()?;
    let received: DateTime = day.at(8 + i8::try_from(dice.below(8)).ok()?, 20, 0, 0);
    let is_late = dice.below(100) >= good;
    let usual = match limit {
        Limit::SameDay | Limit::Hours(_) => 0,
        Limit::WorkingDays(n) | Limit::CalendarDays(n) => i64::from(*n) - 1,
    };
    let finished =
        received.checked_add(Span::new().days(usual + if is_late { 9 } else { 0 }).hours(1)).ok()?;
    Some(Dossier {
        code,
        procedure: (*procedure).to_owned(),
        unit,
        home: Some(unit),
        channel: if dice.below(100) < good / 2 + 10 { "online" } else { "direct" }.to_owned(),
        received,
        pauses: Vec::new(),
        state: State::Returned,
        finished: Some(finished),
        returned: Some(finished),
        rating: (dice.below(2) == 0).then_some(if is_late { 2 } else { 5 }),
    })
}

pub(super) fn dossiers(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City) -> Outcome<()> {
    let Some(first) = city.districts.first() else { return Ok(()) };
    let year = clock.today().year() - 1;
    // Clocks need the days off of the year and of the one after it.
    for day in (year..=year + 1).flat_map(base::calendar::proposed_year) {
        organisation::store::put_special_day(tx, &day)?;
    }
    tx.bump("calendar")?;
    for (code, title, limit) in PROCEDURES {
        let procedure = Procedure {
            code: code.to_owned(),
            title: title.to_owned(),
            field: "Hư cấu".to_owned(),
            limit: Some(limit),
            fee: String::new(),
        };
        store::put_procedure(tx, &procedure)?;
    }
    let mut dice = Dice::new(31);
    let report = parindex::ready::put(tx, clock, actor, "766", year)?;
    let scheme = report.file.get("scheme").and_then(|code| code.as_str()).unwrap_or_default().to_owned();
    let title = format!("Phục vụ người dân, doanh nghiệp ({}), năm {year}", first.name);
    let round = acts::open_round(tx, clock, actor, (&scheme, &title, first.office), None)?;
    for (at, commune) in first.communes.iter().enumerate() {
        parindex::store::add_part(tx, round.id, *commune, &actor.signature(), clock.now())?;
        for n in 0..EACH {
            let code = format!("HS{:02}-{year}-{n:04}", at + 1);
            if let Some(dossier) = dossier((*commune, n, year), (78 + at * 5 % 21, code), &mut dice) {
                store::put(tx, &dossier, &actor.signature(), clock.now())?;
            }
        }
    }
    let (round, scheme) = acts::load(tx, &round.code)?;
    acts::fill(tx, clock, actor, (&round, &scheme), None)?;
    Ok(())
}
