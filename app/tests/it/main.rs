//! Tests of the whole: imports of real files on both databases, the trail, rights, house rules.

mod cases;
mod house;
mod world;
