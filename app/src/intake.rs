//! Imports by kind: which room reads which file.

pub mod document;
mod people;

use ::document::read::Draft;
use base::{Actor, Clock, Outcome, Refusal, intake::Report};
use db::{Database, Tx};
use programme::import::{self, Options, Source};
use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

/// What a file is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Units: territories or a catalogue of offices.
    Units,
    /// Which unit became which.
    UnitsMap,
    /// A document with clauses.
    Document,
    /// Tasks of a programme or of a unit's plan.
    Tasks,
    /// Targets, or the allocation of one.
    Targets,
    /// Progress of units.
    Progress,
    /// People in their posts.
    People,
    /// Days off and working Saturdays.
    Calendar,
    /// The scheme of an index.
    Scheme,
    /// Figures and points of a round of an index.
    Scores,
    /// Procedures with their time limits.
    Procedures,
    /// Dossiers of one-stop counters.
    Dossiers,
}

impl Kind {
    /// All kinds in the order in which an empty installation needs them.
    pub const ALL: &[Self] = &[
        Self::Calendar,
        Self::Units,
        Self::UnitsMap,
        Self::People,
        Self::Document,
        Self::Tasks,
        Self::Targets,
        Self::Progress,
        Self::Scheme,
        Self::Scores,
        Self::Procedures,
        Self::Dossiers,
    ];

    /// The word on the command line and in text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::UnitsMap => "units-map",
            Self::Document => "document",
            Self::Tasks => "tasks",
            Self::Targets => "targets",
            Self::Progress => "progress",
            Self::People => "people",
            Self::Calendar => "calendar",
            Self::Scheme => "index-scheme",
            Self::Scores => "index-scores",
            Self::Procedures => "procedures",
            Self::Dossiers => "dossiers",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|k| k.word() == word)
    }
}

/// A file to import.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Arc<Vec<u8>>,
    /// What the person says about it.
    pub options: Options,
    /// A document as a person corrected what was read.
    pub corrected: Option<Draft>,
    tables: Once<Vec<paper::Sheet>>,
    document: Once<(Draft, &'static str)>,
}

/// Something that is worked out once, for all who hold the file.
type Once<T> = Arc<OnceLock<Result<T, Refusal>>>;

impl File {
    /// A file that was not looked into yet.
    pub fn new(name: String, bytes: Vec<u8>, options: Options) -> Self {
        Self {
            name,
            bytes: Arc::new(bytes),
            options,
            corrected: None,
            tables: Arc::default(),
            document: Arc::default(),
        }
    }

    /// Reads what an import of this kind needs: seconds of work for a large file, to be done where nobody waits for it
    /// (`web::Pool`) and not for the first time inside an act. What cannot be read is told when it is asked for.
    pub fn prepare(&self, kind: Kind) {
        if kind == Kind::Document {
            let _ = self.document();
        }
        if kind != Kind::Document || self.is_word() {
            let _ = (self.tables(), self.heading());
        }
    }

    fn is_word(&self) -> bool {
        paper::FileKind::sniff(&self.bytes) == paper::FileKind::Docx
    }

    /// Its tables.
    ///
    /// # Errors
    /// Refuses what cannot be read, and says what to do.
    pub fn tables(&self) -> Result<&[paper::Sheet], Refusal> {
        let read = self.tables.get_or_init(|| paper::sheets(&self.bytes));
        read.as_deref().map_err(Clone::clone)
    }

    /// Its text as a document, and its media type.
    ///
    /// # Errors
    /// Refuses what is neither a Word document nor a text.
    pub fn document(&self) -> Result<(&Draft, &'static str), Refusal> {
        let read = self.document.get_or_init(|| document::read(&self.bytes));
        read.as_ref().map(|(draft, media)| (draft, *media)).map_err(Clone::clone)
    }

    /// What stands above the tables of a Word document.
    fn heading(&self) -> Option<&Draft> {
        self.is_word().then(|| self.document().ok()).flatten().map(|(draft, _)| draft)
    }
}

/// The columns that a kind of file is read by; none for documents.
pub fn columns(kind: Kind) -> Vec<&'static paper::table::Wanted> {
    let lists: &[&'static [paper::table::Wanted]] = match kind {
        Kind::Units => &[organisation::import::UNITS],
        Kind::UnitsMap => &[organisation::import::MAP],
        Kind::Calendar => &[organisation::import::CALENDAR],
        Kind::Tasks => &[import::tasks::WANTED],
        Kind::Targets => &[import::targets::TARGETS, import::targets::ALLOCATION],
        Kind::Progress => &[import::progress::WANTED],
        Kind::People => &[people::WANTED],
        Kind::Scheme => &[parindex::import::SCHEME],
        Kind::Procedures => &[onestop::import::PROCEDURES],
        Kind::Dossiers => &[onestop::import::DOSSIERS],
        Kind::Document | Kind::Scores => &[],
    };
    let mut columns: Vec<&'static paper::table::Wanted> = Vec::new();
    for want in lists.iter().copied().flatten() {
        if !columns.iter().any(|known| known.name == want.name) {
            columns.push(want);
        }
    }
    columns
}

