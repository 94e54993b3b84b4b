//! What the API keeps from one request to the next.

use crate::accounts::Priorities;
use rollcall_sync::Shell;

/// The API of one installation.
#[derive(Debug, Clone)]
pub struct Api {
    /// The store, the queues and the clock.
    pub shell: Shell,
    /// What this process has learnt of the waiting line.
    pub(crate) priorities: Priorities,
}

impl Api {
    /// The API on this shell.
    #[must_use]
    pub fn new(shell: Shell) -> Self {
        Self { shell, priorities: Priorities::default() }
    }

    /// The same API, with what it has kept, on the shell of another invocation.
    #[must_use]
    pub fn with_shell(&self, shell: Shell) -> Self {
        Self { shell, ..self.clone() }
    }
}
