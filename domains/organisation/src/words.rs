//! Units: kinds, trees, and what is known of one.

use base::{Date, ids::UnitId};

/// The tree a unit belongs to by its nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tree {
    /// State offices.
    State,
    /// The Party.
    Party,
    /// The Front and mass organisations.
    Mass,
    /// Territories.
    Territory,
}

impl Tree {
    /// The word in the database and in text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Party => "party",
            Self::Mass => "mass",
            Self::Territory => "territory",
        }
    }

    /// Reads the word, in English or as Vietnamese catalogues write it.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "state" | "nha_nuoc" => Some(Self::State),
            "party" | "dang" => Some(Self::Party),
            "mass" | "doan_the" => Some(Self::Mass),
            "territory" | "dia_gioi" => Some(Self::Territory),
            _ => None,
        }
    }
}

/// The kind of a unit. Offices invent kinds, so it is a word, not an enum: these are the ones that rules speak of.
pub struct Kind;

impl Kind {
    /// A city or province as a territory.
    pub const CITY: &'static str = "city";
    /// A district-level territory.
    pub const DISTRICT: &'static str = "district";
    /// A commune-level territory.
    pub const COMMUNE: &'static str = "commune";
    /// The People's Committee of a district.
    pub const DISTRICT_COMMITTEE: &'static str = "ubnd_cap_huyen";
    /// The Party Committee of a district.
    pub const DISTRICT_PARTY: &'static str = "cap_uy_cap_huyen";
    /// An office inside a district.
    pub const OFFICE: &'static str = "phong_ban";
    /// A unit that a file named and the catalogue does not know.
    pub const UNLISTED: &'static str = "ngoai_danh_muc";
    /// Whether a kind governs its territory: People's Committees and Party committees, at any level.
    pub fn is_committee(kind: &str) -> bool {
        let others = ["cap_uy", "ubnd_cap_xa", "cap_uy_cap_xa", "ubnd", "ubnd_thanh_pho"];
        matches!(kind, Self::DISTRICT_COMMITTEE | Self::DISTRICT_PARTY) || others.contains(&kind)
    }

    /// Every kind that has words of its own; another is kept as it is written.
    pub const LISTED: &'static [&'static str] = &[
        Self::CITY,
        Self::DISTRICT,
        Self::COMMUNE,
        Self::DISTRICT_COMMITTEE,
        Self::DISTRICT_PARTY,
        Self::OFFICE,
        Self::UNLISTED,
        "so",
        "cap_uy",
        "co_quan_tham_muu",
        "doan_the",
        "dang_uy_khoi",
        "dang_uy",
        "van_phong",
        "thanh_tra",
        "mat_tran",
        "don_vi_su_nghiep",
        "cong_an",
        "ban_quan_ly",
        "ubnd_cap_xa",
        "cap_uy_cap_xa",
        "hdnd",
        "ubnd",
        "ubnd_thanh_pho",
        "trung_tam",
        "to_chuc_co_so_dang",
        "chi_bo",
    ];
}

/// A unit as seen on a day.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its identity.
    pub id: UnitId,
    /// Its human code, unique for all time.
    pub code: String,
    /// Its kind.
    pub kind: String,
    /// Its tree.
    pub tree: Tree,
    /// Its name on that day.
    pub name: String,
    /// The code of the national list; reused by later units.
    pub official_code: String,
    /// The first day.
    pub established: Date,
    /// The first day on which it is no more.
    pub dissolved: Option<Date>,
    /// The territory it serves.
    pub territory: Option<UnitId>,
    /// Whether the catalogue knows it.
    pub listed: bool,
}

impl Unit {
    /// Whether it exists on the day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.established <= day && self.dissolved.is_none_or(|end| day < end)
    }
}

/// A link of a tree, from its first day to the day on which it no longer holds.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The lower unit.
    pub child: UnitId,
    /// The upper unit.
    pub parent: UnitId,
    /// From this day.
    pub from: Date,
    /// Until the day before this one.
    pub to: Option<Date>,
}
