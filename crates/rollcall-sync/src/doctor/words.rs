//! Compares the words by which people are looked up with the accounts: each account's words are there, and no others.

use super::records::Records;
use super::{Finding, Mend};
use crate::error::Error;
use crate::shell::Shell;
use crate::words::several;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use rollcall_core::account::AccountId;
use rollcall_store::KeptWord;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};

/// How many words are written at once.
const AT_ONCE: usize = 16;

/// Words that an account lacks, and words that no account has. Nothing is said while accounts themselves are lost, or where
/// no words are kept.
pub(super) async fn check(shell: &Shell, records: &Records) -> Result<Vec<Finding>, Error> {
    if !shell.store.keeps_words() || !records.is_whole() {
        return Ok(Vec::new());
    }
    let (missing, left) = compare(shell, records).await?;
    let accounts = |words: &[KeptWord]| words.iter().map(|word| word.account).collect::<BTreeSet<_>>().len();
    let mut findings = Vec::new();
    if !missing.is_empty() {
        let what =
            format!("{} cannot be found by all words of their names", people(accounts(&missing) as u64));
        findings.push(Finding::to_repair(what, Mend::Words));
    }
    if !left.is_empty() {
        let what =
            format!("{} can be looked up by words that they do not have", people(accounts(&left) as u64));
        findings.push(Finding::to_repair(what, Mend::Words));
    }
    Ok(findings)
}

fn people(count: u64) -> String {
    several(count, "person", "people")
}

/// Writes the words that are missing, and removes those that no account has.
pub(super) async fn mend(shell: &Shell, records: &Records) -> Result<(), Error> {
    let (missing, left) = compare(shell, records).await?;
    let store = &shell.store;
    let writes = missing.into_iter().map(|word| async move { store.mend_word(&word).await });
    stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    let removals = left.into_iter().map(|word| async move { store.drop_word(&word).await });
    stream::iter(removals).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(())
}

/// Words that are missing, and words that no account has. A million people have ten million words, each with all others of
/// its person, so first only a number for each account is compared; then the words of those whose numbers differ.
async fn compare(shell: &Shell, records: &Records) -> Result<(Vec<KeptWord>, Vec<KeptWord>), Error> {
    let differing = differing(shell, records).await?;
    if differing.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let accounts = differing.iter().filter_map(|id| records.accounts.get(id));
    let due: BTreeSet<KeptWord> = accounts.flat_map(KeptWord::all).collect();
    let mut kept = BTreeSet::new();
    let keep = |word: KeptWord| {
        if differing.contains(&word.account) {
            kept.insert(word);
        }
    };
    shell.store.for_each_word(keep).await?;
    Ok((due.difference(&kept).cloned().collect(), kept.difference(&due).cloned().collect()))
}

/// Accounts whose words are not those that are kept for them: the sums of their hashes differ. That two sums agree by chance
/// is one in 2^64, under a key of this moment.
async fn differing(shell: &Shell, records: &Records) -> Result<BTreeSet<AccountId>, Error> {
    let hasher = RandomState::new();
    let due = |account| {
        KeptWord::all(account).iter().fold(0_u64, |sum, word| sum.wrapping_add(hasher.hash_one(word)))
    };
    let mut sums: HashMap<AccountId, (u64, u64)> =
        records.accounts.values().map(|account| (account.id, (due(account), 0))).collect();
    let see = |word: KeptWord| {
        let (_, kept) = sums.entry(word.account).or_default();
        *kept = kept.wrapping_add(hasher.hash_one(&word));
    };
    shell.store.for_each_word(see).await?;
    Ok(sums.into_iter().filter(|(_, (due, kept))| due != kept).map(|(id, _)| id).collect())
}
