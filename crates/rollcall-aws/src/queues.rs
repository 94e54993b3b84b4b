//! The queues between the steps of a run, as SQS FIFO queues.

use async_trait::async_trait;
use rollcall_core::source::SourceName;
use rollcall_store::{Error, QueueName, QueueService, QueuedMessage};

/// Both queues of an installation.
#[derive(Debug)]
pub(crate) struct SqsQueues {
    pub(crate) client: aws_sdk_sqs::Client,
    pub(crate) fetch_url: String,
    pub(crate) reconcile_url: String,
}

#[async_trait]
impl QueueService for SqsQueues {
    async fn send(&self, message: QueuedMessage, group: &SourceName, dedup: &str) -> Result<(), Error> {
        let url = match message.queue {
            QueueName::Fetch => &self.fetch_url,
            QueueName::Reconcile => &self.reconcile_url,
        };
        let request = self.client.send_message().queue_url(url).message_body(message.body);
        let request = request.message_group_id(group.as_str()).message_deduplication_id(dedup);
        request.send().await.map_err(|error| Error::service("sending a message", error))?;
        Ok(())
    }
}
