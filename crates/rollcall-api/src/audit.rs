//! The audit log: what happened to whom. `query` reads it page by page.

pub mod query;

use crate::error::Error;
use query::{AuditFilter, AuditQuery};
use rollcall_sync::Shell;
use rollcall_sync::store::AuditEntry;

/// Entries read at once.
const SOME: usize = 500;

/// All entries that fit, in the order of [`sort`].
///
/// # Errors
/// When the run does not exist or the storage fails.
pub async fn read(shell: &Shell, filter: &AuditFilter) -> Result<Vec<AuditEntry>, Error> {
    let mut query = AuditQuery::of(shell, filter).await?;
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = query.page(after.as_deref(), SOME).await?;
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
