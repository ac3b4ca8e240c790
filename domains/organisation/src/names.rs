//! Unit names as offices write them: abbreviations, placement of tones, groups, lists joined by commas and "và".
//!
//! What is not certain is left open for a person, whose decision is kept as a synonym and asked only once.

mod asked;
mod lists;

use crate::{
    Snapshot,
    store::{self, Synonym},
    words::{Kind, Tree, Unit},
};
use base::{
    Date,
    fold::{fold, spelling},
    ids::UnitId,
};
use db::Tx;
use lists::{
    begins_office, distance_within, group_or_vague, hard_parts, initials_in, is_plain_noun, join,
    looks_local, soft_pieces, starts_new,
};
use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
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
    /// Lists that were read: a file repeats the same few in thousands of rows.
    lists: Mutex<HashMap<(String, Option<UnitId>), Vec<Item>>>,
}

/// Bytes of a text that is worth remembering: what is longer is no name.
const LONGEST_REMEMBERED: usize = 400;
/// Lists that a directory remembers at most.
const REMEMBERED_LISTS: usize = 10_000;

/// Abbreviations as data: folded words → what they stand for. Longer ones come first.
const SHORT: &[(&str, &str)] = &[
    ("uy ban nhan dan", "ubnd"),
    ("uy ban mat tran to quoc viet nam", "mttq"),
    ("uy ban mat tran to quoc", "mttq"),
    ("mat tran to quoc viet nam", "mttq"),
    ("mat tran to quoc", "mttq"),
    ("mat tran tq", "mttq"),
    ("ubmttq", "mttq"),
    ("hoi nd", "hnd"),
    ("duk dn", "duk doanh nghiep"),
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
    ("thanh uy", "tu"),
    ("vptu", "vp tu"),
    ("btctu", "btc tu"),
    ("ban tctu", "btc tu"),
    ("ban tc tu", "btc tu"),
    ("btgtu", "btg tu"),
    ("ban tgtu", "btg tu"),
    ("ban tg tu", "btg tu"),
    ("bdvtu", "bdv tu"),
    ("ban dvtu", "bdv tu"),
    ("ban dv tu", "bdv tu"),
    ("bnctu", "bnc tu"),
    ("ban nctu", "bnc tu"),
    ("ban nc tu", "bnc tu"),
    ("ubkttu", "ubkt tu"),
    ("ubkt tu ha noi", "ubkt tu"),
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
    ("van hoa the thao", "vh tt"),
    ("giao duc dao tao", "gd dt"),
    ("thong tin truyen thong", "tt tt"),
    ("ke hoach dau tu", "kh dt"),
    ("khoa hoc cong nghe", "kh cn"),
    ("tai nguyen moi truong", "tn mt"),
    ("lao dong thuong binh va xa hoi", "ldtb xh"),
    ("lao dong tb va xh", "ldtb xh"),
    ("ld tb xh", "ldtb xh"),
    ("ld tb va xh", "ldtb xh"),
    ("lao dong tb xh", "ldtb xh"),
    ("khoi dn", "khoi doanh nghiep"),
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
///
/// A file names the same few units in thousands of rows, so what was worked out is remembered, a thread each.
fn key(text: &str) -> String {
    const REMEMBERED: usize = 20_000;
    thread_local! {
        static KEYS: RefCell<HashMap<String, String>> = RefCell::default();
    }
    KEYS.with_borrow_mut(|keys| {
        if text.len() > LONGEST_REMEMBERED {
            return key_of(text);
        }
        if let Some(known) = keys.get(text) {
            return known.clone();
        }
        if keys.len() >= REMEMBERED {
            keys.clear();
        }
        let made = key_of(text);
        keys.insert(text.to_owned(), made.clone());
        made
    })
}

fn key_of(text: &str) -> String {
    let mut padded = format!(" {} ", fold(text));
    for (long, short) in SHORT {
        // Twice, so that neighbours that share a blank are both found.
        for _ in 0..2 {
            if !padded.contains(long) {
                break;
            }
            padded = padded.replace(&format!(" {long} "), &format!(" {short} "));
        }
    }
    let words: Vec<&str> = padded.split_whitespace().collect();
    // "QU Ba Đình", "HU Gia Lâm": the Party committee of a district.
    match words.split_first() {
        Some((&"qu", rest)) if !rest.is_empty() => format!("q uy {}", rest.join(" ")),
        Some((&"hu", rest)) if !rest.is_empty() => format!("h uy {}", rest.join(" ")),
        _ => words.join(" "),
    }
}

/// The key of an office inside a district, without the ways in which plans differ.
fn local_key(key: &str) -> String {
    let mut words: Vec<&str> = key.split(' ').filter(|w| !matches!(*w, "va" | "cua")).collect();
    // What the district is called says nothing within it.
    while words.len() > 1 && matches!(words.last(), Some(&"q" | &"h" | &"tx" | &"quan" | &"huyen" | &"uy")) {
        words.pop();
    }
    let text = format!(" {} ", words.join(" "));
    let mut text = text
        .replace(" tckh ", " tc kh ")
        .replace(" tai chinh ke hoach ", " tc kh ")
        .replace(" ldtbxh ", " ldtb xh ")
        .replace(" vh tt ", " van hoa thong tin ")
        .replace(" tghu ", " btg ")
        .replace(" hdnd ubnd ", " ubnd ");
    if let Some(rest) = text.strip_prefix(" p ") {
        text = format!(" phong {rest}");
    }
    text.trim().to_owned()
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
        Self { snapshot, exact, core, synonyms, lists: Mutex::default() }
    }

    /// Whether a person has decided what a written name means.
    pub fn is_decided(&self, written: &str, issuer: Option<UnitId>) -> bool {
        [issuer, None].into_iter().any(|scope| self.synonyms.contains_key(&(fold(written), scope)))
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
        // "… (trừ quận Hoàn Kiếm)": a list with an exception is nobody's to guess.
        if written.contains("(trừ ") || written.contains("(Trừ ") {
            return Named::Vague;
        }
        if matches!(folded.as_str(), "thanh pho" | "tp") {
            return Named::Unknown;
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
        if let Some(unit) = self.by_place(&key) {
            return Named::Unit(unit);
        }
        if let Some(unit) = initials_in(&folded).and_then(|initials| self.by_initials(&initials)) {
            return Named::Unit(unit);
        }
        // "Sở Nội vụ (chủ trì chung)": what stands in brackets at the end is a note when the rest is known. In "Sở
        // Nội vụ (đầu mối), Sở Tài chính" more follows, and nothing of it may be lost.
        if let Some((before, note)) = written.split_once('(')
            && note.trim_end().strip_suffix(')').is_some_and(|inside| !inside.contains(')'))
            && let known @ (Named::Unit(_) | Named::Group(_)) = self.name(before, issuer)
        {
            return known;
        }
        self.near(&key).map_or(Named::Unknown, Named::Perhaps)
    }

    /// "UBND Ba Đình", "Ba Đình": the committee of the one district of that name.
    fn by_place(&self, key: &str) -> Option<UnitId> {
        let place = key.strip_prefix("ubnd ").unwrap_or(key);
        if place.split(' ').count() < 2 {
            return None;
        }
        let mut found = ["q", "h", "tx"].into_iter().filter_map(|level| {
            let units = self.exact.get(&format!("{level} {place}"))?;
            let unit =
                units.iter().find_map(|id| self.snapshot.unit(*id).filter(|u| u.kind == Kind::DISTRICT))?;
            Some(self.body_of(unit))
        });
        match (found.next(), found.next()) {
            (Some(unit), None) => Some(unit),
            _ => None,
        }
    }

    /// The one department whose name has these initials: "NV" is Nội vụ.
    fn by_initials(&self, initials: &str) -> Option<UnitId> {
        let mut found = self.snapshot.units().filter(|unit| {
            let folded = fold(&unit.name);
            let rest = folded.strip_prefix("so ").unwrap_or_default();
            // "… Thành phố Hà Nội" is no part of the initials.
            let rest = rest.split(" thanh pho").next().unwrap_or(rest);
            let rest = rest.strip_suffix(" ha noi").unwrap_or(rest);
            let own: String =
                rest.split(' ').filter(|w| *w != "va").filter_map(|w| w.chars().next()).collect();
            own == initials
        });
        match (found.next(), found.next()) {
            (Some(unit), None) => Some(unit.id),
            _ => None,
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
        let own = |key: &str| self.exact.get(key)?.iter().copied().find(|unit| reach.contains(unit));
        // "P.Nội vụ", "Phòng nội vụ quận", "Phòng TC-KH": one office however it is spelled.
        let plain = local_key(key);
        let spelled = || {
            let mut offices = reach.iter().copied().filter(|id| {
                self.snapshot
                    .unit(*id)
                    .is_some_and(|u| u.kind == Kind::OFFICE && local_key(&self::key(&u.name)) == plain)
            });
            match (offices.next(), offices.next()) {
                (Some(unit), None) => Some(unit),
                _ => None,
            }
        };
        // "UBND phường Hàng Bạc" in a plan of its district is that ward.
        own(key).or_else(|| own(key.strip_prefix("ubnd ")?)).or_else(spelled)
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

    /// How sure it is that a written name means a unit, in percent: 100 where the names are the same but for spelling,
    /// less by the share of letters that differ, 0 where more than two do.
    pub fn confidence(&self, written: &str, unit: UnitId) -> u8 {
        let Some(name) = self.snapshot.unit(unit).map(|u| key(&u.name)) else { return 0 };
        let written = key(written);
        let letters = written.chars().count().max(1);
        let differing = (0..=2_usize).find(|most| distance_within(&written, &name, *most));
        differing.map_or(0, |n| u8::try_from(100 - (100 * n / letters).min(100)).unwrap_or(0))
    }

    /// The one unit whose key differs by at most two letters.
    fn near(&self, key: &str) -> Option<UnitId> {
        // Short names that differ by a letter are different offices: "BTG" and "BTC", "Sở TTTT" and "Sở VHTT".
        let most = match key.chars().count() {
            0..12 => return None,
            12..20 => 1,
            _ => 2,
        };
        let first = |key: &str| key.split(' ').next().unwrap_or_default().to_owned();
        let mut found: HashSet<UnitId> = HashSet::new();
        for (other, units) in &self.exact {
            if other.chars().count().abs_diff(key.chars().count()) <= most
                && first(other) == first(key)
                && distance_within(key, other, most)
            {
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
        if text.len() > LONGEST_REMEMBERED {
            return self.read_list(text, issuer);
        }
        let asked = (text.to_owned(), issuer);
        let open = || self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open().get(&asked) {
            return known.clone();
        }
        let read = self.read_list(text, issuer);
        let mut lists = open();
        if lists.len() >= REMEMBERED_LISTS {
            lists.clear();
        }
        lists.insert(asked, read.clone());
        read
    }

    fn read_list(&self, text: &str, issuer: Option<UnitId>) -> Vec<Item> {
        let mut out = Vec::new();
        for part in hard_parts(text) {
            let part = part.as_str();
            let pieces = soft_pieces(part);
            let mut at = 0;
            while at < pieces.len() {
                let longest = (at + 1..=pieces.len()).rev().find_map(|end| {
                    let written = join(pieces.get(at..end)?);
                    let named = self.name(&written, issuer);
                    let known = match &named {
                        Named::Unit(_) | Named::Group(_) => true,
                        // "các sở, ban, ngành" goes on; "các đơn vị liên quan, Sở Y tế" does not.
                        Named::Vague => {
                            let is_exception = written.contains('(');
                            let more = pieces.get(at + 1..end)?;
                            more.iter()
                                .all(|(text, _)| is_plain_noun(text) || is_exception || !begins_office(text))
                        }
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
                    let one = pieces.get(at).map(|(text, _)| key(text)).unwrap_or_default();
                    // "Văn phòng HĐND và UBND" serves both and is one office.
                    let is_office_of_both = one == "vp hdnd";
                    let more = pieces.iter().skip(at + 1).take_while(|(text, separator)| {
                        separator.contains("và")
                            && (!begins_office(text) || is_office_of_both && key(text).starts_with("ubnd"))
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
