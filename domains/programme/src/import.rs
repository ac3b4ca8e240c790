//! Imports: the tables of task appendices and plans, of progress reports, of targets and their allocations.
//!
//! A reader first finds out what the file speaks of (programme, issuer, day), then reads row by row. Nothing is
//! guessed silently: what is not certain is a warning or a refusal that names the row and the remedy.

pub mod progress;
pub mod targets;
pub mod tasks;

use crate::{
    store,
    words::{Programme, ProgrammeId},
};
use base::{
    Actor, Clock, Date, Outcome, Refusal,
    ids::UnitId,
    intake::{Progress, Report},
};
use db::Tx;
use document::cite;
use organisation::{Directory, Named};
use paper::{
    Sheet,
    table::{self, Table, Wanted},
};
use std::{collections::BTreeMap, sync::Arc};

/// What the person says about a file that the file does not.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The programme's code or mark.
    pub programme: Option<String>,
    /// The day from which its rows count.
    pub as_of: Option<Date>,
    /// The sheet's name or number from 1.
    pub sheet: Option<String>,
    /// Columns by hand: wanted name → header as written.
    pub map: BTreeMap<String, String>,
    /// Where to tell how far it is.
    pub progress: Arc<Progress>,
}

/// A file with its tables and the words around them.
pub struct Source<'a> {
    /// The tables.
    pub sheets: &'a [Sheet],
    /// The document's own header, when the file is a Word document.
    pub heading: Option<document::read::Draft>,
}

impl<'a> Source<'a> {
    /// The tables of a file, and what its Word document says above them.
    pub fn new(sheets: &'a [Sheet], heading: Option<&document::read::Draft>) -> Self {
        Self { sheets, heading: heading.cloned() }
    }

    /// Finds the table, by headers or as the person mapped it.
    pub(crate) fn table(&self, wanted: &[Wanted], options: &Options) -> Result<Table<'a>, Refusal> {
        let sheets: &'a [Sheet] = self.sheets;
        let within: Vec<&'a Sheet> = match &options.sheet {
            Some(name) => {
                let number = name.parse::<usize>().ok();
                let found = sheets.iter().enumerate().find(|(i, s)| s.name == *name || number == Some(i + 1));
                vec![
                    found
                        .map(|(_, s)| s)
                        .ok_or_else(|| Refusal::new("programme-refusal-sheet").with("sheet", name))?,
                ]
            }
            None => sheets.iter().collect(),
        };
        let mut best: Option<Table<'a>> = None;
        for sheet in within {
            if let Some(table) = table::find_mapped(std::slice::from_ref(sheet), wanted, &options.map)
                && best.as_ref().is_none_or(|b| {
                    (!b.sheet.hidden, b.columns.len()) < (!table.sheet.hidden, table.columns.len())
                })
            {
                best = Some(table);
            }
        }
        let needed: Vec<&str> = wanted.iter().filter(|w| w.needed).map(|w| w.name).collect();
        let known = table::headers_of(sheets);
        if best.is_none()
            && let Some(header) = options
                .map
                .values()
                .find(|h| !known.iter().any(|k| base::fold::fold(k) == base::fold::fold(h)))
        {
            return Err(Refusal::new("programme-refusal-column").with("column", header));
        }
        let table = best.ok_or_else(|| Refusal::new("paper-no-table").with("columns", needed.join(", ")))?;
        Ok(table)
    }
}

