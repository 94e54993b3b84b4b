#![doc = include_str!("../README.md")]

// The front door.
mod settings;

// The services, each behind a trait of the store.
mod bus;
mod queues;
mod secrets;

// What they stand on.
mod clients;
mod parameter;

use clients::Clients;
use rollcall_store::{Bus, Error, Queues, SecretStore, Store};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The clients of this process. Made once in the life of a function.
static CLIENTS: OnceCell<Clients> = OnceCell::const_new();

/// The store of a function: names from the environment, secrets from AWS.
///
/// # Errors
/// When the environment lacks a name; it says which variable.
pub async fn store_from_env() -> Result<Store, Error> {
    let names = settings::names_from_env()?;
    let clients = clients().await;
    Ok(Store::new(clients.dynamo.clone(), clients.s3.clone(), names).with_secrets(secrets().await))
}

/// The SQS queues of a function.
///
/// # Errors
/// When the environment lacks a URL; it says which variable.
pub async fn queues_from_env() -> Result<Queues, Error> {
    let fetch_url = settings::variable("ROLLCALL_FETCH_QUEUE_URL")?;
    let reconcile_url = settings::variable("ROLLCALL_RECONCILE_QUEUE_URL")?;
    let client = clients().await.sqs.clone();
    Ok(Queues::served_by(Arc::new(queues::SqsQueues { client, fetch_url, reconcile_url })))
}

/// The EventBridge bus of a function.
///
/// # Errors
/// When the environment lacks its name; it says which variable.
pub async fn bus_from_env() -> Result<Bus, Error> {
    let name = settings::variable("ROLLCALL_EVENT_BUS")?;
    let client = clients().await.events.clone();
    Ok(Bus::served_by(Arc::new(bus::EventBridge { client, name })))
}

/// The secrets that a configuration can name: also those in Secrets Manager and Parameter Store.
pub async fn secrets() -> SecretStore {
    let clients = clients().await;
    let (client, config) = (clients.secrets.clone(), clients.config.clone());
    SecretStore::served_by(Arc::new(secrets::AwsSecrets { client, config }))
}

async fn clients() -> &'static Clients {
    CLIENTS.get_or_init(Clients::load).await
}
