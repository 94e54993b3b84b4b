//! Finds a table that is empty while others are not: one finding, instead of one for each lost item.

use super::records::Records;
use super::{Cure, Finding, Mend};
use crate::error::Error;
use crate::shell::Shell;
use crate::words::several;
use rollcall_store::Error as StoreError;

/// What to do where no other item says what was lost.
const RESTORE: &str = "restore it from a backup (in AWS: point-in-time recovery; on this machine: a copy of the data \
                       folder). No run makes it anew by itself. To begin anew on purpose delete the bucket's snapshots/ \
                       and reports/ and all tables, on this machine the whole data folder";

pub(super) async fn check(shell: &Shell, records: &Records) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    match shell.store.refuse_lost_tables(&[]).await {
        Ok(())
        | Err(StoreError::LicenceLost { .. } | StoreError::Corrupt { .. } | StoreError::Newer { .. }) => {}
        Err(lost @ StoreError::TablesLost { .. }) if is_all_lost(records) => {
            return Ok(vec![Finding::by_hand(lost.to_string(), "nothing else is left to compare")]);
        }
        Err(StoreError::TablesLost { object }) => findings.push(control(records, &object)),
        Err(error) => return Err(error.into()),
    }
    let known = records.log.of_account.len().max(records.claims.len());
    if records.accounts.is_empty() && records.unreadable.is_empty() && known > 0 {
        let blocks = records.log.of_account.values().filter_map(|known| known.last.block.as_deref());
        let blocked = blocks.filter(|block| *block == "by_admin").count();
        let what = format!(
            "the accounts table is empty, and the audit log and the usernames know {}, {blocked} of them \
             blocked by an administrator",
            several(known as u64, "account", "accounts")
        );
        findings.push(Finding::by_hand(what, RESTORE));
    }
    if records.claims.is_empty() && !records.accounts.is_empty() {
        let what = "the usernames table is empty, and no account holds the claim on its username";
        let mends = records.accounts.keys().map(|id| Mend::Claim(*id)).collect();
        findings.push(Finding { what: what.to_owned(), cure: Cure::Repair(mends) });
    }
    if records.log.is_empty() && !records.accounts.is_empty() && !records.is_log_cut {
        let accounts = records.accounts.len() as u64;
        let be = if accounts == 1 { "is" } else { "are" };
        let accounts = several(accounts, "account", "accounts");
        let what = format!("the audit log is empty, and there {be} {accounts}");
        let cure = "restore it from a backup; runs go on without it, and what happened before is not known";
        findings.push(Finding::by_hand(what, cure));
    }
    Ok(findings)
}

fn is_all_lost(records: &Records) -> bool {
    records.accounts.is_empty()
        && records.unreadable.is_empty()
        && records.claims.is_empty()
        && records.log.is_empty()
}

fn control(records: &Records, object: &str) -> Finding {
    let what = format!(
        "the control table is empty, and the bucket holds what runs have read and reported ({object}): the licence, the \
         leases and the runs are lost"
    );
    if records.is_whole() && !records.accounts.is_empty() {
        Finding::to_repair(what, Mend::Ledger)
    } else {
        Finding::by_hand(what, RESTORE)
    }
}
