//! The kinds of records of the room, and what of it is compared with the trail.

use crate::store;
use base::{Outcome, Refusal, Right};
use db::trail;
use room::{Check, Compared, Found, Read, Record};

/// Accounts are the administrator's.
pub const RECORDS: &[Record] =
    &[Record::at("account", "/qt/nguoi-dung/{code}", account), Record::among("role", "")];

/// Roles with their lines; accounts only that each has a line, and each line one.
pub const CHECKS: &[Check] = &[
    Check {
        what: "accounts",
        tables: &["account_account"],
        not_compared: &["account_account (only that each has a line and each line one)"],
        run: |tx| {
            let mut faults = Vec::from_iter(trail::without_line(tx, "account_account")?);
            faults.extend(trail::without_row(tx, "account", "account_account")?);
            Ok(faults.into())
        },
    },
    Check {
        what: "roles",
        tables: &["account_role"],
        not_compared: &[],
        run: |tx| {
            let (faults, carried) = store::roles_that_differ(tx)?;
            let words = format!("{carried} roles that reorganisations carried without a line");
            let not_covered = if carried > 0 { vec![words] } else { Vec::new() };
            Ok(Compared { faults, not_covered })
        },
    },
];

fn account(read: &Read<'_, '_>, login: &str) -> Outcome<Found> {
    read.actor.need_everywhere(Right::Administer)?;
    match store::by_login(read.tx, login)? {
        Some(account) => Ok(Found { id: Some(account.id.0), title: account.name }),
        None => Refusal::not_found().stop(),
    }
}
