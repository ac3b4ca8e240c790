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
pub mod matters;
pub mod pages;
pub mod post;
mod rooms;
pub mod seal;

pub use cli::server::{site, tell_all};
pub use rooms::ROOMS;

use base::texts::{Catalogue, RoomTexts};
use db::Migration;
use std::sync::Arc;

/// Every room's tables.
pub fn migrations() -> Vec<Migration> {
    ROOMS.iter().flat_map(|room| room.migrations).copied().collect()
}

/// The rooms that follow a reorganisation; roles come after the posts that carry them.
pub const FOLLOWERS: &[organisation::reorganise::Follower] =
    &[people::follow::FOLLOWER, account::follow::FOLLOWER, programme::follow::FOLLOWER];

/// The gathered texts.
///
/// # Errors
/// When a file of texts does not parse.
pub fn catalogue() -> anyhow::Result<Arc<Catalogue>> {
    let texts: Vec<RoomTexts> = ROOMS.iter().map(|room| room.texts).collect();
    Ok(Arc::new(Catalogue::new(&texts)?))
}
