//! What a room gives to the house. Every room is one value of [`Room`]; the house composes them and knows no room by name.
//!
//! A field exists only where several rooms fill it and one place reads it. It holds contributions, never a way for rooms
//! to call each other.

use crate::Site;
use ::room::{Check, Follower, List, Owes, Record, Seek};
use axum::routing::MethodRouter;
use base::{Actor, Outcome, Right, texts::RoomTexts};
use db::{Migration, Tx};

/// Whether somebody may have a file, by its SHA-256.
pub type MayHave = fn(&Tx<'_>, &Actor, &str) -> Outcome<bool>;

/// All that a room gives to the house; what it has not, it leaves out.
#[derive(Clone, Copy)]
pub struct Room {
    /// Its name, as in the storeys of ARCHITECTURE.md.
    pub name: &'static str,
    /// Its words in both languages: those of its rules, those of its pages.
    pub texts: &'static [RoomTexts],
    /// Its tables.
    pub migrations: &'static [Migration],
    /// Its pages and what their forms do.
    pub routes: &'static [Route],
    /// What other programs may ask of it, under `/api`.
    pub api: &'static [Route],
    /// Where its pages stand in the rail.
    pub nav: &'static [Entry],
    /// The kinds of its records, and who may see them.
    pub records: &'static [Record],
    /// What is found of it by words.
    pub seeks: &'static [Seek],
    /// Whether somebody may have a file because of this room.
    pub may_have: Option<MayHave>,
    /// What units owe it.
    pub owes: Option<Owes>,
    /// Its lists as files.
    pub lists: &'static [List],
    /// How it follows a reorganisation.
    pub follower: Option<Follower>,
    /// What of it is compared with the trail.
    pub checks: &'static [Check],
    /// For each `{name}` in its addresses a value that exists in the demo city: the tables of rights and the mirror ask there.
    pub samples: &'static [(&'static str, &'static str)],
}

impl Room {
    /// A room that has only its words yet.
    pub const fn new(name: &'static str, texts: &'static [RoomTexts]) -> Self {
        Self {
            name,
            texts,
            migrations: &[],
            routes: &[],
            api: &[],
            nav: &[],
            records: &[],
            seeks: &[],
            may_have: None,
            owes: None,
            lists: &[],
            follower: None,
            checks: &[],
            samples: &[],
        }
    }
}

/// One method of one address.
#[derive(Clone, Copy)]
pub struct Route {
    /// `GET`, `POST`, `PATCH`.
    pub method: &'static str,
    /// The address; what varies stands in braces under the name of its kind.
    pub address: &'static str,
    /// What answers.
    pub run: fn() -> MethodRouter<Site>,
    /// What the tables of rights and the mirror send.
    pub sample: Sample,
    /// What it does, for the description of the API.
    pub about: &'static str,
    /// What a body may say.
    pub fields: &'static [Field],
    /// What a query may say: name, meaning.
    pub query: &'static [(&'static str, &'static str)],
}

/// A body that is nearly right, so that the right is what decides about the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// None: a page is only read.
    Nothing,
    /// A form as a browser sends it.
    Form(&'static str),
    /// A form with files: names and values.
    Parts(&'static [(&'static str, &'static str)]),
    /// A body of the API.
    Json(&'static str),
}

impl Route {
    const fn new(method: &'static str, address: &'static str, run: fn() -> MethodRouter<Site>) -> Self {
        Self { method, address, run, sample: Sample::Nothing, about: "", fields: &[], query: &[] }
    }

    /// A page, a list or a file.
    pub const fn get(address: &'static str, run: fn() -> MethodRouter<Site>) -> Self {
        Self::new("GET", address, run)
    }

    /// An act, or what the API makes.
    pub const fn post(address: &'static str, run: fn() -> MethodRouter<Site>) -> Self {
        Self::new("POST", address, run)
    }

    /// A change through the API.
    pub const fn patch(address: &'static str, run: fn() -> MethodRouter<Site>) -> Self {
        Self::new("PATCH", address, run)
    }

    /// With a form to send.
    pub const fn form(self, sample: &'static str) -> Self {
        Self { sample: Sample::Form(sample), ..self }
    }

    /// With a form with files to send.
    pub const fn parts(self, sample: &'static [(&'static str, &'static str)]) -> Self {
        Self { sample: Sample::Parts(sample), ..self }
    }

    /// With a body of the API to send, and what it may say.
    pub const fn json(self, sample: &'static str, fields: &'static [Field]) -> Self {
        Self { sample: Sample::Json(sample), fields, ..self }
    }

    /// With what it does, for the description of the API.
    pub const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// With what its query may say.
    pub const fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }
}

/// A field of a body of the API.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// `string`, `date`, `number`, `boolean`, `array`.
    pub kind: &'static str,
    /// Whether a body without it is refused.
    pub is_needed: bool,
    /// What it means.
    pub about: &'static str,
}

impl Field {
    /// One that may be left out.
    pub const fn may(name: &'static str, kind: &'static str, about: &'static str) -> Self {
        Self { name, kind, is_needed: false, about }
    }

    /// One that must be there.
    pub const fn must(name: &'static str, kind: &'static str, about: &'static str) -> Self {
        Self { name, kind, is_needed: true, about }
    }

    /// Whether a value can be of its kind. Numbers may be written as offices write them, and a list of words as a list.
    pub(crate) fn takes(&self, value: &serde_json::Value) -> bool {
        match self.kind {
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "number" => value.is_number() || value.is_string(),
            "date" => value.is_string(),
            _ => {
                let is_words = |list: &Vec<serde_json::Value>| list.iter().all(serde_json::Value::is_string);
                value.is_string() || value.is_number() || value.as_array().is_some_and(is_words)
            }
        }
    }
}

/// A part of the rail, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What is this person's.
    Mine,
    /// From resolutions to results.
    Programmes,
    /// Units and people.
    Organisation,
    /// What keeps the installation.
    System,
}

