//! Records in a run's record how far the run is: every few seconds at most, however fast it goes. So a person who watches
//! sees it move, and the table has little to do.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{RunId, RunProgress};
use std::time::Instant;

/// Knows when progress was last recorded.
#[derive(Debug)]
pub(crate) struct ProgressRecorder(Instant);

impl ProgressRecorder {
    /// Waits from now on until it records for the first time.
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Records how far the run is, if the last time is long enough ago.
    pub(crate) async fn record(
        &mut self,
        shell: &Shell,
        run: &RunId,
        progress: RunProgress,
    ) -> Result<(), Error> {
        if self.0.elapsed() >= shell.limits().noted_every {
            shell.store.record_progress(run, progress).await?;
            self.0 = Instant::now();
        }
        Ok(())
    }
}
