//! The names of the tables and the bucket, and the settings of an installation.

/// Names of the tables and the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Name of the installation, in notices and metrics.
    pub stack: String,
    /// The account records.
    pub accounts: String,
    /// The claims on usernames.
    pub usernames: String,
    /// Licence, leases, runs.
    pub control: String,
    /// The audit log.
    pub audit: String,
    /// Configuration, dropped files, snapshots, reports.
    pub bucket: String,
    /// Days after which audit entries are deleted; `None` is never.
    pub audit_retention_days: Option<u32>,
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
            control: String::from("rollcall-control"),
            audit: String::from("rollcall-audit"),
            bucket: String::from("rollcall"),
            audit_retention_days: None,
            needs_roles: false,
        }
    }
}
