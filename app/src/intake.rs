//! Imports by kind: which room reads which file.

use base::{Actor, Clock, Outcome, Refusal, intake::Report};
use db::{Database, Tx};
use document::ClauseKind;
use programme::import::{self, Options, Source};
use serde_json::json;
use std::sync::Arc;

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
        Kind::People => &[PEOPLE],
        Kind::Document => &[],
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
    let sheets = paper::sheets(&file.bytes)?;
    let optional: Vec<paper::table::Wanted> =
        wanted.iter().map(|w| paper::table::Wanted { needed: false, ..**w }).collect();
    let found = paper::table::find_mapped(&sheets, &optional, &file.options.map);
    let recognised = wanted
        .iter()
        .map(|w| {
            let header = found.as_ref().and_then(|table| table.headers.get(table.columns.get(w.name)?));
            (w.name, header.cloned().unwrap_or_default())
        })
        .collect();
    let headers = found
        .filter(|table| !table.columns.is_empty())
        .map_or_else(|| paper::table::headers_of(&sheets), |table| table.headers.into_values().collect());
    Ok((recognised, headers))
}

/// The names of a workbook's sheets, for a person to choose from; none when it cannot be read.
pub fn sheets(file: &File) -> Vec<String> {
    paper::sheets(&file.bytes).map(|all| all.into_iter().map(|s| s.name).collect()).unwrap_or_default()
}

