//! The database layer: one SQL text for SQLite and PostgreSQL, and nothing that hides the SQL.
//!
//! An act is one closure run on a thread of the database's own, inside one transaction; it may run more than once
//! (a lost group on SQLite, a serialisation failure on PostgreSQL), so it has no effect outside the database.
//! Reasons and figures: `docs/decisions/0002-database.md`.

mod bind;
pub mod copy;
mod database;
mod job;
mod migrate;
mod postgres_side;
mod read;
mod sqlite_side;
pub mod trail;
mod transaction;

pub use bind::{Bind, Bound, Kind, Param};
pub use database::{Database, Place};
pub use migrate::Migration;
pub use postgres::Row as PgRow;
pub use read::{Column, Row, stored};
pub use rusqlite::types::ValueRef;
pub use transaction::{Tx, is_duplicate};

/// The tables that belong to the kernel: the trail, its heads, counters, versions of cached things.
pub const MIGRATIONS: &[Migration] = &[
    ("V1__kernel_trail", include_str!("../migrations/V1__kernel_trail.sql")),
    ("V47__kernel_trail_position", include_str!("../migrations/V47__kernel_trail_position.sql")),
    ("V50__kernel_trail_act", include_str!("../migrations/V50__kernel_trail_act.sql")),
    ("V69__kernel_trail_heads", include_str!("../migrations/V69__kernel_trail_heads.sql")),
];
