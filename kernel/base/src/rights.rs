//! Who may do what: roles are rights over units; an actor carries them, and every act asks.
//!
//! A role is held through a post (or, exceptionally, an account) over a unit and all below it. The `account` room
//! fills the actor; no other room looks behind it. A right ends the minute the post ends, because the actor is
//! made anew for every request.

use crate::ids::{AccountId, PersonId, PostId, UnitId};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, sync::Arc};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in the order of the list above.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that databases, files and text keys use.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word back.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

named! {
    /// What a person may do to the records of a unit.
    Right {
        /// Read the work of the unit.
        See = "see",
        /// Report progress and evidence for the unit's tasks and targets.
        Report = "report",
        /// Speak for the unit: receive, return, name the lead, ask for an extension, report done.
        Lead = "lead",
        /// Create, assign, accept and return tasks of the unit; decide extensions; run imports.
        Assign = "assign",
        /// Give directives and demand explanations.
        Direct = "direct",
        /// Choose focus points.
        Focus = "focus",
        /// Enter documents and programmes.
        Draft = "draft",
        /// Change units and reorganise.
        Organise = "organise",
        /// Change people, posts and holdings.
        Staff = "staff",
        /// Manage accounts, roles, calendar, synonyms.
        Administer = "administer",
        /// Read the audit trail.
        Audit = "audit",
    }
}

named! {
    /// The roles that a post can carry.
    Role {
        /// Runs the installation.
        Administrator = "administrator",
        /// Tracks and urges: programmes, tasks, imports, acceptance.
        ProgrammeOffice = "programme_office",
        /// Decides: directives, focus points, extensions.
        Leader = "leader",
        /// Answers for one unit.
        UnitHead = "unit_head",
        /// Works for one unit.
        Clerk = "clerk",
        /// Inspects.
        Inspector = "inspector",
        /// Keeps people and posts.
        PersonnelOfficer = "personnel_officer",
        /// Keeps units.
        OrganisationOfficer = "organisation_officer",
        /// Reads.
        Reader = "reader",
    }
}

impl Role {
    /// The rights of the role. The table of rights in the tests prints it.
    pub fn rights(self) -> &'static [Right] {
        use Right::{Administer, Assign, Audit, Direct, Draft, Focus, Lead, Organise, Report, See, Staff};
        match self {
            Self::Administrator => &[See, Draft, Organise, Staff, Administer, Audit],
            Self::ProgrammeOffice => &[See, Report, Assign, Focus, Draft],
            Self::Leader => &[See, Assign, Direct, Focus],
            Self::UnitHead => &[See, Report, Lead, Focus],
            Self::Clerk => &[See, Report],
            Self::Inspector => &[See, Direct, Audit],
            Self::PersonnelOfficer => &[See, Staff],
            Self::OrganisationOfficer => &[See, Organise],
            Self::Reader => &[See],
        }
    }
}

/// A set of units: all of them, or a list.
#[derive(Debug, Clone)]
pub enum Units {
    /// Every unit.
    All,
    /// These.
    Only(Arc<HashSet<UnitId>>),
}

impl Units {
    /// No unit at all.
    pub fn none() -> Self {
        Self::Only(Arc::default())
    }

    /// Whether the unit belongs to the set.
    pub fn contains(&self, unit: UnitId) -> bool {
        match self {
            Self::All => true,
            Self::Only(units) => units.contains(&unit),
        }
    }

    /// Whether the set has no unit.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All => false,
            Self::Only(units) => units.is_empty(),
        }
    }

    /// The ids to bind in a query: `None` means no condition.
    pub fn list(&self) -> Option<Vec<crate::Uuid>> {
        match self {
            Self::All => None,
            Self::Only(units) => Some(units.iter().map(|unit| unit.0).collect()),
        }
    }

    /// The union of two sets.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Only(a), Self::Only(b)) => Self::Only(Arc::new(a.union(b).copied().collect())),
        }
    }
}

/// Where a right reaches.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Whatever the field of work.
    pub units: Units,
    /// Only in a field of work.
    pub fields: Vec<(String, Units)>,
}

impl Reach {
    /// No limit: for the program itself and for tests.
    pub fn everything() -> Self {
        Self { units: Units::All, fields: Vec::new() }
    }
}

impl Default for Reach {
    fn default() -> Self {
        Self { units: Units::none(), fields: Vec::new() }
    }
}

/// One role of an actor over a set of units.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The unit at the top of the set; `None` for the whole installation.
    pub top: Option<UnitId>,
    /// The units it reaches.
    pub units: Units,
    /// The field of work it is limited to, when it is.
    pub field: Option<String>,
}

