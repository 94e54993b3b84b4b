//! The queues between the steps of a run: SQS FIFO in AWS, memory in the local program.
//!
//! A message's group is its source: order per source, one consumer per source.

use crate::error::Error;
use crate::names::variable;
use rollcall_core::source::SourceName;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Which queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueName {
    /// To the fetch function.
    Fetch,
    /// To the reconcile function.
    Reconcile,
}

/// A message in a local queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMessage {
    /// The queue that it is in.
    pub queue: QueueName,
    /// Its text.
    pub body: String,
}

/// The queues.
#[derive(Clone, Debug)]
pub enum Queues {
    /// SQS FIFO queues.
    Sqs {
        /// The client.
        client: aws_sdk_sqs::Client,
        /// URL of the fetch queue.
        fetch_url: String,
        /// URL of the reconcile queue.
        reconcile_url: String,
    },
    /// Both queues of one process, in memory: what is lost with it is found again by the run's lease.
    Local(Arc<Mutex<LocalQueues>>),
}

/// Both queues of a process. As in SQS, what was sent once is not taken again for a while, handled or not.
#[derive(Debug, Default)]
pub struct LocalQueues {
    waiting: VecDeque<QueuedMessage>,
    sent: VecDeque<(Instant, QueueName, String)>,
}

/// How long SQS knows a message by its deduplication id (its documentation: five minutes).
const DEDUPLICATION: Duration = Duration::from_secs(5 * 60);

impl LocalQueues {
    fn send(&mut self, message: QueuedMessage, dedup: &str) {
        self.sent.retain(|(at, _, _)| at.elapsed() < DEDUPLICATION);
        if self.sent.iter().any(|(_, queue, id)| *queue == message.queue && id == dedup) {
            return;
        }
        self.sent.push_back((Instant::now(), message.queue, dedup.to_owned()));
        self.waiting.push_back(message);
    }
}

impl Queues {
    /// The queues of a function in AWS.
    ///
    /// # Errors
    /// When the environment lacks a URL; it says which.
    pub async fn from_env() -> Result<Self, Error> {
        let fetch_url = variable("ROLLCALL_FETCH_QUEUE_URL")?;
        let reconcile_url = variable("ROLLCALL_RECONCILE_QUEUE_URL")?;
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
        let client = aws_sdk_sqs::Client::new(&config);
        Ok(Self::Sqs { client, fetch_url, reconcile_url })
    }

    /// Queues in memory.
    #[must_use]
    pub fn local() -> Self {
        Self::Local(Arc::default())
    }

    /// Sends a message to the fetch function. The same `dedup` within five minutes is one message.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn send_fetch(&self, body: String, group: &SourceName, dedup: &str) -> Result<(), Error> {
        self.send(QueueName::Fetch, body, group, dedup).await
    }

    /// Sends a message to the reconcile function. The same `dedup` within five minutes is one message.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn send_reconcile(&self, body: String, group: &SourceName, dedup: &str) -> Result<(), Error> {
        self.send(QueueName::Reconcile, body, group, dedup).await
    }

    /// Takes the oldest message out of the local queues. In AWS there is none: SQS calls the functions itself.
    #[must_use]
    pub fn take(&self) -> Option<QueuedMessage> {
        match self {
            Self::Sqs { .. } => None,
            Self::Local(queues) => queues.lock().unwrap_or_else(PoisonError::into_inner).waiting.pop_front(),
        }
    }

    async fn send(
        &self,
        queue: QueueName,
        body: String,
        group: &SourceName,
        dedup: &str,
    ) -> Result<(), Error> {
        match self {
            Self::Sqs { client, fetch_url, reconcile_url } => {
                let url = match queue {
                    QueueName::Fetch => fetch_url,
                    QueueName::Reconcile => reconcile_url,
                };
                let request = client.send_message().queue_url(url).message_body(body);
                let request = request.message_group_id(group.as_str()).message_deduplication_id(dedup);
                request.send().await.map_err(|error| Error::service("sending a message", error))?;
            }
            Self::Local(queues) => {
                let mut queues = queues.lock().unwrap_or_else(PoisonError::into_inner);
                queues.send(QueuedMessage { queue, body }, dedup);
            }
        }
        Ok(())
    }
}
