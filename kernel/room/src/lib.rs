//! What a room gives to the house besides pages: the kinds of its records with who may see them, what units owe it, how it
//! follows a reorganisation, what it compares with the trail. The house gathers them; rooms do not call each other here.

mod check;
mod follow;
mod list;
mod owe;
mod record;

pub use check::{Check, Compared};
pub use follow::{Carried, Follower, Item, Passing};
pub use list::{Asked, List, MOST};
pub use owe::{Owed, Owes};
pub use record::{Found, Hit, Read, Record, Seek, address_of, having, nowhere};
