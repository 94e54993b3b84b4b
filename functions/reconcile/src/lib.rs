//! The `reconcile` function: takes its queue's messages, one source after the other in order, and
//! exports.
//!
//! Below the runtime in `main.rs`, above `rollcall-sync`. A message that fails is delivered again by the queue, and
//! with it everything behind it.

use anyhow::Result;
use rollcall_api::exports;
use rollcall_lambda::{deliveries, response};
use rollcall_sync::run::{Message, work_through};
use rollcall_sync::store::QueueName;
use rollcall_sync::{Shell, reconcile};
use serde_json::Value;

/// Handles one batch of the reconcile queue and answers with the messages that must be delivered again.
///
/// # Errors
/// When the event is not from a queue.
pub async fn handle(event: Value, shell: &Shell) -> Result<Value> {
    let batch = deliveries(event)?;
    let step = |message: Message| async move {
        match message {
            Message::Step(message) => Box::pin(reconcile::reconcile(shell, message)).await,
            Message::Export(message) => Box::pin(exports::go_on(shell, &message.export)).await,
        }
    };
    response(work_through(shell, QueueName::Reconcile, batch, step).await)
}
