//! Events of queues: which messages were delivered, and which must be delivered again.

use anyhow::{Context as _, Result};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use rollcall_sync::run::Delivery;
use serde_json::Value;

/// The messages of a queue's event, in order.
///
/// # Errors
/// When the event is not from a queue.
pub fn deliveries(event: Value) -> Result<Vec<Delivery>> {
    let event: SqsEvent = serde_json::from_value(event).context("reading the queue's event")?;
    Ok(event.records.into_iter().map(delivery).collect())
}

fn delivery(message: SqsMessage) -> Delivery {
    let times = message.attributes.get("ApproximateReceiveCount").and_then(|times| times.parse().ok());
    Delivery {
        receipt: message.receipt_handle,
        id: message.message_id.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        times: times.unwrap_or(1),
    }
}

/// The response to a queue's event: these messages must be delivered again.
///
/// # Errors
/// When it cannot be written as JSON, which is a bug.
pub fn response(failed: Vec<String>) -> Result<Value> {
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed);
    Ok(serde_json::to_value(response)?)
}
