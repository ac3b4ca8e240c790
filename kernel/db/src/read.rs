//! What comes out of a row, column by column, in the order of the select list.

use crate::bind::POSTGRES_EPOCH_DAYS;
use anyhow::{Context as _, anyhow};
use base::{Date, Decimal, Timestamp, Uuid};
use postgres::types::{FromSql, Type};
use rusqlite::types::ValueRef;
use std::{cell::Cell, error::Error};

/// A row of either database. [`Row::next`] reads the columns in order.
pub struct Row<'a> {
    side: Side<'a>,
    at: Cell<usize>,
}

enum Side<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

/// A stored word of a closed list: one that the table should not hold is a fault, never a default.
///
/// # Errors
/// When the word is none of the list.
pub fn stored<T>(word: &str, read: impl Fn(&str) -> Option<T>) -> anyhow::Result<T> {
    read(word).ok_or_else(|| anyhow!("a stored word that none of its list is: {word}"))
}

impl<'a> Row<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self { side: Side::Sqlite(row), at: Cell::new(0) }
    }

    pub(crate) fn postgres(row: &'a postgres::Row) -> Self {
        Self { side: Side::Postgres(row), at: Cell::new(0) }
    }

    /// The next column, a word of a closed list: one that the table should not hold is a fault, never a default.
    ///
    /// # Errors
    /// When there is no further column, it holds no text, or a word that is none of the list.
    pub fn word<T>(&self, read: impl Fn(&str) -> Option<T>) -> anyhow::Result<T> {
        stored(&self.next::<String>()?, read)
    }

    /// The next column.
    ///
    /// # Errors
    /// When there is no further column or it holds another type.
    pub fn next<T: Column>(&self) -> anyhow::Result<T> {
        let at = self.at.get();
        self.at.set(at + 1);
        match self.side {
            Side::Sqlite(row) => {
                let value = row.get_ref(at).with_context(|| format!("column {at}"))?;
                T::sqlite(value).with_context(|| format!("column {at}"))
            }
            Side::Postgres(row) => T::postgres(row, at).with_context(|| format!("column {at}")),
        }
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads it from SQLite.
    ///
    /// # Errors
    /// When the stored value is of another type.
    fn sqlite(value: ValueRef<'_>) -> anyhow::Result<Self>;
    /// Reads it from PostgreSQL.
    ///
    /// # Errors
    /// When the stored value is of another type.
    fn postgres(row: &postgres::Row, at: usize) -> anyhow::Result<Self>;
}

fn text(value: ValueRef<'_>) -> anyhow::Result<&str> {
    value.as_str().map_err(|e| anyhow!("expected text: {e}"))
}

fn wrong(row: &postgres::Row, at: usize, error: postgres::Error) -> anyhow::Error {
    let name = row.columns().get(at).map_or("?", postgres::Column::name).to_owned();
    anyhow::Error::new(error).context(format!("column {name}"))
}

/// An identity as we write it: in another spelling it would stand elsewhere in the order that pages are read in.
fn identity(text: &str) -> Option<Uuid> {
    let id = Uuid::parse_str(text).ok()?;
    (id.hyphenated().encode_lower(&mut [0; 36]) == text).then_some(id)
}

macro_rules! column {
    ($($ty:ty: |$v:ident| $sqlite:expr, $pg:ty => |$p:ident| $postgres:expr;)+) => {$(
        impl Column for $ty {
            fn sqlite($v: ValueRef<'_>) -> anyhow::Result<Self> { $sqlite }
            fn postgres(row: &postgres::Row, at: usize) -> anyhow::Result<Self> {
                let $p = row.try_get::<_, $pg>(at).map_err(|e| wrong(row, at, e))?;
                $postgres
            }
        }
    )+};
}

column! {
    bool: |v| Ok(v.as_i64().map_err(|e| anyhow!("expected a boolean: {e}"))? != 0), bool => |p| Ok(p);
    i64: |v| v.as_i64().map_err(|e| anyhow!("expected a whole number: {e}")), i64 => |p| Ok(p);
    String: |v| Ok(text(v)?.to_owned()), String => |p| Ok(p);
    Decimal: |v| text(v)?.parse().context("expected a decimal"), String => |p| p.parse().context("expected a decimal");
    Uuid: |v| identity(text(v)?).context("expected a uuid"), Uuid => |p| Ok(p);
    Date: |v| text(v)?.parse().context("expected a date"), PgDate => |p| Ok(p.0);
    Timestamp: |v| text(v)?.parse().context("expected an instant"), PgInstant => |p| Ok(p.0);
    serde_json::Value: |v| serde_json::from_str(text(v)?).context("expected JSON"), serde_json::Value => |p| Ok(p);
    Vec<u8>: |v| Ok(v.as_blob().map_err(|e| anyhow!("expected bytes: {e}"))?.to_vec()), Vec<u8> => |p| Ok(p);
    base::ids::UnitId: |v| Uuid::sqlite(v).map(Self), Uuid => |p| Ok(base::ids::UnitId(p));
    base::ids::PersonId: |v| Uuid::sqlite(v).map(Self), Uuid => |p| Ok(base::ids::PersonId(p));
    base::ids::PostId: |v| Uuid::sqlite(v).map(Self), Uuid => |p| Ok(base::ids::PostId(p));
    base::ids::AccountId: |v| Uuid::sqlite(v).map(Self), Uuid => |p| Ok(base::ids::AccountId(p));
}

/// Binding and reading for the identifier types that a room declares with `base::id!`.
#[macro_export]
macro_rules! stored_id {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::Bind for $name {
            const KIND: $crate::Kind = $crate::Kind::Uuid;
            fn param(&self) -> $crate::Param { $crate::Param::Uuid(self.0) }
        }
        impl $crate::Column for $name {
            fn sqlite(value: $crate::ValueRef<'_>) -> anyhow::Result<Self> {
                <base::Uuid as $crate::Column>::sqlite(value).map(Self)
            }
            fn postgres(row: &$crate::PgRow, at: usize) -> anyhow::Result<Self> {
                <base::Uuid as $crate::Column>::postgres(row, at).map(Self)
            }
        }
    )+};
}

