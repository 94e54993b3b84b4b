//! Listing accounts: by state, reason, owner and the beginning of the username, page by page (rule 36).
//!
//! Reads one index query for each owner and state that may fit, and the records of the page: never the whole table.

use crate::error::Error;
use futures::TryStreamExt as _;
use futures::stream::FuturesUnordered;
use rollcall_core::account::Account;
use rollcall_core::fold::fold;
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::{Counts, Direction, LOCAL, Part, name_in_index};
use std::collections::{BTreeMap, BTreeSet};

/// How many of the queries of a page are under way at once.
const QUERIES_AT_ONCE: usize = 16;

/// `active`, and the words of the reasons (section 4 of the rules).
pub const STANDINGS: [&str; 6] =
    ["active", "no_seat", "left_scope", "disabled_in_directory", "not_started", "by_admin"];

/// Which accounts fit; what is left out does not restrict.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whether it is active.
    pub is_active: Option<bool>,
    /// The word of the reason of the block.
    pub reason: Option<String>,
    /// A source's name, or [`LOCAL`].
    pub owner: Option<String>,
    /// How the username begins, in any spelling.
    pub text: Option<String>,
}

/// Some accounts, by username.
#[derive(Debug)]
pub struct AccountsPage {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// After which username the next page begins, if there is one.
    pub next: Option<String>,
    /// How many accounts of the filter's owner are in each state, whatever else the filter says; none in a table of an
    /// earlier version until a run has counted.
    pub counts: Option<BTreeMap<&'static str, u64>>,
    /// How many accounts fit, on all pages. None where nobody has counted them: only some begin with a text.
    pub total: Option<u64>,
}

/// A page of the accounts that fit, by username from one end, after this one.
///
/// # Errors
/// When the storage fails.
pub async fn list(
    shell: &Shell,
    filter: &Filter,
    direction: Direction,
    after: Option<&str>,
    limit: usize,
) -> Result<AccountsPage, Error> {
    let text = filter.text.as_deref().map(|text| fold(text.trim()));
    let part = &Part { prefix: text.as_deref().map(name_in_index), after, direction };
    // One more than the page has: whether there is another page.
    let wanted = i32::try_from(limit + 1).unwrap_or(i32::MAX);
    let lists = filter.lists(shell).await?;
    let mut found = Vec::new();
    for some in lists.chunks(QUERIES_AT_ONCE) {
        let mut queries = FuturesUnordered::new();
        for (owner, word) in some {
            queries.push(shell.store.accounts_by_state(owner, word, part, wanted));
        }
        while let Some(listed) = queries.try_next().await? {
            found.extend(listed);
        }
    }
    found.sort_unstable();
    if direction == Direction::Backwards {
        found.reverse();
    }
    // In a moment in which an account goes from one state to another it may be in both lists.
    found.dedup_by_key(|one| one.id);
    let next = (found.len() > limit).then(|| found[limit - 1].at.clone());
    found.truncate(limit);
    let ids: Vec<_> = found.into_iter().map(|one| one.id).collect();
    let mut accounts = shell.store.accounts_of(&ids).await?;
    accounts.retain(|account| filter.fits(account));
    let counts = shell.store.counts().await?.map(|counts| filter.counted(&counts));
    let is_all = after.is_none() && next.is_none();
    let total = match (&counts, text) {
        (_, Some(_)) | (None, None) => is_all.then_some(accounts.len() as u64),
        (Some(counts), None) => Some(filter.words().filter_map(|word| counts.get(word)).sum()),
    };
    Ok(AccountsPage { accounts, next, counts, total })
}

/// Every owner of accounts: the configured sources, those that once were, and nobody.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn owners(shell: &Shell) -> Result<Vec<String>, Error> {
    let configured = shell.config().await?.sources.into_iter().map(|source| source.name);
    let known = shell.store.known_sources().await?;
    let names: BTreeSet<SourceName> = configured.chain(known).collect();
    Ok(names.iter().map(ToString::to_string).chain([LOCAL.to_owned()]).collect())
}

impl Filter {
    /// The states in which accounts that fit may be.
    fn words(&self) -> impl Iterator<Item = &'static str> {
        STANDINGS.into_iter().filter(|word| {
            let is_active = *word == "active";
            self.is_active.is_none_or(|wanted| wanted == is_active)
                && self.reason.as_ref().is_none_or(|reason| reason == word)
                && !(is_active && self.reason.is_some())
        })
    }

    /// How many accounts of its owner are in each state.
    fn counted(&self, counts: &Counts) -> BTreeMap<&'static str, u64> {
        let of = |word| match &self.owner {
            Some(owner) => counts.of(owner, word),
            None => counts.of_all(word),
        };
        STANDINGS.into_iter().map(|word| (word, of(word))).collect()
    }

    /// Owner and state of each list in which accounts that fit may stand.
    async fn lists(&self, shell: &Shell) -> Result<Vec<(String, &'static str)>, Error> {
        let owners = match &self.owner {
            Some(owner) => vec![owner.clone()],
            None => owners(shell).await?,
        };
        let words: Vec<_> = self.words().collect();
        Ok(owners
            .into_iter()
            .flat_map(|owner| words.iter().map(move |word| (owner.clone(), *word)))
            .collect())
    }

    fn fits(&self, account: &Account) -> bool {
        let reason = account.state.block().map(|block| block.reason.as_str());
        self.is_active.is_none_or(|wanted| wanted == reason.is_none())
            && self.reason.as_deref().is_none_or(|wanted| reason == Some(wanted))
            && self
                .owner
                .as_deref()
                .is_none_or(|owner| account.source().map_or(LOCAL, SourceName::as_str) == owner)
    }
}
