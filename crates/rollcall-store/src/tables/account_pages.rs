//! Pages of a shard of the accounts: what a run reads, and all of it each time.
//!
//! So they are read below the SDK's maps (`typed.rs`). What it does not understand, of an earlier version or damaged, makes
//! the whole page one of the SDK's items, which the plain decoder of `accounts.rs` reads, or says what is wrong. `tests.rs`
//! holds both to the same accounts.

mod fields;
mod item;
mod typed;

#[cfg(test)]
pub(crate) mod tests;

use crate::aws::dynamo::{Cursor, Item, Pages, number};
use crate::aws::typed_query::{Read, one_page};
use crate::error::Error;
use crate::store::Store;
use crate::tables::accounts::{LastChange, decode};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use rollcall_core::account::Account;

const READING: &str = "reading accounts";

/// A page of a shard of the accounts.
#[derive(Debug)]
pub struct AccountsPage {
    /// The accounts, by id.
    pub accounts: Vec<Account>,
    /// The last change of each by a run, in the same order; none where no run has changed it.
    pub last_changes: Vec<Option<LastChange>>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl Store {
    /// A page of a shard (0 to [`Store::shards`] - 1) of the accounts, read consistently.
    ///
    /// # Errors
    /// When the storage fails or an item is not an account.
    pub async fn accounts_page(&self, shard: u64, after: Option<Cursor>) -> Result<AccountsPage, Error> {
        let query = self.query_of_shard(shard).limit(self.page_items);
        let (read, next) = one_page(query, after, typed::read, READING).await?;
        let (accounts, last_changes) = match read {
            Read::Typed(typed) => (typed.accounts, typed.last_changes),
            Read::Items(items) => decode_all(&items)?,
        };
        Ok(AccountsPage { accounts, last_changes, next })
    }

    /// A page of a shard of the accounts table, as it is stored, read consistently.
    pub(super) async fn read_shard(
        &self,
        shard: u64,
        after: Option<Cursor>,
    ) -> Result<(Vec<Item>, Option<Cursor>), Error> {
        Pages::of(self.query_of_shard(shard), self.page_items, after, READING).one().await
    }

    fn query_of_shard(&self, shard: u64) -> QueryFluentBuilder {
        self.dynamo
            .query()
            .table_name(&self.names.accounts)
            .key_condition_expression("#shard = :shard")
            .expression_attribute_names("#shard", "shard")
            .expression_attribute_values(":shard", number(shard))
            .consistent_read(true)
    }
}

/// The plain way: the accounts of items, and their last changes.
fn decode_all(items: &[Item]) -> Result<(Vec<Account>, Vec<Option<LastChange>>), Error> {
    let accounts = items.iter().map(decode).collect::<Result<_, _>>()?;
    Ok((accounts, items.iter().map(LastChange::decode).collect()))
}
