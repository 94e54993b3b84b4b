//! Compares the words by which people are looked up with the accounts: each account's words are there, and no others.

use super::records::Records;
use super::{Finding, Mend};
use crate::error::Error;
use crate::shell::Shell;
use crate::words::several;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use rollcall_store::KeptWord;
use std::collections::BTreeSet;

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

async fn compare(shell: &Shell, records: &Records) -> Result<(Vec<KeptWord>, Vec<KeptWord>), Error> {
    let due: BTreeSet<KeptWord> = records.accounts.values().flat_map(KeptWord::all).collect();
    let kept = shell.store.all_words().await?;
    Ok((due.difference(&kept).cloned().collect(), kept.difference(&due).cloned().collect()))
}
