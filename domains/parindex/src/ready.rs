//! Schemes that come with the program, as workbooks would bring them: to begin with, and to be edited.
//!
//! `766`: Decision 766/QĐ-TTg (23/06/2022), six groups as the national portal shows them; the split of 12 points of online
//! services and of 22 points of digitisation is not published and is ours. `huyen-thanh-quan`: a district's checklist to become
//! urban after Resolution 1211/2016/UBTVQH13; its points are ours, since the law only says reached or not.

use crate::{import, scheme::Classes};
use base::{Actor, Clock, Outcome, Refusal, intake::Report};
use db::Tx;

/// A ready scheme.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// Its word in addresses and text keys.
    pub key: &'static str,
    /// Its title; documents are in Vietnamese.
    pub title: &'static str,
    /// Which units it scores.
    pub kind: &'static str,
    /// Its classes.
    pub classes: &'static str,
    /// Whether what counts are the rules alone, with nobody scoring or appraising.
    pub is_computed: bool,
    table: &'static str,
}

/// The grades of one public dashboard of Decision 766; another set for the checklist, where all must be reached.
const GRADES: &str = "Xuất sắc=90; Tốt=80; Khá=70; Trung bình=50; Yếu=0";

/// All ready schemes.
pub const ALL: &[Ready] = &[
    Ready {
        key: "766",
        title: "Bộ chỉ số phục vụ người dân, doanh nghiệp (Quyết định 766/QĐ-TTg)",
        kind: "xã, phường, thị trấn",
        classes: GRADES,
        is_computed: true,
        table: include_str!("../ready/766.csv"),
    },
    Ready {
        key: "huyen-thanh-quan",
        title: "Bộ tiêu chí huyện phát triển thành quận",
        kind: "huyện",
        classes: "Đạt=100; Gần đạt=80; Chưa đạt=0",
        is_computed: false,
        table: include_str!("../ready/huyen-thanh-quan.csv"),
    },
];

/// Keeps a ready scheme for a year; one that is there stays as it is.
///
/// # Errors
/// Refuses an unknown word, and an actor without the right.
pub fn put(tx: &Tx<'_>, clock: &Clock, actor: &Actor, key: &str, year: i16) -> Outcome<Report> {
    let Some(ready) = ALL.iter().find(|ready| ready.key == key) else {
        return Refusal::not_found().stop();
    };
    let sheets = paper::sheets(ready.table.as_bytes())?;
    let head = import::Head {
        title: ready.title.to_owned(),
        kind: ready.kind.to_owned(),
        classes: Classes::read(ready.classes).unwrap_or_default(),
        is_computed: ready.is_computed,
    };
    import::scheme_with(tx, clock, actor, &sheets, year, Some(head))
}
