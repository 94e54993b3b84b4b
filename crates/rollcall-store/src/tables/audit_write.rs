//! Writing audit entries, each once. A call whose response was lost is made again, by the SDK or by the caller, and then
//! finds the entry that it has written itself. Each entry has the mark of the call that wrote it.

use crate::aws::dynamo::{Item, get_text, text};
use crate::error::Error;
use crate::names::Names;
use crate::store::Store;
use crate::tables::audit::{AuditEntry, AuditHead};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use rollcall_core::licence::{SeatCount, Seats};
use rollcall_core::outcome::Change;

/// The attribute with the mark.
const MARK: &str = "mark";

/// How many entries about the configuration can be written in one millisecond.
const SAME_TIME_MAX: u64 = 10;

/// Tells the entry of one call from equal entries of other calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark(String);

impl Mark {
    pub(crate) fn new() -> Self {
        Self(format!("{:032x}", fastrand::u128(..)))
    }

    /// The item with the mark.
    pub(crate) fn on(&self, mut item: Item) -> Item {
        item.insert(MARK.to_owned(), text(&self.0));
        item
    }

    fn is_on(&self, item: &Item) -> bool {
        get_text(item, MARK) == Some(&self.0)
    }
}

/// The item of a transaction that writes an entry, if the entry does not exist yet.
pub(crate) fn audit_item(names: &Names, entry: &AuditEntry, mark: &Mark) -> Result<TransactWriteItem, Error> {
    let put = Put::builder()
        .table_name(&names.audit)
        .set_item(Some(mark.on(entry.encode(names.audit_retention_days)?)))
        .condition_expression("attribute_not_exists(account)")
        .build()
        .map_err(|error| Error::service("making an audit entry", error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

impl Store {
    /// Records in the audit log that a configuration has replaced another.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn record_configuration(&self, head: &AuditHead, old: &str, new: &str) -> Result<(), Error> {
        self.record(AuditEntry::of_configuration(head, old, new, self.seats().await?.seats)).await
    }

    /// Records in the audit log that a person has sent a file of a source.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn record_file(&self, head: &AuditHead, object: &str, digest: &str) -> Result<(), Error> {
        self.record(AuditEntry::of_file(head, object, digest, self.seats().await?.seats)).await
    }

    /// Records what was done to no account.
    async fn record(&self, mut entry: AuditEntry) -> Result<(), Error> {
        let mark = Mark::new();
        loop {
            let written = self
                .dynamo
                .put_item()
                .table_name(&self.names.audit)
                .set_item(Some(mark.on(entry.encode(self.names.audit_retention_days)?)))
                .condition_expression("attribute_not_exists(account)")
                .send()
                .await;
            let Err(error) = written else { return Ok(()) };
            let exists =
                error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception);
            if exists && self.is_written(&entry, &mark).await? {
                return Ok(());
            }
            if !exists || entry.version == SAME_TIME_MAX {
                return Err(Error::service("recording it in the audit log", error));
            }
            // Another one was recorded in the same millisecond.
            entry.version += 1;
        }
    }

    /// Whether the call with this mark has written this entry.
    pub(crate) async fn is_written(&self, entry: &AuditEntry, mark: &Mark) -> Result<bool, Error> {
        Ok(self.entry_at(entry).await?.is_some_and(|item| mark.is_on(&item)))
    }

    /// The seats in use right after this change, if the call with this mark has made it.
    pub(crate) async fn used_if_done(
        &self,
        head: &AuditHead,
        change: &Change,
        seats: Seats,
        mark: &Mark,
    ) -> Result<Option<SeatCount>, Error> {
        let item = self.entry_at(&AuditEntry::of_change(head, change, seats)).await?;
        let entry = item.filter(|item| mark.is_on(item)).map(AuditEntry::decode).transpose()?;
        Ok(entry.map(|entry| SeatCount::new(entry.seats.used)))
    }

    /// The item at the key of this entry.
    async fn entry_at(&self, entry: &AuditEntry) -> Result<Option<Item>, Error> {
        let response = self
            .dynamo
            .get_item()
            .table_name(&self.names.audit)
            .key("account", text(entry.subject()))
            .key("at", text(entry.at_key()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::service("reading an audit entry", error))?;
        Ok(response.item)
    }
}
