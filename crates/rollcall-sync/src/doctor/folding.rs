//! Finds and repairs what an earlier version folded in another way: claims on usernames, and the names by which accounts
//! are listed.
//!
//! Runs do not need it: they fold the stored spelling themselves, so they find an account by its key in any case. Two
//! accounts that have one name now are named and never repaired: only a person knows whose name it is.

use super::stored::Stored;
use super::{Finding, Mend};
use crate::actor::{Actor, head};
use crate::error::Error;
use crate::shell::Shell;
use crate::words::several;
use rollcall_core::account::{Account, AccountId, Owner};
use rollcall_core::fold::is_ignorable;
use rollcall_core::match_key::MatchKey;
use rollcall_core::source::SourceName;
use rollcall_store::is_folded;
use std::collections::{BTreeMap, BTreeSet};

/// How often everything is read again where accounts change meanwhile.
const TRIES_MAX: u32 = 5;

/// How many accounts a finding names as examples.
const EXAMPLES: usize = 3;

/// What was written again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refolded {
    /// Accounts.
    pub accounts: u64,
    /// Claims that were removed, because no username folds to them.
    pub claims: u64,
}

impl Refolded {
    /// Whether there was anything to write.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// An account with a name stored in another form than the one that is compared.
#[derive(Debug)]
struct Outdated {
    account: Account,
    /// Its folded username as the list has it.
    stored: String,
    /// The names under which it holds claims on its username.
    claims: Vec<String>,
}

/// What is wrong with the names that are stored in folded form.
#[derive(Debug, Default)]
pub(super) struct Look {
    outdated: Vec<Outdated>,
    /// Claims that an earlier version folded, for an account that has another username now or does not exist.
    left_behind: Vec<(String, AccountId)>,
    /// Accounts that have one username now.
    same_username: Vec<Vec<AccountId>>,
    /// Accounts of one source that have one match key now, and nothing else to tell them apart.
    same_key: Vec<(SourceName, Vec<AccountId>)>,
}

/// The findings: names stored in an earlier form, and accounts that an earlier version could tell apart.
pub(super) fn check(look: &Look, accounts: &BTreeMap<AccountId, Account>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let clashing = look.clashing();
    let outdated: Vec<&Account> =
        look.outdated.iter().map(|one| &one.account).filter(|one| !clashing.contains(&one.id)).collect();
    if !outdated.is_empty() {
        let what = format!(
            "{} stored as an earlier version compared usernames: {}",
            several(outdated.len() as u64, "account is", "accounts are"),
            examples(outdated.into_iter()),
        );
        findings.push(Finding::to_repair(what, Mend::Refold));
    }
    if let Some((name, id)) = look.left_behind.first() {
        let what = format!(
            "{} of an earlier version on usernames that the accounts no longer have, such as \"{}\" of account {id}",
            several(look.left_behind.len() as u64, "claim", "claims"),
            visible(name),
        );
        findings.push(Finding::to_repair(what, Mend::Refold));
    }
    for ids in &look.same_username {
        findings.push(Finding::by_hand(
            format!("{} have one username: characters that cannot be seen do not count", names(accounts, ids)),
            "give all but one of them another in the directory and sync (a local account: block it, and make another), \
             then run `rollcall doctor --repair`",
        ));
    }
    for (source, ids) in &look.same_key {
        findings.push(Finding::by_hand(
            format!(
                "{} have one match key in source {source}: characters that cannot be seen do not count. As long as the \
                 directory shows both, both are left as they are",
                names(accounts, ids)
            ),
            "correct the key of one of them there",
        ));
    }
    let cannot_be_seen = |account: &&Account| MatchKey::fold(account.username.original()).is_empty();
    for account in accounts.values().filter(cannot_be_seen) {
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

/// Writes the names again in the form that is compared, each account with an entry in the audit log.
///
/// Accounts that have one username now stay as they are, and [`super::examine`] names them.
///
/// # Errors
/// When the storage fails, or accounts change again and again meanwhile.
pub async fn refold(shell: &Shell, actor: impl Into<Actor<'_>>) -> Result<Refolded, Error> {
    let actor = actor.into();
    let mut done = Refolded::default();
    for _ in 0..TRIES_MAX {
        let look = Look::at(&Stored::read(shell).await?);
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

/// Replaces the names of claims that an earlier version folded by the names that the usernames fold to today.
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
        // A name without any character that counts stays claimed as it is stored.
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
    /// The accounts that are listed by a name that an earlier version folded.
    pub(super) fn listed_by_old_name(&self) -> impl Iterator<Item = AccountId> {
        self.outdated.iter().map(|one| one.account.id)
    }

    /// Looks at what is stored.
    pub(super) fn at(stored: &Stored) -> Self {
        let mut look = Self::default();
        let mut old_claims = old_claims(&stored.claims);
        for account in stored.accounts.values() {
            let claims = old_claims.remove(&account.id).unwrap_or_default();
            look.see(account, stored.outdated.get(&account.id), claims);
        }
        for (id, names) in old_claims {
            look.left_behind.extend(names.into_iter().map(|name| (name, id)));
        }
        look.find_clashes(&stored.accounts);
        look
    }

    fn see(&mut self, account: &Account, outdated: Option<&String>, claims: Vec<String>) {
        let claims = claims.into_iter().filter(|name| name != account.username.folded());
        let (own, others): (Vec<_>, Vec<_>) = claims.partition(|name| is_of(name, account));
        self.left_behind.extend(others.into_iter().map(|name| (name, account.id)));
        if outdated.is_some() || !own.is_empty() {
            let stored = outdated.cloned().unwrap_or_default();
            self.outdated.push(Outdated { account: account.clone(), stored, claims: own });
        }
    }

    fn find_clashes(&mut self, accounts: &BTreeMap<AccountId, Account>) {
        let usernames = accounts.values().map(|account| (account.username.folded(), account.id));
        let keys = accounts.values().filter_map(|account| match &account.owner {
            Owner::Source { source, key, immutable_id: None } => Some(((source, key.folded()), account.id)),
            Owner::Source { .. } | Owner::Local => None,
        });
        self.same_username = sharing(usernames).into_iter().map(|(_, ids)| ids).collect();
        self.same_key = sharing(keys).into_iter().map(|((source, _), ids)| (source.clone(), ids)).collect();
    }

    fn clashing(&self) -> BTreeSet<AccountId> {
        self.same_username.iter().flatten().copied().collect()
    }
}

/// What several have, with those who have it. There may be a million, so they are sorted, not put into maps.
fn sharing<T: Ord + Copy>(all: impl Iterator<Item = (T, AccountId)>) -> Vec<(T, Vec<AccountId>)> {
    let mut all: Vec<(T, AccountId)> = all.collect();
    all.sort_unstable();
    let groups = all.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1);
    groups.map(|group| (group[0].0, group.iter().map(|(_, id)| *id).collect())).collect()
}

/// The claims under names that no username folds to, by account.
fn old_claims(claims: &BTreeMap<String, AccountId>) -> BTreeMap<AccountId, Vec<String>> {
    let mut found: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    for (name, id) in claims.iter().filter(|(name, _)| !is_folded(name)) {
        found.entry(*id).or_default().push(name.clone());
    }
    found
}

fn names(accounts: &BTreeMap<AccountId, Account>, ids: &[AccountId]) -> String {
    let accounts = ids.iter().filter_map(|id| accounts.get(id));
    format!("the accounts {}", accounts.map(name).collect::<Vec<_>>().join(" and "))
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
