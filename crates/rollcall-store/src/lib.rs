#![doc = include_str!("../README.md")]

mod accounts;
mod answer;
mod applied;
mod audit;
mod commit;
mod dynamo;
mod error;
mod lease;
mod ledger;
mod names;
mod objects;
mod observations;
mod queues;
mod runs;
mod shelf;
mod snapshot;
mod store;
mod wire;

pub use accounts::{AccountsPage, SHARDS, UsernamesPage};
pub use applied::Applied;
pub use audit::{AuditEntry, AuditHead, AuditPage, ChangeView, SeatsView, StateView};
pub use commit::{CHANGES_PER_COMMIT_MAX, Committed};
pub use dynamo::Cursor;
pub use error::Error;
pub use lease::{Acquired, Lease};
pub use ledger::{LEDGER_MENDED, LICENCE_SET, Ledger};
pub use names::Names;
pub use objects::SpooledObject;
pub use observations::ObservationsWriter;
pub use queues::{QueueName, QueuedMessage, Queues};
pub use runs::{HoldSummary, RunId, RunRecord, RunStatus, RunSummary, RunsPage, Trigger};
pub use shelf::AccountShelf;
pub use snapshot::{SnapshotReader, SnapshotRef};
pub use store::Store;
pub use wire::show_time;
