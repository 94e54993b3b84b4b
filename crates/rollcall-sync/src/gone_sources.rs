//! Sources that are no longer configured and have accounts still (rule 61): nobody reads them, so nobody of theirs is ever
//! seen to leave, and their seats stay taken.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_config::Config;
use rollcall_core::account::BlockReason;
use rollcall_core::source::SourceName;
use std::fmt;

/// Such a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoneSource {
    /// Its name.
    pub name: SourceName,
    /// How many of its accounts are active.
    pub active: u64,
    /// How many wait for a seat.
    pub waiting: u64,
}

impl fmt::Display for GoneSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, active, waiting } = self;
        write!(
            f,
            "{active} active and {waiting} waiting accounts are of the source {name}, which is not configured: nobody reads \
             who has left. If it is gone for good: `rollcall source retire {name}`. If it has another name now: `rollcall \
             source rename {name} NEW`"
        )
    }
}

/// Those that have active or waiting accounts. Reads the keys of an index, for these sources only.
///
/// # Errors
/// When the storage fails.
pub async fn gone_sources(shell: &Shell, config: &Config) -> Result<Vec<GoneSource>, Error> {
    let mut gone = Vec::new();
    for name in shell.store.known_sources().await? {
        if config.source(name.as_str()).is_none() {
            let active = shell.store.count_by_state(name.as_str(), "active").await?;
            let waiting = shell.store.count_by_state(name.as_str(), BlockReason::NoSeat.as_str()).await?;
            if active + waiting > 0 {
                gone.push(GoneSource { name, active, waiting });
            }
        }
    }
    Ok(gone)
}
