//! Where notices go: EventBridge in AWS, memory in the local program.

use crate::error::Error;
use crate::names::variable;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use std::sync::{Arc, Mutex, PoisonError};

/// Who sends, as rules and policies name it.
const SOURCE: &str = "rollcall";

/// What is sent, as rules name it.
const DETAIL_TYPE: &str = "Rollcall Notice";

/// The bus.
#[derive(Clone, Debug)]
pub enum Bus {
    /// A bus of EventBridge.
    EventBridge {
        /// The client.
        client: aws_sdk_eventbridge::Client,
        /// The bus's name.
        name: String,
    },
    /// What was sent in this process.
    Local(Arc<Mutex<Vec<String>>>),
}

impl Bus {
    /// The bus of a function in AWS.
    ///
    /// # Errors
    /// When the environment lacks its name; it says which variable.
    pub async fn from_env() -> Result<Self, Error> {
        let name = variable("ROLLCALL_EVENT_BUS")?;
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
        Ok(Self::EventBridge { client: aws_sdk_eventbridge::Client::new(&config), name })
    }

    /// A bus in memory.
    #[must_use]
    pub fn local() -> Self {
        Self::Local(Arc::default())
    }

    /// What was sent over a bus in memory, in order; taken out of it.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        match self {
            Self::EventBridge { .. } => Vec::new(),
            Self::Local(sent) => std::mem::take(&mut sent.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Sends a notice, in JSON.
    ///
    /// # Errors
    /// When EventBridge cannot be reached or does not take it.
    pub async fn send(&self, notice: String) -> Result<(), Error> {
        match self {
            Self::Local(sent) => {
                sent.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
                Ok(())
            }
            Self::EventBridge { client, name } => {
                let entry = PutEventsRequestEntry::builder()
                    .event_bus_name(name)
                    .source(SOURCE)
                    .detail_type(DETAIL_TYPE)
                    .detail(notice)
                    .build();
                let doing = "sending a notice";
                let answer = client.put_events().entries(entry).send().await;
                let answer = answer.map_err(|error| Error::service(doing, error))?;
                match answer.entries().iter().find_map(|entry| entry.error_code()) {
                    None => Ok(()),
                    Some(code) => Err(Error::NotSent { code: code.to_owned() }),
                }
            }
        }
    }
}
