//! Unit names as offices write them: abbreviations, placement of tones, groups, lists joined by commas and "và".
//!
//! What is not certain is left open for a person, whose decision is kept as a synonym and asked only once.

use crate::{
    Snapshot,
    store::{self, Synonym},
    words::{Kind, Tree, Unit},
};
use base::{
    Date,
    fold::{fold, spelling, tidy},
    ids::UnitId,
};
use db::Tx;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// What a written name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// One unit.
    Unit(UnitId),
    /// A closed group, by its key.
    Group(String),
    /// Words that name no closed list, such as "các đơn vị liên quan".
    Vague,
    /// An office inside the issuing unit that is not in the catalogue.
    Local,
    /// Not certain: the nearest unit, to be confirmed.
    Perhaps(UnitId),
    /// Nothing known.
    Unknown,
}

/// One item of a list of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As written.
    pub written: String,
    /// What it means.
    pub named: Named,
}

/// The names of a day, ready to be looked up.
#[derive(Debug)]
pub struct Directory {
    /// The units of the day.
    pub snapshot: Arc<Snapshot>,
    exact: HashMap<String, Vec<UnitId>>,
    core: HashMap<String, Vec<UnitId>>,
    synonyms: HashMap<(String, Option<UnitId>), Synonym>,
}

/// Abbreviations as data: folded words → what they stand for. Longer ones come first.
const SHORT: &[(&str, &str)] = &[
    ("uy ban nhan dan", "ubnd"),
    ("uy ban mat tran to quoc viet nam", "mttq"),
    ("uy ban mat tran to quoc", "mttq"),
    ("mat tran to quoc viet nam", "mttq"),
    ("mat tran to quoc", "mttq"),
    ("uy ban mttq viet nam", "mttq"),
    ("uy ban mttq", "mttq"),
    ("mttq viet nam", "mttq"),
    ("uy ban kiem tra", "ubkt"),
    ("hoi dong nhan dan", "hdnd"),
    ("lien doan lao dong", "ldld"),
    ("hoi cuu chien binh", "hccb"),
    ("hoi ccb", "hccb"),
    ("hoi lien hiep phu nu", "hlhpn"),
    ("hoi lhpn", "hlhpn"),
    ("hoi phu nu", "hlhpn"),
    ("hoi nong dan", "hnd"),
    ("ban to chuc", "btc"),
    ("ban tuyen giao", "btg"),
    ("ban dan van", "bdv"),
    ("ban noi chinh", "bnc"),
    ("van phong", "vp"),
    ("thanh pho", "tp"),
    ("dang uy khoi", "duk"),
    ("dao tao can bo", "dtcb"),
    ("thanh tra", "ttra"),
    ("cong an", "ca"),
    ("thong tin va truyen thong", "tt tt"),
    ("giao duc va dao tao", "gd dt"),
    ("ke hoach va dau tu", "kh dt"),
    ("khoa hoc va cong nghe", "kh cn"),
    ("van hoa va the thao", "vh tt"),
    ("lao dong thuong binh va xa hoi", "ldtb xh"),
    ("lao dong tb va xh", "ldtb xh"),
    ("ld tb xh", "ldtb xh"),
    ("tai nguyen va moi truong", "tn mt"),
    ("nong nghiep va phat trien nong thon", "nn ptnt"),
    ("nn va ptnt", "nn ptnt"),
    ("giao thong van tai", "gtvt"),
    ("quy hoach kien truc", "qh kt"),
    ("thi xa", "tx"),
    ("quan", "q"),
    ("huyen", "h"),
    ("phuong", "p"),
    ("thi tran", "tt"),
    ("catp", "ca tp"),
];

