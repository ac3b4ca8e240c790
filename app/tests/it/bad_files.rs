//! Bad files: each a clear refusal, memory bounded, nothing half saved.

use crate::world::World;
use base::{Actor, Stop};
use programme::import::Options;
use std::io::Write as _;
use trongtam::intake::{self, File, Kind};
use zip::{ZipWriter, write::SimpleFileOptions};

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn workbook(sheet: &str) -> Vec<u8> {
    let book =
        r#"<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let links = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#;
    package(&[
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn each_bad_file_is_refused_in_words() {
    let world = World::sqlite();
    let real = crate::world::testdata("cases/phu-luc-nhiem-vu.xlsx");
    let cut = real[..real.len() / 2].to_vec();
    let mut flipped = real.clone();
    let middle = flipped.len() / 2;
    for byte in flipped.iter_mut().skip(middle).take(400) {
        *byte ^= 0x55;
    }
    let bomb = package(&[("xl/workbook.xml", &vec![b' '; 130 * 1024 * 1024])]);
    let wide: String = (0..100_000).map(|_| "<c t=\"inlineStr\"><is><t>x</t></is></c>").collect();
    let wide = workbook(&format!("<worksheet><sheetData><row r=\"1\">{wide}</row></sheetData></worksheet>"));
    let far = workbook(
        "<worksheet><sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>",
    );
    let entity = workbook(
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>&a;</t></is></c></row></sheetData></worksheet>",
    );
    let external = package(&[
        ("xl/workbook.xml", br#"<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="rId1" Target="http://vi-du.invalid/x.xml" TargetMode="External"/></Relationships>"#),
    ]);
    let many: Vec<(String, Vec<u8>)> = (0..5000).map(|i| (format!("p{i}"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, c)| (n.as_str(), c.as_slice())).collect();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("cut short", cut),
        ("flipped bytes", flipped),
        ("zip bomb", bomb),
        ("100,000 columns", wide),
        ("a cell at the far corner", far),
        ("an entity that reads a file", entity),
        ("a sheet outside the file", external),
        ("5,000 parts", package(&many)),
        ("a zip of something else", package(&[("readme.txt", b"hello")])),
        ("old Office or encrypted", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest".to_vec()),
        ("PDF", b"%PDF-1.7 something".to_vec()),
        ("PNG", b"\x89PNG\r\n\x1a\nrest".to_vec()),
        ("NUL bytes", b"STT,Nhi\0em vu\n1,\0\n".to_vec()),
        ("windows-1258", b"STT,Nhi\xeam v\xf9\n1,vi\xf2c\n".to_vec()),
        ("TCVN3", b"STT,Nhi\xd6m v\xf4\n1,vi\xd6c\n".to_vec()),
        (
            "random bytes",
            (0..4000u32).map(|i| u8::try_from(i.wrapping_mul(2_654_435_761) >> 24).unwrap()).collect(),
        ),
        ("text without a table", "chỉ là một câu\nvà một câu nữa\n".as_bytes().to_vec()),
        ("a table of something else", "Tên món,Giá\nPhở,50.000\n".as_bytes().to_vec()),
        ("blank cells only", ",,,\n,,,\n".as_bytes().to_vec()),
    ];
    assert_eq!(cases.len(), 20);
    let texts = base::texts::Texts::new(trongtam::catalogue().unwrap(), base::texts::Lang::Vi);
    for (name, bytes) in cases {
        let file = File::new(name.to_owned(), bytes, Options::default());
        let outcome =
            intake::run(&world.db, &world.clock, &Actor::program("test"), Kind::Tasks, &file, false);
        let Err(Stop::Refused(refusal)) = outcome else { panic!("{name}: {outcome:?}") };
        let words = texts.refusal(&refusal);
        assert!(words.contains(' ') && !words.contains(refusal.key), "{name}: {words}");
    }
}

#[test]
fn a_formula_cell_is_read_as_saved_and_never_computed() {
    let sheet = "<worksheet><sheetData>\
        <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>STT</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Tên</t></is></c></row>\
        <row r=\"2\"><c r=\"A2\"><f>1+1</f><v>3</v></c></row></sheetData></worksheet>";
    let sheets = paper::sheets(&workbook(sheet)).unwrap();
    let cell = sheets[0].cell(2, 0).unwrap();
    assert_eq!(cell.line(), "3");
    assert!(cell.formula);
}

fn tasks_of(world: &World, text: String) -> base::Outcome<base::intake::Report> {
    let file = File::new("x.csv".to_owned(), text.into_bytes(), Options::default());
    intake::run(&world.db, &world.clock, &Actor::program("test"), Kind::Tasks, &file, true)
}

#[test]
fn large_files_are_read_in_one_walk_or_refused_at_a_named_limit() {
    let world = World::sqlite();
    world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
    world.import(Kind::Document, "cases/chuong-trinh-01.docx");
    let head = "STT,Nội dung nhiệm vụ,Đơn vị chủ trì,Thời hạn\n1,Việc một,Sở Nội vụ,30/6/2023\n";
    // Rows that only go on with the title above them: once a call within a call for each, until the stack was full.
    let text = format!("{head}{}", ",tiếp theo nữa,,\n".repeat(20_000));
    let report = tasks_of(&world, text).unwrap();
    assert_eq!(report.refused[0].code, "refusal-too-long", "a title without end");
    assert_eq!((report.read, report.created), (1, 0));
    // The same as above, all the way down: each mark is followed once.
    let marks: String = (2..6_000).fold(String::new(), |text, n| text + &format!("{n},Việc {n},-nt-,-nt-\n"));
    let report = tasks_of(&world, format!("{head}{marks}")).unwrap();
    assert_eq!((report.created, report.refused.len()), (5_999, 0));
    // One row too long costs itself alone.
    let long = "ộ".repeat(4_001);
    let report =
        tasks_of(&world, format!("{head}2,{long},Sở Nội vụ,30/6/2023\n3,Việc ba,Sở Nội vụ,30/6/2023\n"));
    let report = report.unwrap();
    assert_eq!((report.created, report.refused.len(), report.refused[0].row), (2, 1, 3));
    // More rows than a file may have: told with the number, before anything is looked up.
    let Err(Stop::Refused(refusal)) =
        tasks_of(&world, format!("{head}{}", "2,Việc,Sở Nội vụ,2023\n".repeat(60_000)))
    else {
        panic!("it was read");
    };
    assert_eq!((refusal.key, refusal.args[0].1.as_str()), ("paper-too-long", "60.000"));
}

#[test]
fn an_import_that_is_cancelled_keeps_nothing() {
    let world = World::sqlite();
    world.import(Kind::Units, "cases/danh-muc-don-vi.csv");
    world.import(Kind::Document, "cases/chuong-trinh-01.docx");
    let text = "STT,Nội dung nhiệm vụ,Đơn vị chủ trì,Thời hạn\n1,Việc một,Sở Nội vụ,30/6/2023\n";
    let options = Options::default();
    options.progress.cancel();
    let file = File::new("x.csv".to_owned(), text.as_bytes().to_vec(), options);
    let done = intake::run(&world.db, &world.clock, &Actor::program("test"), Kind::Tasks, &file, false);
    let Err(Stop::Refused(refusal)) = done else { panic!("{done:?}") };
    assert_eq!(refusal.key, "import-cancelled");
    let tasks = world.db.read_now(|tx| Ok(tx.number("select count(*) from programme_task", &[])?)).unwrap();
    assert_eq!(tasks, 0);
}
