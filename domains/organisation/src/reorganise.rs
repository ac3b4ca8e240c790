//! Reorganisation as one act: establish, rename, move, merge, split, dissolve; prepared, shown, applied, sealed.
//!
//! What hangs on a unit in other rooms is carried by [`Follower`]s, which the app passes in, so that this room knows
//! none of them. What no rule places stands in the leftover list, which must be empty before the act is sealed; until
//! then it can be reversed.

mod acts;
mod change;
pub mod sight;
pub mod store;
mod units;

pub use acts::{add, apply, draft, drop_change, place, reverse, seal, take_in_successors};
pub use change::{Change, Into, Newcomer, Stage};
pub use room::{Carried, Follower, Item, Passing};
pub use store::Reorganisation;
