#![doc = include_str!("../README.md")]

// The front door.
mod settings;

// The services, each behind a trait of the store.
mod bus;
mod queues;
mod secrets;

// What they stand on.
mod parameter;

use aws_config::{BehaviorVersion, SdkConfig};
use rollcall_store::{Bus, Error, Queues, SecretStore, Store};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Region, credentials and endpoints as the SDK finds them. Read once in the life of a function.
static CONFIG: OnceCell<SdkConfig> = OnceCell::const_new();

/// The store of a function: names from the environment, secrets from AWS.
///
/// # Errors
/// When the environment lacks a name; it says which variable.
pub async fn store_from_env() -> Result<Store, Error> {
    let names = settings::names_from_env()?;
    let config = config().await;
    let (dynamo, s3) = (aws_sdk_dynamodb::Client::new(config), aws_sdk_s3::Client::new(config));
    Ok(Store::new(dynamo, s3, names).with_secrets(secrets().await))
}

/// The SQS queues of a function.
///
/// # Errors
/// When the environment lacks a URL; it says which variable.
pub async fn queues_from_env() -> Result<Queues, Error> {
    let fetch_url = settings::variable("ROLLCALL_FETCH_QUEUE_URL")?;
    let reconcile_url = settings::variable("ROLLCALL_RECONCILE_QUEUE_URL")?;
    let client = aws_sdk_sqs::Client::new(config().await);
    Ok(Queues::served_by(Arc::new(queues::SqsQueues { client, fetch_url, reconcile_url })))
}

/// The EventBridge bus of a function.
///
/// # Errors
/// When the environment lacks its name; it says which variable.
pub async fn bus_from_env() -> Result<Bus, Error> {
    let name = settings::variable("ROLLCALL_EVENT_BUS")?;
    let client = aws_sdk_eventbridge::Client::new(config().await);
    Ok(Bus::served_by(Arc::new(bus::EventBridge { client, name })))
}

/// The secrets that a configuration can name: also those in Secrets Manager and Parameter Store.
pub async fn secrets() -> SecretStore {
    SecretStore::served_by(Arc::new(secrets::AwsSecrets { config: config().await.clone() }))
}

async fn config() -> &'static SdkConfig {
    CONFIG.get_or_init(|| aws_config::load_defaults(BehaviorVersion::latest())).await
}
