//! Compares the seat ledger with the accounts that it counts, and with the limit that the audit log says was set.

use super::records::Records;
use super::{Finding, Mend};
use crate::words::{ledger_disagrees, several};
use rollcall_store::{Error as StoreError, Ledger};

pub(super) fn check(records: &Records) -> Vec<Finding> {
    let whats = match &records.control.ledger {
        Some(Ok(ledger)) => disagreements(records, ledger),
        Some(Err(error @ StoreError::Newer { .. })) => {
            return vec![Finding::by_hand(error.to_string(), "nothing of it is touched")];
        }
        Some(Err(error)) => vec![error.to_string()],
        None if is_missed(records) => vec![String::from(
            "the licence is gone from the control table, with the count of the active accounts and the limit",
        )],
        None => Vec::new(),
    };
    whats.into_iter().map(|what| cured(records, what)).collect()
}

/// Where accounts are lost there is no repair: counting the remaining ones would hide the loss.
fn cured(records: &Records, what: String) -> Finding {
    if records.is_whole() {
        Finding::to_repair(what, Mend::Ledger)
    } else {
        let cure = "it is not repaired as long as accounts are missing or cannot be read: repair those first";
        Finding::by_hand(what, cure)
    }
}

fn disagreements(records: &Records, ledger: &Ledger) -> Vec<String> {
    let pairs = [
        ("active account", ledger.seats.used.get(), records.active()),
        ("active administrator", ledger.admins, records.admins()),
    ];
    let differ = pairs.into_iter().filter(|(_, says, counted)| says != counted);
    let mut whats: Vec<String> = differ
        .map(|(what, says, counted)| {
            format!("{}; no run decides on it until it is repaired", ledger_disagrees(what, says, counted))
        })
        .collect();
    whats.extend(wrong_counts(records));
    if let Some((version, entry)) = records.log.of_ledger.last_key_value()
        && ledger.version() < *version
    {
        whats.push(format!(
            "the licence is older than its last change, version {version} by {}: a limit that was set since is forgotten",
            entry.actor
        ));
    }
    whats
}

/// What is wrong with the counts by state. Too many sources are not counted, and that is no mistake.
pub(super) fn wrong_counts(records: &Records) -> Option<String> {
    let counted = records.recount().counts;
    if !counted.fits() {
        return None;
    }
    match &records.control.counts {
        None => Some(String::from(
            "the licence does not say how many accounts are in which state: an earlier version did not count them, the next run \
             will",
        )),
        Some(Err(error)) => Some(error.to_string()),
        Some(Ok(said)) => {
            let differ = said.changes_to(&counted);
            let first = differ.first()?;
            let more = match differ.len() - 1 {
                0 => String::new(),
                more => {
                    format!(
                        ", and {} wrong",
                        several(more as u64, "more of its numbers is", "more of its numbers are")
                    )
                }
            };
            let what = format!(
                "says that the number of accounts in {} is {}; it is {}",
                first.field, first.old, first.new
            );
            Some(format!("the licence {what}{more}; only the lists show these numbers"))
        }
    }
}

/// Whether there must have been a licence.
fn is_missed(records: &Records) -> bool {
    // If the whole table is empty, the check of tables says so.
    let is_table_gone = records.control.is_empty() && !records.published.is_empty();
    let was_used = !records.accounts.is_empty()
        || !records.log.of_ledger.is_empty()
        || records.control.runs.values().any(|run| run.is_of_accounts() && run.status.is_complete());
    was_used && !is_table_gone
}
