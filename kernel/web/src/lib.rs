//! The web shell: who asks, in which language, and how an answer or a refusal becomes a page.
//!
//! A handler works with a [`Cx`]: it holds the actor, the texts and the clock, and runs readings and acts on the
//! database's threads. [`Cx::reply`] turns what came out into a page, a refusal page or a fault with a number.

pub mod api;
mod assets;
pub mod chart;
mod context;
pub mod form;
mod format;
mod gate;
mod pool;
mod promised;
mod request;
pub mod room;

pub use assets::asset;
pub use context::{
    Answers, BEARER, Cx, Doors, OfAccount, RETRY_SECONDS, Reply, Resolve, Site, Touch, Who, see_other,
    session_cookie,
};
pub use format::Show;
pub use gate::gate;
pub use pool::Pool;
pub use promised::Promised;
pub use request::{Proxies, is_own_path};

use base::texts::Texts;

/// What every page's frame needs.
#[derive(Clone)]
pub struct Shell {
    /// The texts in the reader's language.
    pub t: Texts,
    /// The page's title.
    pub title: String,
    /// The rail entry to mark, by its path.
    pub here: &'static str,
    /// The reader's name; empty when signed out.
    pub user: String,
    /// The reader's unit.
    pub place: String,
    /// Text size, 1 to 3.
    pub size: u8,
    /// `light`, `dark` or empty for the system's.
    pub theme: String,
    /// The page's own address, for the language switch.
    pub path: String,
    /// Whether this is the demo city.
    pub demo: bool,
    /// Rail entries: heading or empty, path, text key.
    pub rail: Vec<(&'static str, &'static str, &'static str)>,
    /// Breadcrumbs: address, words.
    pub crumbs: Vec<(String, String)>,
    /// Words to show once, after something was done.
    pub done: String,
}

impl Shell {
    /// A text.
    pub fn say(&self, key: &str) -> String {
        self.t.say(key)
    }

    /// The code of the page's language.
    pub fn lang(&self) -> &'static str {
        self.t.lang.code()
    }

    /// The code of the other language.
    pub fn other_lang(&self) -> &'static str {
        if self.lang() == "vi" { "en" } else { "vi" }
    }
}