/// Who acts, in which post, on whose behalf, and what that person may do now.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account that signed in; `None` for the program itself (command line, jobs).
    pub account: Option<AccountId>,
    /// The person behind the account.
    pub person: Option<PersonId>,
    /// The name shown and recorded.
    pub name: String,
    /// The main post.
    pub post: Option<PostId>,
    /// The unit of the main post.
    pub unit: Option<UnitId>,
    /// The person acted for (ủy quyền), when there is one.
    pub on_behalf: Option<(PersonId, String)>,
    /// The roles in force now.
    pub grants: Vec<Grant>,
}

/// How somebody of that name signs, for another when a name is given.
pub fn signature(name: &str, on_behalf: &str) -> String {
    if on_behalf.is_empty() { name.to_owned() } else { format!("{name} (thay mặt {on_behalf})") }
}

impl Actor {
    /// The program itself: the command line run by whoever owns the data folder, and jobs.
    pub fn program(name: &str) -> Self {
        let all = |role| Grant { role, top: None, units: Units::All, field: None };
        let roles = [Role::Administrator, Role::ProgrammeOffice, Role::Leader, Role::UnitHead];
        Self {
            account: None,
            person: None,
            name: name.to_owned(),
            post: None,
            unit: None,
            on_behalf: None,
            grants: roles.into_iter().map(all).collect(),
        }
    }

    /// How the actor signs a record: the own name, and for whom.
    pub fn signature(&self) -> String {
        signature(&self.name, self.on_behalf.as_ref().map_or("", |(_, other)| other))
    }

    fn with(&self, right: Right) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| grant.role.rights().contains(&right))
    }

    /// The units over which the actor has the right whatever the field of work.
    pub fn units(&self, right: Right) -> Units {
        let whole = self.with(right).filter(|grant| grant.field.is_none());
        whole.fold(Units::none(), |reach, grant| reach.or(&grant.units))
    }

    /// Where the actor has the right: everywhere in some units, and in others only in a field of work.
    pub fn reach(&self, right: Right) -> Reach {
        let limited = |grant: &Grant| Some((grant.field.clone()?, grant.units.clone()));
        Reach { units: self.units(right), fields: self.with(right).filter_map(limited).collect() }
    }

    /// Whether the actor has the right over the unit whatever the field of work.
    pub fn may(&self, right: Right, unit: UnitId) -> bool {
        self.with(right).any(|grant| grant.field.is_none() && grant.units.contains(unit))
    }

    /// Whether the actor has the right over work of the unit in a field.
    pub fn may_in(&self, right: Right, unit: UnitId, field: &str) -> bool {
        self.with(right).any(|grant| {
            grant.units.contains(unit) && grant.field.as_ref().is_none_or(|own| own.as_str() == field)
        })
    }

    /// Whether the actor has the right over any unit at all.
    pub fn may_somewhere(&self, right: Right) -> bool {
        self.grants.iter().any(|grant| grant.role.rights().contains(&right) && !grant.units.is_empty())
    }

    /// Whether the actor has the right over the whole installation.
    pub fn may_everywhere(&self, right: Right) -> bool {
        matches!(self.units(right), Units::All)
    }

    /// Stops with 403 unless the actor has the right over the unit.
    ///
    /// # Errors
    /// The refusal.
    pub fn need(&self, right: Right, unit: UnitId) -> Result<(), crate::Refusal> {
        if self.may(right, unit) { Ok(()) } else { Err(crate::Refusal::forbidden()) }
    }

    /// Stops with 403 unless the actor has the right over work of the unit in the field.
    ///
    /// # Errors
    /// The refusal.
    pub fn need_in(&self, right: Right, unit: UnitId, field: &str) -> Result<(), crate::Refusal> {
        if self.may_in(right, unit, field) { Ok(()) } else { Err(crate::Refusal::forbidden()) }
    }

    /// Stops with 403 unless the actor has the right somewhere.
    ///
    /// # Errors
    /// The refusal.
    pub fn need_somewhere(&self, right: Right) -> Result<(), crate::Refusal> {
        if self.may_somewhere(right) { Ok(()) } else { Err(crate::Refusal::forbidden()) }
    }

    /// Stops with 403 unless the actor has the right over the whole installation.
    ///
    /// # Errors
    /// The refusal.
    pub fn need_everywhere(&self, right: Right) -> Result<(), crate::Refusal> {
        if self.may_everywhere(right) { Ok(()) } else { Err(crate::Refusal::forbidden()) }
    }

    /// Whether this person does the work of a unit, rather than leading, inspecting or reading it.
    pub fn does_work(&self) -> bool {
        self.has_role(Role::UnitHead) || self.has_role(Role::Clerk)
    }

    /// Whether the actor holds the role anywhere.
    pub fn has_role(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}
