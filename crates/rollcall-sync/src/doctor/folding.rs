//! What an earlier definition of folding has stored: claims on usernames, and the names by which accounts are listed.
//!
//! A check of `doctor`, and its mending. Runs need neither: they fold what is stored as it is spelt, so an account is found
//! by its key whatever was stored beside it. Two accounts that are one name by now are named and never mended: only a
//! person knows whose it is.

use super::{Finding, Mend};
use crate::actor::{Actor, head};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId, Owner};
use rollcall_core::fold::is_ignorable;
use rollcall_core::match_key::MatchKey;
use rollcall_core::source::SourceName;
use rollcall_store::{FoldedAccount, SHARDS, is_folded};
use std::collections::{BTreeMap, BTreeSet};

/// How often it is looked again while accounts change.
const TRIES_MAX: u32 = 5;

/// How many accounts a finding names as examples.
const EXAMPLES: usize = 3;

/// What was written anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refolded {
    /// Accounts.
    pub accounts: u64,
    /// Claims that nobody's username folds to, removed.
    pub claims: u64,
}

impl Refolded {
    /// Whether anything was.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// An account of which something is stored in another form than it is compared in.
#[derive(Debug)]
struct Outdated {
    account: Account,
    /// Its folded username as the list has it.
    stored: String,
    /// The names under which it holds claims on its username.
    claims: Vec<String>,
}

/// Everything that is stored in folded form, looked at once.
#[derive(Debug, Default)]
pub(super) struct Look {
    accounts: BTreeMap<AccountId, Account>,
    outdated: Vec<Outdated>,
    /// Claims of an earlier folding on what is no longer the account's username, or of no account.
    left_behind: Vec<(String, AccountId)>,
    /// Accounts that have one username now.
    same_username: Vec<Vec<AccountId>>,
    /// Accounts of one source that have one match key now, and nothing else to tell them apart.
    same_key: Vec<(SourceName, Vec<AccountId>)>,
}

/// Says what is stored in a form that an earlier version compared by, and which accounts that version told apart.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let mut findings = Vec::new();
    let clashing = look.clashing();
    let outdated: Vec<&Account> =
        look.outdated.iter().map(|one| &one.account).filter(|one| !clashing.contains(&one.id)).collect();
    if !outdated.is_empty() {
        let what = format!(
            "{} are stored as an earlier version compared usernames: {}",
            several(outdated.len(), "account", "accounts"),
            examples(outdated.into_iter()),
        );
        findings.push(Finding::to_repair(what, Mend::Refold));
    }
    if let Some((name, id)) = look.left_behind.first() {
        let what = format!(
            "{} of an earlier version on usernames that the accounts no longer have, such as \"{}\" of account {id}",
            several(look.left_behind.len(), "claim", "claims"),
            visible(name),
        );
        findings.push(Finding::to_repair(what, Mend::Refold));
    }
    for ids in &look.same_username {
        findings.push(Finding::by_hand(
            format!("{} have one username: characters that cannot be seen do not count", look.names(ids)),
            "give all but one of them another in the directory and sync (a local account: block it, and make another), \
             then run `rollcall doctor --repair`",
        ));
    }
    for (source, ids) in &look.same_key {
        findings.push(Finding::by_hand(
            format!(
                "{} have one match key in source {source}: characters that cannot be seen do not count. As long as the \
                 directory shows both, both are left as they are",
                look.names(ids)
            ),
            "correct the key of one of them there",
        ));
    }
    let cannot_be_seen = |account: &&Account| MatchKey::fold(account.username.original()).is_empty();
    for account in look.accounts.values().filter(cannot_be_seen) {
        findings.push(Finding::by_hand(
            format!(
                "account {} has a username of characters that cannot be seen, \"{}\"",
                account.id,
                visible(account.username.original())
            ),
            "give it another in the directory and sync (a local account: block it, and make another)",
        ));
    }
    findings
}

/// Writes anew what is stored in another form than it is compared in, each account with an entry in the audit log.
///
/// Accounts that have one username now stay as they are, and [`super::examine`] names them.
///
/// # Errors
/// When the storage fails, or accounts change all the while.
pub async fn refold(shell: &Shell, actor: impl Into<Actor<'_>>) -> Result<Refolded, Error> {
    let actor = actor.into();
    let mut done = Refolded::default();
    for _ in 0..TRIES_MAX {
        let look = Look::take(shell).await?;
        let clashing = look.clashing();
        let mut is_all = true;
        for one in look.outdated.iter().filter(|one| !clashing.contains(&one.account.id)) {
            let head = head(shell, actor);
            let is_done = shell.store.refold(&head, &one.account, &one.stored, &one.claims).await?;
            done.accounts += u64::from(is_done);
            is_all &= is_done;
        }
        for (name, id) in &look.left_behind {
            let is_done = shell.store.remove_old_claim(name, *id).await?;
            done.claims += u64::from(is_done);
            is_all &= is_done;
        }
        if is_all {
            return Ok(done);
        }
    }
    Err(Error::Contended)
}

