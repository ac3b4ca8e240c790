//! Lists as files, in the layout that their import reads back.

use base::{Clock, Date, Outcome, Refusal, texts::Texts};
use db::Tx;
use organisation::Snapshot;
use paper::write::{List, Out};
use programme::store::{self, Filter, ListRow};

/// The largest list written at once.
pub const MOST: i64 = 100_000;

/// A list of tasks as it is filtered.
pub fn tasks(rows: &[ListRow], names: &Snapshot, texts: &Texts, about: Vec<(String, String)>) -> List {
    List {
        name: texts.say("export-tasks"),
        headers: [
            "Mã",
            "Nhiệm vụ",
            "Chủ trì",
            "Thời hạn",
            "Trạng thái",
            "Tiến độ (%)",
            "Ngày báo xong",
            "Người phụ trách",
            "Chương trình",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: rows
            .iter()
            .map(|t| {
                let lead = t.lead.map_or_else(|| t.lead_words.clone(), |unit| names.name(unit));
                let due = if t.due_written.is_empty() {
                    Out::from(t.due)
                } else {
                    Out::from(t.due_written.clone())
                };
                vec![
                    Out::from(t.code.clone()),
                    Out::from(t.title.clone()),
                    Out::from(lead),
                    due,
                    Out::from(texts.say(&format!("state-{}", t.state.word()))),
                    Out::Number(base::Decimal::new(t.percent, 2).normalize()),
                    Out::from(t.reported_on),
                    Out::from(t.person.clone()),
                    Out::from(t.programme.clone()),
                ]
            })
            .collect(),
        about,
    }
}

/// A list by the word of its import.
///
/// # Errors
/// Refuses an unknown kind.
pub fn by_kind(tx: &Tx<'_>, clock: &Clock, texts: &Texts, kind: &str, on: Date) -> Outcome<List> {
    let names = Snapshot::at(tx, on)?;
    let about = vec![
        (texts.say("export-as-of"), base::format::date(on)),
        (texts.say("export-made"), base::format::moment(clock.now())),
    ];
    match kind {
        "tasks" => {
            let soon = on;
            let (rows, _) =
                store::list(tx, &Filter { sort: "code".to_owned(), ..Filter::default() }, on, soon, MOST, 0)?;
            Ok(tasks(&rows, &names, texts, about))
        }
        "units" => Ok(List {
            name: texts.say("export-units"),
            headers: ["code", "name_vi", "level", "valid_from", "valid_to", "parent_code", "he_thong"]
                .map(str::to_owned)
                .to_vec(),
            rows: names.units().map(|u| unit_row(u, &names)).collect(),
            about,
        }),
        "calendar" => Ok(List {
            name: texts.say("export-calendar"),
            headers: ["Ngày", "Tên", "Loại", "Văn bản"].map(str::to_owned).to_vec(),
            rows: organisation::store::special_days(
                tx,
                Date::constant(1900, 1, 1),
                Date::constant(2200, 12, 31),
            )?
            .into_iter()
            .map(|d| {
                let kind = match d.kind {
                    base::calendar::DayKind::Holiday => "nghỉ lễ",
                    base::calendar::DayKind::InLieu => "nghỉ bù",
                    base::calendar::DayKind::Working => "làm bù",
                };
                vec![Out::Date(d.day), Out::from(d.name), Out::from(kind), Out::from(d.document)]
            })
            .collect(),
            about,
        }),
        other => Refusal::new("refusal-unknown-word").with("field", "KIND").with("value", other).stop(),
    }
}

/// A unit as its import reads it: territories by their official code and level, offices by their own code and kind.
fn unit_row(unit: &organisation::Unit, names: &Snapshot) -> Vec<Out> {
    use organisation::{Kind, Tree};
    let (tree, territory) = match unit.tree {
        Tree::State => ("nha_nuoc", false),
        Tree::Party => ("dang", false),
        Tree::Mass => ("doan_the", false),
        Tree::Territory => ("dia_gioi", true),
    };
    let level = match unit.kind.as_str() {
        Kind::CITY => "tinh",
        Kind::DISTRICT => "huyen",
        Kind::COMMUNE => "xa",
        other => other,
    };
    let code = if territory { &unit.official_code } else { &unit.code };
    let parent = names.parent(unit.id).filter(|_| territory).map(|p| p.official_code.clone());
    // The file names the last day, the store the first day after it.
    let last = unit.dissolved.and_then(|end| end.yesterday().ok());
    vec![
        Out::from(code.clone()),
        Out::from(unit.name.clone()),
        Out::from(level),
        Out::Date(unit.established),
        Out::from(last),
        Out::from(parent),
        Out::from(tree),
    ]
}
