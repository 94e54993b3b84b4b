//! An installation of Rollcall for one test: embedded servers, a clock that the test moves, ids that count.

mod dump;
mod servers;

pub(crate) use dump::Dump;
pub(crate) use servers::is_emulated;

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use rollcall::embedded::Servers;
use rollcall::embedded::tables;
use rollcall::events;
use rollcall_api::newest_run::all_runs;
use rollcall_config::{Config, SourceConfig};
use rollcall_core::time::Timestamp;
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Names, QueueName, QueuedMessage, Queues, RunId, RunRecord, SHARDS, Store};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tracing_subscriber::util::SubscriberInitExt as _;

/// 2026-01-01T00:00:00Z: the clock's first time.
const FIRST_MILLIS: i64 = 1_767_225_600_000;

/// One installation. Its folder goes with it.
pub(crate) struct World {
    pub(crate) shell: Shell,
    pub(crate) config: Config,
    pub(crate) servers: Servers,
    names: Names,
    clock: Arc<AtomicI64>,
    ids: Arc<AtomicU64>,
    folder: TempDir,
    page_items: u16,
}

/// Every reading of all accounts asks each shard: 64 would be most of what a test with a few people waits for.
const SHARDS_FOR_FEW: u64 = 4;

/// Pages of tables and indexes are short, so that lists have several: nothing may come to an end with the first of them.
const PAGE_ITEMS: u16 = 10;

impl World {
    /// An empty installation with this configuration.
    pub(crate) async fn new(config: &str) -> Self {
        Self::open(TempDir::new().unwrap(), SHARDS_FOR_FEW, config, FIRST_MILLIS, 0).await
    }

    /// An empty installation whose accounts table has so many shards.
    pub(crate) async fn of_shards(shards: u64, config: &str) -> Self {
        Self::open(TempDir::new().unwrap(), shards, config, FIRST_MILLIS, 0).await
    }

    /// The same, which reads tables and indexes in pages of so many items.
    pub(crate) fn in_pages_of(mut self, page_items: u16) -> Self {
        self.page_items = page_items;
        self.shell = self.process(None);
        self
    }

    /// A copy of what the local program has left in its data folder.
    pub(crate) async fn of_data(data: &Path, config: &str) -> Self {
        let folder = TempDir::new().unwrap();
        copy_folder(data, folder.path());
        Self::open(folder, SHARDS, config, FIRST_MILLIS, 0).await
    }

    /// A copy of this installation as it stands, with servers of its own.
    pub(crate) async fn copy(&self, config: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let (millis, ids) = (self.clock.load(Ordering::SeqCst), self.ids.load(Ordering::SeqCst));
        let shards = self.names.shards;
        if is_emulated() {
            let mut copy = Self::open(folder, shards, config, millis, ids).await;
            servers::copy((&self.servers, &self.names), (&copy.servers, &copy.names.bucket)).await;
            // The one that was copied may be another.
            copy.configure(config).await;
            copy.in_pages_of(self.page_items)
        } else {
            copy_folder(self.folder.path(), folder.path());
            Self::open(folder, shards, config, millis, ids).await.in_pages_of(self.page_items)
        }
    }

