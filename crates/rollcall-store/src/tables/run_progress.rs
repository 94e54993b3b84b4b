//! The progress of a run, for people who watch it. It is in the item of the run's record, but not part of the record, which
//! the run writes and which is final when the run has ended.

use crate::aws::dynamo::{is_condition_failed, number, send_update, text};
use crate::error::Error;
use crate::ids::RunId;
use crate::store::Store;
use crate::tables::runs::item_name;
use aws_sdk_dynamodb::types::AttributeValue;

/// The progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunProgress {
    /// How many records have been read.
    Read(u64),
    /// How many accounts have been written.
    Written(u64),
}

impl Store {
    /// Records the progress of a run, unless it has ended.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn record_progress(&self, run: &RunId, progress: RunProgress) -> Result<(), Error> {
        let (name, count) = match progress {
            RunProgress::Read(count) => ("read_so_far", count),
            RunProgress::Written(count) => ("written", count),
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
            Err(error) => Err(Error::service("recording the progress of a run", error)),
        }
    }
}