/// What a person may map by hand: the columns of the kind, each with the header that was recognised, and all headers
/// of the file.
///
/// # Errors
/// Refuses what cannot be read.
pub fn mapping(kind: Kind, file: &File) -> Outcome<(Vec<(&'static str, String)>, Vec<String>)> {
    let wanted = columns(kind);
    if wanted.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let sheets = file.tables()?;
    let optional: Vec<paper::table::Wanted> =
        wanted.iter().map(|w| paper::table::Wanted { needed: false, ..**w }).collect();
    let found = paper::table::find_mapped(sheets, &optional, &file.options.map);
    let recognised = wanted
        .iter()
        .map(|w| {
            let header = found.as_ref().and_then(|table| table.headers.get(table.columns.get(w.name)?));
            (w.name, header.cloned().unwrap_or_default())
        })
        .collect();
    let headers = found
        .filter(|table| !table.columns.is_empty())
        .map_or_else(|| paper::table::headers_of(sheets), |table| table.headers.into_values().collect());
    Ok((recognised, headers))
}

/// The headers of the table that a file is read by, and each of its rows as it stands there; for what was refused to be
/// corrected and imported again.
///
/// # Errors
/// Refuses what cannot be read.
pub fn rows_as_they_stand(
    kind: Kind,
    file: &File,
) -> Outcome<(Vec<String>, HashMap<u32, Vec<paper::write::Out>>)> {
    let all = file.tables()?;
    let sheets = match &file.options.sheet {
        Some(wanted) => {
            let number = wanted.parse::<usize>().ok();
            let found = all.iter().zip(1..).find(|(sheet, at)| sheet.name == *wanted || number == Some(*at));
            found.map(|(sheet, _)| std::slice::from_ref(sheet)).unwrap_or_default()
        }
        None => all,
    };
    let wanted: Vec<paper::table::Wanted> =
        columns(kind).into_iter().map(|w| paper::table::Wanted { needed: false, ..*w }).collect();
    let Some(table) = paper::table::find_mapped(sheets, &wanted, &file.options.map) else {
        return Ok((Vec::new(), HashMap::new()));
    };
    let width = table.sheet.width();
    let header = |column: usize| table.headers.get(&column).cloned().unwrap_or_default();
    let rows = table.rows().map(|row| {
        let cells = (0..width)
            .map(|column| table.sheet.cell(row.number, column).map_or(paper::write::Out::Empty, as_written));
        (row.number, cells.collect())
    });
    Ok(((0..width).map(header).collect(), rows.collect()))
}

/// A cell as a new workbook holds it.
fn as_written(cell: &paper::Cell) -> paper::write::Out {
    match &cell.value {
        paper::Value::Number(n) if !cell.percent => (*n).into(),
        paper::Value::Number(n) => {
            format!("{}%", base::format::decimal((*n * base::Decimal::ONE_HUNDRED).normalize())).into()
        }
        paper::Value::Date(day) if !cell.without_day => (*day).into(),
        paper::Value::Date(day) => format!("{:02}/{}", day.month(), day.year()).into(),
        _ => cell.lines().into(),
    }
}

/// The names of a workbook's sheets, for a person to choose from; none when it cannot be read.
pub fn sheets(file: &File) -> Vec<String> {
    file.tables().map(|all| all.iter().map(|s| s.name.clone()).collect()).unwrap_or_default()
}

/// Imports a file inside a transaction.
///
/// # Errors
/// Refuses what cannot be read; rows that are not taken stand in the report instead.
pub fn import(tx: &Tx<'_>, clock: &Clock, actor: &Actor, kind: Kind, file: &File) -> Outcome<Report> {
    if kind == Kind::Document {
        return document::import(tx, clock, actor, file);
    }
    let sheets = file.tables()?;
    let source = Source::new(sheets, file.heading());
    match kind {
        Kind::Units => organisation::import::units(tx, clock, actor, sheets, &file.options.map),
        Kind::UnitsMap => {
            organisation::import::units_map(tx, clock, actor, sheets, &file.options.map, file.options.as_of)
        }
        Kind::Calendar => organisation::import::calendar(tx, clock, actor, sheets, &file.options.map),
        Kind::Tasks => import::tasks::import(tx, clock, actor, &source, &file.options),
        Kind::Targets => import::targets::import(tx, clock, actor, &source, &file.options),
        Kind::Progress => import::progress::import(tx, clock, actor, &source, &file.options),
        Kind::People => people::import(tx, clock, actor, &source, &file.options),
        Kind::Scheme => {
            let year = file.options.as_of.unwrap_or_else(|| clock.today()).year();
            parindex::import::scheme(tx, clock, actor, sheets, year)
        }
        Kind::Scores => {
            let asked = file.options.programme.as_deref();
            let (round, is_new) = parindex::acts::round_for(tx, clock, actor, asked)?;
            let (round, scheme) = parindex::acts::load(tx, &round)?;
            let mut report = parindex::import::scores(tx, clock, actor, sheets, (&scheme, &round))?;
            let facts = [("code", round.code), ("title", round.title)];
            report.warn(None, if is_new { "parindex-warn-round-new" } else { "parindex-warn-round" }, &facts);
            Ok(report)
        }
        Kind::Procedures => onestop::import::procedures(tx, clock, actor, sheets),
        Kind::Dossiers => onestop::import::dossiers(tx, clock, actor, sheets, &file.options.progress),
        Kind::Document => Refusal::not_found().stop(),
    }
}

/// Imports, or only says what an import would do: then nothing is kept.
///
/// # Errors
/// As [`import`].
pub fn run(
    db: &Database,
    clock: &Clock,
    actor: &Actor,
    kind: Kind,
    file: &File,
    check: bool,
) -> Outcome<Report> {
    let (clock, actor, file) = (clock.clone(), actor.clone(), file.clone());
    let act = move |tx: &Tx<'_>| import(tx, &clock, &actor, kind, &file);
    if check { db.rehearse_now(act) } else { db.act_now(act) }
}
