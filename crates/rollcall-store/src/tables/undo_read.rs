//! What an undo reads and writes beside accounts (rule 58): the entries of one account, read consistently from the table,
//! and the mark on the run that was taken back.

use crate::aws::dynamo::{Pages, is_condition_failed, send_update, text};
use crate::error::Error;
use crate::store::Store;
use crate::tables::audit::AuditEntry;
use crate::tables::audit_views::ChangeView;
use crate::tables::runs::{RunRecord, item_name};
use crate::wire::show_time;
use rollcall_core::account::AccountId;
use rollcall_core::outcome::FieldChange;
use rollcall_core::time::Timestamp;
use rollcall_core::undo::{Before, Done};

impl AuditEntry {
    /// What the entry tells an undo of a change; none where it is of no account.
    #[must_use]
    pub fn into_done(self) -> Option<Done> {
        let before = match (self.before, self.was) {
            (None, _) => Before::Nothing,
            (Some(_), Some(was)) => Before::Was(was),
            (Some(_), None) => Before::Unknown,
        };
        let change = |view: ChangeView| FieldChange { field: view.field, old: view.old, new: view.new };
        let changes = self.changes.into_iter().map(change).collect();
        Some(Done { account: self.account?, version: self.version, before, changes })
    }
}

impl Store {
    /// Every change of an account from a moment on, the newest first, read consistently.
    ///
    /// # Errors
    /// When the storage fails or an item is not an entry.
    pub async fn changes_since(&self, account: AccountId, from: Timestamp) -> Result<Vec<AuditEntry>, Error> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.names.audit)
            .key_condition_expression("#account = :account AND #at >= :from")
            .expression_attribute_names("#account", "account")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":account", text(account.to_string()))
            .expression_attribute_values(":from", text(show_time(from)))
            .scan_index_forward(false)
            .consistent_read(true);
        let mut pages = Pages::of(query, self.page_items, None, "reading the changes of an account");
        let mut entries = Vec::new();
        while let Some(items) = pages.next(usize::MAX).await? {
            for item in items {
                entries.push(AuditEntry::decode(item)?);
            }
        }
        Ok(entries)
    }

    /// The newest change of an account, read consistently.
    ///
    /// # Errors
    /// As [`Store::changes_since`].
    pub async fn newest_change(&self, account: AccountId) -> Result<Option<AuditEntry>, Error> {
        let response = self
            .dynamo
            .query()
            .table_name(&self.names.audit)
            .key_condition_expression("#account = :account")
            .expression_attribute_names("#account", "account")
            .expression_attribute_values(":account", text(account.to_string()))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(1)
            .send()
            .await
            .map_err(|error| Error::service("reading the changes of an account", error))?;
        response.items.unwrap_or_default().pop().map(AuditEntry::decode).transpose()
    }

    /// Marks a run as taken back by another. The mark of an earlier undo is replaced only if this one `has_changed` anything.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mark_undone(
        &self,
        run: &RunRecord,
        by: &RunRecord,
        at: Timestamp,
        has_changed: bool,
    ) -> Result<(), Error> {
        let is_kept = if has_changed { "" } else { " AND attribute_not_exists(undone_in)" };
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(&run.id)))
            .update_expression("SET undone_in = :in, undone_by = :by, undone_at = :at")
            .condition_expression(format!("attribute_exists(#record){is_kept}"))
            .expression_attribute_names("#record", "record")
            .expression_attribute_values(":in", text(by.id.as_str()))
            .expression_attribute_values(":by", text(&by.actor))
            .expression_attribute_values(":at", text(show_time(at)));
        match send_update(update).await {
            Ok(_) => Ok(()),
            // The mark is there, or the record is gone and nobody reads it.
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("marking a run as undone", error)),
        }
    }
}
