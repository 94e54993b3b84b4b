//! The message that takes a run from one step to the next.
//!
//! Each step has a FIFO queue; a message names the run only, and the run's record says the rest. At the bottom of the
//! folder: it knows no other file of it.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{ExportId, ExportRecord, Lease, RunRecord, SourceChange};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

/// What the queues carry between the steps of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepMessage {
    /// The run to go on with.
    pub run: String,
}

/// What the reconcile queue carries from one step of an export to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportMessage {
    /// The export to go on with.
    pub export: ExportId,
}

/// A message of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Message {
    /// A step of a run.
    Step(StepMessage),
    /// A step of an export.
    Export(ExportMessage),
}

impl Message {
    /// The step of a run, for a queue that carries nothing else.
    ///
    /// # Errors
    /// When it is something else.
    pub fn of_run(self) -> Result<StepMessage, Error> {
        match self {
            Self::Step(message) => Ok(message),
            Self::Export(_) => Err(serde_json::Error::custom("expected a run").into()),
        }
    }
}

impl StepMessage {
    /// The span of a step: every log line of the step carries its run, and its source as soon as that is known.
    pub(crate) fn span(&self, step: &'static str) -> tracing::Span {
        tracing::info_span!("step", step, run.id = self.run, source.name = tracing::field::Empty)
    }
}

/// Sends a run to its next step. The message may be sent again where the first one may be lost.
///
/// The queue drops a message with the same deduplication id as an earlier one. A caller that has taken the lease passes
/// it, so that the lease's epoch makes the id a new one: the earlier message was for an invocation that has been replaced.
///
/// # Errors
/// When the queue cannot be reached: try again.
pub async fn send_to_next_step(
    shell: &Shell,
    record: &RunRecord,
    lease: Option<&Lease>,
) -> Result<(), Error> {
    let body = serde_json::to_string(&StepMessage { run: record.id.to_string() })?;
    let dedup = format!("{}-{}", record.id, lease.map_or(0, |lease| lease.epoch));
    let is_handed_over = matches!(record.source_change, Some(SourceChange::Rename { .. }));
    let reads_nothing = record.examination.is_some() || record.undoes.is_some() || is_handed_over;
    if record.snapshot.is_some() || reads_nothing {
        shell.queues.send_reconcile(body, &record.source, &dedup).await?;
    } else {
        shell.queues.send_fetch(body, &record.source, &dedup).await?;
    }
    Ok(())
}

/// Sends an export to its next step.
///
/// # Errors
/// When the queue cannot be reached: try again.
pub async fn send_export_on(shell: &Shell, export: &ExportRecord) -> Result<(), Error> {
    let body = serde_json::to_string(&ExportMessage { export: export.id.clone() })?;
    let dedup = format!("{}-{}", export.id, export.epoch);
    Ok(shell.queues.send_export(body, &export.id, &dedup).await?)
}