/// The programme that a file speaks of: named by the person, else in the words above the table, else the document's
/// own number, else the only one there is.
pub(crate) fn programme_of(
    tx: &Tx<'_>,
    source: &Source<'_>,
    table: &Table<'_>,
    options: &Options,
    report: &mut Report,
) -> Outcome<Programme> {
    let all = store::programmes(tx)?;
    if let Some(wanted) = &options.programme {
        return match find(&all, wanted) {
            Some(programme) => Ok(programme.clone()),
            None => Refusal::new("programme-refusal-programme").at("programme").with("value", wanted).stop(),
        };
    }
    // A column of its own names it row by row; the first one stands for the file.
    if table.has("programme") {
        let named = table.rows().map(|row| table.line(row.number, "programme")).find(|code| !code.is_empty());
        if let Some(programme) = named.and_then(|code| find(&all, &code)) {
            return Ok(programme.clone());
        }
    }
    let tops: Vec<&Programme> = all.iter().filter(|p| p.parent.is_none()).collect();
    for line in table.sheet.head_text(table.header_row).iter().chain(std::iter::once(&table.sheet.name)) {
        let cited = cite::read(line);
        if cited.number.is_empty() {
            continue;
        }
        let found: Vec<&&Programme> = tops
            .iter()
            .filter(|p| p.number.trim_start_matches('0') == cited.number)
            .filter(|p| {
                cited.symbol.is_empty() || base::fold::fold(&p.symbol) == base::fold::fold(&cited.symbol)
            })
            .collect();
        if let [one] = found.as_slice() {
            return Ok((**one).clone());
        }
    }
    if let Some(heading) = &source.heading {
        let own = tops
            .iter()
            .find(|p| !p.number.is_empty() && p.number == heading.number && p.symbol == heading.symbol);
        if let Some(programme) = own {
            return Ok((*programme).clone());
        }
    }
    match tops.as_slice() {
        [] => Refusal::new("programme-refusal-no-programme").stop(),
        [one] => {
            report.warn(None, "programme-warn-only-programme", &[("programme", one.code.clone())]);
            Ok((*one).clone())
        }
        _ => Refusal::new("programme-refusal-which-programme").at("programme").stop(),
    }
}

/// Tells which filled columns nothing reads, so that nobody believes them taken.
pub(crate) fn unread(table: &Table<'_>, also_read: &[usize], report: &mut Report) {
    let columns = table.unread(also_read);
    if !columns.is_empty() {
        report.warn(None, "programme-warn-unread", &[("columns", columns.join(", "))]);
    }
}

/// A programme by code, mark (`01-CTr/TU`) or number.
pub fn find<'p>(all: &'p [Programme], wanted: &str) -> Option<&'p Programme> {
    let folded = base::fold::fold(wanted);
    if folded.is_empty() {
        return None;
    }
    all.iter().find(|p| p.code.eq_ignore_ascii_case(wanted)).or_else(|| {
        let by_mark: Vec<&Programme> = all.iter().filter(|p| base::fold::fold(&p.mark()) == folded).collect();
        let by_number = || -> Vec<&Programme> {
            let number = wanted.trim_start_matches('0');
            all.iter().filter(|p| p.parent.is_none() && p.number.trim_start_matches('0') == number).collect()
        };
        let found = if by_mark.is_empty() { by_number() } else { by_mark };
        match found.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    })
}

