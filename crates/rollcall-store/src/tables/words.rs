//! The words under which accounts are looked up: of names, usernames and addresses (rule 67). One item for each word of an
//! account, in a table of its own, so that runs, which read every account, do not read them.
//!
//! An item is written and removed in the transaction that changes its account. Promises that a search reads as many items
//! as it is told to and no more: words that begin with the same two letters lie together, in their order.

use crate::aws::dynamo::{Item, Pages, need_text, text};
use crate::error::Error;
use crate::names::Names;
use crate::store::Store;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::outcome::Change;
use rollcall_core::person::kept_words;
use std::collections::{BTreeMap, BTreeSet};

/// Letters that words of one hash key have in common. Nothing is found by fewer.
pub const LETTERS: usize = 2;

/// A word of an account, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeptWord {
    /// The word.
    pub word: String,
    /// The account's other words, in their order.
    pub others: Vec<String>,
    /// The account.
    pub account: AccountId,
}

impl KeptWord {
    /// All words of an account.
    #[must_use]
    pub fn all(account: &Account) -> BTreeSet<Self> {
        Self::of(&kept_words(account), account.id).collect()
    }

    fn of(words: &BTreeSet<String>, account: AccountId) -> impl Iterator<Item = Self> {
        words.iter().map(move |word| Self {
            word: word.clone(),
            others: words.iter().filter(|other| *other != word).cloned().collect(),
            account,
        })
    }

    /// The word and the others.
    pub fn all_words(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.word).chain(&self.others).map(String::as_str)
    }

    fn key(&self) -> [(&'static str, String); 2] {
        key_of(&self.word, self.others.iter(), &self.account.to_string())
    }

    fn decode(item: &Item) -> Result<Self, Error> {
        let what = "a word of an account";
        let at = need_text(item, "at", what)?;
        let bad = || Error::corrupt(what, format!("{at:?} is no words and no account"));
        let (words, account) = at.rsplit_once(" #").ok_or_else(bad)?;
        let mut words = words.split(' ').map(str::to_owned);
        Ok(Self {
            word: words.next().ok_or_else(bad)?,
            others: words.collect(),
            account: AccountId::parse(account).map_err(|_| bad())?,
        })
    }
}

/// The hash key of a word: its first letters.
fn begins(word: &str) -> String {
    word.chars().take(LETTERS).collect()
}

