//! The errors of the storage, and what the caller should do about each.

use crate::aws::retry::Cause;
use crate::ids::RunId;
use rollcall_core::snapshot::InvalidSnapshot;
use rollcall_core::source::SourceName;
use std::error::Error as StdError;

/// Why something could not be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment lacks something. Correct the deployment.
    #[error("the environment variable {name} cannot be used: {what}")]
    Environment {
        /// Which variable.
        name: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A service could not be reached, or failed for the moment. Try again.
    #[error("{doing}: {cause}")]
    Service {
        /// What was being done.
        doing: &'static str,
        /// What the service said.
        cause: String,
        /// The SDK's error.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Something was stored by a newer version of Rollcall.
    #[error(
        "{what} was stored by a newer version of Rollcall (its schema is {version}); use that version again"
    )]
    Newer {
        /// What it is.
        what: String,
        /// The version of its format.
        version: u64,
    },
    /// EventBridge did not take a notice.
    #[error("EventBridge did not take a notice: {code}")]
    NotSent {
        /// The error code of EventBridge.
        code: String,
    },
    /// A service refuses, and would refuse again. Correct the deployment.
    #[error(
        "{doing} is refused: {cause}; correct the permissions, the table or the bucket that this names, then start a new run"
    )]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// What the service said.
        cause: String,
        /// The SDK's error.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A stored item or object is not what Rollcall writes. Somebody else wrote it: correct it by hand.
    #[error("{what} cannot be read: {why}")]
    Corrupt {
        /// Which item or object.
        what: String,
        /// What was expected.
        why: String,
    },
    /// The records cannot be a snapshot, or the published snapshot is not what was published.
    #[error("the snapshot cannot be used: {0}")]
    Snapshot(#[from] InvalidSnapshot),
    /// The control table is empty, but the bucket is not: the tables are not those of this installation.
    #[error(
        "the tables know of no run, but the bucket has snapshots or reports of runs ({object}): the database of this installation \
         is lost, and with it the blocks that administrators set. Nothing was changed. Restore the tables from a backup \
         (on this machine: the file dynamodb.sqlite in the data folder); if only the control table is lost, `rollcall \
         doctor --repair` makes it again. To start again on purpose, delete everything under snapshots/ and reports/ in \
         the bucket (on this machine: the whole data folder)"
    )]
    TablesLost {
        /// The first of these objects.
        object: String,
    },
    /// The licence's item is missing, and runs have given seats under it.
    #[error(
        "the licence is gone from the control table, but run {run} of {source_name} has given seats under it; nothing was \
         changed. Restore the item from a backup, or run `rollcall doctor --repair`, which counts the seats again"
    )]
    LicenceLost {
        /// A source whose run has given seats.
        source_name: SourceName,
        /// That run.
        run: RunId,
    },
    /// Another run has taken the lease. What this run was about to write was not written.
    #[error("run {run} no longer holds the lease of {source_name}; another run continues")]
    Fenced {
        /// The source.
        source_name: SourceName,
        /// The run that lost it.
        run: RunId,
    },
    /// There is no such object.
    #[error("there is no {key} in the bucket; drop the file there")]
    NoSuchObject {
        /// The object's key.
        key: String,
    },
    /// The object changed while it was read.
    #[error("{key} was changed while it was being read; nothing was changed, the next run reads it again")]
    ChangedWhileRead {
        /// The object's key.
        key: String,
    },
    /// A newer snapshot was applied already (rule 25).
    #[error("a newer snapshot of {source_name} has been applied already; nothing was changed")]
    OlderSnapshot {
        /// The source.
        source_name: SourceName,
    },
    /// Other writers changed the same item each time this one tried. Try again.
    #[error("other writers keep changing {what}; try again")]
    Contended {
        /// What.
        what: &'static str,
    },
    /// A secret that is not where the configuration says.
    #[error("the secret {name} cannot be read: {why}")]
    Secret {
        /// Its place, as the configuration names it.
        name: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A temporary file on this machine failed.
    #[error("{}", of_temporary_file(.0))]
    File(#[from] std::io::Error),
    /// A background thread ended early.
    #[error("a background task ended early: {0}")]
    Lost(#[from] tokio::task::JoinError),
}

fn of_temporary_file(error: &std::io::Error) -> String {
    let folder = std::env::temp_dir();
    format!(
        "a temporary file in {}: {error}; make room there, or name another folder in TMPDIR",
        folder.display()
    )
}

impl Error {
    /// Whether trying again may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Service { .. }
            | Self::Contended { .. }
            | Self::NotSent { .. }
            | Self::File(_)
            | Self::Lost(_) => true,
            Self::Environment { .. }
            | Self::Refused { .. }
            | Self::Newer { .. }
            | Self::Secret { .. }
            | Self::Corrupt { .. }
            | Self::TablesLost { .. }
            | Self::LicenceLost { .. }
            | Self::Fenced { .. }
            | Self::NoSuchObject { .. }
            | Self::ChangedWhileRead { .. }
            | Self::OlderSnapshot { .. }
            | Self::Snapshot(_) => false,
        }
    }

    /// Whether the input of the source is missing or unusable. Nothing was changed then.
    #[must_use]
    pub fn is_of_source(&self) -> bool {
        matches!(
            self,
            Self::NoSuchObject { .. }
                | Self::ChangedWhileRead { .. }
                | Self::OlderSnapshot { .. }
                | Self::Snapshot(_)
        )
    }

    /// Whether the permissions, the tables, the bucket or the environment must be corrected.
    #[must_use]
    pub fn is_of_deployment(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Newer { .. }
                | Self::TablesLost { .. }
                | Self::LicenceLost { .. }
                | Self::Environment { .. }
                | Self::Secret { .. }
        )
    }

    /// An error of a service, with the whole chain of its causes in the text.
    #[must_use]
    pub fn service(doing: &'static str, source: impl Cause) -> Self {
        let mut cause = source.to_string();
        let mut next = source.source();
        while let Some(inner) = next {
            let text = inner.to_string();
            if !cause.contains(&text) {
                cause = format!("{cause}: {text}");
            }
            next = inner.source();
        }
        let is_for_good = source.is_for_good();
        let source = Box::new(source);
        if is_for_good {
            Self::Refused { doing, cause, source }
        } else {
            Self::Service { doing, cause, source }
        }
    }

    pub(crate) fn corrupt(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into(), why: why.into() }
    }
}
