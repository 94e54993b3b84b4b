//! What can go wrong with the storage, and what the caller should do about it.

use crate::aws::retry::Cause;
use crate::ids::RunId;
use rollcall_core::source::SourceName;
use std::error::Error as StdError;

/// Why something could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment lacks something. Mend the deployment.
    #[error("the environment variable {name} cannot be used: {what}")]
    Environment {
        /// Which variable.
        name: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A service could not be reached, or could not do it at the moment. Try again.
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
        /// The version of its shape.
        version: u64,
    },
    /// EventBridge did not take a notice.
    #[error("a notice was not taken by EventBridge: {code}")]
    NotSent {
        /// Its word for it.
        code: String,
    },
    /// A service refuses, and would however often it is asked. Mend the deployment.
    #[error(
        "{doing} is refused: {cause}; mend the permissions, the table or the bucket that this names, then start a new run"
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
    /// A stored thing is not what Rollcall stores. Somebody else wrote it: mend it by hand.
    #[error("{what} cannot be read: {why}")]
    Corrupt {
        /// Which thing.
        what: String,
        /// What was expected.
        why: String,
    },
    /// The control table is empty, and the bucket is not: they are not those of this installation any more.
    #[error(
        "the tables know of no run, but the bucket holds what runs have read and reported ({object}): the database of this \
         installation is lost, and with it who was blocked by an administrator. Nothing was changed. Restore the tables \
         from a backup (on this machine: the file dynamodb.sqlite in the data folder); where only the control table is \
         lost, `rollcall doctor --repair` makes it anew. To begin anew on purpose, delete everything under snapshots/ and \
         reports/ in the bucket (on this machine: the whole data folder)"
    )]
    TablesLost {
        /// The first object that says so.
        object: String,
    },
    /// The licence's item is gone, and runs have given seats under it.
    #[error(
        "the licence is gone from the control table, and run {run} of {source_name} has given seats under it; nothing was \
         changed. Restore the item from a backup, or have `rollcall doctor --repair` count again"
    )]
    LicenceLost {
        /// A source whose run has given seats.
        source_name: SourceName,
        /// That run.
        run: RunId,
    },
    /// Another run has taken the lease; whatever this one was about to write was not written.
    #[error("run {run} no longer holds the lease of {source_name}; another goes on with it")]
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
    /// The object was overwritten while it was being read.
    #[error("{key} was changed while it was being read; nothing was changed, the next run reads it again")]
    ChangedWhileRead {
        /// The object's key.
        key: String,
    },
    /// A newer snapshot has been applied already (product 25).
    #[error("a newer snapshot of {source_name} has been applied already; nothing was changed")]
    OlderSnapshot {
        /// The source.
        source_name: SourceName,
    },
    /// The same things are being changed by others without end. Try again.
    #[error("{what} is being changed by others again and again; try again")]
    Contended {
        /// What.
        what: &'static str,
    },
    /// A secret that is not where the configuration says.
    #[error("the secret {name} cannot be read: {why}")]
    Secret {
        /// Where it should lie.
        name: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A file on this machine.
    #[error("{}", of_temporary_file(.0))]
    File(#[from] std::io::Error),
    /// A thread was lost.
    #[error("work was cut off: {0}")]
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
            | Self::OlderSnapshot { .. } => false,
        }
    }

    /// Whether what was to be read from the source is missing or unusable; nothing was changed.
    #[must_use]
    pub fn is_of_source(&self) -> bool {
        matches!(self, Self::NoSuchObject { .. } | Self::ChangedWhileRead { .. } | Self::OlderSnapshot { .. })
    }

    /// Whether the permissions, the tables, the bucket or the environment must be mended.
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

    /// From an error of the SDK, with the whole chain of its causes in the text.
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