/// The plan in which a unit implements a programme: found, or made when the words above the table name another
/// issuer than the programme's.
pub(crate) fn plan_of(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    table: &Table<'_>,
    programme: &Programme,
    options: &Options,
    report: &mut Report,
) -> Outcome<Option<Programme>> {
    let head = table.sheet.head_text(table.header_row);
    let on = options.as_of.unwrap_or(programme.starts);
    let names = Directory::at(tx, on)?;
    let Some(issuer) = issuer_of(&names, &head) else { return Ok(None) };
    if Some(issuer) == programme.issuer {
        return Ok(None);
    }
    if let Some(plan) = store::children(tx, programme.id)?.into_iter().find(|p| p.issuer == Some(issuer)) {
        return Ok(Some(plan));
    }
    // "Số: 12/KH-UBND", "(Kèm theo Kế hoạch số 88/KH-UBND ngày 15/5/2021 của …)".
    let marked = head.iter().find_map(|line| {
        let folded = base::fold::fold(line);
        let own = folded.starts_with("so ") || folded.contains("ke hoach so ");
        let lower = line.to_lowercase();
        let at = own.then(|| lower.find("số")).flatten().filter(|at| line.is_char_boundary(*at))?;
        document::read::number_and_symbol(line.get(at..)?)
    });
    let (number, symbol) = marked.unwrap_or_default();
    let issued = head.iter().find_map(|line| {
        let folded = base::fold::fold(line);
        let is_worded = folded.contains("ngay") && folded.contains("thang");
        let in_brackets = || {
            let own = folded.starts_with("so ") || folded.contains("ke hoach so ");
            let after = own.then(|| line.split_once("ngày ")).flatten()?.1;
            let day: String =
                after.chars().take_while(|c| c.is_ascii_digit() || "/.- ".contains(*c)).collect();
            base::period::read(day.trim()).date()
        };
        is_worded.then(|| base::period::read(line).date()).flatten().or_else(in_brackets)
    });
    let issued = issued.or(options.as_of);
    let title = head.iter().find(|line| base::fold::fold(line).starts_with("ke hoach")).cloned();
    let unit_code = names.snapshot.unit(issuer).map(|u| u.code.clone()).unwrap_or_default();
    let plan = Programme {
        id: ProgrammeId::new(clock),
        code: crate::acts::free_code(tx, &format!("KH-{unit_code}"))?,
        kind: "ke_hoach".to_owned(),
        term: programme.term.clone(),
        congress: programme.congress.clone(),
        number,
        symbol,
        title: title.unwrap_or_else(|| format!("{} – {}", names.snapshot.name(issuer), programme.title)),
        issuer: Some(issuer),
        document: None,
        parent: Some(programme.id),
        issued,
        starts: issued.unwrap_or(programme.starts),
        early_days: None,
    };
    crate::acts::create_programme(tx, clock, actor, &plan)?;
    report.warn(
        None,
        "programme-warn-plan-made",
        &[("plan", plan.code.clone()), ("unit", names.snapshot.name(issuer))],
    );
    if issued.is_none() {
        report.warn(
            None,
            "programme-warn-no-date",
            &[("day", base::format::date(plan.starts)), ("plan", plan.code.clone())],
        );
    }
    Ok(Some(plan))
}

fn issuer_of(names: &Arc<Directory>, head: &[String]) -> Option<UnitId> {
    let unit = |words: &str| match names.name(words, None) {
        Named::Unit(unit) => Some(unit),
        Named::Group(_) | Named::Vague | Named::Local | Named::Perhaps(_) | Named::Unknown => None,
    };
    head.iter().take(4).find_map(|line| unit(line)).or_else(|| {
        // "Kế hoạch của UBND quận Cầu Giấy thực hiện …", "(Kèm theo Kế hoạch số 12/KH-UBND ngày … của UBND quận …)".
        head.iter().take(6).filter(|line| base::fold::fold(line).contains("ke hoach")).find_map(|line| {
            let (_, after) = line.split_once(" của ")?;
            let words: Vec<&str> = after.trim_end_matches(')').split_whitespace().collect();
            (2..=words.len().min(9)).rev().find_map(|n| unit(&words.get(..n)?.join(" ")))
        })
    })
}

/// How lines below a table begin: who signs and who receives.
pub(crate) const FOOT: [&str; 8] =
    ["noi nhan", "nguoi lap", "tm ", "kt ", "tl ", "tuq ", "thu truong don vi", "xac nhan cua"];

/// Whether a row of figures stands below its table: a signature stands among words, a row of the table has figures.
pub(crate) fn is_foot(table: &Table<'_>, row: u32) -> bool {
    const SIGNERS: [&str; 4] = ["thu truong", "ke toan", "truong phong", "chu tich"];
    let Some(own) = table.sheet.row(row) else { return false };
    let signs = |text: String| {
        FOOT.iter().any(|word| format!("{text} ").starts_with(word)) || SIGNERS.contains(&text.as_str())
    };
    own.cells.len() <= 3
        && own.cells.values().all(|cell| !matches!(cell.value, paper::Value::Number(_)))
        && own.cells.values().any(|cell| signs(base::fold::fold(&cell.line())))
}
