//! The queues between the steps of a run, as SQS FIFO queues.

use async_trait::async_trait;
use rollcall_store::{Error, QueueName, QueueService, QueuedMessage};
use std::time::Duration;

/// Both queues of an installation.
#[derive(Debug)]
pub(crate) struct SqsQueues {
    pub(crate) client: aws_sdk_sqs::Client,
    pub(crate) fetch_url: String,
    pub(crate) reconcile_url: String,
}

#[async_trait]
impl QueueService for SqsQueues {
    async fn send(&self, message: QueuedMessage, group: &str, dedup: &str) -> Result<(), Error> {
        let request =
            self.client.send_message().queue_url(self.url(message.queue)).message_body(message.body);
        let request = request.message_group_id(group).message_deduplication_id(dedup);
        request.send().await.map_err(|error| Error::service("sending a message", error))?;
        Ok(())
    }

    async fn postpone(&self, queue: QueueName, receipt: &str, pause: Duration) -> Result<(), Error> {
        let seconds = i32::try_from(pause.as_secs()).unwrap_or(i32::MAX);
        let request = self.client.change_message_visibility().queue_url(self.url(queue));
        let request = request.receipt_handle(receipt).visibility_timeout(seconds);
        request.send().await.map_err(|error| Error::service("postponing a message", error))?;
        Ok(())
    }
}

impl SqsQueues {
    fn url(&self, queue: QueueName) -> &str {
        match queue {
            QueueName::Fetch => &self.fetch_url,
            QueueName::Reconcile => &self.reconcile_url,
        }
    }
}

#[cfg(test)]
mod tests;
