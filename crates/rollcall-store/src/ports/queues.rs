//! The queues between the steps of a run: a service's (SQS FIFO in AWS), or memory in the local program.
//!
//! A message's group is its source: order per source, one consumer per source. An export is a group of its own.

use crate::error::Error;
use crate::ids::ExportId;
use async_trait::async_trait;
use rollcall_core::source::SourceName;
use std::collections::{HashSet, VecDeque};
use std::fmt::Debug;
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
    /// Its queue.
    pub queue: QueueName,
    /// Its text.
    pub body: String,
}

/// Queues that a service keeps: SQS.
#[async_trait]
pub trait QueueService: Debug + Send + Sync {
    /// Sends a message. The messages of a group stay in order; the same `dedup` within five minutes is one message.
    ///
    /// # Errors
    /// When the service cannot be reached, or refuses.
    async fn send(&self, message: QueuedMessage, group: &str, dedup: &str) -> Result<(), Error>;

    /// Hides a message that was received, and the messages of its group behind it, for so long from now on. Without this
    /// call they are hidden as long as the queue says, which is longer than a step may take.
    ///
    /// # Errors
    /// When the service cannot be reached, or refuses.
    async fn postpone(&self, queue: QueueName, receipt: &str, pause: Duration) -> Result<(), Error>;
}

/// The queues. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queues(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Service(Arc<dyn QueueService>),
    /// Both queues of one process, in memory. A message that is lost with the process is found again by the run's lease.
    Local(Arc<Mutex<LocalQueues>>),
}

/// Both queues of a process. As in SQS, a message that was sent once is not accepted again for a while.
#[derive(Debug, Default)]
struct LocalQueues {
    waiting: VecDeque<QueuedMessage>,
    /// Messages whose step has failed: when each is delivered again, and how often it was delivered.
    postponed: Vec<(Instant, QueuedMessage, u32)>,
    sent: VecDeque<(Instant, QueueName, String)>,
    /// The exports that this process has sent on.
    exports: HashSet<String>,
}

/// How long SQS remembers a deduplication id (its documentation: five minutes).
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
    /// The queues of a service.
    #[must_use]
    pub fn served_by(service: Arc<dyn QueueService>) -> Self {
        Self(Kind::Service(service))
    }

    /// Queues in memory.
    #[must_use]
    pub fn local() -> Self {
        Self(Kind::Local(Arc::default()))
    }

    /// Sends a message to the fetch function. The same `dedup` within five minutes is one message.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn send_fetch(&self, body: String, group: &SourceName, dedup: &str) -> Result<(), Error> {
        self.send(QueueName::Fetch, body, group.as_str(), dedup).await
    }

    /// Sends a message to the reconcile function. The same `dedup` within five minutes is one message.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn send_reconcile(&self, body: String, group: &SourceName, dedup: &str) -> Result<(), Error> {
        self.send(QueueName::Reconcile, body, group.as_str(), dedup).await
    }

    /// Sends an export on to its next step, in the queue of the reconcile function. Each export is a group of its own, which
    /// no source's name can be: it waits for no run, and no run waits for it.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn send_export(&self, body: String, id: &ExportId, dedup: &str) -> Result<(), Error> {
        if let Kind::Local(queues) = &self.0 {
            queues.lock().unwrap_or_else(PoisonError::into_inner).exports.insert(id.to_string());
        }
        self.send(QueueName::Reconcile, body, &format!("export:{id}"), dedup).await
    }

    /// Whether the message of an export's next step was lost with another process: these queues are in memory, and it was
    /// never sent here. A service loses none.
    #[must_use]
    pub fn has_lost(&self, id: &ExportId) -> bool {
        match &self.0 {
            Kind::Service(_) => false,
            Kind::Local(queues) => {
                !queues.lock().unwrap_or_else(PoisonError::into_inner).exports.contains(&id.to_string())
            }
        }
    }

    /// Takes the oldest message out of the local queues. A service's queues have none to take: SQS calls the functions.
    #[must_use]
    pub fn take(&self) -> Option<QueuedMessage> {
        match &self.0 {
            Kind::Service(_) => None,
            Kind::Local(queues) => queues.lock().unwrap_or_else(PoisonError::into_inner).waiting.pop_front(),
        }
    }

    /// Takes the oldest message out of the local queues whose time has come, with how often it was delivered before. A
    /// message that has failed comes before the others, but does not stop them: its source has one message at a time.
    #[must_use]
    pub fn take_due(&self, now: Instant) -> Option<(QueuedMessage, u32)> {
        let Kind::Local(queues) = &self.0 else { return None };
        let mut queues = queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = queues.postponed.iter().position(|(due, _, _)| *due <= now) {
            let (_, message, times) = queues.postponed.remove(at);
            return Some((message, times));
        }
        queues.waiting.pop_front().map(|message| (message, 0))
    }

    /// Gives a message whose step has failed back to the local queues, to be delivered again at this time.
    pub fn put_back(&self, message: QueuedMessage, times: u32, due: Instant) {
        if let Kind::Local(queues) = &self.0 {
            let mut queues = queues.lock().unwrap_or_else(PoisonError::into_inner);
            queues.postponed.push((due, message, times));
        }
    }

    /// When the next message that has failed is delivered again; none where none waits.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let Kind::Local(queues) = &self.0 else { return None };
        let queues = queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.postponed.iter().map(|(due, _, _)| *due).min()
    }

    /// Hides a received message of a service's queue for so long. In the local queues who delivers does this
    /// ([`Queues::put_back`]).
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn postpone(&self, queue: QueueName, receipt: &str, pause: Duration) -> Result<(), Error> {
        match &self.0 {
            Kind::Service(service) => service.postpone(queue, receipt, pause).await,
            Kind::Local(_) => Ok(()),
        }
    }

    async fn send(&self, queue: QueueName, body: String, group: &str, dedup: &str) -> Result<(), Error> {
        let message = QueuedMessage { queue, body };
        match &self.0 {
            Kind::Service(service) => service.send(message, group, dedup).await,
            Kind::Local(queues) => {
                queues.lock().unwrap_or_else(PoisonError::into_inner).send(message, dedup);
                Ok(())
            }
        }
    }
}
