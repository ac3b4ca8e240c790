//! The ground floor of the house: what every room needs and none owns.
//!
//! Pure code only. Nothing here opens a file, a socket or a database, and nothing reads the clock:
//! today is always an argument.

pub mod calendar;
pub mod clock;
pub mod deadline;
pub mod fold;
pub mod form;
pub mod format;
pub mod ids;
pub mod intake;
pub mod limits;
pub mod number;
pub mod period;
pub mod refusal;
pub mod rights;
pub mod texts;

pub use clock::{Clock, start_of_day};
pub use jiff::civil::{Date, DateTime};
pub use jiff::{Span, Timestamp};
pub use refusal::{Outcome, Refusal, Status, Stop};
pub use rights::{Actor, Reach, Right, Role, Units, signature};
pub use rust_decimal::Decimal;
pub use uuid::Uuid;
