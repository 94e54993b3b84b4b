//! Accounts in the order in which people read them: by state and username, and the waiting accounts by their place.
//!
//! Two indexes with keys only; the records are read from the table. An index follows its table with a short delay, so
//! every caller checks the record again.

use crate::aws::dynamo::{Item, Pages, need_text, pause, text};
use crate::error::Error;
use crate::store::Store;
use crate::tables::account_keys::{key, standing};
use crate::tables::accounts::decode;
use aws_sdk_dynamodb::types::{KeysAndAttributes, Select};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use std::collections::BTreeMap;

/// Records read at once (DynamoDB: 100).
const BATCH_ITEMS_MAX: usize = 100;

/// How often the keys that a batch did not read are asked for again.
const TRIES_MAX: u32 = 10;

/// An account in a list, and its place there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The sort key: the folded username, or the place in the waiting list.
    pub at: String,
    /// The account.
    pub id: AccountId,
}

/// The part of a list to read.
#[derive(Clone, Debug, Default)]
pub struct Part<'a> {
    /// Only sort keys with this prefix.
    pub prefix: Option<&'a str>,
    /// Only sort keys after this one; backwards, before it.
    pub after: Option<&'a str>,
    /// From which end.
    pub direction: Direction,
}

/// From which end a list is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From its begin: usernames from A to Z, the longest waiting first.
    #[default]
    Forwards,
    /// From its end.
    Backwards,
}

