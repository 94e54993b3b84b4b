//! Where things are kept: the names of the tables and the bucket, given to the functions in their environment, with how
//! they are to be kept.

use crate::error::Error;

/// Names of the tables and the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Name of the installation, in notices and metrics.
    pub stack: String,
    /// The account records.
    pub accounts: String,
    /// Who holds a username.
    pub usernames: String,
    /// Licence, leases, runs.
    pub control: String,
    /// The audit log.
    pub audit: String,
    /// Configuration, dropped files, snapshots, reports.
    pub bucket: String,
    /// After how many days audit entries go; `None` is never.
    pub audit_retention_days: Option<u32>,
    /// Whether the HTTP API lets nobody in as long as the configuration has no `[roles]`.
    pub needs_roles: bool,
}

impl Names {
    /// Reads the names from the environment, as `template.yaml` sets it.
    ///
    /// # Errors
    /// [`Error::Environment`] names what is missing.
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self {
            stack: variable("ROLLCALL_STACK")?,
            accounts: variable("ROLLCALL_ACCOUNTS_TABLE")?,
            usernames: variable("ROLLCALL_USERNAMES_TABLE")?,
            control: variable("ROLLCALL_CONTROL_TABLE")?,
            audit: variable("ROLLCALL_AUDIT_TABLE")?,
            bucket: variable("ROLLCALL_BUCKET")?,
            audit_retention_days: retention("ROLLCALL_AUDIT_RETENTION_DAYS")?,
            needs_roles: variable("ROLLCALL_NEEDS_ROLES")? == "true",
        })
    }

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

pub(crate) fn variable(name: &'static str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| Error::Environment { name, what: "it is not set" })
}

fn retention(name: &'static str) -> Result<Option<u32>, Error> {
    match variable(name) {
        Err(_) => Ok(None),
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => text
            .parse()
            .map(|days| Some(days).filter(|days| *days > 0))
            .map_err(|_| Error::Environment { name, what: "it must be a number of days, 0 for ever" }),
    }
}
