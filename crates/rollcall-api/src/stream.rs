//! The changes of accounts for the event bus (rule 64): records of the audit table's stream become the events that
//! `GET /events` gives.
//!
//! Beside `routes/events.rs`, with which it shares the form of an event. It asks nobody and stores nothing.

use crate::json;
use anyhow::{Context as _, Result, ensure};
use rollcall_sync::store::AuditEntry;
use serde_json::Value;

/// The events that a batch of records tells of, in its order. What is no change of an account is left out.
///
/// # Errors
/// When a record cannot be read: then none of the batch is sent, and it comes again.
pub fn events_of(batch: &Value) -> Result<Value> {
    let records = batch.as_array().context("reading a batch of records: it is no list")?;
    let mut events = Vec::with_capacity(records.len());
    for record in records {
        ensure!(record["eventSource"] == "aws:dynamodb", "a record is not from a table's stream");
        let entry = AuditEntry::of_stream_record(record).context("reading a change of an account")?;
        events.extend(entry.as_ref().and_then(json::event));
    }
    Ok(Value::Array(events))
}
