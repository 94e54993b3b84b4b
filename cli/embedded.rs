//! The embedded stand-ins: DynamoDB (dynoxide on SQLite) and S3 (s3s-fs on a folder), over HTTP on this machine, and
//! clients of the AWS SDK that reach them. Shared by the commands, the tests and the benchmarks.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use dynoxide::Database;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The key that the embedded servers accept. They listen on this machine only, on a port of the moment.
const KEY: &str = "local";

/// Where the embedded servers listen.
#[derive(Clone, Debug)]
pub struct Servers {
    dynamo_url: String,
    s3_url: String,
    key: String,
    /// Dropped with the last clone; the servers end then.
    _stop: Option<Arc<(oneshot::Sender<()>, oneshot::Sender<()>)>>,
}

impl Servers {
    /// Serves a database and a folder of buckets until the last clone is dropped.
    ///
    /// # Errors
    /// When this machine has no port to listen on, or the folder cannot be used.
    pub async fn start(database: Database, buckets: &Path) -> Result<Self> {
        let (stop_dynamo, dynamo_stops) = oneshot::channel();
        let (stop_s3, s3_stops) = oneshot::channel();
        Ok(Self {
            dynamo_url: serve_dynamo(database, dynamo_stops).await?,
            s3_url: serve_s3(buckets, s3_stops).await?,
            key: KEY.to_owned(),
            _stop: Some(Arc::new((stop_dynamo, stop_s3))),
        })
    }

    /// Servers of somebody else, both at one address, which tell installations apart by the access key.
    #[must_use]
    pub fn elsewhere(url: String, key: String) -> Self {
        Self { dynamo_url: url.clone(), s3_url: url, key, _stop: None }
    }

    /// Where DynamoDB listens, and where S3 does.
    #[must_use]
    pub fn urls(&self) -> (&str, &str) {
        (&self.dynamo_url, &self.s3_url)
    }

    /// The settings of a DynamoDB client that reaches the embedded server.
    #[must_use]
    pub fn dynamo(&self) -> aws_sdk_dynamodb::config::Builder {
        aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("local"))
            .credentials_provider(Credentials::new(&self.key, KEY, None, None, "local"))
            .endpoint_url(&self.dynamo_url)
    }

    /// The settings of an S3 client that reaches the embedded server.
    #[must_use]
    pub fn s3(&self) -> aws_sdk_s3::config::Builder {
        aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new(&self.key, KEY, None, None, "local"))
            .endpoint_url(&self.s3_url)
            .force_path_style(true)
    }
}

async fn serve_dynamo(database: Database, stops: oneshot::Receiver<()>) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listening on this machine")?;
    let url = format!("http://{}", listener.local_addr()?);
    let stopped = async move { drop(stops.await) };
    serve_apart(
        async move { drop(dynoxide::server::serve_with_shutdown(listener, database, stopped).await) },
    )?;
    Ok(url)
}

async fn serve_s3(buckets: &Path, mut stops: oneshot::Receiver<()>) -> Result<String> {
    let files = crate::folder::Folder::open(buckets)?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY, KEY));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listening on this machine")?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let server = auto::Builder::new(TokioExecutor::new());
        loop {
            let socket = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = &mut stops => return,
            };
            let Ok((socket, _)) = socket else { return };
            // Small answers must not wait for the client's acknowledgement.
            drop(socket.set_nodelay(true));
            let connection = server.serve_connection(TokioIo::new(socket), service.clone()).into_owned();
            // A client that hangs up ends its connection, not the server.
            tokio::spawn(async move { drop(connection.await) });
        }
    });
    Ok(url)
}

/// Serves on a thread of its own: dynoxide answers synchronously and would hold up whoever shares its thread.
fn serve_apart(server: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || runtime.block_on(server))?;
    Ok(())
}
