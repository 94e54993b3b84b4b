//! A batch of queue messages, in order: which of them must be delivered again.

use crate::error::Error;
use crate::request::StepMessage;
use std::future::Future;

/// One message as the queue delivered it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The queue's id of the message.
    pub id: String,
    /// Its text.
    pub body: String,
}

/// Works through a batch of a FIFO queue and answers with the ids to be delivered again. After the first failure
/// nothing more is tried: a later message must not overtake an earlier one of its group.
pub async fn work_through<F>(batch: Vec<Delivery>, step: impl Fn(StepMessage) -> F) -> Vec<String>
where
    F: Future<Output = Result<(), Error>>,
{
    let mut left = batch.into_iter();
    let mut failed = Vec::new();
    for delivery in left.by_ref() {
        let result = match serde_json::from_str(&delivery.body) {
            Ok(message) => step(message).await,
            Err(error) => Err(Error::Message(error)),
        };
        if let Err(error) = result {
            tracing::error!(message.id = %delivery.id, error = %error, "a step failed, its message will be delivered again");
            failed.push(delivery.id);
            break;
        }
    }
    failed.extend(left.map(|delivery| delivery.id));
    failed
}