/// The key by which two spellings of one name are equal: folded and abbreviated.
fn key(text: &str) -> String {
    let mut padded = format!(" {} ", fold(text));
    for (long, short) in SHORT {
        // Twice, so that neighbours that share a blank are both found.
        for _ in 0..2 {
            padded = padded.replace(&format!(" {long} "), &format!(" {short} "));
        }
    }
    padded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The key without the words that only say "of the city".
fn core_of(key: &str) -> String {
    let padded = format!(" {key} ").replace(" tp ha noi ", " ").replace(" ha noi ", " ").replace(" tp ", " ");
    padded.split_whitespace().filter(|w| *w != "va").collect::<Vec<_>>().join(" ")
}

impl Directory {
    /// The names of a day.
    ///
    /// # Errors
    /// When the reading fails.
    pub fn at(tx: &Tx<'_>, on: Date) -> anyhow::Result<Arc<Self>> {
        let snapshot = Snapshot::at(tx, on)?;
        tx.cached(&format!("names {on}"), "organisation", || {
            let synonyms = store::synonyms(tx)?;
            Ok(Self::new(snapshot, synonyms))
        })
    }

    fn new(snapshot: Arc<Snapshot>, synonyms: Vec<Synonym>) -> Self {
        let mut exact: HashMap<String, Vec<UnitId>> = HashMap::new();
        let mut core: HashMap<String, Vec<UnitId>> = HashMap::new();
        for unit in snapshot.units() {
            let key = key(&unit.name);
            core.entry(core_of(&key)).or_default().push(unit.id);
            exact.entry(key).or_default().push(unit.id);
        }
        let synonyms = synonyms.into_iter().map(|s| ((s.folded.clone(), s.issuer), s)).collect();
        Self { snapshot, exact, core, synonyms }
    }

    /// What one written name means; `issuer` is the unit in whose document it stands.
    pub fn name(&self, written: &str, issuer: Option<UnitId>) -> Named {
        let folded = fold(written);
        if folded.is_empty() {
            return Named::Unknown;
        }
        for scope in [issuer, None] {
            if let Some(decided) = self.synonyms.get(&(folded.clone(), scope)) {
                return match decided.unit {
                    Some(unit) => Named::Unit(self.snapshot.now(unit)),
                    None if decided.group.is_empty() => Named::Vague,
                    None => Named::Group(decided.group.clone()),
                };
            }
        }
        if let Some(named) = group_or_vague(&folded) {
            return named;
        }
        let key = key(written);
        let inside = issuer.filter(|unit| self.is_local(*unit));
        if let Some(issuer) = inside {
            if let Some(unit) = self.inside(&key, issuer) {
                return Named::Unit(unit);
            }
            if looks_local(&key) {
                return Named::Local;
            }
        }
        if let Some(unit) = self.best(self.exact.get(&key), written) {
            return Named::Unit(unit);
        }
        // "Quận Hoàn Kiếm" in a list of offices means its People's Committee.
        if (key.starts_with("q ") || key.starts_with("h ") || key.starts_with("tx "))
            && let Some(unit) = self.best(self.exact.get(&format!("ubnd {key}")), written)
        {
            return Named::Unit(unit);
        }
        if let Some(unit) = self.best(self.core.get(&core_of(&key)), written) {
            return Named::Unit(unit);
        }
        self.near(&key).map_or(Named::Unknown, Named::Perhaps)
    }

    /// A unit by its human code or its name.
    pub fn code_or_name(&self, text: &str, issuer: Option<UnitId>) -> Named {
        match self.snapshot.by_code(text.trim()) {
            Some(unit) => Named::Unit(unit.id),
            None => self.name(text, issuer),
        }
    }

    /// Whether documents of the unit name offices of their own: everything below the city level.
    fn is_local(&self, unit: UnitId) -> bool {
        self.snapshot.unit(unit).is_some_and(|u| {
            u.territory.and_then(|t| self.snapshot.unit(t)).is_some_and(|t| t.kind != Kind::CITY)
                || matches!(u.kind.as_str(), Kind::DISTRICT_COMMITTEE | Kind::DISTRICT_PARTY | Kind::DISTRICT)
        })
    }

    fn inside(&self, key: &str, issuer: UnitId) -> Option<UnitId> {
        let mut reach = self.snapshot.under(issuer);
        if let Some(territory) = self.snapshot.unit(issuer).and_then(|u| u.territory) {
            reach.extend(self.snapshot.under(territory));
        }
        let found = self.exact.get(key)?;
        found.iter().copied().find(|unit| reach.contains(unit))
    }

    /// The only candidate; among several, one that is no mere territory, then one whose spelling is the same.
    fn best(&self, found: Option<&Vec<UnitId>>, written: &str) -> Option<UnitId> {
        let found: Vec<&Unit> = found?.iter().filter_map(|id| self.snapshot.unit(*id)).collect();
        if let [only] = found.as_slice() {
            return match only.kind.as_str() {
                Kind::DISTRICT => Some(self.body_of(only)),
                _ => Some(only.id),
            };
        }
        let offices: Vec<&&Unit> = found.iter().filter(|u| u.tree != Tree::Territory).collect();
        if let [only] = offices.as_slice() {
            return Some(only.id);
        }
        let same: Vec<&&Unit> = found.iter().filter(|u| spelling(&u.name) == spelling(written)).collect();
        match same.as_slice() {
            [only] => Some(only.id),
            _ => None,
        }
    }

    /// The People's Committee of a district, else the district itself.
    fn body_of(&self, territory: &Unit) -> UnitId {
        self.snapshot
            .units()
            .find(|u| u.kind == Kind::DISTRICT_COMMITTEE && u.territory == Some(territory.id))
            .map_or(territory.id, |u| u.id)
    }

    /// The one unit whose key differs by at most two letters.
    fn near(&self, key: &str) -> Option<UnitId> {
        if key.chars().count() < 8 {
            return None;
        }
        let mut found: HashSet<UnitId> = HashSet::new();
        for (other, units) in &self.exact {
            if other.chars().count().abs_diff(key.chars().count()) <= 2 && distance_within(key, other, 2) {
                found.extend(units);
            }
        }
        match found.len() {
            1 => found.into_iter().next(),
            _ => None,
        }
    }

    /// Reads a list of units. Semicolons and line breaks always part; commas and "và" part unless a name needs them.
    pub fn list(&self, text: &str, issuer: Option<UnitId>) -> Vec<Item> {
        let mut out = Vec::new();
        for part in text.split([';', '\n']) {
            let pieces = soft_pieces(part);
            let mut at = 0;
            while at < pieces.len() {
                let longest = (at + 1..=pieces.len()).rev().find_map(|end| {
                    let written = join(pieces.get(at..end)?);
                    let named = self.name(&written, issuer);
                    let known = match &named {
                        Named::Unit(_) | Named::Group(_) => true,
                        // "các sở, ban, ngành" goes on; "các đơn vị liên quan, Sở Y tế" does not.
                        Named::Vague => pieces.get(at + 1..end)?.iter().all(|(text, _)| is_plain_noun(text)),
                        Named::Local => {
                            let more = pieces.get(at + 1..end)?;
                            more.iter().all(|(_, separator)| !separator.contains(',')) && !starts_new(more)
                        }
                        Named::Perhaps(_) | Named::Unknown => false,
                    };
                    known.then_some((end, Item { written, named }))
                });
                let (end, item) = longest.unwrap_or_else(|| {
                    // A name that nobody knows still keeps its "và": "Sở Kế hoạch và Đầu tư" is one office.
                    let more = pieces.iter().skip(at + 1).take_while(|(text, separator)| {
                        separator.contains("và")
                            && !begins_office(text)
                            && self.name(text, issuer) == Named::Unknown
                    });
                    let end = at + 1 + more.count();
                    let written = pieces.get(at..end).map(join).unwrap_or_default();
                    let named = self.name(&written, issuer);
                    (end, Item { written, named })
                });
                if !item.written.is_empty() {
                    out.push(item);
                }
                at = end;
            }
        }
        out
    }
}

/// Common nouns that go on in "các sở, ban, ngành, đoàn thể".
fn is_plain_noun(text: &str) -> bool {
    const NOUNS: &[&str] = &[
        "so",
        "ban",
        "nganh",
        "doan the",
        "cac doan the",
        "co quan",
        "don vi",
        "to chuc",
        "hoi",
        "dia phuong",
        "quan",
        "huyen",
        "thi xa",
        "phuong",
        "xa",
        "thi tran",
        "doanh nghiep",
        "truong hoc",
        "mat tran",
    ];
    NOUNS.contains(&fold(text).as_str())
}

/// Whether one of the pieces begins the name of another office.
fn starts_new(pieces: &[(String, String)]) -> bool {
    pieces.iter().any(|(text, _)| looks_local(&key(text)))
}

/// Whether a text begins as names of offices do.
fn begins_office(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "so",
        "ubnd",
        "hdnd",
        "uy ban",
        "hoi",
        "ban",
        "bo",
        "quan",
        "huyen",
        "thi",
        "phuong",
        "xa",
        "dang",
        "van phong",
        "vp",
        "cong an",
        "catp",
        "thanh",
        "truong",
        "lien",
        "mat tran",
        "mttq",
        "phong",
        "trung tam",
        "cac",
        "chi",
        "cuc",
        "vien",
        "kho bac",
        "toa an",
        "tong",
        "cong ty",
        "don vi",
        "q",
        "h",
        "tx",
        "btc",
        "btg",
        "bdv",
        "ubkt",
    ];
    let folded = fold(text);
    WORDS.iter().any(|word| folded == *word || folded.starts_with(&format!("{word} ")))
}

