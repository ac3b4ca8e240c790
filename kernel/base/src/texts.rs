//! The words shown, Vietnamese and English. Each room brings its own `texts/{vi,en}.ftl`; the app gathers them.

use crate::{Refusal, format};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{fmt::Display, sync::Arc};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Vietnamese, the users' language.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The code for `lang=` attributes, cookies and queries.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// The texts of one room: its name, Vietnamese, English.
#[derive(Debug, Clone, Copy)]
pub struct RoomTexts {
    /// The room.
    pub room: &'static str,
    /// Vietnamese messages in Fluent syntax.
    pub vi: &'static str,
    /// English messages in Fluent syntax.
    pub en: &'static str,
}

/// The kernel's own texts: refusals, weekdays, buttons of the shell.
pub const TEXTS: RoomTexts =
    RoomTexts { room: "base", vi: include_str!("../texts/vi.ftl"), en: include_str!("../texts/en.ftl") };

/// Something that can be counted in a text.
pub trait Count {
    /// How many.
    fn n(&self) -> i64;
}

impl Count for i64 {
    fn n(&self) -> i64 {
        *self
    }
}

impl Count for usize {
    fn n(&self) -> i64 {
        i64::try_from(*self).unwrap_or(i64::MAX)
    }
}

impl<T: Count> Count for &T {
    fn n(&self) -> i64 {
        (**self).n()
    }
}

type Bundle = FluentBundle<FluentResource>;

/// All texts in both languages.
pub struct Catalogue {
    vi: Bundle,
    en: Bundle,
}

impl Catalogue {
    /// Gathers the rooms' texts.
    ///
    /// # Errors
    /// When a file does not parse or two rooms use one key.
    pub fn new(rooms: &[RoomTexts]) -> anyhow::Result<Self> {
        let build = |lang: Lang| -> anyhow::Result<Bundle> {
            let mut bundle = Bundle::new_concurrent(vec![match lang {
                Lang::Vi => unic_langid::langid!("vi"),
                Lang::En => unic_langid::langid!("en"),
            }]);
            bundle.set_use_isolating(false);
            for texts in std::iter::once(&TEXTS).chain(rooms) {
                let source = match lang {
                    Lang::Vi => texts.vi,
                    Lang::En => texts.en,
                };
                let resource = FluentResource::try_new(source.to_owned())
                    .map_err(|(_, errors)| anyhow::anyhow!("{} {}: {errors:?}", texts.room, lang.code()))?;
                bundle
                    .add_resource(resource)
                    .map_err(|errors| anyhow::anyhow!("{} {}: {errors:?}", texts.room, lang.code()))?;
            }
            Ok(bundle)
        };
        Ok(Self { vi: build(Lang::Vi)?, en: build(Lang::En)? })
    }

    fn bundle(&self, lang: Lang) -> &Bundle {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// The texts in one reader's language.
#[derive(Clone)]
pub struct Texts {
    catalogue: Arc<Catalogue>,
    /// The reader's language.
    pub lang: Lang,
}

impl Texts {
    /// The catalogue seen in one language.
    pub fn new(catalogue: Arc<Catalogue>, lang: Lang) -> Self {
        Self { catalogue, lang }
    }

    /// A text. A key that has none shows itself: a test makes sure that this never happens.
    pub fn say(&self, key: &str) -> String {
        self.fill(key, None)
    }

    /// Whether there is a text for the key.
    pub fn knows(&self, key: &str) -> bool {
        self.catalogue.bundle(self.lang).has_message(key)
    }

    /// A text with one number in it, `{ $n }`, for counts.
    pub fn count(&self, key: &str, n: impl Count) -> String {
        let n = n.n();
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        args.set("shown", FluentValue::from(format::whole(n)));
        self.fill(key, Some(&args))
    }

    /// A text with one fact in it.
    pub fn with(&self, key: &str, name: &str, value: impl Display) -> String {
        let mut args = FluentArgs::new();
        args.set(name, FluentValue::from(value.to_string()));
        self.fill(key, Some(&args))
    }

    /// A text with several facts in it.
    pub fn with_all(&self, key: &str, facts: &[(&str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in facts {
            args.set(*name, FluentValue::from(value.as_str()));
        }
        self.fill(key, Some(&args))
    }

    /// A field of a form in words, where the rooms have words for it.
    fn field(&self, name: &str) -> String {
        let name = if name == "dd/MM/yyyy" { "ngay" } else { name };
        let key = format!("field-{}", name.replace(['_', '.'], "-"));
        if self.knows(&key) { self.say(&key) } else { name.to_owned() }
    }

    /// Column names in words, where the rooms have words for them.
    fn columns(&self, names: &str) -> String {
        let words: Vec<String> = names
            .split(", ")
            .map(|name| {
                let key = format!("import-column-{name}");
                if self.knows(&key) { self.say(&key) } else { name.to_owned() }
            })
            .collect();
        words.join(", ")
    }

    /// The sentence of a refusal.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &refusal.args {
            // Columns are named by their words in code; a reader knows them by what stands above them.
            let value = match *name {
                "columns" => self.columns(value),
                "field" => self.field(value),
                _ => value.clone(),
            };
            args.set(*name, FluentValue::from(value));
        }
        // A sentence that begins with a field's name begins with a capital.
        let words = self.fill(refusal.key, Some(&args));
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    fn fill(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.catalogue.bundle(self.lang);
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, args, &mut errors).into_owned()
    }
}

/// The keys that a text file defines, for the tests that compare both languages.
pub fn keys(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim())
        .collect()
}
