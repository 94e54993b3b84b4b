//! The next run of a source: a request that came while another run was under way, and waits for its end.
//!
//! The request is a mark on the source's lease. It stays there until a run begins to read, so a crash on the way to the
//! next run loses nothing: the message of the finished run is delivered again, and its receiver finds the mark.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_store::Trigger;

/// A request that waits for the end of a run.
#[must_use = "nothing else begins the run that waits"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Next {
    /// The source to run.
    pub(crate) source: SourceName,
    /// What asked.
    pub(crate) trigger: Trigger,
    /// Who asked.
    pub(crate) actor: String,
}

impl Next {
    /// The request that waits for a source, if there is one.
    pub(crate) async fn of(shell: &Shell, source: &SourceName) -> Result<Option<Self>, Error> {
        let waiting = shell.store.asked_again(source).await?;
        Ok(waiting.map(|(trigger, actor)| Self { source: source.clone(), trigger, actor }))
    }
}