/// The claims under the names that the usernames have now, as far as the accounts have them.
pub(super) fn as_folded_now(
    claims: &mut BTreeMap<String, AccountId>,
    accounts: &BTreeMap<AccountId, Account>,
) {
    let old: Vec<(String, AccountId)> =
        claims.iter().filter(|(name, _)| !is_folded(name)).map(|(name, id)| (name.clone(), *id)).collect();
    for (name, id) in old {
        let Some(account) = accounts.get(&id) else {
            claims.remove(&name);
            continue;
        };
        // One of nothing that counts is still claimed as it is stored.
        if account.username.folded() != name {
            claims.remove(&name);
            if is_of(&name, account) {
                claims.entry(account.username.folded().to_owned()).or_insert(id);
            }
        }
    }
}

/// Whether a name is the account's username, as an earlier version folded it.
fn is_of(name: &str, account: &Account) -> bool {
    MatchKey::fold(name) == account.username.folded()
}

impl Look {
    /// The accounts that are listed by a name of an earlier folding.
    pub(super) fn listed_by_old_name(&self) -> impl Iterator<Item = AccountId> {
        self.outdated.iter().map(|one| one.account.id)
    }

    pub(super) async fn take(shell: &Shell) -> Result<Self, Error> {
        let mut look = Self::default();
        let mut old_claims = old_claims(shell).await?;
        for shard in 0..SHARDS {
            let mut after = None;
            loop {
                let page = shell.store.folded_page(shard, after).await?;
                for one in page.accounts {
                    let claims = old_claims.remove(&one.account.id).unwrap_or_default();
                    look.see(one, claims);
                }
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        for (id, names) in old_claims {
            look.left_behind.extend(names.into_iter().map(|name| (name, id)));
        }
        look.find_clashes();
        Ok(look)
    }

    fn see(&mut self, one: FoldedAccount, claims: Vec<String>) {
        let FoldedAccount { account, outdated } = one;
        let claims = claims.into_iter().filter(|name| name != account.username.folded());
        let (own, others): (Vec<_>, Vec<_>) = claims.partition(|name| is_of(name, &account));
        self.left_behind.extend(others.into_iter().map(|name| (name, account.id)));
        if outdated.is_some() || !own.is_empty() {
            let stored = outdated.unwrap_or_default();
            self.outdated.push(Outdated { account: account.clone(), stored, claims: own });
        }
        self.accounts.insert(account.id, account);
    }

    fn find_clashes(&mut self) {
        let mut by_username: BTreeMap<&str, Vec<AccountId>> = BTreeMap::new();
        let mut by_key: BTreeMap<(&SourceName, &str), Vec<AccountId>> = BTreeMap::new();
        for account in self.accounts.values() {
            by_username.entry(account.username.folded()).or_default().push(account.id);
            if let Owner::Source { source, key, immutable_id: None } = &account.owner {
                by_key.entry((source, key.folded())).or_default().push(account.id);
            }
        }
        let same_username = by_username.into_values().filter(|ids| ids.len() > 1).collect();
        let same_key = by_key.into_iter().filter(|(_, ids)| ids.len() > 1);
        let same_key = same_key.map(|((source, _), ids)| (source.clone(), ids)).collect();
        (self.same_username, self.same_key) = (same_username, same_key);
    }

    fn clashing(&self) -> BTreeSet<AccountId> {
        self.same_username.iter().flatten().copied().collect()
    }

    fn names(&self, ids: &[AccountId]) -> String {
        let accounts = ids.iter().filter_map(|id| self.accounts.get(id));
        format!("the accounts {}", accounts.map(name).collect::<Vec<_>>().join(" and "))
    }
}

/// The claims under names that no username folds to, by account.
async fn old_claims(shell: &Shell) -> Result<BTreeMap<AccountId, Vec<String>>, Error> {
    let mut found: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = shell.store.usernames_page(after).await?;
        for (name, id) in page.claims.into_iter().filter(|(name, _)| !is_folded(name)) {
            // A claim for what is no account's id is said by another check.
            if let Some(id) = id {
                found.entry(id).or_default().push(name);
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(found),
        }
    }
}

/// An account as a person finds it; what cannot be seen is written as its code.
fn name(account: &Account) -> String {
    let owner = account.source().map_or_else(|| String::from("local"), |source| format!("source {source}"));
    format!("{} (username \"{}\", {owner})", account.id, visible(account.username.original()))
}

/// A text with the codes of what cannot be seen in it. Some of that is a letter for `Debug`.
fn visible(text: &str) -> String {
    let code =
        |c: char| if is_ignorable(c) { c.escape_unicode().to_string() } else { c.escape_debug().to_string() };
    text.chars().map(code).collect()
}

fn examples<'a>(accounts: impl Iterator<Item = &'a Account>) -> String {
    accounts.take(EXAMPLES).map(name).collect::<Vec<_>>().join(", ")
}

fn several(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
