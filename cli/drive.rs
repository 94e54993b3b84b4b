//! Plays the part of AWS between the functions: takes what they put into the local queues and calls the handlers with
//! the very events that AWS would send.

use crate::local::Local;
use anyhow::{Context as _, Result, bail};
use rollcall_sync::store::{QueueName, QueuedMessage, RunId, RunRecord};
use serde_json::{Value, json};

/// How often one message is delivered before the program gives up; the queues in AWS do the same.
const DELIVERIES_MAX: u32 = 3;

/// Delivers messages until both queues are empty.
pub(crate) async fn drain(local: &Local) -> Result<()> {
    while let Some(message) = local.shell.queues.take() {
        deliver(local, &message).await?;
    }
    Ok(())
}

/// A run as it stands, which must be there.
pub(crate) async fn run_record(local: &Local, run: &RunId) -> Result<RunRecord> {
    let record = local.shell.store.run(run).await.map_err(rollcall_sync::Error::from)?;
    record.with_context(|| format!("run {run} has vanished"))
}

async fn deliver(local: &Local, message: &QueuedMessage) -> Result<()> {
    let event = queue_event(message);
    for _ in 0..DELIVERIES_MAX {
        let answer = match message.queue {
            QueueName::Fetch => rollcall_fetch::handle(event.clone(), &local.shell).await?,
            QueueName::Reconcile => rollcall_reconcile::handle(event.clone(), &local.shell).await?,
        };
        if answer["batchItemFailures"].as_array().is_none_or(Vec::is_empty) {
            return Ok(());
        }
    }
    bail!("a step of the run failed {DELIVERIES_MAX} times; set ROLLCALL_LOG=error to see why, then run it again")
}

fn queue_event(message: &QueuedMessage) -> Value {
    let name = match message.queue {
        QueueName::Fetch => "fetch",
        QueueName::Reconcile => "reconcile",
    };
    json!({ "Records": [{
        "messageId": "00000000-0000-4000-8000-000000000001",
        "receiptHandle": "local",
        "body": message.body,
        "attributes": { "MessageGroupId": "local" },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:local:000000000000:rollcall-{name}.fifo"),
        "awsRegion": "local"
    }] })
}
