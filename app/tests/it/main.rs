//! Tests of the whole: imports of real files on both databases, the trail, rights, house rules.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where its world is not as it says"
)]

mod account;
mod api;
mod bad_files;
mod cases;
mod chase;
mod chase_hooks;
mod chase_told;
mod copies;
mod doors;
mod house;
mod kill;
mod kill_server;
mod mirror;
mod onestop;
mod organisation;
mod outage;
mod parindex;
mod parindex_round;
mod parindex_sight;
mod programme;
mod reporting;
mod review;
mod rights;
mod round_trip;
mod samples;
mod search;
mod server;
mod survey;
mod trail;
mod world;
