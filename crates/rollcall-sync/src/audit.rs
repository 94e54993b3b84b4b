//! The audit log as a whole, oldest first, and all runs: what the command line shows, by the rule of [`crate::trail`].

use crate::error::Error;
use crate::shell::Shell;
use crate::trail::{Trail, Wanted};
use rollcall_store::{AuditEntry, RunRecord};

/// Entries read at once.
const SOME: usize = 500;

/// Runs read at once.
const RUNS_AT_ONCE: i32 = 100;

/// The entries that are wanted, in the order of [`sort`].
///
/// # Errors
/// When the run does not exist or the storage fails.
pub async fn read(shell: &Shell, wanted: &Wanted) -> Result<Vec<AuditEntry>, Error> {
    let mut trail = Trail::of(shell, wanted).await?;
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = trail.page(after.as_deref(), SOME).await?;
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() {
            sort(&mut entries);
            return Ok(entries);
        }
    }
}

/// Oldest first; of one moment by username, and by the line that was read.
pub fn sort(entries: &mut [AuditEntry]) {
    entries.sort_by(|a, b| (a.at, &a.username, a.line).cmp(&(b.at, &b.username, b.line)));
}

/// Every run, newest first; those of a clock that was wrong and said a time to come are the last.
///
/// # Errors
/// When the storage fails.
pub async fn all_runs(shell: &Shell) -> Result<Vec<RunRecord>, Error> {
    let mut runs: Vec<RunRecord> = Vec::new();
    loop {
        let page = shell.store.newest_runs(RUNS_AT_ONCE, runs.last(), shell.now()).await?;
        runs.extend(page.runs);
        if page.next.is_none() {
            return Ok(runs);
        }
    }
}
