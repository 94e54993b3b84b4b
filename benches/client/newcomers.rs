//! People whom the client creates, and the commits that create them: for the times of `client.rs`, and for the counts of
//! `rollcall-store`, whose program includes this file, too. Both name the store's types at their top.

use crate::{AuditHead, CHANGES_PER_COMMIT_MAX, Committed, Store, people};
use anyhow::{Result, ensure};
use rollcall_core::account::AccountState;
use rollcall_core::commit_rules::Manner;
use rollcall_core::outcome::{Change, Outcome};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// Those of these numbers, each with a seat.
pub(crate) fn newcomers(numbers: std::ops::Range<u64>, source: &SourceName) -> Result<Vec<Change>> {
    let change = |number| {
        Ok(Change {
            outcome: Outcome::CreatedActive,
            reason: None,
            before: None,
            after: people::account(number, source, people::Differs::in_state(AccountState::Active))?,
            changes: Vec::new(),
        })
    };
    numbers.map(change).collect()
}

/// Creates them, a full commit after the other.
pub(crate) async fn create(store: &Store, source: &SourceName, newcomers: Vec<Change>) -> Result<()> {
    let head = AuditHead {
        at: NOW,
        run: None,
        trigger: String::from("bench"),
        actor: String::from("bench"),
        source: Some(source.clone()),
    };
    // One by one: to split them off would move all the others each time, which is more than the client does.
    let mut newcomers = newcomers.into_iter();
    while !newcomers.as_slice().is_empty() {
        let some = newcomers.by_ref().take(CHANGES_PER_COMMIT_MAX).collect();
        let committed = store.commit(&head, Manner::Each, some).await?;
        let is_done = |committed: &Committed| matches!(committed, Committed::Done { .. });
        ensure!(committed.iter().all(is_done), "not everybody was created: {committed:?}");
    }
    Ok(())
}
