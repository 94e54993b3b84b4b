//! The embedded stand-ins: DynamoDB (dynoxide on SQLite) and S3 (s3s-fs on a folder), over HTTP on this machine, and
//! a shell that reaches them through the same SDK as in AWS.
//!
//! One process at a time may have a data folder: it is locked, so a run that is found unfinished is a dead one.

use crate::Place;
use crate::tables;
use anyhow::{Context as _, Result, bail};
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rollcall_config::Config;
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Names, Queues, Store};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use std::fs::{File, TryLockError};
use std::future::Future;
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;

/// The key that the embedded servers accept. They listen on this machine only, on a port of the moment.
const KEY: &str = "local";

/// The servers, the shell that reaches them, and the lock on the data folder.
pub(crate) struct Local {
    /// What the handlers are given.
    pub(crate) shell: Shell,
    /// The configuration, checked.
    pub(crate) config: Config,
    _lock: File,
}

/// Runs a command; the servers get threads of their own, for they work synchronously.
pub(crate) fn on_runtime<T>(command: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    Ok(runtime.block_on(command))
}

impl Local {
    /// Opens the data folder, making it where there is none, and starts the servers on it.
    pub(crate) async fn open(place: &Place) -> Result<Self> {
        let text = read_config(&place.config)?;
        let config = Config::parse(&text).map_err(rollcall_sync::Error::Configuration)?;
        let data = place.data_folder();
        std::fs::create_dir_all(&data).with_context(|| format!("making the data folder {}", data.display()))?;
        let lock = lock(&data)?;
        let names = Names::local();
        let dynamo = start_dynamo(&data).await?;
        tables::create_missing(&dynamo).await?;
        let s3 = start_s3(&data, &names.bucket).await?;
        let shell = Shell::new(Store::new(dynamo, s3, names), Queues::local());
        shell.store.put_object(CONFIG_OBJECT, text.into_bytes()).await.context("putting the configuration in place")?;
        Ok(Self { shell, config, _lock: lock })
    }
}

impl Place {
    /// Where the data lies: as asked for, or beside the configuration.
    pub(crate) fn data_folder(&self) -> PathBuf {
        let beside = || self.config.parent().unwrap_or(Path::new("")).join(".rollcall");
        self.data.clone().unwrap_or_else(beside)
    }
}

/// The text of the configuration file.
pub(crate) fn read_config(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("reading the configuration {}; say where it is with --config", path.display()))
}

fn lock(data: &Path) -> Result<File> {
    let path = data.join("lock");
    let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another rollcall is at work on {}; wait until it is done", data.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("locking the data folder"),
    }
}

async fn start_dynamo(data: &Path) -> Result<aws_sdk_dynamodb::Client> {
    let path = data.join("dynamodb.sqlite");
    let path = path.to_str().context("the data folder's path must be UTF-8")?;
    let database = dynoxide::Database::new(path).map_err(|error| anyhow::anyhow!("opening {path}: {error}"))?;
    // Without a sync to disk after each write: safe when the process dies, not when the power goes.
    database.enable_bulk_loading().map_err(|error| anyhow::anyhow!("opening {path}: {error}"))?;
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listening on this machine")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    serve_apart(async move { dynoxide::server::serve_on(listener, database).await })?;
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("local"))
        .credentials_provider(Credentials::new(KEY, KEY, None, None, "local"))
        .endpoint_url(endpoint)
        .build();
    Ok(aws_sdk_dynamodb::Client::from_conf(config))
}

async fn start_s3(data: &Path, bucket: &str) -> Result<aws_sdk_s3::Client> {
    let root = data.join("s3");
    std::fs::create_dir_all(root.join(bucket)).context("making the bucket's folder")?;
    let files = s3s_fs::FileSystem::new(&root).map_err(|error| anyhow::anyhow!("opening the bucket: {error:?}"))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY, KEY));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listening on this machine")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let server = auto::Builder::new(TokioExecutor::new());
        while let Ok((socket, _)) = listener.accept().await {
            let connection = server.serve_connection(TokioIo::new(socket), service.clone()).into_owned();
            // A client that hangs up ends its connection, not the server.
            tokio::spawn(async move { drop(connection.await) });
        }
    });
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .region(aws_sdk_s3::config::Region::new("us-east-1"))
        .credentials_provider(aws_sdk_s3::config::Credentials::new(KEY, KEY, None, None, "local"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .build();
    Ok(aws_sdk_s3::Client::from_conf(config))
}

/// Serves on a thread of its own: dynoxide answers synchronously and would hold up whoever shares its thread.
fn serve_apart(server: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || runtime.block_on(server))?;
    Ok(())
}
