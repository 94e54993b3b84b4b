//! Who commits: a run under its lease, or a person, perhaps in a moment between two runs.

use crate::error::Error;
use crate::ids::Lease;
use crate::tables::audit::AuditHead;
use crate::tables::audit_write::Mark;
use crate::tables::between_runs::BetweenRuns;
use crate::tables::run_tally::{Changed, RunTally};
use std::time::Duration;

/// A run that commits.
#[derive(Clone, Copy, Debug)]
pub struct RunCommit<'a> {
    /// Its lease.
    pub lease: &'a Lease,
    /// What it has committed before, in all its invocations.
    pub tally: &'a RunTally,
    /// The accounts that it has changed before.
    pub changed: &'a Changed,
    /// How long it goes on meeting others.
    pub patience: Duration,
}

/// Who has decided on changes.
#[derive(Clone, Copy)]
pub(super) enum Decider<'a> {
    Run(&'a RunCommit<'a>),
    /// With the moment between two runs, where none may have begun since.
    Person(Option<&'a BetweenRuns>),
}

/// Who commits.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) head: &'a AuditHead,
    /// The run, if a run commits.
    pub(super) run: Option<&'a RunCommit<'a>>,
    /// A moment between two runs in which a person has decided.
    pub(super) moment: Option<&'a BetweenRuns>,
    /// What the run has committed before.
    pub(super) tally: &'a RunTally,
    /// The same mark on every audit entry, in every try.
    pub(super) mark: &'a Mark,
}

/// The error where a condition on the lease has failed.
pub(super) fn fenced(run: Option<&RunCommit<'_>>) -> Error {
    match run {
        Some(RunCommit { lease, .. }) => {
            Error::Fenced { source_name: lease.source.clone(), run: lease.run.clone() }
        }
        None => Error::Contended { what: "the lease" },
    }
}
