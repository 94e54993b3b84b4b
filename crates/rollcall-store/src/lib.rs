#![doc = include_str!("../README.md")]

mod store;
mod names;
mod commit;
mod accounts;
mod ledger;
mod lease;
mod runs;
mod applied;
mod audit;
mod observations;
mod snapshot;
mod objects;
mod queues;
mod dynamo;
mod wire;
mod error;

pub use accounts::{AccountsPage, SHARDS, UsernamesPage};
pub use applied::Applied;
pub use audit::{AuditEntry, AuditHead, AuditPage, ChangeView, SeatsView, StateView};
pub use commit::{CHANGES_PER_COMMIT_MAX, Committed};
pub use dynamo::Cursor;
pub use error::Error;
pub use lease::{Acquired, Lease};
pub use ledger::Ledger;
pub use names::Names;
pub use objects::SpooledObject;
pub use observations::ObservationsWriter;
pub use queues::{QueueName, QueuedMessage, Queues};
pub use runs::{HoldSummary, RunId, RunRecord, RunStatus, RunSummary, RunsPage, Trigger};
pub use snapshot::{SnapshotReader, SnapshotRef};
pub use store::Store;
pub use wire::show_time;
