//! Compares accounts with the claims on their usernames, in both directions, and with the audit log, which knows accounts
//! that are lost.

use super::log::OfAccount;
use super::records::Records;
use super::{Finding, Mend, shortened};
use rollcall_core::account::{Account, AccountId};
use std::collections::HashMap;

pub(super) fn check(records: &Records) -> Vec<Finding> {
    let unreadable = records.unreadable.iter().map(|(_, why)| {
        Finding::by_hand(
            why.clone(),
            "repair its item by hand, or restore it from a backup; no run decides until then",
        )
    });
    let mut findings = shortened(unreadable.collect());
    // If the whole table is empty, the check of tables says so.
    if !records.accounts.is_empty() {
        findings.extend(shortened(records.lost().map(|(id, known)| lost(id, known)).collect()));
    }
    findings
        .extend(shortened(records.bad_claims.iter().filter_map(|name| bad_claim(records, name)).collect()));
    if !records.claims.is_empty() {
        findings.extend(shortened(unclaimed(records)));
        findings.extend(shortened(misclaimed(records)));
        findings.extend(without_shard(records));
    }
    findings
}

/// The claims that do not name the shard of their account. An earlier version wrote none, so there may be one for each
/// account: they are one finding. Rollcall does not need the shard, an application does.
fn without_shard(records: &Records) -> Option<Finding> {
    let holds = |username: &&String| {
        let account = records.claims.get(*username).and_then(|id| records.accounts.get(id));
        account.is_some_and(|account| account.username.folded() == username.as_str())
    };
    let mut usernames = records.claims_without_shard.iter().filter(holds);
    let (first, more) = (usernames.next()?, usernames.count());
    let others = if more == 0 { String::new() } else { format!(", and {more} more do not") };
    let what = format!("the claim on the username {first:?} does not name the shard of its account{others}");
    Some(Finding::to_repair(what, Mend::ClaimShards))
}

fn lost(id: &AccountId, known: &OfAccount) -> Finding {
    let (name, last) = (known.username.as_deref().unwrap_or("no username"), &known.last);
    let state = last.state.as_deref().unwrap_or("not known");
    let reason = last.reason.as_ref().map(|reason| format!(", {reason}")).unwrap_or_default();
    let what = format!(
        "the record of account {id} ({name}) is gone; by its last audit entry, {} by {}, it was {state}{reason}",
        last.outcome, last.actor
    );
    Finding::by_hand(
        what,
        "restore its item from a backup; no run makes it anew while its username is claimed for it, since that would lift \
         whatever block it had",
    )
}

/// A claim that names no account. Where an account has the username, the repair of that account's claim replaces it.
fn bad_claim(records: &Records, username: &str) -> Option<Finding> {
    let is_owned = records.accounts.values().any(|account| account.username.folded() == username);
    let what = || format!("the username {username:?} is claimed for what is no account's id");
    (!is_owned).then(|| {
        Finding::by_hand(what(), "restore the item from a backup, or delete it from the usernames table")
    })
}

/// Accounts without the claim on their username.
fn unclaimed(records: &Records) -> Vec<Finding> {
    let mut named: HashMap<&str, u32> = HashMap::new();
    for account in records.accounts.values() {
        *named.entry(account.username.folded()).or_default() += 1;
    }
    let has_claim = |account: &&Account| records.claims.get(account.username.folded()) == Some(&account.id);
    let without = records.accounts.values().filter(|account| !has_claim(account));
    without
        .map(|account| {
            let (id, username) = (account.id, account.username.folded());
            let what = format!("account {id} does not hold the claim on its username");
            let taken_by = records.claims.get(username);
            if named.get(username).is_some_and(|same_name| *same_name > 1) {
                let what = format!("{what}, {username:?}, which another account has as well");
                Finding::by_hand(what, "give one of them another username in its directory, and sync")
            } else if taken_by.is_some_and(|other| is_lost(records, other)) {
                Finding::by_hand(
                    what,
                    "an account that is gone holds it: restore that one from a backup first",
                )
            } else {
                Finding::to_repair(what, Mend::Claim(id))
            }
        })
        .collect()
}

/// Claims for accounts that have another username, or do not exist.
fn misclaimed(records: &Records) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (username, id) in &records.claims {
        let account = records.accounts.get(id);
        if account.is_some_and(|account| account.username.folded() == username) {
            continue;
        }
        // Other findings name accounts that cannot be read, and accounts that are lost.
        if account.is_none() && (records.has(id) || is_lost(records, id)) {
            continue;
        }
        let what = format!(
            "the username {username:?} is claimed for account {id}, which has another or does not exist"
        );
        let owner = records.accounts.values().find(|account| account.username.folded() == username);
        findings.push(match (account, owner) {
            // The claim of the account that has the username replaces it.
            (_, Some(owner)) => Finding::to_repair(what, Mend::Claim(owner.id)),
            (None, None) if records.is_log_cut || records.log.is_empty() => Finding::by_hand(
                what,
                "restore the account from a backup; if there never was one, delete this claim from the usernames table",
            ),
            (_, None) => Finding::to_repair(what, Mend::DropClaim(username.clone(), *id)),
        });
    }
    findings
}

/// Whether the audit log knows an account that has no record.
fn is_lost(records: &Records, id: &AccountId) -> bool {
    !records.has(id) && records.log.of_account.contains_key(id)
}
