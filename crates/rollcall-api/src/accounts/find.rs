//! Finding people by what is known of them: username, name, e-mail address, match key or id (rule 67).
//!
//! Promises that a search reads a bounded number of items, however many people there are, and that whoever it gives fits by
//! their record and not only by a word that was kept. Where nobody fits, it gives people with a name that is spelt alike.

mod alike;

use crate::accounts::list::{self, Filter};
use crate::error::Error;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::fold::fold;
use rollcall_core::match_key::MatchKey;
use rollcall_core::person::{self, has_words, word_of_key, words};
use rollcall_core::username::Username;
use rollcall_sync::Shell;
use rollcall_sync::store::{Direction, Error as StoreError, KeptWord, LETTERS};
use std::collections::BTreeSet;

/// Words that are read in all; of those that begin with one word of the text; and where two words of it are known.
const READ_MAX: usize = 280;
const READ_OF_ONE_MAX: usize = 150;
const READ_OF_TWO_MAX: usize = 60;

/// Items that a search reads at most, beside the few that a text names by itself (a page may read 400).
const PAGE_ITEMS_MAX: usize = 370;

/// Accounts of several sources that may have one key.
const SAME_KEY_MAX: usize = 5;

/// Words of a text by which people are looked for. Whoever types more is found by these.
const WORDS_MAX: usize = 4;

/// Who fits.
#[derive(Debug, Default)]
pub struct Found {
    /// The one account that is meant without doubt: the text is its username, its id, or the whole key, address or name of
    /// one account only.
    pub exact: Option<Account>,
    /// Everybody who fits, those first whom the text names wholly.
    pub accounts: Vec<Account>,
    /// Whether there may be more of them than were looked at.
    pub is_more: bool,
    /// Where nobody fits: people whose names are spelt alike, the most alike first.
    pub alike: Vec<Account>,
}

/// The people whom a text means, at most so many.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn find(shell: &Shell, text: &str, limit: usize) -> Result<Found, Error> {
    let text = text.trim();
    let sought: Vec<String> = words(text).into_iter().take(WORDS_MAX).collect();
    let mut ids = named(shell, text).await?;
    let direct = ids.len();
    let of_name = of_name(text, &sought);
    let kept = match shell.store.keeps_words() {
        true => kept(shell, &of_name).await?,
        false => Kept::default(),
    };
    for word in kept.fitting(&of_name) {
        if !ids.contains(&word.account) {
            ids.push(word.account);
        }
    }
    // Of those that the text names by itself there may be none.
    let mut is_more = kept.is_more || ids.len() > limit + direct;
    ids.truncate(limit + direct);
    let mut accounts = shell.store.accounts_of(&ids).await?;
    accounts.retain(|account| names_wholly(account, text) || has_words(account, &sought));
    if accounts.is_empty() && !sought.is_empty() {
        // An installation that keeps no words, or whose words are still to be made, has the list by username.
        let filter = Filter { text: Some(text.to_owned()), ..Filter::default() };
        let page = list::list(shell, &filter, Direction::default(), None, limit).await?;
        is_more = page.next.is_some();
        accounts = page.accounts;
    }
    accounts
        .sort_by_cached_key(|account| (!names_wholly(account, text), account.username.folded().to_owned()));
    is_more |= accounts.len() > limit;
    accounts.truncate(limit);
    let alike = match accounts.is_empty() && shell.store.keeps_words() {
        true => {
            let most = PAGE_ITEMS_MAX.saturating_sub(ids.len() + kept.read.len()).min(alike::READ_MAX);
            let alike = alike::alike(&shell.store, &of_name.words, &kept.read, most).await?;
            shell.store.accounts_of(&alike).await?
        }
        false => Vec::new(),
    };
    Ok(Found { exact: exact(&accounts, text), accounts, is_more, alike })
}