impl<T: Column> Column for Option<T> {
    fn sqlite(value: ValueRef<'_>) -> anyhow::Result<Self> {
        if matches!(value, ValueRef::Null) { Ok(None) } else { T::sqlite(value).map(Some) }
    }

    fn postgres(row: &postgres::Row, at: usize) -> anyhow::Result<Self> {
        let value = row.try_get::<_, Option<Anything>>(at).map_err(|e| wrong(row, at, e))?;
        value.map(|_| T::postgres(row, at)).transpose()
    }
}

/// Accepts any type and only tells that there is a value.
struct Anything;

impl<'a> FromSql<'a> for Anything {
    fn from_sql(_: &Type, _: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

struct PgDate(Date);

impl<'a> FromSql<'a> for PgDate {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let days = i64::from(i32::from_be_bytes(raw.try_into()?)) + POSTGRES_EPOCH_DAYS;
        Ok(Self(Date::constant(1970, 1, 1).checked_add(base::Span::new().days(days))?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::DATE
    }
}

struct PgInstant(Timestamp);

impl<'a> FromSql<'a> for PgInstant {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?) + POSTGRES_EPOCH_DAYS * 86_400_000_000;
        Ok(Self(Timestamp::from_microsecond(micros)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }
}

#[cfg(test)]
mod tests {
    use super::stored;

    #[test]
    fn a_word_that_no_list_knows_is_a_fault_and_names_itself() {
        let read = |word: &str| (word == "draft").then_some(1);
        assert_eq!(stored("draft", read).unwrap(), 1);
        assert!(stored("nháp", read).unwrap_err().to_string().contains("nháp"));
    }
}