impl Group {
    /// The key of its heading; empty for the first.
    pub fn key(self) -> &'static str {
        match self {
            Self::Mine => "",
            Self::Programmes => "nav-head-programme",
            Self::Organisation => "nav-head-organisation",
            Self::System => "nav-head-system",
        }
    }
}

/// A page in the rail.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Under which heading.
    pub group: Group,
    /// Its place under the heading; rooms leave gaps for each other.
    pub place: u16,
    /// The page.
    pub address: &'static str,
    /// The key of its words.
    pub key: &'static str,
    /// Any of these rights shows it; with none of them named, whoever is signed in sees it.
    pub rights: &'static [Right],
}

impl Entry {
    /// A page that everybody finds in the rail.
    pub const fn all(group: Group, place: u16, address: &'static str, key: &'static str) -> Self {
        Self { group, place, address, key, rights: &[] }
    }

    /// A page for whoever has one of some rights somewhere.
    pub const fn with(self, rights: &'static [Right]) -> Self {
        Self { rights, ..self }
    }

    /// Whether an actor finds it in the rail.
    pub fn is_for(&self, actor: &Actor) -> bool {
        self.rights.is_empty() || self.rights.iter().any(|right| actor.may_somewhere(*right))
    }
}

/// The rail of an actor: each heading once, before its first page.
pub(crate) fn rail(rooms: &'static [Room], actor: &Actor) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut entries: Vec<&Entry> =
        rooms.iter().flat_map(|room| room.nav).filter(|entry| entry.is_for(actor)).collect();
    entries.sort_by_key(|entry| (entry.group, entry.place));
    let mut last = Group::Mine;
    let shown = entries.into_iter().map(|entry| {
        let head = if entry.group == last { "" } else { entry.group.key() };
        last = entry.group;
        (head, entry.address, entry.key)
    });
    shown.collect()
}

/// Every route of some rooms, pages first.
pub fn routes(rooms: &'static [Room]) -> impl Iterator<Item = &'static Route> {
    let api = rooms.iter().flat_map(|room| room.api).chain([&crate::api::OPENAPI]);
    rooms.iter().flat_map(|room| room.routes).chain(api)
}

/// The pages of some rooms as a router.
pub fn router(rooms: &'static [Room]) -> axum::Router<Site> {
    let pages = rooms.iter().flat_map(|room| room.routes);
    pages.fold(axum::Router::new(), |router, route| router.route(route.address, (route.run)()))
}

/// The fields that a body sent to a route may have.
pub(crate) fn fields_of(rooms: &'static [Room], method: &str, address: &str) -> &'static [Field] {
    let mut routes = rooms.iter().flat_map(|room| room.api);
    routes.find(|route| route.method == method && route.address == address).map_or(&[], |route| route.fields)
}

/// The kinds of records of some rooms.
pub fn records(rooms: &'static [Room]) -> impl Iterator<Item = &'static Record> + Clone {
    rooms.iter().flat_map(|room| room.records)
}

/// Whether somebody may have a file, because of any room.
///
/// # Errors
/// When the reading fails.
pub fn may_have(rooms: &'static [Room], tx: &Tx<'_>, actor: &Actor, sha256: &str) -> Outcome<bool> {
    for may_have in rooms.iter().filter_map(|room| room.may_have) {
        if may_have(tx, actor, sha256)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How some rooms follow a reorganisation, in their order.
pub fn followers(rooms: &'static [Room]) -> Vec<Follower> {
    rooms.iter().filter_map(|room| room.follower).collect()
}
