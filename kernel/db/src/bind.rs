//! What goes into a statement, typed, so that both databases store the same thing.

use base::{Date, Decimal, Timestamp, Uuid};
use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use std::error::Error;

/// The type of a parameter; it decides the PostgreSQL type even when the value is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    Int,
    Text,
    Uuid,
    Date,
    Instant,
    Json,
    Bytes,
    Uuids,
    Texts,
}

/// One bound value.
#[derive(Debug, Clone)]
pub enum Param {
    /// Null of a known kind.
    Null(Kind),
    /// `boolean`.
    Bool(bool),
    /// `bigint`.
    Int(i64),
    /// `text`.
    Text(String),
    /// `uuid`.
    Uuid(Uuid),
    /// `date`.
    Date(Date),
    /// `timestamptz`.
    Instant(Timestamp),
    /// `jsonb`, objects only.
    Json(String),
    /// `bytea`.
    Bytes(Vec<u8>),
    /// A list for `= any($1)`.
    Uuids(Vec<Uuid>),
    /// A list for `= any($1)`.
    Texts(Vec<String>),
}

/// Something that can be bound.
pub trait Bind {
    /// Its kind, known without a value.
    const KIND: Kind;
    /// Its value.
    fn param(&self) -> Param;
}

/// Object-safe view of [`Bind`], so that `&[&a, &b]` is a parameter list.
pub trait Bound {
    /// The value to bind.
    fn bound(&self) -> Param;
}

impl<T: Bind> Bound for T {
    fn bound(&self) -> Param {
        self.param()
    }
}

impl Bound for Param {
    fn bound(&self) -> Param {
        self.clone()
    }
}

macro_rules! bind {
    ($($ty:ty: $kind:ident = |$v:ident| $value:expr;)+) => {$(
        impl Bind for $ty {
            const KIND: Kind = Kind::$kind;
            fn param(&self) -> Param { let $v = self; Param::$kind($value) }
        }
    )+};
}

bind! {
    bool: Bool = |v| *v;
    i64: Int = |v| *v;
    i32: Int = |v| i64::from(*v);
    i16: Int = |v| i64::from(*v);
    u32: Int = |v| i64::from(*v);
    str: Text = |v| v.to_owned();
    &str: Text = |v| (*v).to_owned();
    String: Text = |v| v.clone();
    Decimal: Text = |v| v.normalize().to_string();
    Uuid: Uuid = |v| *v;
    Date: Date = |v| *v;
    Timestamp: Instant = |v| *v;
    serde_json::Value: Json = |v| v.to_string();
    Vec<u8>: Bytes = |v| v.clone();
    Vec<Uuid>: Uuids = |v| v.clone();
    Vec<String>: Texts = |v| v.clone();
    base::ids::UnitId: Uuid = |v| v.0;
    base::ids::PersonId: Uuid = |v| v.0;
    base::ids::PostId: Uuid = |v| v.0;
    base::ids::AccountId: Uuid = |v| v.0;
}

impl<T: Bind> Bind for Option<T> {
    const KIND: Kind = T::KIND;
    fn param(&self) -> Param {
        self.as_ref().map_or(Param::Null(T::KIND), Bind::param)
    }
}

impl Param {
    fn kind(&self) -> Kind {
        match self {
            Self::Null(kind) => *kind,
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Text(_) => Kind::Text,
            Self::Uuid(_) => Kind::Uuid,
            Self::Date(_) => Kind::Date,
            Self::Instant(_) => Kind::Instant,
            Self::Json(_) => Kind::Json,
            Self::Bytes(_) => Kind::Bytes,
            Self::Uuids(_) => Kind::Uuids,
            Self::Texts(_) => Kind::Texts,
        }
    }

    pub(crate) fn postgres_type(&self) -> Type {
        match self.kind() {
            Kind::Bool => Type::BOOL,
            Kind::Int => Type::INT8,
            Kind::Text => Type::TEXT,
            Kind::Uuid => Type::UUID,
            Kind::Date => Type::DATE,
            Kind::Instant => Type::TIMESTAMPTZ,
            Kind::Json => Type::JSONB,
            Kind::Bytes => Type::BYTEA,
            Kind::Uuids => Type::UUID_ARRAY,
            Kind::Texts => Type::TEXT_ARRAY,
        }
    }
}

/// An instant as SQLite keeps it: fixed width, so that text order is time order.
pub(crate) fn instant_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

impl rusqlite::ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match self {
            Self::Null(_) => ToSqlOutput::Owned(Value::Null),
            Self::Bool(v) => ToSqlOutput::Owned(Value::Integer(i64::from(*v))),
            Self::Int(v) => ToSqlOutput::Owned(Value::Integer(*v)),
            Self::Text(v) | Self::Json(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Self::Uuid(v) => ToSqlOutput::Owned(Value::Text(v.to_string())),
            Self::Date(v) => ToSqlOutput::Owned(Value::Text(v.to_string())),
            Self::Instant(v) => ToSqlOutput::Owned(Value::Text(instant_text(*v))),
            Self::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            // Read by json_each, see `transaction::for_sqlite`.
            Self::Uuids(v) => ToSqlOutput::Owned(Value::Text(list(v.iter().map(ToString::to_string)))),
            Self::Texts(v) => ToSqlOutput::Owned(Value::Text(list(v.iter().cloned()))),
        })
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    serde_json::Value::from(items.collect::<Vec<_>>()).to_string()
}

/// Days from 1970-01-01 to 2000-01-01, PostgreSQL's first day.
pub(crate) const POSTGRES_EPOCH_DAYS: i64 = 10_957;

pub(crate) fn days_since_1970(day: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    i64::from(epoch.until(day).map_or(0, |span| span.get_days()))
}

impl ToSql for Param {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null(_) => Ok(IsNull::Yes),
            Self::Bool(v) => v.to_sql(ty, out),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Text(v) => v.to_sql(ty, out),
            Self::Uuid(v) => v.to_sql(ty, out),
            Self::Date(v) => {
                let days = i32::try_from(days_since_1970(*v) - POSTGRES_EPOCH_DAYS)?;
                out.extend_from_slice(&days.to_be_bytes());
                Ok(IsNull::No)
            }
            Self::Instant(v) => {
                let micros = v.as_microsecond() - POSTGRES_EPOCH_DAYS * 86_400_000_000;
                out.extend_from_slice(&micros.to_be_bytes());
                Ok(IsNull::No)
            }
            Self::Json(v) => {
                out.extend_from_slice(&[1]);
                out.extend_from_slice(v.as_bytes());
                Ok(IsNull::No)
            }
            Self::Bytes(v) => v.to_sql(ty, out),
            Self::Uuids(v) => v.to_sql(ty, out),
            Self::Texts(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
