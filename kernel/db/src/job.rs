//! Pieces of work, as the threads of either database take them.

use crate::transaction::Tx;

/// What a piece of work may do, which decides how its transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Only reads: one snapshot.
    Read,
    /// Changes: as if no other act ran at the same time.
    Act,
    /// Changes what no act reads, under a lock of its own: no act has to be tried again for it.
    Beside,
}

/// One piece of work for a database thread.
pub(crate) trait Job: Send {
    /// Runs; true when its effects are to be kept. May be called again when they were lost.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// The last fault, when a database is asked whether it is worth trying again.
    fn fault(&self) -> Option<&anyhow::Error>;
    /// Replaces the result by a fault of the database.
    fn fail(&mut self, fault: anyhow::Error);
    /// Answers the caller.
    fn answer(self: Box<Self>);
}
