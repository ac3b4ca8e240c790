//! stub
use base::{Clock, Outcome};
use db::Database;
#[derive(Clone, Copy)]
pub enum Size { Small, City }
pub fn fill(_db: &Database, _clock: &Clock, _size: Size) -> Outcome<Vec<String>> { Ok(vec![]) }
