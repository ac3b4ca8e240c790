//! Scenes like those of the report: desks merged into one, and people moved between districts.

use super::{City, back, unit};
use base::{Actor, Clock, Outcome, Span};
use db::Tx;
use organisation::{
    Kind, Tree,
    reorganise::{self, Change, Into, Newcomer},
};

/// Three reception desks of the second district became one, as a reorganisation that was sealed long ago.
pub(super) fn desks(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City) -> Outcome<()> {
    let Some(district) = city.districts.get(1) else { return Ok(()) };
    let mut desks = Vec::new();
    for n in 1..=3 {
        let name = format!("Bộ phận tiếp nhận và trả kết quả số {n}, {}", district.name);
        let code = format!("UB002.{n:02}");
        let of = (code.as_str(), Kind::OFFICE, Tree::State, name.as_str());
        desks.push(unit(tx, clock, actor, of, Some(district.office), None)?);
    }
    for desk in &desks {
        let person = super::words::Dice::new(desk.0.as_u64_pair().1).person();
        let (person, _) = people::store::insert_person(tx, clock, &person)?;
        let post = people::store::insert_post(tx, clock, *desk, "Cán bộ tiếp nhận", false)?;
        people::store::insert_holding(tx, clock, person, post, true, back(clock.today(), 900), "")?;
    }
    tx.bump("organisation")?;
    let on = back(clock.today(), 500);
    let title = format!("Hợp nhất ba bộ phận một cửa, {}", district.name);
    let of = reorganise::draft(tx, clock, actor, &title, "27/QĐ-UBND", on)?;
    let one = Newcomer {
        code: "UB002.10".to_owned(),
        name: format!("Bộ phận một cửa hiện đại {}", district.name),
        kind: Kind::OFFICE.to_owned(),
        parent: district.office,
    };
    reorganise::add(tx, clock, actor, &of.code, &Change::Merge { units: desks, into: Into::New(one) })?;
    reorganise::apply(tx, clock, actor, &of.code, crate::FOLLOWERS, false)?;
    reorganise::seal(tx, clock, actor, &of.code)
}

/// A dozen people who left a post in one district for a post in the next, half a year ago.
pub(super) fn moves(tx: &Tx<'_>, clock: &Clock, city: &City) -> Outcome<()> {
    let on = back(clock.today(), 180);
    let pairs = city.districts.iter().zip(city.districts.iter().skip(1)).take(12);
    for (from, to) in pairs {
        let held = people::store::holders(tx, from.party, on)?;
        let Some(leaver) = held.iter().find(|h| h.is_head) else { continue };
        people::store::end_holding(tx, leaver.person, leaver.post, on)?;
        let post = people::store::insert_post(tx, clock, to.party, "Phó Bí thư", false)?;
        people::store::insert_holding(tx, clock, leaver.person, post, true, on, "QĐ luân chuyển")?;
        // Somebody else takes the post that became free.
        let name = super::words::Dice::new(post.0.as_u64_pair().1).person();
        let (next, _) = people::store::insert_person(tx, clock, &name)?;
        let after = on.checked_add(Span::new().days(14)).unwrap_or(on);
        people::store::insert_holding(tx, clock, next, leaver.post, true, after, "QĐ luân chuyển")?;
    }
    tx.bump("rights")?;
    Ok(())
}
