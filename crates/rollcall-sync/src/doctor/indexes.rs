//! Compares the indexes of the accounts table with the accounts: what each is sorted by, and whether the lists have it.

use super::records::Records;
use super::{Finding, Mend, shortened};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use rollcall_store::{LOCAL, Part};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Every word by which accounts are listed.
const WORDS: [&str; 6] =
    ["active", "no_seat", "left_scope", "disabled_in_directory", "not_started", "by_admin"];

/// Keys read at once.
const PAGE: i32 = 1000;

/// How often an index is read again that disagrees with the accounts: DynamoDB updates it a moment after them.
const TRIES_MAX: u32 = 5;

pub(super) async fn check(shell: &Shell, records: &Records) -> Result<Vec<Finding>, Error> {
    let misplaced = records.misplaced.iter().map(|id| {
        let what = format!("account {id} is not sorted by what it is in the lists of accounts");
        Finding::to_repair(what, Mend::AccountPlace(*id))
    });
    let mut findings = shortened(misplaced.collect());
    let (mut lacks, mut foreign) = (BTreeSet::new(), BTreeSet::new());
    for tries in 1..=TRIES_MAX {
        (lacks, foreign) = compare(shell, records).await?;
        if lacks.is_empty() && foreign.is_empty() {
            break;
        }
        if tries < TRIES_MAX {
            tokio::time::sleep(Duration::from_millis(50 << tries)).await;
        }
    }
    let lacking = lacks.into_iter().map(|id| {
        let what = format!("account {id} is missing from the lists of accounts or of those who wait");
        Finding::to_repair(what, Mend::AccountPlace(id))
    });
    findings.extend(shortened(lacking.collect()));
    let foreign = foreign.into_iter().map(|id| match records.accounts.contains_key(&id) {
        true => Finding::to_repair(
            format!("account {id} is in the lists of accounts as what it is not"),
            Mend::AccountPlace(id),
        ),
        false => Finding::by_hand(
            format!("account {id} is in the lists of accounts, and has no record that can be read"),
            "restore its record; if that is there, have DynamoDB make the index anew",
        ),
    });
    findings.extend(shortened(foreign.collect()));
    Ok(findings)
}

/// Accounts that the lists lack, and accounts that they should not have.
type Compared = (BTreeSet<AccountId>, BTreeSet<AccountId>);

async fn compare(shell: &Shell, records: &Records) -> Result<Compared, Error> {
    let placed = || records.accounts.values().filter(|account| !records.misplaced.contains(&account.id));
    let mut by_list: BTreeMap<String, BTreeSet<AccountId>> = BTreeMap::new();
    for account in placed() {
        by_list.entry(list_of(account)).or_default().insert(account.id);
    }
    let waits = |account: &&Account| account.source().is_some() && account.state.waiting_since().is_some();
    let waiting: BTreeSet<AccountId> = placed().filter(waits).map(|account| account.id).collect();
    let sources: BTreeSet<&SourceName> = records.accounts.values().filter_map(Account::source).collect();
    let (mut lacks, mut foreign, mut in_line) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for owner in sources.iter().map(|source| source.as_str()).chain([LOCAL]) {
        for word in WORDS {
            let due = by_list.remove(&format!("{owner}#{word}")).unwrap_or_default();
            let listed = in_state(shell, owner, word).await?;
            lacks.extend(due.difference(&listed));
            foreign.extend(listed.difference(&due));
        }
    }
    for source in sources {
        in_line.extend(waiting_in(shell, source).await?);
    }
    lacks.extend(waiting.difference(&in_line));
    foreign.extend(in_line.difference(&waiting));
    foreign.retain(|id| !records.misplaced.contains(id));
    Ok((lacks, foreign))
}

/// Every account of an owner in this state, page by page.
async fn in_state(shell: &Shell, owner: &str, word: &str) -> Result<BTreeSet<AccountId>, Error> {
    let (mut ids, mut after) = (BTreeSet::new(), None::<String>);
    loop {
        let part = Part { after: after.as_deref(), ..Part::default() };
        let listed = shell.store.accounts_by_state(owner, word, &part, PAGE).await?;
        ids.extend(listed.iter().map(|one| one.id));
        after = listed.last().map(|last| last.at.clone());
        if after.is_none() {
            return Ok(ids);
        }
    }
}

/// Every account of a source that waits, page by page.
async fn waiting_in(shell: &Shell, source: &SourceName) -> Result<BTreeSet<AccountId>, Error> {
    let (mut ids, mut after) = (BTreeSet::new(), None::<String>);
    loop {
        let part = Part { after: after.as_deref(), ..Part::default() };
        let listed = shell.store.accounts_waiting(source, &part, PAGE).await?;
        ids.extend(listed.iter().map(|one| one.id));
        after = listed.last().map(|last| last.at.clone());
        if after.is_none() {
            return Ok(ids);
        }
    }
}

fn list_of(account: &Account) -> String {
    let owner = account.source().map_or(LOCAL, SourceName::as_str);
    let word = account.state.block().map_or("active", |block| block.reason.as_str());
    format!("{owner}#{word}")
}
