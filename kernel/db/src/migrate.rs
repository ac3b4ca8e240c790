//! Migrations: every room brings its own, numbered over the whole house in the order in which they land; never edited
//! once merged. An installation applies only what has a larger number than its last one.

/// A migration: its name (`V7__programme_task`) and its text.
pub type Migration = (&'static str, &'static str);

/// Makes the runner from all rooms' migrations.
pub(crate) fn runner(migrations: &[Migration]) -> anyhow::Result<refinery::Runner> {
    let list = migrations
        .iter()
        .map(|(name, text)| refinery::Migration::unapplied(name, text))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(refinery::Runner::new(&list))
}
