//! How far a run is, beside its record in the same item, for people who watch it. The record itself is written by the run,
//! and is final once the run has ended.

use crate::aws::dynamo::{is_condition_failed, number, send_update, text};
use crate::error::Error;
use crate::ids::RunId;
use crate::store::Store;
use crate::tables::runs::item_name;
use aws_sdk_dynamodb::types::AttributeValue;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// So many records have been read.
    Read(u64),
    /// So many accounts have been written.
    Written(u64),
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
}
