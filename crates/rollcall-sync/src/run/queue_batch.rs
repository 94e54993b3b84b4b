//! A batch of queue messages: works through them in order, and says which the queue must deliver again.

use super::abandon::give_up;
use super::message::{Message, StepMessage};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{ExportId, ExportRecord, ExportState, QueueName};
use std::future::Future;
use std::time::Duration;

/// How often a queue delivers a message before it goes to the dead letters. The template says the same number as
/// `maxReceiveCount`; with another number here a run would end too early, or never.
pub const DELIVERIES_MAX: u32 = 6;

/// How long a message stays hidden after its step has failed for the first time. Three times as long after each further
/// failure: 10, 30, 90, 270 and 810 seconds.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// The longest of these pauses.
const PAUSE_MAX: Duration = Duration::from_secs(900);

/// How long a message stays hidden that was delivered so often, and whose step has failed each time. After the last time
/// not at all: the queue is to put it to the dead letters at once, and the messages of its source wait behind it.
#[must_use]
pub fn pause_after(times: u32) -> Duration {
    if times >= DELIVERIES_MAX {
        return Duration::ZERO;
    }
    FIRST_PAUSE.saturating_mul(3_u32.saturating_pow(times.saturating_sub(1))).min(PAUSE_MAX)
}

/// One message as the queue delivered it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The queue's id of the message.
    pub id: String,
    /// What the queue wants to hear when the message is to be hidden for another time; none where it said nothing.
    pub receipt: Option<String>,
    /// Its text.
    pub body: String,
    /// How often it was delivered, including this time.
    pub times: u32,
}

/// Works through a batch of a FIFO queue and answers with the ids to deliver again. It stops at the first failure, because
/// a later message must not overtake an earlier one of its group. A run whose message fails for the last time ends as
/// failed, and its record says why.
///
/// Otherwise the message, and all behind it, are delivered again after [`pause_after`]. If the queue cannot be told that,
/// they are delivered again when the queue's own time is over. A text that is no message at all is delivered again
/// without a pause: it ends with the dead letters, and its source must not wait for that.
pub async fn work_through<F>(
    shell: &Shell,
    queue: QueueName,
    batch: Vec<Delivery>,
    step: impl Fn(Message) -> F,
) -> Vec<String>
where
    F: Future<Output = Result<(), Error>>,
{
    let mut remaining = batch.into_iter();
    let mut failed = Vec::new();
    let mut pause = Duration::ZERO;
    for delivery in remaining.by_ref() {
        if let Err(error) = work(shell, &delivery, &step).await {
            tracing::error!(
                message.id = %delivery.id, message.deliveries = delivery.times, error = %error,
                "a step failed; its message is delivered again, or goes to the dead letters"
            );
            pause = if is_no_message(&error) { Duration::ZERO } else { pause_after(delivery.times) };
            failed.push(delivery);
            break;
        }
    }
    failed.extend(remaining);
    for delivery in &failed {
        postpone(shell, queue, delivery, pause).await;
    }
    failed.into_iter().map(|delivery| delivery.id).collect()
}

/// Whether the text is not even JSON. A message of another version may be read once the functions are all updated.
fn is_no_message(error: &Error) -> bool {
    matches!(error, Error::Message(cause) if !cause.is_data())
}

async fn postpone(shell: &Shell, queue: QueueName, delivery: &Delivery, pause: Duration) {
    let Some(receipt) = &delivery.receipt else { return };
    if let Err(error) = shell.queues.postpone(queue, receipt, pause).await {
        tracing::warn!(
            message.id = %delivery.id, error = %error,
            "the queue cannot be told when to deliver a failed message again; it does so after its own time"
        );
    }
}

async fn work<F>(shell: &Shell, delivery: &Delivery, step: &impl Fn(Message) -> F) -> Result<(), Error>
where
    F: Future<Output = Result<(), Error>>,
{
    let message: Message = serde_json::from_str(&delivery.body)?;
    // On the heap: the future of a step has some 20 KB, and every caller above would carry it on its stack.
    let result = Box::pin(step(message.clone())).await;
    let Err(error) = &result else { return result };
    if delivery.times < DELIVERIES_MAX {
        return result;
    }
    match message {
        Message::Step(message) => end_run(shell, &message, delivery.times, error).await,
        Message::Export(message) => end_export(shell, &message.export, delivery.times, error).await,
    }
    result
}

async fn end_run(shell: &Shell, message: &StepMessage, tries: u32, error: &Error) {
    shell.tell_failure(&message.run, error);
    if let Err(another) = Box::pin(give_up(shell, message, tries, error)).await {
        tracing::error!(run.id = message.run, error = %another, "the run cannot be ended; the next run of the source ends it");
    }
}

async fn end_export(shell: &Shell, id: &ExportId, tries: u32, error: &Error) {
    let why = format!("could not be made in {tries} tries: {error}; ask for it again");
    if let Err(another) = fail_export(shell, id, why).await {
        tracing::error!(export.id = %id, error = %another, "the record of an export that failed cannot be written");
    }
}

async fn fail_export(shell: &Shell, id: &ExportId, why: String) -> Result<(), Error> {
    if let Some(export) = shell.store.take_up_export(id, shell.now()).await? {
        let state = ExportState::Failed { why, at: shell.now() };
        shell.store.save_export(&ExportRecord { state, ..export }).await?;
    }
    Ok(())
}
