//! Compares the audit log with the accounts: an entry for each version of an account, and its last state.

use super::records::Records;
use super::{Finding, shortened};
use crate::words::several;

/// Entries are written with their change and never edited, so nothing else knows what a lost one said.
const CURE: &str = "restore the audit log's items from a backup; no run hangs on it";

pub(super) fn check(records: &Records) -> Vec<Finding> {
    let log = &records.log;
    let mut findings = shortened(
        log.misplaced
            .iter()
            .map(|place| {
                Finding::by_hand(format!("the audit entry {place} is not sorted by what it says"), CURE)
            })
            .collect(),
    );
    // If the whole log is empty, the check of tables says so.
    if log.is_empty() && !records.is_log_cut {
        return findings;
    }
    let mut whats = Vec::new();
    for (id, account) in &records.accounts {
        let known = log.of_account.get(id);
        let entries = known.map_or(0, |known| known.entries);
        // With a retention set, the oldest entries are gone.
        if entries > account.version || (entries < account.version && !records.is_log_cut) {
            whats.push(format!(
                "account {id} was changed {}, the audit log has {}",
                several(account.version, "time", "times"),
                several(entries, "entry", "entries")
            ));
        }
        let audited = known.and_then(|known| known.last.state.as_deref());
        let is_cut = audited.is_none() && records.is_log_cut;
        if !is_cut && audited != Some(account.state.as_str()) {
            whats.push(format!(
                "account {id} is {}, which is not what its last audit entry says",
                account.state.as_str()
            ));
        }
    }
    findings.extend(shortened(whats.into_iter().map(|what| Finding::by_hand(what, CURE)).collect()));
    findings
}