/// The names that offices inside a district bear.
fn looks_local(key: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "phong ",
        "ban ",
        "btc",
        "btg",
        "bdv",
        "bnc",
        "ubkt",
        "vp ",
        "trung tam",
        "mttq",
        "doi ",
        "p ",
        "xa ",
        "tt ",
        "ubnd p ",
        "ubnd xa ",
        "ubnd tt ",
        "hnd",
        "hccb",
        "hlhpn",
        "ldld",
        "doan thanh nien",
        "q doan",
        "h doan",
        "ca ",
        "ttra",
        "hat ",
        "tram ",
        "truong ",
        "benh vien",
        "cac phong",
        "chi cuc",
        "ban qlda",
        "thuong truc",
    ];
    !key.starts_with("xa hoi") && BEGINNINGS.iter().any(|start| key.starts_with(start) || key == start.trim())
}

fn group_or_vague(folded: &str) -> Option<Named> {
    let words: String = folded
        .replace("uy ban nhan dan", "ubnd")
        .replace("thi xa", "tx")
        .split_whitespace()
        .filter(|w| !matches!(*w, "cac" | "va" | "toan" | "bo"))
        .collect::<Vec<_>>()
        .join(" ");
    let group = match words.as_str() {
        "quan huyen tx" | "ubnd quan huyen tx" | "ubnd quan huyen" | "quan huyen" | "30 quan huyen tx" => {
            "ubnd.district"
        }
        "quan uy huyen uy thi uy"
        | "quan huyen thi uy"
        | "quan huyen uy"
        | "quan uy huyen uy"
        | "quan huyen thi uy truc thuoc" => "party.district",
        "ubnd quan" if folded.contains("cac") => "ubnd.quan",
        "ubnd huyen" if folded.contains("cac") => "ubnd.huyen",
        "ubnd phuong"
        | "ubnd xa"
        | "phuong"
        | "xa"
        | "ubnd xa thi tran"
        | "xa thi tran"
        | "phuong xa"
        | "ubnd phuong xa"
        | "xa phuong thi tran"
        | "phuong xa thi tran"
        | "ubnd xa phuong thi tran"
        | "ubnd phuong xa thi tran"
            if folded.contains("cac") =>
        {
            "communes"
        }
        _ => "",
    };
    if !group.is_empty() {
        return Some(Named::Group(group.to_owned()));
    }
    let vague =
        folded.starts_with("cac ") || folded.contains("lien quan") || folded.starts_with("don vi khac");
    vague.then_some(Named::Vague)
}

