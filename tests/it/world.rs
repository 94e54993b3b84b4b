//! An installation of Rollcall for one test: embedded servers in memory, a clock that the test moves, ids that count.

use aws_sdk_dynamodb::config::SharedInterceptor;
use rollcall::embedded::Servers;
use rollcall::{drive, tables};
use rollcall_config::{Config, SourceConfig};
use rollcall_core::time::Timestamp;
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Names, Queues, RunId, RunRecord, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tempfile::TempDir;

/// 2026-01-01T00:00:00Z: the clock's first time.
const FIRST_MILLIS: i64 = 1_767_225_600_000;

/// One installation. Its folder goes with it.
pub(crate) struct World {
    pub(crate) shell: Shell,
    pub(crate) config: Config,
    pub(crate) servers: Servers,
    clock: Arc<AtomicI64>,
    ids: Arc<AtomicU64>,
    _buckets: TempDir,
}

impl World {
    /// An empty installation with this configuration.
    pub(crate) async fn new(config: &str) -> Self {
        log();
        let buckets = TempDir::new().unwrap();
        std::fs::create_dir_all(buckets.path().join(Names::local().bucket)).unwrap();
        let database = dynoxide::Database::memory().unwrap();
        let servers = Servers::start(database, buckets.path()).await.unwrap();
        let clock = Arc::new(AtomicI64::new(FIRST_MILLIS));
        let ids = Arc::new(AtomicU64::new(0));
        tables::create_missing(&aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build())).await.unwrap();
        let shell = shell(&servers, &clock, &ids, None);
        let world =
            Self { shell, config: Config::parse(config).unwrap(), servers, clock, ids, _buckets: buckets };
        world.configure(config).await
    }

    /// The same installation under another configuration.
    pub(crate) async fn configure(mut self, config: &str) -> Self {
        self.config = Config::parse(config).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{config}"));
        self.shell.store.put_object(CONFIG_OBJECT, config.as_bytes().to_vec()).await.unwrap();
        self
    }

    /// A shell of another process on the same data: its own queues, every call of its clients seen by this.
    pub(crate) fn process(&self, interceptor: Option<SharedInterceptor>) -> Shell {
        shell(&self.servers, &self.clock, &self.ids, interceptor)
    }

    /// Lets a minute pass.
    pub(crate) fn tick(&self) {
        self.clock.fetch_add(60_000, Ordering::SeqCst);
    }

    /// Lets so many milliseconds pass.
    pub(crate) fn wait(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn source(&self) -> &SourceConfig {
        &self.config.sources[0]
    }

    /// Puts a file in the source's place.
    pub(crate) async fn put_csv(&self, csv: impl Into<Vec<u8>>) {
        self.shell.store.put_object(self.source().object().unwrap(), csv.into()).await.unwrap();
    }

    /// Drops a file, and sees the run that follows to its end.
    pub(crate) async fn sync(&self, csv: impl Into<Vec<u8>>) -> RunRecord {
        self.tick();
        self.put_csv(csv).await;
        let run = drive::drop_notice(&self.shell, self.source()).await.unwrap();
        self.finish(&run).await
    }

    /// Presses Reset, and sees the run that follows to its end.
    pub(crate) async fn reset(&self, is_dry_run: bool, approve: Option<&RunId>) -> anyhow::Result<RunRecord> {
        self.tick();
        let run = drive::post_reset(&self.shell, self.source(), is_dry_run, approve).await?;
        Ok(self.finish(&run).await)
    }

    pub(crate) async fn finish(&self, run: &RunId) -> RunRecord {
        drive::drain(&self.shell).await.unwrap();
        drive::run_record(&self.shell, run).await.unwrap()
    }
}

fn shell(
    servers: &Servers,
    clock: &Arc<AtomicI64>,
    ids: &Arc<AtomicU64>,
    interceptor: Option<SharedInterceptor>,
) -> Shell {
    let mut dynamo = servers.dynamo();
    let mut s3 = servers.s3();
    if let Some(interceptor) = interceptor {
        dynamo = dynamo.interceptor(interceptor.clone());
        s3 = s3.interceptor(interceptor);
    }
    let dynamo = aws_sdk_dynamodb::Client::from_conf(dynamo.build());
    let s3 = aws_sdk_s3::Client::from_conf(s3.build());
    let (clock, ids) = (Arc::clone(clock), Arc::clone(ids));
    let time = move || Timestamp::from_millis(clock.load(Ordering::SeqCst));
    let id = move || RunId::parse(&format!("run-{}", ids.fetch_add(1, Ordering::SeqCst) + 1)).unwrap();
    Shell::new(Store::new(dynamo, s3, Names::local()), Queues::local()).with_clock(time, id)
}

/// With `ROLLCALL_LOG=error` and `--nocapture`, a failing test says more.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ROLLCALL_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
}
