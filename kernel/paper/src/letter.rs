//! An official document, as the law lays it out: what it holds, and the Word file made of it.
//!
//! State documents follow Decree 30/2020/NĐ-CP, Annex I; Party documents follow Guidance 36-HD/VPTW (2018). The same
//! [`Letter`] always gives the same bytes.

mod chart;
mod measure;
mod parts;
mod pdf;
mod setting;
mod word;

use base::{Date, Decimal};
pub use chart::ChartKind;

/// Whose rules of layout hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum System {
    /// State agencies: Decree 30/2020/NĐ-CP.
    #[default]
    State,
    /// Party organisations: Guidance 36-HD/VPTW.
    Party,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// `Phần thứ nhất` with its title, centred.
    Part(String, String),
    /// A heading: level 1 `I.`, level 2 `1.`, level 3 `a)`.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// A line of a list, with its dash.
    Item(String),
    /// A table.
    Table(Grid),
    /// A chart, as wide as the text, with its title below it.
    Chart(Chart),
    /// A picture in PNG, as wide as the text, and what it shows.
    Picture {
        /// The picture.
        png: Vec<u8>,
        /// Pixels across and down.
        size: (u32, u32),
        /// What stands below it.
        caption: String,
    },
}

/// A chart of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// Along the axis.
    pub categories: Vec<String>,
    /// Each series: its name, a value for each category.
    pub series: Vec<(String, Vec<Option<Decimal>>)>,
    /// The end of the scale; none to let the word processor choose.
    pub most: Option<Decimal>,
    /// Millimetres down.
    pub height: u32,
}

/// How good a cell's figure is; told by the figure itself, the shade only helps the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shade {
    /// Nothing to judge.
    #[default]
    None,
    /// Good.
    Good,
    /// To be watched.
    Fair,
    /// Bad.
    Poor,
}

impl Shade {
    /// Red, green, blue.
    fn colour(self) -> Option<(u8, u8, u8)> {
        match self {
            Self::None => None,
            Self::Good => Some((0xD9, 0xEA, 0xD3)),
            Self::Fair => Some((0xFF, 0xF2, 0xCC)),
            Self::Poor => Some((0xF4, 0xCC, 0xCC)),
        }
    }
}

/// A table of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// Column headers, repeated on every page.
    pub headers: Vec<String>,
    /// Column widths in parts of the whole.
    pub widths: Vec<u32>,
    /// Columns whose cells stand to the right.
    pub numbers: Vec<usize>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// Shades of the cells, row by row; empty for none.
    pub shades: Vec<Vec<Shade>>,
}

/// What is signed, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signing {
    /// `TM. ỦY BAN NHÂN DÂN`, `T/M BAN THƯỜNG VỤ`; empty when the head signs for himself.
    pub authority: String,
    /// `CHỦ TỊCH`.
    pub title: String,
    /// The signer's name, without academic titles; empty while nobody has signed.
    pub name: String,
}

/// An appendix, on its own page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appendix {
    /// `Phụ lục I`.
    pub label: String,
    /// Its title.
    pub title: String,
    /// What is in it.
    pub blocks: Vec<Block>,
}

/// An official document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letter {
    /// Whose layout.
    pub system: System,
    /// The organisation above the issuer; empty for none.
    pub parent: String,
    /// Who issues it.
    pub issuer: String,
    /// Its number; empty while it has none.
    pub number: String,
    /// `BC-UBND`, `BC/TU`.
    pub symbol: String,
    /// Where.
    pub place: String,
    /// When; `None` leaves the day and the month open.
    pub date: Option<Date>,
    /// The type's name, `BÁO CÁO`; empty for a công văn.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// `Kính gửi`.
    pub to: Vec<String>,
    /// Grounds (căn cứ).
    pub grounds: Vec<String>,
    /// The text.
    pub body: Vec<Block>,
    /// The signature.
    pub signing: Signing,
    /// `Nơi nhận`.
    pub copies: Vec<String>,
    /// Appendices.
    pub appendices: Vec<Appendix>,
    /// A mark at the head of every page, such as that the data are invented; empty for none.
    pub mark: String,
}

