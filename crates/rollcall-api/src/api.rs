//! What the API keeps from one request to the next.

use rollcall_sync::Shell;

/// The API of one installation.
#[derive(Debug, Clone)]
pub struct Api {
    /// The store, the queues and the clock.
    pub shell: Shell,
    pub(crate) host: Host,
}

/// Who serves the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// A gateway, which lets many people in: `[roles]` say who may do what.
    Gateway,
    /// The command line of the machine on which the data lies: the person there may do everything.
    CommandLine,
}

impl Api {
    /// The API on this shell.
    #[must_use]
    pub fn new(shell: Shell) -> Self {
        Self { shell, host: Host::Gateway }
    }

    /// The same for the person at the command line of this machine: no roles are asked for, and the audit log says so.
    #[must_use]
    pub fn of_command_line(shell: Shell) -> Self {
        Self { host: Host::CommandLine, ..Self::new(shell) }
    }

    /// The same API, with what it has kept, on the shell of another invocation.
    #[must_use]
    pub fn with_shell(&self, shell: Shell) -> Self {
        Self { shell, ..self.clone() }
    }
}
