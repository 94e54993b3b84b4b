//! The exit code: what a command that has ended says by it. This is the one place that decides it.

use crate::api::Refusal;
use crate::commands::Changing;
use crate::data_error::DataError;
use crate::show::summary::unprocessed;
use crate::usage_error::UsageError;
use rollcall_sync::Kind;
use rollcall_sync::store::{RunRecord, RunStatus};
use std::process::ExitCode;

/// What a finished command says by its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Something is wrong with the data, or with Rollcall; or nobody knows what is wrong.
    DataError,
    /// The command or the configuration must be changed.
    Usage,
    /// Removals are held; a person must look.
    Held,
    /// The source was refused or failed; nothing was changed.
    SourceFailed,
    /// Done, but some people could not be processed (rule 62).
    SomeErrors,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::DataError => 1,
            Exit::Usage => 2,
            Exit::Held => 3,
            Exit::SourceFailed => 4,
            Exit::SomeErrors => 5,
        }
    }

    /// A failed command's. An error of no known kind is no mistake of the person's.
    pub(crate) fn of_error(error: &anyhow::Error) -> Self {
        if let Some(error) = error.downcast_ref::<rollcall_sync::Error>() {
            return Self::of_kind(error.kind());
        }
        if let Some(refusal) = error.downcast_ref::<Refusal>() {
            return if refusal.is_of_usage() { Self::Usage } else { Self::DataError };
        }
        if error.is::<DataError>() {
            Self::DataError
        } else if error.is::<Changing>() {
            Self::SourceFailed
        } else if error.is::<UsageError>() {
            Self::Usage
        } else {
            Self::DataError
        }
    }

    /// How a run ends the program; `kind` says what was wrong where it failed in this process.
    pub(crate) fn of_run(record: &RunRecord, kind: Option<Kind>) -> Self {
        let summary = record.summary.as_ref();
        // A person whose key has changed could not be processed either (rule 54).
        let has_errors = summary.is_some_and(|summary| {
            unprocessed(summary).next().is_some() || summary.held_parts.perhaps_same > 0
        });
        match record.status {
            RunStatus::Failed => kind.map_or(Self::SourceFailed, Self::of_kind),
            RunStatus::Held => Self::Held,
            RunStatus::DryRun if summary.is_some_and(|summary| summary.is_held()) => Self::Held,
            RunStatus::Completed | RunStatus::DryRun if has_errors => Self::SomeErrors,
            RunStatus::Completed | RunStatus::DryRun => Self::Done,
            RunStatus::Requested | RunStatus::Reading | RunStatus::Reconciling => Self::DataError,
        }
    }

    /// What must be done about an error.
    pub(crate) fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::SourceRefused => Self::SourceFailed,
            Kind::Bug | Kind::Deployment | Kind::Retry | Kind::Replaced => Self::DataError,
            Kind::Usage | Kind::Refused => Self::Usage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;
    use crate::data_error::DataError;
    use crate::usage_error::UsageError;
    use anyhow::{Context as _, anyhow};

    #[test]
    fn only_a_known_mistake_of_the_person_ends_with_2() {
        let unknown = anyhow!("the lock cannot be made");
        let io = std::io::Error::other("no space").into();
        let usage = Err::<(), _>(anyhow!("no such file")).context(UsageError::new("reading x.toml"));
        let data = anyhow::Error::from(DataError::new("the tables are lost")).context("opening");
        for (error, exit) in [
            (unknown, Exit::DataError),
            (io, Exit::DataError),
            (usage.unwrap_err().context("more words"), Exit::Usage),
            (data, Exit::DataError),
            (rollcall_sync::Error::NoConfiguration.into(), Exit::Usage),
        ] {
            assert_eq!(Exit::of_error(&error), exit, "{error:#}");
        }
    }
}
