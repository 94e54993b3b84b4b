//! A service that takes connections and never answers, as each client of this crate meets it.

use super::{Clients, Timeouts};
use crate::bus::EventBridge;
use crate::parameter::tests::config;
use crate::queues::SqsQueues;
use crate::secrets::AwsSecrets;
use rollcall_store::{
    Error, Names, NoticeService as _, QueueName, QueueService as _, QueuedMessage, SecretPlace,
    SecretService as _, Store,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// Short enough for a test, in the relation of the real ones.
const SHORT: Timeouts = Timeouts {
    connect: Duration::from_millis(100),
    read: Duration::from_millis(100),
    attempt: Duration::from_millis(150),
    operation: Duration::from_secs(4),
};

/// How often the SDK tries a call.
const TRIES: usize = 3;

/// A server that takes connections and never answers.
struct Silent {
    clients: Clients,
    connections: Arc<AtomicUsize>,
}

impl Silent {
    async fn start(timeouts: Timeouts) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok(connection) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                open.push(connection);
            }
        });
        let config = config().into_builder().endpoint_url(url).timeout_config(timeouts.config()).build();
        Self { clients: Clients::of(config), connections }
    }

    /// Whether this call ended as it must: in time, after all its tries, with an error that passes.
    async fn gives_up(&self, call: impl Future<Output = Option<Error>>) {
        let (before, begun) = (self.connections.load(Ordering::SeqCst), Instant::now());
        let error = call.await.expect("nobody answers");
        assert!(begun.elapsed() < SHORT.operation + Duration::from_secs(1), "{:?}", begun.elapsed());
        assert!(error.is_retryable() && !error.is_of_deployment(), "{error:?}");
        let tries = self.connections.load(Ordering::SeqCst) - before;
        assert_eq!(tries, TRIES, "{error}");
    }
}

fn names() -> Names {
    // S3 would put the bucket into the host's name.
    Names { bucket: String::from("Not.A.Host"), ..Names::local() }
}

#[tokio::test]
async fn a_database_that_never_answers_is_given_up() {
    let silent = Silent::start(SHORT).await;
    let store = Store::new(silent.clients.dynamo.clone(), silent.clients.s3.clone(), names());
    silent.gives_up(async { store.accounts_page(0, None).await.err() }).await;
}

#[tokio::test]
async fn a_bucket_that_never_answers_is_given_up() {
    let silent = Silent::start(SHORT).await;
    let store = Store::new(silent.clients.dynamo.clone(), silent.clients.s3.clone(), names());
    silent.gives_up(async { store.get_text("config/rollcall.toml").await.err() }).await;
    silent.gives_up(async { store.put_object("reports/a", vec![0; 100]).await.err() }).await;
}

#[tokio::test]
async fn a_queue_a_bus_and_a_secret_that_never_answer_are_given_up() {
    let silent = Silent::start(SHORT).await;
    let url = || String::from("https://sqs.eu-central-1.amazonaws.com/123456789012/fetch.fifo");
    let queues = SqsQueues { client: silent.clients.sqs.clone(), fetch_url: url(), reconcile_url: url() };
    let message = QueuedMessage { queue: QueueName::Fetch, body: String::from("{}") };
    let bus = EventBridge { client: silent.clients.events.clone(), name: String::from("default") };
    let secrets =
        AwsSecrets { client: silent.clients.secrets.clone(), config: silent.clients.config.clone() };
    silent.gives_up(async { queues.send(message, "staff", "1").await.err() }).await;
    silent.gives_up(async { bus.send(String::from("{}")).await.err() }).await;
    silent.gives_up(async { secrets.read(SecretPlace::SecretsManager("okta")).await.err() }).await;
}

#[test]
fn each_client_has_every_time_out() {
    let clients = Clients::of(config().into_builder().timeout_config(Timeouts::AWS.config()).build());
    for timeouts in [
        clients.dynamo.config().timeout_config(),
        clients.s3.config().timeout_config(),
        clients.sqs.config().timeout_config(),
        clients.events.config().timeout_config(),
        clients.secrets.config().timeout_config(),
    ] {
        let timeouts = timeouts.unwrap();
        assert_eq!(timeouts, &Timeouts::AWS.config());
        assert!(timeouts.connect_timeout() < timeouts.operation_attempt_timeout());
        // Three tries fit, and the functions behind the HTTP API (29 seconds) can still say what is wrong.
        let (attempt, operation) = (Timeouts::AWS.attempt, Timeouts::AWS.operation);
        assert!(attempt * 3 < operation && operation < Duration::from_secs(29));
    }
}
