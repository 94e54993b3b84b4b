//! The feed of changes: in which order accounts were changed (rule 64). Each transaction that changes accounts adds one
//! item, with the next number of its writer: a source, whose runs commit one after the other, or all people together.
//!
//! Promises, without a clock and without an index: the numbers of a writer have no gaps, in the order of its commits; and
//! an item says what must be read before it, so that the changes of one account stay in order across writers. The writers
//! do not wait for each other. `feed_read.rs` reads it.

use crate::aws::dynamo::{Item, get_text, need_text, number, text};
use crate::error::Error;
use crate::ids::Lease;
use crate::names::Names;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::audit::AuditEntry;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use rollcall_core::account::{Account, Owner};
use rollcall_core::outcome::Change;
use rollcall_core::source::SourceName;
use std::collections::{BTreeMap, BTreeSet};

/// How many items of a transaction belong to the feed at most.
pub(crate) const ITEMS: usize = 2;

/// The hash key of the list of writers, in the audit table.
pub(super) const WRITERS: &str = "feed";

/// What the hash key of a writer's items begins with. No account's id looks like this.
const PREFIX: &str = "feed#";

/// The writer of everything that no run does.
const PEOPLE: &str = "people";

/// The attributes of an item: the positions of its audit entries, and what comes before it.
pub(super) const ENTRIES: &str = "entries";
pub(super) const EARLIER: &str = "earlier";

/// The item that a transaction adds.
#[derive(Debug)]
pub(crate) struct NextItem {
    writer: String,
    number: u64,
    /// The highest number of each other writer that may have changed these accounts before.
    earlier: BTreeMap<String, u64>,
}

fn of_source(source: &SourceName) -> String {
    format!("source#{source}")
}

/// Who may have changed this account, beside people.
fn owner(account: &Account) -> Option<String> {
    match &account.owner {
        Owner::Local => None,
        Owner::Source { source, .. } => Some(of_source(source)),
    }
}

/// The hash key of a writer's items.
pub(super) fn hash(writer: &str) -> String {
    format!("{PREFIX}{writer}")
}

/// The sort key of an item: numbers of one length.
pub(super) fn range(number: u64) -> String {
    format!("{number:020}")
}

/// Whether an item of the audit table belongs to the feed.
pub(crate) fn is_of_feed(item: &Item) -> bool {
    get_text(item, "account").is_some_and(|subject| subject == WRITERS || subject.starts_with(PREFIX))
}

impl Store {
    /// The item that a commit of these changes adds to the feed.
    ///
    /// It is asked for after the accounts were read. So whatever changed them before is in the numbers that are read here,
    /// and whatever changes them afterwards makes the commit fail.
    pub(crate) async fn next_in_feed(
        &self,
        lease: Option<&Lease>,
        changes: &[Change],
    ) -> Result<NextItem, Error> {
        let writer = lease.map_or_else(|| PEOPLE.to_owned(), |lease| of_source(&lease.source));
        let accounts = changes.iter().flat_map(|change| change.before.iter().chain([&change.after]));
        let mut others: BTreeSet<String> = accounts.filter_map(owner).collect();
        others.insert(PEOPLE.to_owned());
        others.remove(&writer);
        let (own, earlier) = futures::try_join!(self.head_of(&writer), self.heads_of(others))?;
        Ok(NextItem { writer, number: own + 1, earlier })
    }

    /// The highest number of each of these writers that has written something. There are two at most: people, and the source
    /// of the accounts.
    async fn heads_of(&self, writers: BTreeSet<String>) -> Result<BTreeMap<String, u64>, Error> {
        let heads =
            writers.into_iter().map(async |writer| Ok::<_, Error>((self.head_of(&writer).await?, writer)));
        let heads: Vec<(u64, String)> = futures::future::try_join_all(heads).await?;
        let heads = heads.into_iter().filter(|(head, _)| *head > 0);
        Ok(heads.map(|(head, writer)| (writer, head)).collect())
    }

    /// The highest number of a writer; 0 where it has written nothing.
    async fn head_of(&self, writer: &str) -> Result<u64, Error> {
        let response = self
            .dynamo
            .query()
            .table_name(&self.names.audit)
            .key_condition_expression("account = :writer")
            .expression_attribute_values(":writer", text(hash(writer)))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(|error| Error::service("reading the feed of changes", error))?;
        response.items().first().map_or(Ok(0), number_of)
    }
}

/// The number of an item.
pub(super) fn number_of(item: &Item) -> Result<u64, Error> {
    let what = "an item of the feed of changes";
    let number = need_text(item, "at", what)?;
    number.parse().map_err(|_| Error::corrupt(what, format!("{number:?} is not its number")))
}

impl NextItem {
    /// The items of a transaction with these audit entries, on the condition that nobody has used the number.
    pub(crate) fn items(
        &self,
        names: &Names,
        entries: &[AuditEntry],
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let entries = entries.iter().map(AuditEntry::position);
        let earlier = self.earlier.iter().map(|(writer, head)| (writer.clone(), number(head)));
        let item = Put::builder()
            .table_name(&names.audit)
            .item("account", text(hash(&self.writer)))
            .item("at", text(range(self.number)))
            .item(ENTRIES, AttributeValue::L(entries.map(text).collect()))
            .item(EARLIER, AttributeValue::M(earlier.collect()))
            .item(SCHEMA, number(SCHEMA_VERSION))
            .condition_expression("attribute_not_exists(account)");
        let mut puts = vec![item];
        if self.number == 1 {
            let listed = Put::builder().table_name(&names.audit).item("account", text(WRITERS));
            puts.push(listed.item("at", text(&self.writer)).item(SCHEMA, number(SCHEMA_VERSION)));
        }
        let built = puts.into_iter().map(|put| {
            let put = put.build().map_err(|error| Error::service("making an item of the feed", error))?;
            Ok(TransactWriteItem::builder().put(put).build())
        });
        built.collect()
    }
}
