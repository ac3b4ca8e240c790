//! Digests by mail: written once into the outbox for every hour that somebody asked for.

use crate::store::{self, Digest, Kind, Message};
use base::limits;
use base::{Actor, Clock, Outcome, Refusal, Right, texts::Texts};
use db::Tx;
use organisation::Snapshot;
use programme::store::Filter;

/// The hours of a digest as typed, `07:30,16:30`; at most four.
///
/// # Errors
/// Refuses what are no hours.
pub fn hours(written: &str) -> Result<Vec<(i8, i8)>, Refusal> {
    let wrong = || Refusal::new("chase-refusal-hours").at("hours");
    let mut all = Vec::new();
    for word in written.split([',', ';', ' ']).filter(|w| !w.is_empty()) {
        let (hour, minute) = word.split_once([':', 'h']).ok_or_else(wrong)?;
        let (hour, minute) = (hour.parse().map_err(|_| wrong())?, minute.parse().unwrap_or(0));
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
            return Err(wrong());
        }
        all.push((hour, minute));
    }
    all.sort_unstable();
    all.dedup();
    if all.is_empty() || all.len() > 4 { Err(wrong()) } else { Ok(all) }
}

/// Says where and when an account wants its digest; an empty address for none.
///
/// # Errors
/// Refuses an address without `@` and hours that are none.
pub fn want(tx: &Tx<'_>, actor: &Actor, mail: &str, written: &str) -> Outcome<()> {
    let Some(account) = actor.account else { return Refusal::forbidden().stop() };
    limits::within(&[("mail", mail, limits::NAME), ("hours", written, limits::NAME)])?;
    let parts = mail.split_once('@');
    if !mail.is_empty() && parts.is_none_or(|(name, host)| name.is_empty() || !host.contains('.')) {
        return Refusal::new("chase-refusal-mail").at("mail").with("value", mail).stop();
    }
    let kept: Vec<String> = hours(written)?.iter().map(|(h, m)| format!("{h:02}:{m:02}")).collect();
    Ok(store::put_digest(tx, &Digest { account, mail: mail.to_owned(), hours: kept.join(",") })?)
}

/// Writes the digests whose hour has come. One with nothing to say takes its slot and is not sent.
///
/// # Errors
/// When the database fails.
pub fn write_digests(tx: &Tx<'_>, clock: &Clock, texts: &Texts) -> Outcome<usize> {
    let now = clock.now();
    let local = now.to_zoned_datetime(base::clock::office_zone()).datetime();
    let mut written = 0;
    for digest in store::digests(tx)? {
        let mut passed = hours(&digest.hours).unwrap_or_default().into_iter();
        let last = passed.rfind(|(h, m)| (*h, *m) <= (local.hour(), local.minute()));
        let Some((hour, minute)) = last else { continue };
        let slot = format!("{} {hour:02}:{minute:02}", local.date());
        if store::has_message(tx, Kind::Mail, digest.account.0, &slot)? {
            continue;
        }
        let Some(account) = account::store::by_id(tx, digest.account)?.filter(|a| !a.disabled) else {
            continue;
        };
        let actor = account::acts::actor_of(tx, clock, &account)?;
        let body = body(tx, clock, &actor, texts)?;
        let mail = Message {
            id: clock.uuid(),
            kind: Kind::Mail,
            target: digest.account.0,
            slot,
            recipient: digest.mail.clone(),
            subject: texts.with("digest-subject", "day", base::format::date(clock.today())),
            state: if body.is_empty() { "empty" } else { "waiting" }.to_owned(),
            body,
            tries: 0,
            next_try: now,
            fault: String::new(),
            made_at: now,
        };
        written += usize::from(store::insert_message(tx, &mail)? && mail.state == "waiting");
    }
    Ok(written)
}

/// What a digest says; empty when there is nothing.
fn body(tx: &Tx<'_>, clock: &Clock, actor: &Actor, texts: &Texts) -> Outcome<String> {
    let today = clock.today();
    let names = Snapshot::at(tx, today)?;
    let mut lines = Vec::new();
    let fresh = store::unseen(tx, actor)?;
    if fresh > 0 {
        lines.push(texts.count("digest-notices", fresh));
        for n in store::notices(tx, actor, fresh.min(20))? {
            lines.push(format!("- {} ({}): {}", n.title, n.cited(), n.words(texts)));
        }
    }
    let does = actor.does_work();
    if does {
        let overdue = Filter {
            seen: base::Reach::everything(),
            lead_in: Some(actor.reach(Right::Report)),
            standing: "overdue".to_owned(),
            ..Filter::default()
        };
        let rows = programme::store::first(tx, &overdue, today, today, 20)?;
        if !rows.is_empty() {
            lines.push(texts.count("digest-overdue", i64::try_from(rows.len()).unwrap_or(0)));
            for row in rows {
                let lead = row.lead.map(|u| names.name(u)).unwrap_or_default();
                let due = row.due.map(base::format::date).unwrap_or_default();
                lines.push(format!("- {} ({}), {lead}, {due}", row.title, row.code));
            }
        }
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        assert_eq!(hours("16:30, 7h30").unwrap(), [(7, 30), (16, 30)]);
        assert_eq!(hours("7h").unwrap(), [(7, 0)]);
        for wrong in ["", "25:00", "sáng", "1:00,2:00,3:00,4:00,5:00"] {
            assert_eq!(hours(wrong).unwrap_err().key, "chase-refusal-hours", "{wrong}");
        }
    }
}
