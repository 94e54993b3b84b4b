//! A batch of queue messages: works through them in order, and says which the queue must deliver again.

use super::abandon::give_up;
use super::message::StepMessage;
use crate::error::Error;
use crate::shell::Shell;
use std::future::Future;

/// How often a queue delivers a message before it goes to the dead letters. The template says the same number as
/// `maxReceiveCount`; with another number here a run would end too early, or never.
pub const DELIVERIES_MAX: u32 = 6;

/// One message as the queue delivered it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The queue's id of the message.
    pub id: String,
    /// Its text.
    pub body: String,
    /// How often it was delivered, including this time.
    pub times: u32,
}

/// Works through a batch of a FIFO queue and answers with the ids to deliver again. It stops at the first failure, because
/// a later message must not overtake an earlier one of its group. A run whose message fails for the last time ends as
/// failed, and its record says why.
pub async fn work_through<F>(
    shell: &Shell,
    batch: Vec<Delivery>,
    step: impl Fn(StepMessage) -> F,
) -> Vec<String>
where
    F: Future<Output = Result<(), Error>>,
{
    let mut remaining = batch.into_iter();
    let mut failed = Vec::new();
    for delivery in remaining.by_ref() {
        if let Err(error) = work(shell, &delivery, &step).await {
            tracing::error!(
                message.id = %delivery.id, message.deliveries = delivery.times, error = %error,
                "a step failed; its message is delivered again, or goes to the dead letters"
            );
            failed.push(delivery.id);
            break;
        }
    }
    failed.extend(remaining.map(|delivery| delivery.id));
    failed
}

async fn work<F>(shell: &Shell, delivery: &Delivery, step: &impl Fn(StepMessage) -> F) -> Result<(), Error>
where
    F: Future<Output = Result<(), Error>>,
{
    let message: StepMessage = serde_json::from_str(&delivery.body)?;
    // On the heap: the future of a step has some 20 KB, and every caller above would carry it on its stack.
    let result = Box::pin(step(message.clone())).await;
    let Err(error) = &result else { return result };
    if delivery.times < DELIVERIES_MAX {
        return result;
    }
    shell.tell_failure(&message.run, error);
    if let Err(another) = Box::pin(give_up(shell, &message, delivery.times, error)).await {
        tracing::error!(run.id = message.run, error = %another, "the run cannot be ended; the next run of the source ends it");
    }
    result
}
