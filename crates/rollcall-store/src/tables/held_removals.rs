//! What stands beside a run's record in its item: how far it is, for people who watch it, and who decided to leave the
//! removals that it holds (product 24). The record itself is written by the run, and is final once the run has ended.

use crate::aws::dynamo::{Item, get_number, get_text, is_condition_failed, number, pause, send_update, text};
use crate::error::Error;
use crate::store::Store;
use crate::tables::audit::{AuditEntry, AuditHead};
use crate::tables::runs::{RunId, RunRecord, item_name};
use crate::wire;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The audit log's word for the decision to leave held removals as they are.
pub const REMOVALS_LEFT: &str = "removals_left";

/// How often a decision is tried again when it meets another transaction.
const TRIES_MAX: u32 = 10;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// So many records have been read.
    Read(u64),
    /// So many accounts have been written.
    Written(u64),
}

/// A person's decision to leave held removals as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Who.
    pub by: String,
    /// When.
    #[serde(with = "wire::time")]
    pub at: Timestamp,
}

impl Left {
    /// The decision in an item of a run or of an applied snapshot, if there is one.
    pub(crate) fn of_item(item: &Item) -> Option<Self> {
        let at = wire::read_time(get_text(item, "left_at")?)?;
        Some(Self { by: get_text(item, "left_by")?.to_owned(), at })
    }
}

/// The record with what stands beside it.
pub(crate) fn with_what_is_beside(record: RunRecord, item: &Item) -> RunRecord {
    RunRecord {
        read_so_far: get_number(item, "read_so_far").unwrap_or(0).max(record.read_so_far),
        written_so_far: get_number(item, "written").unwrap_or(0),
        left: Left::of_item(item).or(record.left),
        ..record
    }
}

impl Store {
    /// Notes how far a run is.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn note_progress(&self, run: &RunId, noted: Noted) -> Result<(), Error> {
        let (name, count) = match noted {
            Noted::Read(count) => ("read_so_far", count),
            Noted::Written(count) => ("written", count),
        };
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(run)))
            .update_expression("SET #count = :count")
            .condition_expression("is_finished = :no")
            .expression_attribute_names("#count", name)
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":count", number(count));
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("noting how far a run is", error)),
        }
    }

    /// Notes, with its audit entry, that a person leaves the removals which a run holds of the snapshot with this digest.
    /// `false` where nobody has to decide about them any more: it was decided, or the directory says something else.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn leave_removals(
        &self,
        run: &RunRecord,
        digest: &str,
        head: &AuditHead,
    ) -> Result<bool, Error> {
        let of_run = self
            .leaving(item_name(&run.id), head)
            .update_expression("SET left_by = :by, left_at = :at")
            .condition_expression("is_finished = :yes AND attribute_not_exists(left_by)")
            .expression_attribute_values(":yes", AttributeValue::Bool(true));
        let of_snapshot = self
            .leaving(crate::tables::applied::item_name(&run.source), head)
            .update_expression("SET left_by = :by, left_at = :at, left_digest = :digest")
            .condition_expression("held = :digest AND digest = :digest")
            .expression_attribute_values(":digest", text(digest));
        let entry = AuditEntry::of_removals_left(head, self.seats().await?.seats);
        let put = Put::builder()
            .table_name(&self.names.audit)
            .set_item(Some(entry.encode(self.names.audit_retention_days)?));
        let failed = |error| Error::service("leaving held removals", error);
        let items = [
            TransactWriteItem::builder().update(of_run.build().map_err(failed)?).build(),
            TransactWriteItem::builder().update(of_snapshot.build().map_err(failed)?).build(),
            TransactWriteItem::builder().put(put.build().map_err(failed)?).build(),
        ];
        for tries in 1..=TRIES_MAX {
            let transaction = self.dynamo.transact_write_items().set_transact_items(Some(items.to_vec()));
            let Err(error) = transaction.send().await else { return Ok(true) };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(Error::service("leaving held removals", error));
            };
            let mut reasons = cancelled.cancellation_reasons().iter();
            if reasons.any(|reason| reason.code() == Some("ConditionalCheckFailed")) {
                return Ok(false);
            }
            tokio::time::sleep(pause(tries)).await;
        }
        Err(Error::Contended { what: "the decision to leave held removals" })
    }

    fn leaving(&self, name: String, head: &AuditHead) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder()
            .table_name(&self.names.control)
            .key("name", text(name))
            .expression_attribute_values(":by", text(&head.actor))
            .expression_attribute_values(":at", text(wire::show_time(head.at)))
    }
}
