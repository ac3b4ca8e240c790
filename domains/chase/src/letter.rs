//! The text of a reminder. Official documents are in Vietnamese, whatever language the page has.

use crate::words::Remind;
use base::{Clock, Outcome, format, ids::UnitId};
use db::Tx;
use organisation::{Snapshot, Tree};
use paper::letter::{Block, Grid, Letter, Signing, System, place_of};
use programme::store::ListRow;

pub(crate) fn reminder(
    tx: &Tx<'_>,
    clock: &Clock,
    names: &Snapshot,
    (issuer, unit): (UnitId, UnitId),
    number: i64,
    rows: &[ListRow],
    how: &Remind,
) -> Outcome<Letter> {
    let today = clock.today();
    let calendar = organisation::store::calendar_of(tx, Some(unit), today)?;
    let (from, to) = (names.unit(issuer), names.name(unit));
    let issuer_name = names.name(issuer);
    let system = match from.map(|u| u.tree) {
        Some(Tree::Party) => System::Party,
        _ => System::State,
    };
    let cut_off = format::moment(clock.now());
    let table = Grid {
        headers: ["STT", "Nhiệm vụ", "Chương trình", "Thời hạn", "Trễ (ngày làm việc)", "Tiến độ"]
            .map(str::to_owned)
            .to_vec(),
        widths: vec![8, 36, 12, 15, 13, 12],
        numbers: vec![0, 4, 5],
        shades: Vec::new(),
        rows: rows
            .iter()
            .enumerate()
            .map(|(n, row)| {
                let late = row.due.and_then(|due| calendar.working_days_between(due, today).ok());
                vec![
                    (n + 1).to_string(),
                    format!("{} ({})", row.title, row.code),
                    row.programme.clone(),
                    row.due.map_or_else(|| row.due_written.clone(), format::date),
                    late.map_or_else(String::new, format::whole),
                    format!("{} %", format::decimal(base::Decimal::new(row.percent, 2).normalize())),
                ]
            })
            .collect(),
    };
    let mut body = vec![
        Block::Text(format!(
            "Qua theo dõi việc thực hiện các chương trình, kế hoạch công tác, tính đến {cut_off}, {to} còn {} nhiệm vụ \
             quá hạn chưa hoàn thành, cụ thể như sau:",
            format::whole(i64::try_from(rows.len()).unwrap_or(0))
        )),
        Block::Table(table),
    ];
    let reply = how.reply_by.map(format::date);
    let ask = match (&reply, how.explain) {
        (Some(day), true) => format!(
            "Đề nghị {to} khẩn trương hoàn thành các nhiệm vụ nêu trên; giải trình rõ nguyên nhân chậm đối với từng \
             nhiệm vụ và báo cáo kết quả trước ngày {day}."
        ),
        (Some(day), false) => format!(
            "Đề nghị {to} khẩn trương hoàn thành các nhiệm vụ nêu trên và báo cáo kết quả trước ngày {day}."
        ),
        (None, _) => format!("Đề nghị {to} khẩn trương hoàn thành các nhiệm vụ nêu trên và báo cáo kết quả."),
    };
    body.push(Block::Text(ask));
    Ok(Letter {
        system,
        parent: match system {
            System::Party => names
                .parent(issuer)
                .filter(|above| above.tree == Tree::Party)
                .map(|above| above.name.clone())
                .unwrap_or_default(),
            System::State => String::new(),
        },
        place: place_of(&issuer_name),
        issuer: issuer_name,
        number: number.to_string(),
        symbol: how.symbol.clone(),
        date: Some(today),
        kind: String::new(),
        subject: "đôn đốc thực hiện các nhiệm vụ quá hạn".to_owned(),
        to: vec![to],
        grounds: Vec::new(),
        body,
        signing: Signing {
            authority: how.authority.clone(),
            title: how.title.clone(),
            name: how.name.clone(),
        },
        copies: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
        appendices: Vec::new(),
        mark: how.mark.clone(),
    })
}
