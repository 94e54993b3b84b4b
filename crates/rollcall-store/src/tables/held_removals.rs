//! The decision to leave the removals that a run holds (rule 24): written into the items of the run and of the applied
//! snapshot, with its audit entry, in one transaction.

use crate::aws::dynamo::{pause, text};
use crate::error::Error;
use crate::store::Store;
use crate::tables::applied;
use crate::tables::audit::{AuditEntry, AuditHead};
use crate::tables::runs::{RunRecord, item_name};
use crate::wire;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};

/// How often a decision is tried when it meets another transaction.
const TRIES_MAX: u32 = 10;

impl Store {
    /// Records, with its audit entry, a person's decision to leave the removals that a run holds of the snapshot with this
    /// digest. `false` when there is nothing to decide: it was decided before, or a newer snapshot has been read.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn dismiss_removals(
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
            .leaving(applied::item_name(&run.source), head)
            .update_expression("SET left_by = :by, left_at = :at, left_digest = :digest")
            .condition_expression("held = :digest AND digest = :digest")
            .expression_attribute_values(":digest", text(digest));
        let entry = AuditEntry::of_dismissal(head, self.seats().await?.seats);
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
