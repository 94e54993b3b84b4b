//! Audit entries that stand already. A call whose answer was lost is made again, by the SDK or by whoever asked for it, and
//! finds in its way what it has written itself: the entry has the mark of the call that has written it.

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

/// How many configurations can be noted in one millisecond.
const NOTES_MAX: u64 = 10;

/// Tells what one call has written from what others have, however much alike they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark(String);

impl Mark {
    pub(crate) fn new() -> Self {
        Self(format!("{:032x}", fastrand::u128(..)))
    }

    /// The item, marked.
    pub(crate) fn on(&self, mut item: Item) -> Item {
        item.insert(MARK.to_owned(), text(&self.0));
        item
    }

    fn is_on(&self, item: &Item) -> bool {
        get_text(item, MARK) == Some(&self.0)
    }
}

/// An entry of the audit log, which nobody has written yet.
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
    /// Notes in the audit log that another configuration takes the place of the one before.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn note_configuration(&self, head: &AuditHead, old: &str, new: &str) -> Result<(), Error> {
        let mut entry = AuditEntry::of_configuration(head, old, new, self.seats().await?.seats);
        let mark = Mark::new();
        loop {
            let noted = self
                .dynamo
                .put_item()
                .table_name(&self.names.audit)
                .set_item(Some(mark.on(entry.encode(self.names.audit_retention_days)?)))
                .condition_expression("attribute_not_exists(account)")
                .send()
                .await;
            let Err(error) = noted else { return Ok(()) };
            let is_in_the_way =
                error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception);
            if is_in_the_way && self.is_noted(&entry, &mark).await? {
                return Ok(());
            }
            if !is_in_the_way || entry.version == NOTES_MAX {
                return Err(Error::service("noting the configuration in the audit log", error));
            }
            // Another one in this very millisecond.
            entry.version += 1;
        }
    }

    /// Whether this entry stands in the log, written by the call of this mark.
    pub(crate) async fn is_noted(&self, entry: &AuditEntry, mark: &Mark) -> Result<bool, Error> {
        Ok(self.entry_at(entry).await?.is_some_and(|item| mark.is_on(&item)))
    }

    /// The seats in use right after this change, if the call of this mark has made it.
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

    /// What stands where this entry would.
    async fn entry_at(&self, entry: &AuditEntry) -> Result<Option<Item>, Error> {
        let answer = self
            .dynamo
            .get_item()
            .table_name(&self.names.audit)
            .key("account", text(entry.subject()))
            .key("at", text(entry.at_key()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::service("reading an audit entry", error))?;
        Ok(answer.item)
    }
}
