//! The store: the clients of the tables and the bucket, with their names. Built once in each process; cheap to clone.

use crate::aws::contention::Contention;
use crate::aws::dynamo::{Item, PAGE_ITEMS_MAX, text};
use crate::error::Error;
use crate::names::Names;
use crate::ports::secrets::SecretStore;
use crate::schema::check_schema;
use std::sync::Arc;

/// Accounts, audit, leases, runs, snapshots, through the AWS SDK.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) names: Arc<Names>,
    secrets: SecretStore,
    /// How many items a page has at most.
    pub(crate) page_items: i32,
    /// Whether commits of this process meet others.
    pub(crate) contention: Contention,
}

impl Store {
    /// A store on these clients.
    #[must_use]
    pub fn new(dynamo: aws_sdk_dynamodb::Client, s3: aws_sdk_s3::Client, names: Names) -> Self {
        let (names, secrets) = (Arc::new(names), SecretStore::local());
        let contention = Contention::default();
        Self { dynamo, s3, names, secrets, page_items: PAGE_ITEMS_MAX, contention }
    }

    /// The same store, with pages of at most `items` items. For tests: a small table then has several pages, too.
    #[must_use]
    pub fn with_page_items(self, items: u16) -> Self {
        Self { page_items: i32::from(items.max(1)), ..self }
    }

    /// The same store, which reads the secrets of a configuration from there; without this, from this machine only.
    #[must_use]
    pub fn with_secrets(self, secrets: SecretStore) -> Self {
        Self { secrets, ..self }
    }

    /// The secrets that the configuration can name.
    #[must_use]
    pub fn secrets(&self) -> &SecretStore {
        &self.secrets
    }

    /// An item of the control table, read consistently.
    pub(crate) async fn control_item(&self, name: &str, doing: &'static str) -> Result<Option<Item>, Error> {
        let response = self
            .dynamo
            .get_item()
            .table_name(&self.names.control)
            .key("name", text(name))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::service(doing, error))?;
        if let Some(item) = &response.item {
            check_schema(item, name)?;
        }
        Ok(response.item)
    }

    /// See [`Names::shards`].
    #[must_use]
    pub fn shards(&self) -> u64 {
        self.names.shards
    }

    /// See [`Names::needs_roles`].
    #[must_use]
    pub fn needs_roles(&self) -> bool {
        self.names.needs_roles
    }

    /// Name of the installation, in notices and metrics.
    #[must_use]
    pub fn stack(&self) -> &str {
        &self.names.stack
    }

    /// Days after which audit entries are deleted; `None` is never.
    #[must_use]
    pub fn audit_retention_days(&self) -> Option<u32> {
        self.names.audit_retention_days
    }
}
