//! Typed identifiers: UUIDv7 inside, so that they sort by creation and merge without collisions.
//!
//! Every kind of record has a type of its own, and the compiler catches a swapped argument.

/// Declares identifier types: `id! { /// A unit. UnitId }`.
#[macro_export]
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $crate::Uuid);

        impl $name {
            /// Wraps a stored identifier.
            pub fn from_uuid(id: $crate::Uuid) -> Self {
                Self(id)
            }

            /// Makes a new identifier.
            pub fn new(clock: &$crate::Clock) -> Self {
                Self(clock.uuid())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

crate::id! {
    /// A unit of the organisation.
    UnitId,
    /// A person.
    PersonId,
    /// A position in a unit.
    PostId,
    /// A sign-in.
    AccountId,
}
