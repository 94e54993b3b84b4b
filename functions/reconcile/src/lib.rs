//! The `reconcile` function: takes its queue's messages, one source after the other in order.
//!
//! Below the runtime in `main.rs`, above `rollcall-sync`. A message that fails is delivered again by the queue, and
//! with it everything behind it.

use anyhow::{Context as _, Result};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use rollcall_sync::run::{Delivery, work_through};
use rollcall_sync::{Shell, reconcile};
use serde_json::Value;

/// Handles one batch of the reconcile queue and answers with the messages that must be delivered again.
///
/// # Errors
/// When the event is not from a queue.
pub async fn handle(event: Value, shell: &Shell) -> Result<Value> {
    let event: SqsEvent = serde_json::from_value(event).context("reading the queue's event")?;
    let batch = event.records.into_iter().map(|record| Delivery {
        id: record.message_id.unwrap_or_default(),
        body: record.body.unwrap_or_default(),
        times: record
            .attributes
            .get("ApproximateReceiveCount")
            .and_then(|times| times.parse().ok())
            .unwrap_or(1),
    });
    let failed = work_through(shell, batch.collect(), |message| reconcile::reconcile(shell, message)).await;
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed);
    Ok(serde_json::to_value(response)?)
}
