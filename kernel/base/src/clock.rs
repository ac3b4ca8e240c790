//! The clock that is passed in. A rehearsal starts it on another day; a test stops it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::sync::Arc;
use uuid::Uuid;

/// Says what time it is: the machine's clock, shifted by a rehearsal, or a stopped one.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// The machine's clock plus this many seconds.
    Machine { shift: i64 },
    /// A clock that stands still.
    Stopped(Timestamp),
}

impl Clock {
    /// The machine's own clock.
    pub fn machine() -> Self {
        Self(Arc::new(Source::Machine { shift: 0 }))
    }

    /// A clock that says `today` now and goes on from there, for rehearsals.
    ///
    /// # Errors
    /// When the day lies outside the calendar.
    pub fn from_day(today: Date) -> anyhow::Result<Self> {
        let now = machine_now();
        let local = now.to_zoned_datetime(office_zone());
        let wanted = today.to_datetime(local.time()).to_zoned_datetime(office_zone())?.timestamp();
        Ok(Self(Arc::new(Source::Machine { shift: wanted.as_second() - now.as_second() })))
    }

    /// A clock that stands at `at`.
    pub fn stopped(at: Timestamp) -> Self {
        Self(Arc::new(Source::Stopped(at)))
    }

    /// A clock that stands at nine in the morning of `day`, office time.
    ///
    /// # Errors
    /// When the day lies outside the calendar.
    pub fn stopped_on(day: Date) -> anyhow::Result<Self> {
        Ok(Self::stopped(day.at(9, 0, 0, 0).to_zoned_datetime(office_zone())?.timestamp()))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match *self.0 {
            Source::Machine { shift } => {
                let now = machine_now();
                now.checked_add(jiff::SignedDuration::from_secs(shift)).unwrap_or(now)
            }
            Source::Stopped(at) => at,
        }
    }

    /// The present day in the offices' time zone (UTC+7, no daylight saving).
    pub fn today(&self) -> Date {
        local_date(self.now())
    }

    /// A new identifier. Always from the machine's own time, so that rehearsals keep the order of creation.
    pub fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_now() -> Timestamp {
    Timestamp::now()
}

/// The offices' time zone, Asia/Ho_Chi_Minh: UTC+7 all year.
pub fn office_zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(7))
}

/// The local day of a moment.
pub fn local_date(at: Timestamp) -> Date {
    at.to_zoned_datetime(office_zone()).date()
}

/// The first moment of a day at the office; `None` past the end of time.
pub fn start_of_day(day: Date) -> Option<Timestamp> {
    office_zone().to_timestamp(day.at(0, 0, 0, 0)).ok()
}
