//! An installation with embedded servers in a folder, as the local program has one. Shared by the benchmarks that
//! make whole runs.

use anyhow::{Context as _, Result};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use rollcall::embedded::{Servers, tables};
use rollcall::events;
use rollcall_config::Config;
use rollcall_sync::Shell;
use rollcall_sync::shell::{CONFIG_OBJECT, Limits};
use rollcall_sync::store::{Names, QueueName, QueuedMessage, Queues, Store};
use std::path::Path;

/// One installation.
pub(crate) struct Site {
    pub(crate) shell: Shell,
    pub(crate) config: Config,
    _servers: Servers,
}

impl Site {
    /// An installation with this configuration, in an empty folder. `through` is given DynamoDB's server, and what it answers is asked instead.
    pub(crate) async fn new(
        folder: &Path,
        config: &str,
        through: impl FnOnce(SharedHttpClient) -> SharedHttpClient,
    ) -> Result<Self> {
        let (buckets, names) = (folder.join("s3"), Names::local());
        std::fs::create_dir_all(buckets.join(&names.bucket))?;
        let database = folder.join("dynamodb.sqlite");
        let database = dynoxide::Database::new(database.to_str().context("a folder with an odd name")?)?;
        database.enable_bulk_loading()?;
        let servers = Servers::start(database, &buckets)?;
        let inside = servers.dynamo().build().http_client().context("no embedded server")?;
        let dynamo =
            aws_sdk_dynamodb::Client::from_conf(servers.dynamo().http_client(through(inside)).build());
        let s3 = aws_sdk_s3::Client::from_conf(servers.s3().build());
        tables::create_missing(&dynamo).await?;
        let shell = Shell::new(Store::new(dynamo, s3, names), Queues::local());
        shell.store.put_object(CONFIG_OBJECT, config.as_bytes().to_vec()).await?;
        let config = Config::parse(config).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
        Ok(Self { shell, config, _servers: servers })
    }

    /// Delivers a message to its function, which may do so much.
    pub(crate) async fn deliver(&self, message: &QueuedMessage, limits: Limits) -> Result<()> {
        let shell = self.shell.clone().with_limits(limits);
        let event = events::queue_event(message);
        match message.queue {
            QueueName::Fetch => rollcall_fetch::handle(event, &shell).await.map(drop),
            QueueName::Reconcile => rollcall_reconcile::handle(event, &shell).await.map(drop),
        }
    }
}
