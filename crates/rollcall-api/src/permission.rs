//! What a route asks of its callers, compared with what their roles grant.

use rollcall_sync::Permissions;

/// What a caller must be allowed to do. Some handlers look closer at what the request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Anything: every role will do.
    AnyRole,
    /// To press Reset and to read everything.
    ResetAndRead,
    /// To change the configuration; which parts of it, the handler asks.
    EditConfiguration,
    /// To change everything, the licence included.
    EditEverything,
}

impl Permission {
    /// The roles that have it, in words.
    pub(crate) fn roles(self) -> &'static str {
        match self {
            Self::AnyRole => "people_administrator, sync_administrator or sysadmin",
            Self::ResetAndRead => "people_administrator or sysadmin",
            Self::EditConfiguration => "sync_administrator or sysadmin",
            Self::EditEverything => "sysadmin",
        }
    }

    /// Whether somebody with these roles has it.
    pub(crate) fn is_granted(self, by: Permissions) -> bool {
        match self {
            Self::AnyRole => by.are_any(),
            Self::ResetAndRead => by.may_reset_and_read,
            Self::EditConfiguration => by.may_edit_sources || by.may_edit_everything,
            Self::EditEverything => by.may_edit_everything,
        }
    }
}