/// The key of a word's item. It sorts by the word, then by the others: `okafor noah #ID`.
fn key_of<'a>(
    word: &str,
    others: impl Iterator<Item = &'a String>,
    account: &str,
) -> [(&'static str, String); 2] {
    let mut at = String::with_capacity(128);
    at.push_str(word);
    for other in others {
        at.push(' ');
        at.push_str(other);
    }
    at.push_str(" #");
    at.push_str(account);
    [("begins", begins(word)), ("at", at)]
}

/// The words that changes of a commit move, made once: how many they are decides which changes go into one transaction. A
/// commit changes an account once.
pub(crate) struct MovedWords(BTreeMap<AccountId, [BTreeSet<String>; 2]>);

impl MovedWords {
    pub(crate) fn of(names: &Names, changes: &[Change]) -> Self {
        Self(changes.iter().map(|change| (change.after.id, moved(names, change))).collect())
    }

    /// How many items of its words a change has.
    pub(crate) fn count(&self, change: &Change) -> usize {
        self.0.get(&change.after.id).into_iter().flatten().map(BTreeSet::len).sum()
    }

    /// The items of a change: words that the account no longer has, and those that it has from then on.
    pub(crate) fn items(&self, names: &Names, change: &Change) -> Result<Vec<TransactWriteItem>, Error> {
        let Some([before, after]) = self.0.get(&change.after.id) else { return Ok(Vec::new()) };
        let id = change.after.id.to_string();
        let failed = |error| Error::service("making the words of an account", error);
        let mut items = Vec::with_capacity(before.len() + after.len());
        for key in keys(before, &id) {
            let delete = Delete::builder().table_name(&names.words).set_key(Some(key));
            items.push(TransactWriteItem::builder().delete(delete.build().map_err(failed)?).build());
        }
        for key in keys(after, &id) {
            let put = Put::builder().table_name(&names.words).set_item(Some(key));
            items.push(TransactWriteItem::builder().put(put.build().map_err(failed)?).build());
        }
        Ok(items)
    }
}

/// The keys of all words of an account.
fn keys(words: &BTreeSet<String>, account: &str) -> impl Iterator<Item = Item> {
    words.iter().map(move |word| {
        let others = words.iter().filter(|other| *other != word);
        Item::from(key_of(word, others, account).map(|(name, value)| (name.to_owned(), text(value))))
    })
}

/// The words that go and those that come. An item has all words of its account, so when one is another, all items are.
fn moved(names: &Names, change: &Change) -> [BTreeSet<String>; 2] {
    if !names.keeps_words {
        return Default::default();
    }
    let before = change.before.as_ref().map(kept_words).unwrap_or_default();
    let after = kept_words(&change.after);
    if before == after { Default::default() } else { [before, after] }
}

impl Store {
    /// Whether words are kept, so that people can be looked up by them.
    #[must_use]
    pub fn keeps_words(&self) -> bool {
        self.names.keeps_words
    }

    /// The first words that begin so, at most so many, in their order. After a whole word, `also` is the beginning of the
    /// account's next word.
    ///
    /// # Errors
    /// When the storage fails or an item is no word.
    pub async fn words(&self, word: &str, also: Option<&str>, limit: usize) -> Result<Vec<KeptWord>, Error> {
        let prefix = match also {
            Some(also) => format!("{word} {also}"),
            None => word.to_owned(),
        };
        let query = self
            .words_with(word)
            .key_condition_expression("begins = :begins AND begins_with(#at, :at)")
            .expression_attribute_values(":at", text(prefix));
        self.read_words(query, limit).await
    }

    /// The first words that begin so and come after this text or are it, at most so many, in their order. The text begins
    /// in the same way.
    ///
    /// # Errors
    /// As [`Store::words`].
    pub async fn words_from(
        &self,
        beginning: &str,
        from: &str,
        limit: usize,
    ) -> Result<Vec<KeptWord>, Error> {
        let query = self
            .words_with(beginning)
            .key_condition_expression("begins = :begins AND #at BETWEEN :from AND :to")
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(format!("{beginning}{}", char::MAX)));
        self.read_words(query, limit).await
    }

    /// A query of the words that have the first letters of this one.
    fn words_with(&self, word: &str) -> QueryFluentBuilder {
        self.dynamo
            .query()
            .table_name(&self.names.words)
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":begins", text(begins(word)))
    }

    async fn read_words(&self, query: QueryFluentBuilder, limit: usize) -> Result<Vec<KeptWord>, Error> {
        let mut pages = Pages::of(query, self.page_items, None, "looking up a word");
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(items) = pages.next(limit - found.len()).await?
        {
            for item in &items {
                found.push(KeptWord::decode(item)?);
            }
        }
        Ok(found)
    }

    /// Shows every word that is kept, once. Reads the whole table: for `doctor`.
    ///
    /// # Errors
    /// As [`Store::words`].
    pub async fn for_each_word(&self, mut see: impl FnMut(KeptWord)) -> Result<(), Error> {
        let scan = self.dynamo.scan().table_name(&self.names.words).consistent_read(true);
        let mut pages = Pages::of(scan, self.page_items, None, "reading the words of accounts");
        while let Some(items) = pages.next(usize::MAX).await? {
            for item in &items {
                see(KeptWord::decode(item)?);
            }
        }
        Ok(())
    }

    /// Writes a word that is missing: for `doctor --repair`. A search looks at the record too, so a word of an account that
    /// has changed meanwhile leads nobody astray.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_word(&self, word: &KeptWord) -> Result<(), Error> {
        let put = word
            .key()
            .into_iter()
            .fold(self.dynamo.put_item().table_name(&self.names.words), |put, (name, value)| {
                put.item(name, text(value))
            });
        put.send().await.map_err(|error| Error::service("writing a word of an account", error))?;
        Ok(())
    }

    /// Removes a word that its account does not have: for `doctor --repair`.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn drop_word(&self, word: &KeptWord) -> Result<(), Error> {
        let delete = word
            .key()
            .into_iter()
            .fold(self.dynamo.delete_item().table_name(&self.names.words), |delete, (name, value)| {
                delete.key(name, text(value))
            });
        delete.send().await.map_err(|error| Error::service("removing a word of an account", error))?;
        Ok(())
    }
}
