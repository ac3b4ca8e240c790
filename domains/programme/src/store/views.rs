//! Statements about saved filters.

use base::{Uuid, ids::AccountId};
use db::Tx;

/// A saved filter.
#[derive(Debug, Clone)]
pub struct View {
    /// Its identity.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether it is the reader's own.
    pub own: bool,
}

/// The saved filters of an account, and those that others share.
pub fn views(tx: &Tx<'_>, owner: AccountId) -> anyhow::Result<Vec<View>> {
    tx.rows(
        "select id, name, query, shared, owner_id from programme_view where owner_id = $1 or shared
          order by name, id limit 200",
        &[&owner],
        |r| {
            Ok(View {
                id: r.next()?,
                name: r.next()?,
                query: r.next()?,
                shared: r.next()?,
                own: r.next::<AccountId>()? == owner,
            })
        },
    )
}

/// Keeps a filter.
pub fn insert_view(tx: &Tx<'_>, owner: AccountId, view: &View) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_view (id, owner_id, name, query, shared) values ($1, $2, $3, $4, $5)",
        &[&view.id, &owner, &view.name, &view.query, &view.shared],
    )?;
    Ok(())
}

/// Forgets a filter of an account; false when it is not the account's own.
pub fn drop_view(tx: &Tx<'_>, owner: AccountId, id: Uuid) -> anyhow::Result<bool> {
    Ok(tx.run("delete from programme_view where id = $1 and owner_id = $2", &[&id, &owner])? == 1)
}