/// Splits at commas and "và", keeping what stood between: (piece, separator before it).
fn soft_pieces(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut separator = String::new();
    for (i, part) in text.split(',').enumerate() {
        if i > 0 {
            separator = ", ".to_owned();
        }
        let words: Vec<&str> = part.split_whitespace().collect();
        let mut piece: Vec<&str> = Vec::new();
        for word in words {
            if fold(word) == "va" && !piece.is_empty() {
                out.push((tidy(&piece.join(" ")), std::mem::take(&mut separator)));
                separator = " và ".to_owned();
                piece.clear();
            } else {
                piece.push(word);
            }
        }
        if !piece.is_empty() {
            out.push((tidy(&piece.join(" ")), std::mem::take(&mut separator)));
        }
    }
    out
}

fn join(pieces: &[(String, String)]) -> String {
    let mut out = String::new();
    for (i, (text, separator)) in pieces.iter().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        out.push_str(text);
    }
    out
}

fn distance_within(a: &str, b: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let swap = row.get(j).copied().unwrap_or(0) + usize::from(ca != cb);
            let drop = row.get(j + 1).copied().unwrap_or(0) + 1;
            let add = next.last().copied().unwrap_or(0) + 1;
            next.push(swap.min(drop).min(add));
        }
        if next.iter().min().is_none_or(|m| *m > most) {
            return false;
        }
        row = next;
    }
    row.last().is_some_and(|d| *d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for (a, b) in [
            ("Ủy ban nhân dân quận Nam Từ Liêm", "UBND Q. Nam Từ Liêm"),
            ("Sở Thông tin và Truyền thông", "Sở TT&TT"),
            ("Sở Lao động - Thương binh và Xã hội", "Sở LĐTB&XH"),
            ("Sở Lao động – Thương binh và Xã hội", "Sở Lao động - Thương binh và Xã hội"),
            ("Đảng ủy Khối doanh nghiệp Thành phố", "ĐUK doanh nghiệp Thành phố"),
            ("Trường Đào tạo cán bộ Lê Hồng Phong", "Trường ĐTCB Lê Hồng Phong"),
            ("Quận uỷ Tây Hồ", "Quận ủy Tây Hồ"),
            ("Công an Thành phố", "CATP"),
        ] {
            assert_eq!(key(a), key(b), "{a} / {b}");
        }
        assert_eq!(core_of(&key("Ủy ban Mặt trận Tổ quốc Việt Nam Thành phố")), core_of(&key("MTTQ TP")));
        assert_eq!(core_of(&key("Thành đoàn Hà Nội")), core_of(&key("Thành Đoàn")));
    }

    #[test]
    fn groups_are_told_from_vague_words() {
        let group = |key: &str| Some(Named::Group(key.to_owned()));
        for (written, named) in [
            ("UBND các quận, huyện, thị xã", group("ubnd.district")),
            ("các quận, huyện, thị xã", group("ubnd.district")),
            ("UBND các quận, huyện, TX", group("ubnd.district")),
            ("Các quận, huyện, thị uỷ", group("party.district")),
            ("Các quận ủy, huyện ủy, thị ủy", group("party.district")),
            ("UBND các quận", group("ubnd.quan")),
            ("UBND các huyện", group("ubnd.huyen")),
            ("Các sở, ban, ngành", Some(Named::Vague)),
            ("Các đoàn thể", Some(Named::Vague)),
            ("Sở Nội vụ", None),
        ] {
            assert_eq!(group_or_vague(&fold(written)), named, "{written}");
        }
    }
}