impl Letter {
    /// `Số: 05/BC-UBND` of the state, `Số 05-BC/TU` of the Party; room for the number while there is none.
    pub fn numbered(&self) -> String {
        let number = match (self.number.as_str(), self.number.len()) {
            ("", _) => "      ".to_owned(),
            (number, 1) => format!("0{number}"),
            (number, _) => number.to_owned(),
        };
        match self.system {
            System::State => format!("Số: {number}/{}", self.symbol),
            System::Party => format!("Số {number}-{}", self.symbol),
        }
    }

    /// `Hà Nội, ngày 05 tháng 01 năm 2020`: a zero before days 1–9 and months 1 and 2 only.
    pub fn dated(&self) -> String {
        match self.date {
            None => format!("{}, ngày      tháng      năm", self.place),
            Some(date) => {
                let month =
                    if date.month() < 3 { format!("0{}", date.month()) } else { date.month().to_string() };
                format!("{}, ngày {:02} tháng {month} năm {}", self.place, date.day(), date.year())
            }
        }
    }

    /// The Word file.
    ///
    /// # Errors
    /// When the archive cannot be written.
    pub fn docx(&self) -> anyhow::Result<Vec<u8>> {
        word::docx(self)
    }

    /// The PDF file or, for any other kind, the Word file.
    ///
    /// # Errors
    /// As [`Letter::pdf`] and [`Letter::docx`].
    pub fn file(&self, kind: crate::FileKind) -> anyhow::Result<Vec<u8>> {
        if kind == crate::FileKind::Pdf { self.pdf() } else { self.docx() }
    }

    /// The PDF file, its fonts embedded.
    ///
    /// # Errors
    /// When the program was built without its fonts, or the file cannot be written.
    pub fn pdf(&self) -> anyhow::Result<Vec<u8>> {
        pdf::pdf(self)
    }
}

/// The abbreviation of an issuer in the symbols of its documents: `TU`, `QU`, `UBND`.
pub fn office_of(name: &str, is_party: bool) -> &'static str {
    let folded = base::fold::fold(name);
    let known =
        [("thanh uy", "TU"), ("tinh uy", "TU"), ("quan uy", "QU"), ("huyen uy", "HU"), ("thi uy", "ThU")];
    match known.into_iter().find(|(begins, _)| folded.starts_with(begins)) {
        Some((_, short)) if is_party => short,
        _ if is_party => "ĐU",
        _ => "UBND",
    }
}