/// Imports a file inside a transaction.
///
/// # Errors
/// Refuses what cannot be read; rows that are not taken stand in the report instead.
pub fn import(tx: &Tx<'_>, clock: &Clock, actor: &Actor, kind: Kind, file: &File) -> Outcome<Report> {
    if kind == Kind::Document {
        return document(tx, clock, actor, file);
    }
    let sheets = paper::sheets(&file.bytes)?;
    let source = Source::new(&file.bytes, &sheets);
    match kind {
        Kind::Units => organisation::import::units(tx, clock, actor, &sheets, &file.options.map),
        Kind::UnitsMap => {
            organisation::import::units_map(tx, clock, actor, &sheets, &file.options.map, file.options.as_of)
        }
        Kind::Calendar => organisation::import::calendar(tx, clock, actor, &sheets, &file.options.map),
        Kind::Tasks => import::tasks::import(tx, clock, actor, &source, &file.options),
        Kind::Targets => import::targets::import(tx, clock, actor, &source, &file.options),
        Kind::Progress => import::progress::import(tx, clock, actor, &source, &file.options),
        Kind::People => people(tx, clock, actor, &source, &file.options),
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

fn document(tx: &Tx<'_>, clock: &Clock, actor: &Actor, file: &File) -> Outcome<Report> {
    let mut report = Report::default();
    let (draft, media) = match paper::FileKind::sniff(&file.bytes) {
        paper::FileKind::Docx => {
            let doc = paper::docx::read(&file.bytes)?;
            (document::read::docx(&doc), paper::FileKind::Docx.media_type())
        }
        paper::FileKind::Text => (document::read::text(&paper::csv_file::decode(&file.bytes)?), "text/plain"),
        _ if file.bytes.is_empty() => return Refusal::new("paper-empty").stop(),
        paper::FileKind::OldOffice => return Refusal::new("paper-old-office").stop(),
        _ => return Refusal::new("paper-not-word").stop(),
    };
    for (n, code) in [
        (draft.notes.insertions, "document-warn-insertions"),
        (draft.notes.deletions, "document-warn-deletions"),
        (draft.notes.footnotes, "document-warn-footnotes"),
    ] {
        if n > 0 {
            report.warn(None, code, &[("n", n.to_string())]);
        }
    }
    if !draft.passed_over.is_empty() {
        report.warn(None, "document-warn-labels", &[("lines", draft.passed_over.join("; "))]);
    }
    let sha256 = document::store::keep_file(tx, &file.name, media, &file.bytes, clock.now())?;
    let entered = document::acts::enter(tx, clock, actor, &draft, Some(sha256))?;
    let doc = &entered.document;
    let clauses: Vec<_> = draft.clauses.iter().filter(|c| c.kind != ClauseKind::Part).collect();
    if clauses.is_empty() {
        report.warn(None, "document-warn-no-clauses", &[]);
    }
    report.read = clauses.len();
    if entered.is_new {
        report.created = clauses.len();
    } else {
        report.unchanged = clauses.len();
    }
    for (i, clause) in clauses.iter().enumerate() {
        report
            .rows
            .push(json!({"row": i + 1, "key": clause.key, "kind": clause.kind.word(), "text": clause.text}));
    }
    let parts = draft.clauses.iter().filter(|c| c.kind == ClauseKind::Part).count();
    let facts = json!({
        "code": doc.code, "number": doc.number, "symbol": doc.symbol, "issued": doc.issued, "issuer": doc.issuer_name,
        "system": doc.system, "kind": doc.kind, "title": doc.title, "term": doc.term, "parts": parts,
    });
    report.file = facts.as_object().cloned().unwrap_or_default();
    // A programme, a plan or a scheme is also something that is carried out.
    if matches!(doc.kind.as_str(), "chuong_trinh" | "ke_hoach" | "de_an") {
        let programme = programme::acts::programme_from(tx, clock, actor, doc)?;
        report.file.insert("programme".to_owned(), json!(programme.code));
    }
    Ok(report)
}

/// A name without the words of politeness before it.
fn plain_name(written: &str) -> String {
    let mut name = written.trim();
    for word in ["Đồng chí ", "đồng chí ", "Đ/c ", "đ/c ", "Ông ", "ông ", "Bà ", "bà "] {
        name = name.strip_prefix(word).unwrap_or(name);
    }
    base::fold::tidy(name)
}

const PEOPLE: &[paper::table::Wanted] = &[
    paper::table::Wanted {
        name: "name",
        headers: &["ho va ten", "ho ten", "ho dem", "ho va ten dem"],
        needed: true,
    },
    // "Họ và tên đệm" and "Tên" in columns of their own.
    paper::table::Wanted { name: "given", headers: &["=ten"], needed: false },
    paper::table::Wanted { name: "unit", headers: &["=don vi", "don vi cong tac", "co quan"], needed: true },
    paper::table::Wanted { name: "title", headers: &["chuc danh", "chuc vu", "vi tri"], needed: true },
    paper::table::Wanted { name: "from", headers: &["tu ngay", "ngay bo nhiem"], needed: false },
    paper::table::Wanted { name: "unit_code", headers: &["=ma don vi"], needed: false },
];

fn people(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    source: &Source<'_>,
    options: &Options,
) -> Outcome<Report> {
    let mut report = Report::default();
    let table = paper::table::find_mapped(source.sheets, PEOPLE, &options.map)
        .ok_or_else(|| Refusal::new("paper-no-table").with("columns", "name, unit, title"))?;
    let today = options.as_of.unwrap_or_else(|| clock.today());
    let unread = table.unread(&[]);
    if !unread.is_empty() {
        report.warn(None, "programme-warn-unread", &[("columns", unread.join(", "))]);
    }
    let rows: Vec<u32> = table.rows().map(|r| r.number).collect();
    for row in rows {
        let (name, unit, title) = (
            plain_name(&format!("{} {}", table.joined(row, "name"), table.line(row, "given"))),
            table.line(row, "unit"),
            table.line(row, "title"),
        );
        // Sums and signatures below the table name no unit and no post.
        if name.is_empty() && !unit.is_empty() && !title.is_empty() {
            report.read += 1;
            report.refuse(row, "name", "", "organisation-refusal-row-person");
            continue;
        }
        if name.is_empty() || (unit.is_empty() && title.is_empty()) {
            continue;
        }
        report.read += 1;
        let written = table.line(row, "from");
        let appointed = base::period::beginning(&written);
        if !written.is_empty() && appointed.is_none() {
            report.refuse(row, "from", &written, "organisation-refusal-row-date");
            continue;
        }
        if let Some((day, false)) = appointed {
            let facts =
                [("row", row.to_string()), ("written", written.clone()), ("day", base::format::date(day))];
            report.warn(Some(row), "organisation-warn-from", &facts);
        }
        let directory = organisation::Directory::at(tx, today)?;
        let code = table.line(row, "unit_code");
        let by_code = directory.snapshot.by_code(&code).map(|u| organisation::Named::Unit(u.id));
        let named = by_code.unwrap_or_else(|| directory.code_or_name(&unit, None));
        let organisation::Named::Unit(id) = named else {
            report.refuse(row, "unit", &unit, "programme-refusal-row-unit");
            continue;
        };
        let known = people::store::holders(tx, id, today)?.iter().any(|h| {
            base::fold::fold(&h.name) == base::fold::fold(&name)
                && base::fold::fold(&h.title) == base::fold::fold(&title)
        });
        if known {
            report.unchanged += 1;
            continue;
        }
        let from = appointed.map_or(today, |(day, _)| day);
        match people::acts::appoint(tx, clock, actor, &name, id, &title, from) {
            Ok(_) => report.created += 1,
            Err(base::Stop::Refused(refusal)) => report.refuse_by(row, "unit", &unit, &refusal),
            Err(fault) => return Err(fault),
        }
        report.rows.push(json!({"row": row, "name": name, "unit": unit, "title": title}));
    }
    Ok(report)
}
