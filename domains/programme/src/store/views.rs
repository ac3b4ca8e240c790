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
    /// The role whose holders see it; empty for none.
    pub role: String,
    /// Whether it is the reader's own.
    pub own: bool,
}

/// The saved filters of an account, and those that others share with all or with one of its roles.
pub fn views(tx: &Tx<'_>, owner: AccountId, roles: &[String]) -> anyhow::Result<Vec<View>> {
    tx.rows(
        "select id, name, query, shared, role, owner_id from programme_view
          where owner_id = $1 or shared or role = any($2)
          order by name, id limit 200",
        &[&owner, &roles.to_vec()],
        |r| {
            Ok(View {
                id: r.next()?,
                name: r.next()?,
                query: r.next()?,
                shared: r.next()?,
                role: r.next()?,
                own: r.next::<AccountId>()? == owner,
            })
        },
    )
}

/// Keeps a filter.
pub fn insert_view(tx: &Tx<'_>, owner: AccountId, view: &View) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_view (id, owner_id, name, query, shared, role) values ($1, $2, $3, $4, $5, $6)",
        &[&view.id, &owner, &view.name, &view.query, &view.shared, &view.role],
    )?;
    Ok(())
}

/// Forgets a filter of an account; false when it is not the account's own.
pub fn drop_view(tx: &Tx<'_>, owner: AccountId, id: Uuid) -> anyhow::Result<bool> {
    Ok(tx.run("delete from programme_view where id = $1 and owner_id = $2", &[&id, &owner])? == 1)
}
