//! The names of the tables and the bucket, and the settings of an installation.

/// How many shards the accounts table of an installation has.
pub const SHARDS: u64 = 64;

/// Names of the tables and the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Name of the installation, in notices and metrics.
    pub stack: String,
    /// The account records.
    pub accounts: String,
    /// The claims on usernames.
    pub usernames: String,
    /// The words by which people are looked up.
    pub words: String,
    /// Licence, leases, runs.
    pub control: String,
    /// The audit log.
    pub audit: String,
    /// Configuration, dropped files, snapshots, reports.
    pub bucket: String,
    /// Days after which audit entries are deleted; `None` is never.
    pub audit_retention_days: Option<u32>,
    /// How many shards the accounts table has: [`SHARDS`], but in tests, which have few accounts. It stays the same for as
    /// long as there are accounts: with another number they would not be found.
    pub shards: u64,
    /// Whether words are kept of the names, usernames and addresses of accounts (`SearchByName` in `template.yaml`).
    pub keeps_words: bool,
    /// Whether the HTTP API refuses everybody while the configuration has no `[roles]`.
    pub needs_roles: bool,
}

impl Names {
    /// The names in the embedded servers.
    #[must_use]
    pub fn local() -> Self {
        Self {
            stack: String::from("local"),
            accounts: String::from("rollcall-accounts"),
            usernames: String::from("rollcall-usernames"),
            words: String::from("rollcall-words"),
            control: String::from("rollcall-control"),
            audit: String::from("rollcall-audit"),
            bucket: String::from("rollcall"),
            audit_retention_days: None,
            shards: SHARDS,
            keeps_words: true,
            needs_roles: false,
        }
    }
}
