//! The roof: it wires rooms that may not know each other, and holds what is the whole product's.
//!
//! `cli` is the command line, `intake` dispatches imports by kind, `pages` are the routes, `demo` fills a city.

pub mod api;
pub mod cli;
pub mod demo;
pub mod exports;
pub mod intake;
pub mod jobs;
pub mod listen;
pub mod pages;
pub mod post;
mod rooms;
pub mod seal;

pub use cli::server::{site, tell_all};
pub use rooms::ROOMS;

use base::texts::{Catalogue, RoomTexts};
use db::Migration;
use room::{Follower, Owes};
use std::sync::{Arc, LazyLock};

/// Every room's tables.
pub fn migrations() -> Vec<Migration> {
    ROOMS.iter().flat_map(|room| room.migrations).copied().collect()
}

/// How rooms follow a reorganisation, in their order: roles come after the posts that carry them.
pub static FOLLOWERS: LazyLock<Vec<Follower>> =
    LazyLock::new(|| ROOMS.iter().filter_map(|room| room.follower).collect());

/// What units owe, of each room.
pub static OWES: LazyLock<Vec<Owes>> = LazyLock::new(|| ROOMS.iter().filter_map(|room| room.owes).collect());

/// The gathered texts.
///
/// # Errors
/// When a file of texts does not parse.
pub fn catalogue() -> anyhow::Result<Arc<Catalogue>> {
    let texts: Vec<RoomTexts> = ROOMS.iter().flat_map(|room| room.texts).copied().collect();
    Ok(Arc::new(Catalogue::new(&texts)?))
}
