//! Wrong tries make the next one wait. Nobody is locked out: a stranger's tries are counted for the stranger's address
//! and not for the owner's, and names that do not exist are counted like names that do.

use crate::store;
use base::{Outcome, Refusal, Span, Status, Timestamp};
use db::Tx;

/// Wrong tries without any wait.
const FREE: i64 = 3;
/// The longest wait between two tries, in seconds.
const LONGEST: i64 = 60;
/// Wrong tries older than this count no more.
const MEMORY_HOURS: i64 = 1;
/// Wrong tries of one address, whatever was tried, before it rests: an office of 300 behind one address, each wrong once.
const MOST_FROM_ADDRESS: i64 = 300;
/// The minutes in which they are counted, and for which the address rests.
const ADDRESS_MINUTES: i64 = 15;

/// One secret that is being tried from one address.
#[derive(Debug, Clone)]
pub struct Try {
    what: String,
    address: String,
}

/// The address that tries are counted for: of IPv6 the network of one connection, because whoever has one has all of it.
fn network_of(address: &str) -> String {
    match address.parse::<std::net::Ipv6Addr>() {
        Ok(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => address.to_owned(),
    }
}

fn before(now: Timestamp, span: Span) -> Timestamp {
    now.checked_sub(span).unwrap_or(now)
}

/// How many seconds the next try waits after so many wrong ones: 2, 4, 8 … 60.
fn wait_after(failures: i64) -> i64 {
    match failures - FREE {
        n if n <= 0 => 0,
        n => 2_i64.checked_pow(u32::try_from(n).unwrap_or(u32::MAX)).map_or(LONGEST, |s| s.min(LONGEST)),
    }
}

impl Try {
    /// A try of a `kind` of secret (a password, a code) of `whose` from an address; empty when unknown.
    pub fn of(kind: &str, whose: &str, address: &str) -> Self {
        Self { what: db::trail::sha256(format!("{kind}\n{whose}").as_bytes()), address: network_of(address) }
    }

    /// Refuses a try that comes too early.
    ///
    /// # Errors
    /// When the reading fails.
    pub fn may(&self, tx: &Tx<'_>, now: Timestamp) -> Outcome<Result<(), Refusal>> {
        let since = before(now, Span::new().minutes(ADDRESS_MINUTES));
        let tried = store::attempts(tx, &self.what, &self.address)?;
        // Whoever was right from here before does not wait for what a colleague or a stranger behind the same address did.
        let is_known = tried.is_some_and(|(failures, _)| failures == 0);
        if !is_known
            && !self.address.is_empty()
            && store::failures_of(tx, &self.address, since)? >= MOST_FROM_ADDRESS
        {
            return Ok(Err(too_early(ADDRESS_MINUTES * 60)));
        }
        let Some((failures, last)) = tried else { return Ok(Ok(())) };
        let passed = now.as_second() - last.as_second();
        let left = wait_after(failures) - passed;
        let is_forgotten = passed > MEMORY_HOURS * 3600;
        Ok(if left > 0 && !is_forgotten { Err(too_early(left)) } else { Ok(()) })
    }

    /// Counts a wrong try; it must be kept, so failing is no refusal that undoes. Returns how many there are now.
    ///
    /// # Errors
    /// When the writing fails.
    pub fn failed(&self, tx: &Tx<'_>, now: Timestamp) -> Outcome<i64> {
        let since = before(now, Span::new().hours(MEMORY_HOURS));
        store::add_attempt(tx, &self.what, &self.address, now, since)?;
        if !self.address.is_empty() {
            store::count_failure(tx, &self.address, now, before(now, Span::new().minutes(ADDRESS_MINUTES)))?;
        }
        Ok(store::attempts(tx, &self.what, &self.address)?.map_or(0, |(failures, _)| failures))
    }

    /// Forgets the wrong tries after a right one, and remembers that it came from here.
    ///
    /// # Errors
    /// When the writing fails.
    pub fn succeeded(&self, tx: &Tx<'_>, now: Timestamp) -> Outcome<()> {
        store::know_address(tx, &self.what, &self.address, now)?;
        Ok(())
    }

    /// Forgets the wrong tries from every address: an administrator's help.
    ///
    /// # Errors
    /// When the writing fails.
    pub fn forget(&self, tx: &Tx<'_>) -> Outcome<()> {
        store::forget_attempts(tx, &self.what)?;
        Ok(())
    }
}

fn too_early(seconds: i64) -> Refusal {
    let refusal = Refusal::new("account-refusal-too-early").with("seconds", seconds);
    Refusal { status: Status::TooMany, ..refusal }
}

#[cfg(test)]
mod tests {
    #[test]
    fn waits_grow_and_never_become_a_lock() {
        let waits: Vec<i64> = (0..12).map(super::wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(super::wait_after(i64::MAX), 60);
        assert_eq!(super::network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(super::network_of("10.0.0.7"), "10.0.0.7");
    }
}
