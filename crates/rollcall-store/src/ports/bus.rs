//! Where notices go: a service's bus (EventBridge in AWS), or memory in the local program.

use crate::error::Error;
use async_trait::async_trait;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

/// A bus that a service keeps: EventBridge.
#[async_trait]
pub trait NoticeService: Debug + Send + Sync {
    /// Sends a notice, in JSON.
    ///
    /// # Errors
    /// When the service cannot be reached or does not take it.
    async fn send(&self, notice: String) -> Result<(), Error>;
}

/// The bus. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bus(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Service(Arc<dyn NoticeService>),
    /// The notices that were sent in this process.
    Local(Arc<Mutex<Vec<String>>>),
}

impl Bus {
    /// The bus of a service.
    #[must_use]
    pub fn served_by(service: Arc<dyn NoticeService>) -> Self {
        Self(Kind::Service(service))
    }

    /// A bus in memory.
    #[must_use]
    pub fn local() -> Self {
        Self(Kind::Local(Arc::default()))
    }

    /// Takes the notices that were sent over a bus in memory, in order. A service's bus has none to take.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        match &self.0 {
            Kind::Service(_) => Vec::new(),
            Kind::Local(sent) => std::mem::take(&mut sent.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Sends a notice, in JSON.
    ///
    /// # Errors
    /// When the service cannot be reached or does not take it.
    pub async fn send(&self, notice: String) -> Result<(), Error> {
        match &self.0 {
            Kind::Service(service) => service.send(notice).await,
            Kind::Local(sent) => {
                sent.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
                Ok(())
            }
        }
    }
}