impl Store {
    /// The first accounts of one owner (a source's name, or [`LOCAL`](crate::LOCAL)) by folded username, which are in one
    /// state: `active`, or blocked for the reason with this code.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn accounts_by_state(
        &self,
        owner: &str,
        word: &str,
        part: &Part<'_>,
        limit: i32,
    ) -> Result<Vec<Listed>, Error> {
        let list = List { index: "by_standing", hash: "standing", range: "username_folded" };
        self.listed(&list, &standing(owner, word), part, limit).await
    }

    /// The first accounts of a source that wait for a seat, by the time since when they wait and the match key
    /// (rules 13c and 13d).
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn accounts_waiting(
        &self,
        source: &SourceName,
        part: &Part<'_>,
        limit: i32,
    ) -> Result<Vec<Listed>, Error> {
        self.listed(&WAITING, source.as_str(), part, limit).await
    }

    /// How many accounts of a source wait for a seat. Reads the keys of the index.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn count_waiting(&self, source: &SourceName) -> Result<u64, Error> {
        self.waiting_before(source, None).count().await
    }

    /// How many accounts of a source wait before this place, or at all; none where they are more than `most`. Reads
    /// `most` keys of the index and one, at most.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn count_waiting_to(
        &self,
        source: &SourceName,
        before: Option<&str>,
        most: u64,
    ) -> Result<Option<u64>, Error> {
        let counted = self.waiting_before(source, before).count_to(most + 1).await?;
        Ok(Some(counted).filter(|counted| *counted <= most))
    }

    fn waiting_before(&self, source: &SourceName, before: Option<&str>) -> Pages {
        let condition = if before.is_some() { "#hash = :hash AND #range < :before" } else { "#hash = :hash" };
        let mut query = self
            .dynamo
            .query()
            .table_name(&self.names.accounts)
            .index_name(WAITING.index)
            .select(Select::Count)
            .key_condition_expression(condition)
            .expression_attribute_names("#hash", WAITING.hash)
            .expression_attribute_values(":hash", text(source.as_str()));
        if let Some(before) = before {
            query = query
                .expression_attribute_names("#range", WAITING.range)
                .expression_attribute_values(":before", text(before));
        }
        Pages::of(query, self.page_items, None, "counting those who wait")
    }

    /// How many accounts of one owner are in one state, as in [`Store::accounts_by_state`]. Reads the keys of the index.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn count_by_state(&self, owner: &str, word: &str) -> Result<u64, Error> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.names.accounts)
            .index_name("by_standing")
            .select(Select::Count)
            .key_condition_expression("#hash = :hash")
            .expression_attribute_names("#hash", "standing")
            .expression_attribute_values(":hash", text(standing(owner, word)));
        Pages::of(query, self.page_items, None, "counting the accounts of a source").count().await
    }

    async fn listed(
        &self,
        list: &List,
        hash: &str,
        part: &Part<'_>,
        limit: i32,
    ) -> Result<Vec<Listed>, Error> {
        let prefix = part.prefix.filter(|prefix| !prefix.is_empty());
        let (condition, from) = condition(prefix, part);
        let mut query = self
            .dynamo
            .query()
            .table_name(&self.names.accounts)
            .index_name(list.index)
            .scan_index_forward(part.direction == Direction::Forwards)
            .key_condition_expression(condition)
            .expression_attribute_names("#hash", list.hash)
            .expression_attribute_values(":hash", text(hash));
        if !from.is_empty() {
            query = query
                .expression_attribute_names("#range", list.range)
                .expression_attribute_values(":from", text(from));
        }
        let mut pages = Pages::of(query, self.page_items, None, "listing accounts");
        let (wanted, mut found) = (usize::try_from(limit).unwrap_or(1).max(1), Vec::new());
        while let Some(items) = pages.next(wanted - found.len()).await? {
            for item in &items {
                let one = decode_listed(item, list.range)?;
                if prefix.is_some_and(|prefix| !one.at.starts_with(prefix)) {
                    // The sort keys come in order, so no later one has the prefix.
                    return Ok(found);
                }
                found.push(one);
            }
        }
        Ok(found)
    }

    /// The records of these accounts, in this order, read consistently. Accounts that do not exist are skipped.
    ///
    /// # Errors
    /// When the storage fails or an item is not an account.
    pub async fn accounts_of(&self, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(BATCH_ITEMS_MAX) {
            let mut remaining: Vec<Item> = some.iter().map(|id| key(*id, self.names.shards)).collect();
            for tries in 1..=TRIES_MAX {
                if remaining.is_empty() {
                    break;
                }
                let (items, unread) = self.batch(std::mem::take(&mut remaining)).await?;
                for account in items.iter().map(decode) {
                    let account = account?;
                    found.insert(account.id, account);
                }
                remaining = unread;
                if !remaining.is_empty() {
                    tokio::time::sleep(pause(tries)).await;
                }
            }
            if !remaining.is_empty() {
                return Err(Error::Contended { what: "the accounts" });
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The items that were read, and the keys that were not.
    async fn batch(&self, keys: Vec<Item>) -> Result<(Vec<Item>, Vec<Item>), Error> {
        let failed = |error| Error::service("reading accounts", error);
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let request = self.dynamo.batch_get_item().request_items(
            &self.names.accounts,
            wanted.map_err(|error| Error::service("reading accounts", error))?,
        );
        let mut response = request.send().await.map_err(failed)?;
        let items = response.responses.as_mut().and_then(|tables| tables.remove(&self.names.accounts));
        let unread =
            response.unprocessed_keys.as_mut().and_then(|tables| tables.remove(&self.names.accounts));
        Ok((items.unwrap_or_default(), unread.map(|unread| unread.keys).unwrap_or_default()))
    }
}

/// The condition of a part, and what it compares the sort key with, if it does. A sort key may be compared only once: of two
/// bounds at the same end the later one implies the other, and beyond that at the other end nothing is read.
fn condition<'a>(prefix: Option<&'a str>, part: &Part<'a>) -> (&'static str, &'a str) {
    let is_within = |after: &str| match (prefix, part.direction) {
        (None, _) => true,
        (Some(prefix), Direction::Forwards) => after >= prefix,
        (Some(prefix), Direction::Backwards) => after.starts_with(prefix),
    };
    match (prefix, part.after.filter(|after| is_within(after)), part.direction) {
        (_, Some(after), Direction::Forwards) => ("#hash = :hash AND #range > :from", after),
        (_, Some(after), Direction::Backwards) => ("#hash = :hash AND #range < :from", after),
        (Some(prefix), None, _) => ("#hash = :hash AND begins_with(#range, :from)", prefix),
        (None, None, _) => ("#hash = :hash", ""),
    }
}

/// An index of the accounts table, and its keys.
struct List {
    index: &'static str,
    hash: &'static str,
    range: &'static str,
}

const WAITING: List = List { index: "by_waiting", hash: "waiting_in", range: "waiting_place" };

fn decode_listed(item: &Item, range: &str) -> Result<Listed, Error> {
    let what = "an account in a list";
    let id = AccountId::parse(need_text(item, "id", what)?);
    let id = id.map_err(|error| Error::corrupt(what, error.to_string()))?;
    Ok(Listed { at: need_text(item, range, what)?.to_owned(), id })
}
