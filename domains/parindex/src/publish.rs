//! Publishing a round: its results as they were, with their hash, and the decision that carries them. Later ones are errata.

use crate::{
    council, points,
    store::{Part, Round},
};
use base::limits;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, Uuid, ids::UnitId};
use db::{Tx, trail};
use paper::letter::{Appendix, Block, Chart, ChartKind, Grid, Letter, Signing, System, place_of};
use reporting::frozen::{COLUMNS, Frozen};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A unit's line as published. Points are decimals as text, exact to 28 digits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// Its rank.
    pub rank: usize,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Points of the leaves that are no survey.
    pub scored: String,
    /// Points of the survey.
    pub survey: String,
    /// Bonus.
    pub bonus: String,
    /// Penalty.
    pub penalty: String,
    /// The most points that applied.
    pub base: String,
    /// The result in percent.
    pub result: String,
    /// The result as shown.
    pub shown: String,
    /// Its class.
    pub class: String,
    /// The unit; none in what was published before lines told it, which is found by its code.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// What its leaves stood at: they were changed since when it has moved.
    #[serde(default)]
    pub tick: Option<i64>,
    /// Each field's share in percent; none where nothing of it applied.
    #[serde(default)]
    pub fields: BTreeMap<String, Option<String>>,
    /// The result by the rules alone.
    #[serde(default)]
    pub rule: String,
}

/// What is published.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Published {
    /// The round's title.
    pub title: String,
    /// The scheme's code.
    pub scheme: String,
    /// The year that was scored.
    pub year: i16,
    /// Who publishes.
    pub issuer: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// On what the decision rests, a line each.
    #[serde(default)]
    pub grounds: Vec<String>,
    /// When.
    pub day: Date,
    /// The mark at the head of every page.
    pub mark: String,
    /// What was wrong before; empty the first time.
    #[serde(default)]
    pub erratum: String,
    /// When what it corrects was published.
    #[serde(default)]
    pub replaces: Option<Date>,
    /// How many of the council's members were in favour, out of all; none where there was no council.
    #[serde(default)]
    pub council: Option<(usize, usize)>,
    /// The units, the best first.
    pub lines: Vec<Line>,
}

/// What was published of a round, the first first.
///
/// # Errors
/// When the reading fails.
pub fn all(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<Vec<Frozen>> {
    tx.rows(
        &format!("select {COLUMNS} from parindex_published where round_id = $1 order by seq"),
        &[&round],
        Frozen::read,
    )
}

/// Whether anything was published of a round.
///
/// # Errors
/// When the reading fails.
pub fn is_published(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<bool> {
    let found = tx.row("select seq from parindex_published where round_id = $1 limit 1", &[&round], |r| {
        r.next::<i64>()
    })?;
    Ok(found.is_some())
}

/// What stands as published of a round: the last, with its errata.
///
/// # Errors
/// When the reading fails, or the facts no longer have their hash.
pub fn newest(tx: &Tx<'_>, round: Uuid) -> Outcome<Option<Published>> {
    let found = tx.row(
        &format!("select {COLUMNS} from parindex_published where round_id = $1 order by seq desc limit 1"),
        &[&round],
        Frozen::read,
    )?;
    found.map(|frozen| frozen.facts()).transpose()
}

/// Whether the parts of a round stand as they were published.
pub fn is_as_published(facts: &Published, parts: &[Part]) -> bool {
    let ticks = facts.lines.iter().filter_map(|line| Some((line.unit?, line.tick?)));
    let ticks: BTreeMap<UnitId, i64> = ticks.collect();
    parts.iter().all(|part| ticks.get(&part.unit) == Some(&part.tick))
}

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
    tx.run(
        &format!(
            "insert into parindex_published (round_id, {COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &[
            &round.id,
            &frozen.seq,
            &frozen.sha256,
            &frozen.content,
            &frozen.file,
            &frozen.erratum,
            &frozen.made_by,
            &frozen.made_at,
        ],
    )?;
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
    reporting::frozen::check(tx, "parindex_published", "round_id", &["parindex.round.publish"])
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