/// The place from which a unit's documents are dated: its name without what kind of unit it is.
pub fn place_of(name: &str) -> String {
    const BEFORE: [&str; 14] = [
        "UBND",
        "Ủy ban nhân dân",
        "Thành ủy",
        "Quận ủy",
        "Huyện ủy",
        "Thị ủy",
        "Đảng ủy",
        "thành phố",
        "Thành phố",
        "quận",
        "huyện",
        "thị xã",
        "phường",
        "xã",
    ];
    let mut rest = name.trim();
    while let Some(cut) = BEFORE.iter().find_map(|word| {
        let cut = rest.strip_prefix(word)?;
        cut.strip_prefix(' ')
    }) {
        rest = cut;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Package;

    fn sample(system: System) -> Letter {
        let (parent, issuer, symbol, authority) = match system {
            System::State => ("", "Ủy ban nhân dân quận Minh Khê", "BC-UBND", "TM. Ủy ban nhân dân"),
            System::Party => ("Đảng bộ thành phố Lạc Hà", "Quận ủy Minh Khê", "BC/QU", "T/M Ban Thường vụ"),
        };
        Letter {
            system,
            parent: parent.to_owned(),
            issuer: issuer.to_owned(),
            number: "5".to_owned(),
            symbol: symbol.to_owned(),
            place: "Minh Khê".to_owned(),
            date: "2023-01-05".parse().ok(),
            kind: "Báo cáo".to_owned(),
            // Typed decomposed, as some machines do.
            subject: "kết quả thực hiện Chương trình 01"
                .chars()
                .flat_map(|c| match c {
                    'ế' => vec!['ê', '\u{301}'],
                    c => vec![c],
                })
                .collect(),
            to: vec!["Thành ủy Lạc Hà".to_owned()],
            grounds: Vec::new(),
            body: vec![
                Block::Part("Phần thứ nhất".to_owned(), "Kết quả thực hiện".to_owned()),
                Block::Heading(1, "I. Đánh giá chung".to_owned()),
                Block::Text("Ủy ban nhân dân quận đã chỉ đạo quyết liệt.".to_owned()),
                Block::Table(Grid {
                    headers: vec!["STT".to_owned(), "Nhiệm vụ".to_owned(), "Tỷ lệ".to_owned()],
                    widths: vec![1, 6, 2],
                    numbers: vec![2],
                    rows: vec![vec!["1".to_owned(), "Rà soát".to_owned(), "97,5".to_owned()]],
                    shades: Vec::new(),
                }),
            ],
            signing: Signing {
                authority: authority.to_owned(),
                title: "Chủ tịch".to_owned(),
                name: "Nguyễn Văn An".to_owned(),
            },
            copies: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
            appendices: Vec::new(),
            mark: String::new(),
        }
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut package = Package::open(bytes).unwrap();
        String::from_utf8(package.needed(name).unwrap()).unwrap()
    }

    /// Decree 30/2020, Annex I, and Guidance 36: A4; 20, 20, 30 and 15 mm; Times New Roman 14; NFC.
    #[test]
    fn the_page_is_as_the_law_lays_it_out_to_the_millimetre() {
        for system in [System::State, System::Party] {
            let bytes = sample(system).docx().unwrap();
            let xml = part(&bytes, "word/document.xml");
            assert!(xml.contains(r#"<w:pgSz w:w="11906" w:h="16838""#), "{xml}");
            for margin in [r#"w:top="1134""#, r#"w:bottom="1134""#, r#"w:left="1701""#, r#"w:right="850""#] {
                assert!(xml.contains(margin), "{margin}");
            }
            assert!(xml.contains("<w:titlePg"), "the first page has a header of its own");
            assert!(xml.contains("kết quả thực hiện") && !xml.contains('\u{301}'), "NFC");
            assert!(xml.contains("<w:tblHeader />"));
            let styles = part(&bytes, "word/styles.xml");
            assert!(styles.contains("Times New Roman") && styles.contains(r#"<w:sz w:val="28""#), "{styles}");
            let headers = [part(&bytes, "word/header1.xml"), part(&bytes, "word/header2.xml")];
            assert_eq!(headers.iter().filter(|h| h.contains("PAGE")).count(), 1, "not numbered on page 1");
        }
    }

    #[test]
    fn the_head_follows_the_system() {
        let state = part(&sample(System::State).docx().unwrap(), "word/document.xml");
        for words in [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "Số: 05/BC-UBND",
            "Minh Khê, ngày 05 tháng 01 năm 2023",
            "Nơi nhận:",
            "TM. ỦY BAN NHÂN DÂN",
        ] {
            assert!(state.contains(words), "{words}");
        }
        let party = part(&sample(System::Party).docx().unwrap(), "word/document.xml");
        for words in ["ĐẢNG CỘNG SẢN VIỆT NAM", "Số 05-BC/QU", ">*<", "-----", "T/M BAN THƯỜNG VỤ"]
        {
            assert!(party.contains(words), "{words}");
        }
        assert!(!party.contains("CỘNG HÒA"));
    }

    #[test]
    fn a_chart_is_drawn_from_figures_that_stand_in_the_file() {
        let mut letter = sample(System::State);
        letter.body.push(Block::Chart(Chart {
            title: "Tỷ lệ <đúng hạn>".to_owned(),
            kind: ChartKind::Bars,
            categories: vec!["UBND quận A".to_owned(), "UBND quận B & C".to_owned()],
            series: vec![("Đúng hạn".to_owned(), vec![Some(Decimal::new(975, 1)), None])],
            most: Some(Decimal::ONE_HUNDRED),
            height: 60,
        }));
        let bytes = letter.docx().unwrap();
        assert_eq!(bytes, letter.docx().unwrap());
        let document = part(&bytes, "word/document.xml");
        assert!(document.contains("r:id=\"rIdChart1\"") && document.contains("Tỷ lệ &lt;đúng hạn&gt;"));
        assert!(part(&bytes, "word/_rels/document.xml.rels").contains("charts/chart1.xml"));
        assert!(part(&bytes, "[Content_Types].xml").contains("/word/charts/chart1.xml"));
        let chart = part(&bytes, "word/charts/chart1.xml");
        assert!(chart.contains("<c:v>97.5</c:v>") && chart.contains("quận B &amp; C"), "{chart}");
        assert_eq!(crate::docx::read(&bytes).unwrap().tables().len(), 3);
    }

    /// The fonts are the build's; `cargo xtask ui` gathers them.
    #[test]
    fn the_pdf_has_the_page_of_the_law_its_fonts_inside_and_the_same_bytes_each_time() {
        for system in [System::State, System::Party] {
            let mut letter = sample(system);
            letter.body.push(Block::Table(Grid {
                headers: vec!["STT".to_owned(), "Nội dung".to_owned()],
                widths: vec![1, 9],
                numbers: vec![0],
                rows: (1..=120).map(|n| vec![n.to_string(), "Việc dài ".repeat(n)]).collect(),
                shades: vec![vec![Shade::None, Shade::Poor]],
            }));
            letter.body.push(Block::Chart(Chart {
                title: "Xu thế".to_owned(),
                kind: ChartKind::Line,
                categories: vec!["2022".to_owned(), "2023".to_owned(), "2024".to_owned()],
                series: vec![("A".to_owned(), vec![Some(Decimal::TEN), None, Some(Decimal::ONE)])],
                most: None,
                height: 60,
            }));
            let bytes = letter.pdf().unwrap();
            assert_eq!(bytes, letter.pdf().unwrap());
            let text = String::from_utf8_lossy(&bytes);
            assert!(text.starts_with("%PDF-"));
            // 210 × 297 mm in points.
            assert!(text.contains("/MediaBox[0 0 595.2756 841.8898]"), "the page");
            assert_eq!(text.matches("/Type/Page/").count(), 20, "a long table takes many pages");
            for font in ["+Tinos-Regular", "+Tinos-Bold", "+Tinos-Italic"] {
                assert!(text.contains(font), "{font}");
            }
            assert!(text.contains("/FontFile2"), "embedded");
        }
    }

    #[test]
    fn the_same_document_gives_the_same_bytes_and_reads_back() {
        let letter = sample(System::Party);
        assert_eq!(letter.docx().unwrap(), letter.docx().unwrap());
        let read = crate::docx::read(&letter.docx().unwrap()).unwrap();
        assert_eq!(read.tables().len(), 3, "head, table, foot");
    }

    #[test]
    fn dates_and_numbers_are_written_as_the_law_says() {
        let mut letter = sample(System::State);
        letter.date = "2023-10-29".parse().ok();
        letter.number.clear();
        assert_eq!(letter.dated(), "Minh Khê, ngày 29 tháng 10 năm 2023");
        assert_eq!(letter.numbered(), "Số:       /BC-UBND");
        assert_eq!(place_of("UBND quận Minh Khê"), "Minh Khê");
        assert_eq!(place_of("Thành ủy Lạc Hà"), "Lạc Hà");
        assert_eq!((office_of("Quận ủy An Khê", true), office_of("Đảng ủy phường", true)), ("QU", "ĐU"));
        assert_eq!(office_of("UBND quận Minh Khê", false), "UBND");
    }
}
