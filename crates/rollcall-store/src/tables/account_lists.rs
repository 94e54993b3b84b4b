//! Accounts in the order in which people look at them: by state and username, and those who wait by their place.
//!
//! Two indexes with keys only: what they find is read from the records themselves. An index follows its table by a
//! moment, so whoever lists looks again at what a record says.

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

/// How often what a batch has left over is asked for again.
const TRIES_MAX: u32 = 10;

/// An account in a list: where it stands in it, and which it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The sort key: the folded username, or the place in the waiting line.
    pub at: String,
    /// The account.
    pub id: AccountId,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default)]
pub struct Part<'a> {
    /// Only what begins so.
    pub prefix: Option<&'a str>,
    /// Only what comes after this.
    pub after: Option<&'a str>,
}

impl Store {
    /// The first accounts, by folded username, of one owner (a source's name or [`LOCAL`]) that are `active` or blocked
    /// for the reason of this word.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn accounts_standing(
        &self,
        owner: &str,
        word: &str,
        part: &Part<'_>,
        limit: i32,
    ) -> Result<Vec<Listed>, Error> {
        let list = List { index: "by_standing", hash: "standing", range: "username_folded" };
        self.listed(&list, &standing(owner, word), part, limit).await
    }

    /// The first of those who wait for a seat in the accounts of a source, by the time since when and the match key
    /// (product 13b, c).
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn accounts_waiting(
        &self,
        source: &SourceName,
        after: Option<&str>,
        limit: i32,
    ) -> Result<Vec<Listed>, Error> {
        self.listed(&WAITING, source.as_str(), &Part { prefix: None, after }, limit).await
    }

    /// How many wait for a seat in the accounts of a source; with `until`, those up to and with that place. Reads their keys.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn count_waiting(&self, source: &SourceName, until: Option<&str>) -> Result<u64, Error> {
        let condition = if until.is_some() { "#hash = :hash AND #range <= :until" } else { "#hash = :hash" };
        let mut query = self
            .dynamo
            .query()
            .table_name(&self.names.accounts)
            .index_name(WAITING.index)
            .select(Select::Count)
            .key_condition_expression(condition)
            .expression_attribute_names("#hash", WAITING.hash)
            .expression_attribute_values(":hash", text(source.as_str()));
        if let Some(until) = until {
            query = query
                .expression_attribute_names("#range", WAITING.range)
                .expression_attribute_values(":until", text(until));
        }
        Pages::of(query, self.page_items, None, "counting those who wait").count().await
    }

    async fn listed(
        &self,
        list: &List,
        hash: &str,
        part: &Part<'_>,
        limit: i32,
    ) -> Result<Vec<Listed>, Error> {
        // A sort key may be compared once only: of the two bounds at the beginning the later one says both.
        let prefix = part.prefix.filter(|prefix| !prefix.is_empty());
        let (condition, from) = match (prefix, part.after) {
            (Some(prefix), Some(after)) if after >= prefix => ("#hash = :hash AND #range > :from", after),
            (Some(prefix), _) => ("#hash = :hash AND begins_with(#range, :from)", prefix),
            (None, Some(after)) => ("#hash = :hash AND #range > :from", after),
            (None, None) => ("#hash = :hash", ""),
        };
        let mut query = self
            .dynamo
            .query()
            .table_name(&self.names.accounts)
            .index_name(list.index)
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
                    // They come in order: so does nobody after this one.
                    return Ok(found);
                }
                found.push(one);
            }
        }
        Ok(found)
    }

    /// The records of these accounts as they are, in this order; what does not exist is left out.
    ///
    /// # Errors
    /// When the storage fails or an item is not an account.
    pub async fn accounts_of(&self, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(BATCH_ITEMS_MAX) {
            let mut left: Vec<Item> = some.iter().map(|id| key(*id)).collect();
            for tries in 1..=TRIES_MAX {
                if left.is_empty() {
                    break;
                }
                let (items, unread) = self.batch(std::mem::take(&mut left)).await?;
                for account in items.iter().map(decode) {
                    let account = account?;
                    found.insert(account.id, account);
                }
                left = unread;
                if !left.is_empty() {
                    tokio::time::sleep(pause(tries)).await;
                }
            }
            if !left.is_empty() {
                return Err(Error::Contended { what: "the accounts" });
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// What could be read of these, and what is left.
    async fn batch(&self, keys: Vec<Item>) -> Result<(Vec<Item>, Vec<Item>), Error> {
        let failed = |error| Error::service("reading accounts", error);
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let request = self.dynamo.batch_get_item().request_items(
            &self.names.accounts,
            wanted.map_err(|error| Error::service("reading accounts", error))?,
        );
        let mut answer = request.send().await.map_err(failed)?;
        let items = answer.responses.as_mut().and_then(|tables| tables.remove(&self.names.accounts));
        let left = answer.unprocessed_keys.as_mut().and_then(|tables| tables.remove(&self.names.accounts));
        Ok((items.unwrap_or_default(), left.map(|left| left.keys).unwrap_or_default()))
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