    async fn open(folder: TempDir, shards: u64, config: &str, millis: i64, ids: u64) -> Self {
        log();
        let (servers, names) = servers::start(folder.path()).await;
        let names = Names { shards, ..names };
        let (clock, ids) = (Arc::new(AtomicI64::new(millis)), Arc::new(AtomicU64::new(ids)));
        tables::create_missing(&aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build())).await.unwrap();
        let shell = shell(&servers, &names, (&clock, &ids), PAGE_ITEMS, None);
        let config_now = parse(config);
        let page_items = PAGE_ITEMS;
        let mut world = Self { shell, config: config_now, servers, names, clock, ids, folder, page_items };
        world.configure(config).await;
        world
    }

    /// Another configuration from now on.
    pub(crate) async fn configure(&mut self, config: &str) {
        self.config = parse(config);
        self.shell.store.put_object(CONFIG_OBJECT, config.as_bytes().to_vec()).await.unwrap();
    }

    /// A shell of another process on the same data: its own queues, every call of its clients seen by this.
    pub(crate) fn process(&self, interceptor: Option<SharedInterceptor>) -> Shell {
        // A call that fails has failed; what the SDK would try again is another call.
        let seen_by = interceptor.map(|interceptor| (interceptor, RetryConfig::disabled()));
        shell(&self.servers, &self.names, (&self.clock, &self.ids), self.page_items, seen_by)
    }

    /// The same, whose clients try again what fails, at once.
    pub(crate) fn process_that_tries_again(&self, interceptor: SharedInterceptor) -> Shell {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        let seen_by = Some((interceptor, retries));
        shell(&self.servers, &self.names, (&self.clock, &self.ids), self.page_items, seen_by)
    }

    /// A shell of another process on the same data, with clients of these settings.
    pub(crate) fn process_on(&self, dynamo: aws_sdk_dynamodb::Config, s3: aws_sdk_s3::Config) -> Shell {
        let clients = (aws_sdk_dynamodb::Client::from_conf(dynamo), aws_sdk_s3::Client::from_conf(s3));
        shell_of(clients, &self.names, (&self.clock, &self.ids), self.page_items)
    }

    /// From here on the HTTP API is one whose stack has a console.
    pub(crate) fn need_roles(&mut self) {
        self.names.needs_roles = true;
        self.shell = self.process(None);
    }

    /// A client of the embedded DynamoDB, to do what Rollcall would not.
    pub(crate) fn dynamo(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::from_conf(self.servers.dynamo().build())
    }

    /// The folder that goes with it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Deletes an object of the bucket, which Rollcall never does.
    pub(crate) async fn remove_object(&self, key: &str) {
        let s3 = aws_sdk_s3::Client::from_conf(self.servers.s3().build());
        s3.delete_object().bucket(&self.names.bucket).key(key).send().await.unwrap();
    }

    /// An object of the bucket.
    pub(crate) async fn object(&self, key: &str) -> Vec<u8> {
        let s3 = aws_sdk_s3::Client::from_conf(self.servers.s3().build());
        let object = s3.get_object().bucket(&self.names.bucket).key(key).send().await.unwrap();
        object.body.collect().await.unwrap().to_vec()
    }

    /// The text of the file behind a link that was signed for a download.
    pub(crate) async fn download(&self, link: &str) -> String {
        let file = self.servers.download(link).await.unwrap();
        assert_eq!(file.status(), 200, "{link}");
        String::from_utf8(file.into_body()).unwrap()
    }

    /// Lets a minute pass.
    pub(crate) fn tick(&self) {
        self.wait(60_000);
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
        let run = events::drop_notice(&self.shell, self.source()).await.unwrap();
        self.finish(&run).await
    }

    /// Presses Reset, and sees the run that follows to its end.
    pub(crate) async fn reset(&self, is_dry_run: bool, approve: Option<&RunId>) -> anyhow::Result<RunRecord> {
        self.tick();
        let run = events::post_reset(&self.shell, self.source(), is_dry_run, approve).await?;
        Ok(self.finish(&run).await)
    }

    /// Presses Reset twice while the timer ticks, each in a process of its own, and sees what follows to its end,
    /// which must be one run.
    pub(crate) async fn reset_twice_and_tick_the_timer(&self) -> RunRecord {
        self.tick();
        let before = all_runs(&self.shell).await.unwrap().len();
        let processes = [self.process(None), self.process(None), self.process(None)];
        let reset = || events::http_event(&json!({ "source": self.source().name.as_str() }), "boss");
        let (one, two, timer) = tokio::join!(
            rollcall_reset::handle(reset(), &processes[0]),
            rollcall_reset::handle(reset(), &processes[1]),
            rollcall_fetch::handle(events::schedule_event(), &processes[2]),
        );
        timer.unwrap();
        for answer in [one.unwrap(), two.unwrap()] {
            assert_eq!(answer["statusCode"], 202, "{answer}");
        }
        for process in &processes {
            events::drain(process).await.unwrap();
        }
        let mut runs = all_runs(&self.shell).await.unwrap();
        assert_eq!(runs.len(), before + 1, "{runs:?}");
        runs.remove(0)
    }

    /// What the queues of AWS do with a message that nobody has finished: they deliver it again.
    pub(crate) async fn deliver_again(&self) {
        for (_, run) in events::dead_runs(&self.shell, &self.config).await.unwrap() {
            self.deliver(&run).await;
            events::drain(&self.shell).await.unwrap();
        }
    }

    /// The message of a run's step, delivered once more.
    pub(crate) async fn deliver(&self, run: &RunId) {
        let record = events::run_record(&self.shell, run).await.unwrap();
        let body = json!({ "run": run }).to_string();
        let is_read = record.snapshot.is_some() || record.undoes.is_some() || record.examination.is_some();
        let answer = if is_read {
            let message = QueuedMessage { queue: QueueName::Reconcile, body };
            rollcall_reconcile::handle(events::queue_event(&message), &self.shell).await
        } else {
            let message = QueuedMessage { queue: QueueName::Fetch, body };
            rollcall_fetch::handle(events::queue_event(&message), &self.shell).await
        };
        assert_eq!(answer.unwrap()["batchItemFailures"], json!([]));
    }

    pub(crate) async fn finish(&self, run: &RunId) -> RunRecord {
        events::drain(&self.shell).await.unwrap();
        events::run_record(&self.shell, run).await.unwrap()
    }
}

fn parse(config: &str) -> Config {
    Config::parse(config).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{config}"))
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn shell(
    servers: &Servers,
    names: &Names,
    (clock, ids): (&Arc<AtomicI64>, &Arc<AtomicU64>),
    page_items: u16,
    seen_by: Option<(SharedInterceptor, RetryConfig)>,
) -> Shell {
    let mut dynamo = servers.dynamo();
    let mut s3 = servers.s3();
    if let Some((interceptor, retries)) = seen_by {
        dynamo = dynamo.interceptor(interceptor.clone()).retry_config(retries.clone());
        s3 = s3.interceptor(interceptor).retry_config(retries);
    }
    let dynamo = aws_sdk_dynamodb::Client::from_conf(dynamo.build());
    let s3 = aws_sdk_s3::Client::from_conf(s3.build());
    shell_of((dynamo, s3), names, (clock, ids), page_items)
}

fn shell_of(
    (dynamo, s3): (aws_sdk_dynamodb::Client, aws_sdk_s3::Client),
    names: &Names,
    (clock, ids): (&Arc<AtomicI64>, &Arc<AtomicU64>),
    page_items: u16,
) -> Shell {
    let (clock, ids) = (Arc::clone(clock), Arc::clone(ids));
    let time = move || Timestamp::from_millis(clock.load(Ordering::SeqCst));
    let id = move || RunId::parse(&format!("run-{}", ids.fetch_add(1, Ordering::SeqCst) + 1)).unwrap();
    let store = Store::new(dynamo, s3, names.clone()).with_page_items(page_items);
    Shell::new(store, Queues::local()).with_clock(time, id)
}

/// With `ROLLCALL_LOG=error` and `--nocapture`, a failing test says more.
fn log() {
    drop(rollcall::logger().try_init());
}
