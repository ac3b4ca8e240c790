//! Publishing a round: its results as they were, with their hash, and the decision that carries them. Later ones are errata.

pub use crate::store::published::{Line, Published, all, is_as_published, is_published, newest};
use crate::{
    council, points,
    store::{Round, published},
};
use base::limits;
use base::{Actor, Clock, Outcome, Refusal, Right};
use db::{Tx, trail};
use document::frozen::Frozen;
use paper::letter::{Appendix, Block, Chart, ChartKind, Grid, Letter, Signing, System, place_of};

/// Publishes the results as they stand.
///
/// # Errors
/// Refuses a round without units, an erratum without words, and an actor who does not lead the round.
pub fn publish(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    round: &Round,
    facts: &Published,
    erratum: &str,
) -> Outcome<()> {
    actor.need(Right::Draft, round.issuer)?;
    if facts.lines.is_empty() {
        return Refusal::new("parindex-refusal-nothing").at("units").stop();
    }
    let verdict = council::verdict(&council::members(tx, round.id)?);
    if verdict.members > 0 && !verdict.is_valid() {
        return Refusal::new("parindex-refusal-council")
            .at("cong-bo")
            .with("agreed", verdict.agreed)
            .with("members", verdict.members)
            .stop();
    }
    let council = (verdict.members > 0).then_some((verdict.agreed, verdict.members));
    limits::within(&[("erratum", erratum, limits::WORDS)])?;
    let before = all(tx, round.id)?;
    let replaces = before.last().map(Frozen::facts::<Published>).transpose()?.map(|before| before.day);
    let facts = &Published { council, replaces, erratum: erratum.to_owned(), ..facts.clone() };
    if !before.is_empty() && erratum.is_empty() {
        return Refusal::new("parindex-refusal-erratum").at("erratum").stop();
    }
    let bytes = letter(facts).docx()?;
    let frozen = Frozen::make(tx, clock, actor, (&round.code, &before), (facts, &bytes), erratum)?;
    published::insert(tx, round.id, &frozen)?;
    let entry = trail::Entry {
        act: "parindex.round.publish",
        kind: "index",
        id: None,
        code: &round.code,
        unit: Some(round.issuer),
        facts: serde_json::json!({
            "seq": frozen.seq, "sha256": frozen.sha256, "file": frozen.file, "words": erratum,
        }),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// What is wrong with published results: facts, file and the trail's line must say the same.
///
/// # Errors
/// When the database fails.
pub fn check(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    document::frozen::check(tx, "parindex_published", "round_id", &["parindex.round.publish"])
}

/// Makes a published decision anew from its facts.
///
/// # Errors
/// A fault when the facts no longer have their hash.
pub fn reprint(frozen: &Frozen) -> Outcome<Letter> {
    Ok(letter(&frozen.facts()?))
}

/// How many units the chart of a decision draws.
const DRAWN: usize = 40;

/// The decision. Documents are in Vietnamese.
fn letter(facts: &Published) -> Letter {
    let shown = |text: &String| points_of(text).map_or_else(|| text.clone(), |p| points::shown(&p));
    let rows = facts.lines.iter().map(|line| {
        vec![
            line.rank.to_string(),
            line.name.clone(),
            shown(&line.scored),
            shown(&line.survey),
            shown(&line.bonus),
            shown(&line.penalty),
            shown(&line.base),
            line.shown.clone(),
            line.class.clone(),
        ]
    });
    let table = Grid {
        headers: [
            "Hạng",
            "Đơn vị",
            "Điểm chấm",
            "Điều tra",
            "Thưởng",
            "Trừ",
            "Tối đa",
            "Kết quả (%)",
            "Xếp loại",
        ]
        .map(str::to_owned)
        .to_vec(),
        widths: vec![3, 9, 3, 3, 4, 3, 4, 4, 3],
        numbers: vec![0, 2, 3, 4, 5, 6, 7],
        rows: rows.collect(),
        shades: Vec::new(),
    };
    // A bar for each of hundreds of units could not be read: the first ones are drawn, all stand in the table.
    let drawn = facts.lines.get(..DRAWN).unwrap_or(&facts.lines);
    let chart = Chart {
        title: format!("Kết quả năm {} theo đơn vị (%)", facts.year),
        kind: ChartKind::Bars,
        categories: drawn.iter().map(|line| format!("{}. {}", line.rank, line.name)).collect(),
        series: vec![(
            "Kết quả".to_owned(),
            drawn.iter().map(|line| Some(points::decimal(&points_of(&line.result)?))).collect(),
        )],
        most: None,
        height: 200,
    };
    let of_year = facts.year.to_string();
    // Titles mostly name their year already.
    let year = if facts.title.contains(&of_year) { String::new() } else { format!(" năm {of_year}") };
    let (title, n) = (&facts.title, facts.lines.len());
    let first = match facts.replaces.map(base::format::date) {
        Some(day) => format!(
            "Điều 1. Đính chính kết quả {title}{year} của {n} đơn vị đã công bố ngày {day}. Lý do: {}. Phụ lục I kèm theo Quyết định này thay Phụ lục I đã công bố.",
            facts.erratum.trim_end_matches('.')
        ),
        None => {
            format!(
                "Điều 1. Công bố kết quả {title}{year} của {n} đơn vị tại Phụ lục I kèm theo Quyết định này."
            )
        }
    };
    let what = if facts.replaces.is_some() { "đính chính" } else { "công bố" };
    let articles = [
        first,
        "Điều 2. Các đơn vị căn cứ kết quả, rút kinh nghiệm và có biện pháp nâng cao chỉ số của năm sau."
            .to_owned(),
        "Điều 3. Quyết định này có hiệu lực từ ngày ký. Thủ trưởng các đơn vị có tên tại Phụ lục I chịu trách nhiệm thi hành."
            .to_owned(),
    ];
    let mut grounds = facts.grounds.clone();
    grounds.extend(facts.replaces.map(|day| {
        format!("Căn cứ Quyết định công bố kết quả {} ngày {}", facts.title, base::format::date(day))
    }));
    grounds.extend(facts.council.map(|(agreed, members)| {
        format!("Căn cứ kết quả biểu quyết của Hội đồng thẩm định: {agreed}/{members} thành viên tán thành")
    }));
    let decides = Block::Part("QUYẾT ĐỊNH:".to_owned(), String::new());
    let body = std::iter::once(decides).chain(articles.map(Block::Text));
    Letter {
        system: System::State,
        issuer: facts.issuer.clone(),
        place: if facts.place.is_empty() { place_of(&facts.issuer) } else { facts.place.clone() },
        symbol: "QĐ".to_owned(),
        date: Some(facts.day),
        kind: "Quyết định".to_owned(),
        subject: format!("Về việc {what} kết quả {}", facts.title),
        grounds,
        body: body.collect(),
        signing: Signing {
            authority: String::new(), title: "Thủ trưởng".to_owned(), name: String::new()
        },
        copies: vec!["Các đơn vị có tên tại Phụ lục I".to_owned(), "Lưu: VT".to_owned()],
        appendices: vec![
            Appendix {
                label: "Phụ lục I".to_owned(),
                title: "Kết quả và xếp hạng".to_owned(),
                blocks: vec![Block::Table(table)],
            },
            Appendix {
                label: "Phụ lục II".to_owned(),
                title: "Biểu đồ xếp hạng".to_owned(),
                blocks: vec![Block::Chart(chart)],
            },
        ],
        mark: facts.mark.clone(),
        ..Letter::default()
    }
}

/// Points as kept: a decimal with a dot, whatever its digits.
pub(crate) fn points_of(text: &str) -> Option<points::Points> {
    text.parse().ok().map(points::of)
}
