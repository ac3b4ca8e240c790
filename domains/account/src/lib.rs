//! Who is signed in, and what that person may do now.
//!
//! An [`Actor`](base::Actor) is made anew for every request from the posts held today, so a right ends the minute a
//! post ends. Passwords are kept as argon2id; sessions and links only as digests.

pub mod acts;
pub mod follow;
pub mod lists;
pub mod password;
pub mod records;
pub mod second;
pub mod store;
pub mod throttle;

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V30__account", include_str!("../migrations/V30__account.sql")),
    ("V31__account_token", include_str!("../migrations/V31__account_token.sql")),
    ("V45__account_second_factor", include_str!("../migrations/V45__account_second_factor.sql")),
    ("V70__account_attempt", include_str!("../migrations/V70__account_attempt.sql")),
];

/// The room's texts.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "account",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
