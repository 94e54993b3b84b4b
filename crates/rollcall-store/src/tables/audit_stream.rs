//! Entries of the audit log as DynamoDB's stream of the table tells of them, for the event bus (rule 64).
//!
//! Above `audit.rs`, whose items these are. It reads no table: what a stream's record says is all there is. Whatever a
//! transaction has written is in the stream, and the records of one account are in the order of its versions.

use crate::aws::dynamo::Item;
use crate::error::Error;
use crate::tables::audit::AuditEntry;
use crate::tables::feed::is_of_feed;
use serde_json::Value;

impl AuditEntry {
    /// The entry that a record of the stream tells of; none where nothing was added, or what was added belongs to the feed.
    ///
    /// # Errors
    /// When the record has no image, or the item is not what it should be.
    pub fn of_stream_record(record: &Value) -> Result<Option<Self>, Error> {
        // Entries are never edited, and one that expires is no news.
        if record["eventName"] != "INSERT" {
            return Ok(None);
        }
        let image = record["dynamodb"]["NewImage"].clone();
        let image: serde_dynamo::Item = serde_json::from_value(image).map_err(|error| {
            Error::corrupt("a record of the audit table's stream", format!("its NewImage: {error}"))
        })?;
        let item: Item = image.into();
        if is_of_feed(&item) { Ok(None) } else { Self::decode(item).map(Some) }
    }
}
