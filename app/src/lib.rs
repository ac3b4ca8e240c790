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
pub mod seal;

pub use cli::server::{site, tell_all};

use base::texts::{Catalogue, RoomTexts};
use db::Migration;
use std::sync::Arc;

/// Every room's tables, in order.
pub fn migrations() -> Vec<Migration> {
    let rooms: [&[Migration]; 13] = [
        db::MIGRATIONS,
        organisation::MIGRATIONS,
        people::MIGRATIONS,
        document::MIGRATIONS,
        account::MIGRATIONS,
        programme::MIGRATIONS,
        chase::MIGRATIONS,
        review::MIGRATIONS,
        reporting::MIGRATIONS,
        parindex::MIGRATIONS,
        survey::MIGRATIONS,
        onestop::MIGRATIONS,
        jobs::MIGRATIONS,
    ];
    rooms.concat()
}

/// The rooms that follow a reorganisation; roles come after the posts that carry them.
pub const FOLLOWERS: &[organisation::reorganise::Follower] =
    &[people::follow::FOLLOWER, account::follow::FOLLOWER, programme::follow::FOLLOWER];

/// Every room's texts.
pub const TEXTS: &[RoomTexts] = &[
    paper::TEXTS,
    organisation::TEXTS,
    people::TEXTS,
    document::TEXTS,
    account::TEXTS,
    programme::TEXTS,
    audit::TEXTS,
    chase::TEXTS,
    reporting::TEXTS,
    review::TEXTS,
    parindex::TEXTS,
    survey::TEXTS,
    onestop::TEXTS,
    pages::TEXTS,
];

/// The gathered texts.
///
/// # Errors
/// When a file of texts does not parse.
pub fn catalogue() -> anyhow::Result<Arc<Catalogue>> {
    Ok(Arc::new(Catalogue::new(TEXTS)?))
}
