//! What the guard must know of the accounts of the source: how many there are, and what was taken from them lately.

use crate::account::Account;
use crate::history::Loss;
use crate::plan::Earlier;
use crate::time::Timestamp;

/// Counts of the source's own accounts, for the guard.
#[derive(Debug, Default)]
pub(super) struct OfSource {
    pub(super) accounts: u64,
    pub(super) active: u64,
    pub(super) waiting: u64,
    /// Accounts that a usable entry matches.
    pub(super) matched: u64,
    /// Accounts that the snapshot mentions, but not clearly.
    pub(super) covered: u64,
    /// What runs of the last seven days took (rule 52).
    pub(super) earlier: Earlier,
    /// Accounts that runs of the last seven days renamed.
    pub(super) renamed_earlier: u64,
}

impl OfSource {
    /// Takes one in; losses from then on count.
    pub(super) fn count(&mut self, account: &Account, counts_from: Timestamp) {
        self.accounts += 1;
        self.active += u64::from(account.state.holds_seat());
        self.waiting += u64::from(account.state.waiting_since().is_some());
        let loss = account.history.loss_after(counts_from);
        self.earlier.removals += u64::from(loss == Some(Loss::Seat));
        self.earlier.places += u64::from(loss == Some(Loss::Place));
        self.renamed_earlier += u64::from(account.history.is_renamed_after(counts_from));
    }
}
