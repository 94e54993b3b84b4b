//! Notes in a run's record how far it is: every few seconds, however quickly it goes, so that whoever watches sees it move
//! and the table hardly feels it.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{RunId, RunProgress};
use std::time::Instant;

/// When the last note was made.
#[derive(Debug)]
pub(crate) struct Notes(Instant);

impl Notes {
    /// From now on.
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Notes how far the run is, if the last note is old enough.
    pub(crate) async fn note(&mut self, shell: &Shell, run: &RunId, noted: RunProgress) -> Result<(), Error> {
        if self.0.elapsed() >= shell.limits().noted_every {
            shell.store.record_progress(run, noted).await?;
            self.0 = Instant::now();
        }
        Ok(())
    }
}