/// The accounts that a text names by itself: no search is needed for them.
async fn named(shell: &Shell, text: &str) -> Result<Vec<AccountId>, Error> {
    let mut ids = Vec::new();
    if let Ok(id) = AccountId::parse(text) {
        ids.push(id);
    }
    if let Ok(username) = Username::parse(text) {
        match shell.store.account_by_username(&username).await {
            // A damaged claim, of which `doctor` tells, hides nobody else.
            Err(StoreError::Corrupt { .. }) => {}
            found => ids.extend(found?.map(|account| account.id)),
        }
    }
    if let Ok(key) = MatchKey::parse(text) {
        let sources = shell.store.known_sources().await?;
        ids.extend(sources.iter().map(|source| AccountId::of_key(source, &key)));
        if shell.store.keeps_words() {
            let of_key = shell.store.words(&word_of_key(&key), None, SAME_KEY_MAX).await?;
            ids.extend(of_key.into_iter().map(|word| word.account));
        }
    }
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}

/// The words of a text by which people are kept.
struct OfName {
    words: Vec<String>,
    /// Whether the text goes on behind an @ that others have too.
    is_address: bool,
}

/// What stands behind the @ is kept of nobody: everybody there has it.
fn of_name(text: &str, sought: &[String]) -> OfName {
    let local = text.split_once('@').map_or(text, |(local, _)| local);
    let words: Vec<String> = words(local).into_iter().take(WORDS_MAX).collect();
    match words.is_empty() {
        true => OfName { words: sought.to_vec(), is_address: false },
        false => OfName { words, is_address: text.contains('@') },
    }
}

/// The kept words that were read for a text.
#[derive(Default)]
struct Kept {
    read: Vec<KeptWord>,
    /// Whether there may be more.
    is_more: bool,
}

impl Kept {
    /// Those of people who may fit.
    fn fitting(&self, of_name: &OfName) -> Vec<&KeptWord> {
        let begins =
            |kept: &KeptWord, word: &String| kept.all_words().any(|own| own.starts_with(word.as_str()));
        let (fits, others): (Vec<_>, Vec<_>) =
            self.read.iter().partition(|kept| of_name.words.iter().all(|word| begins(kept, word)));
        // A word of a key is kept of nobody either: their records say it.
        if fits.is_empty() && !of_name.is_address { others } else { fits }
    }
}

/// The kept words of people who may fit. The longest word of a text leads to the fewest people.
async fn kept(shell: &Shell, of_name: &OfName) -> Result<Kept, Error> {
    let mut by_length: Vec<&String> =
        of_name.words.iter().filter(|word| word.chars().count() >= LETTERS).collect();
    by_length.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut kept = Kept::default();
    let mut left = READ_MAX;
    for longest in by_length {
        for also in of_name.words.iter().filter(|word| *word != longest).take(2) {
            let both = shell.store.words(longest, Some(also), READ_OF_TWO_MAX.min(left)).await?;
            left -= both.len();
            kept.read.extend(both);
        }
        let most = READ_OF_ONE_MAX.min(left);
        let all = shell.store.words(longest, None, most).await?;
        left -= all.len();
        let is_cut = all.len() == most;
        kept.read.extend(all);
        // A word that nobody is kept under may still stand in their address or key; one that too many are kept under says
        // less than a shorter one may.
        kept.is_more = is_cut;
        if !kept.read.is_empty() && !is_cut {
            break;
        }
    }
    Ok(kept)
}

/// Whether a text is all of an account's username, id, key, address or name.
fn names_wholly(account: &Account, text: &str) -> bool {
    let folded = fold(text);
    account.id.to_string() == folded
        || account.username.folded() == folded
        || account.key().is_some_and(|key| key.folded() == MatchKey::fold(text))
        || person::email(&account.fields).is_some_and(|email| fold(email) == folded)
        || person::name(&account.fields).is_some_and(|name| words(&name) == words(text))
}

/// The one account that a text means without doubt.
fn exact(accounts: &[Account], text: &str) -> Option<Account> {
    let folded = fold(text);
    let only = |mut of: Vec<&Account>| if of.len() == 1 { of.pop().cloned() } else { None };
    let by_name = accounts
        .iter()
        .find(|account| account.username.folded() == folded || account.id.to_string() == folded);
    by_name.cloned().or_else(|| only(accounts.iter().filter(|account| names_wholly(account, text)).collect()))
}
