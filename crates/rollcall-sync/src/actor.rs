//! The people who act, as the audit log names them.

use crate::shell::Shell;
use rollcall_store::AuditHead;

/// A person who acts.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// Who, for the audit log.
    pub name: &'a str,
    /// How they act, in the word of the audit log's `trigger`.
    way: &'static str,
}

impl<'a> Actor<'a> {
    /// Somebody who uses the HTTP API.
    #[must_use]
    pub fn of_api(name: &'a str) -> Self {
        Self { name, way: "api" }
    }
}

impl<'a> From<&'a str> for Actor<'a> {
    /// Somebody at the command line.
    fn from(name: &'a str) -> Self {
        Self { name, way: "command" }
    }
}

impl<'a> From<&'a String> for Actor<'a> {
    fn from(name: &'a String) -> Self {
        Self::from(name.as_str())
    }
}

/// What the audit log says of everything that a person does at once.
#[must_use]
pub fn head(shell: &Shell, actor: Actor<'_>) -> AuditHead {
    AuditHead {
        at: shell.now(),
        run: None,
        trigger: actor.way.to_owned(),
        actor: actor.name.to_owned(),
        source: None,
    }
}
