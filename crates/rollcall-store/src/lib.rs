#![doc = include_str!("../README.md")]

mod accounts;
mod answer;
mod applied;
mod audit;
mod beside;
mod bus;
mod commit;
mod dynamo;
mod error;
mod health;
mod lease;
mod ledger;
mod lists;
mod names;
mod noted;
mod objects;
mod observations;
mod queues;
mod readings;
mod requests;
mod runs;
mod schema;
mod secrets;
mod shelf;
mod snapshot;
mod store;
mod trail;
mod wire;

pub use accounts::{AccountsPage, SHARDS, UsernamesPage};
pub use applied::Applied;
pub use audit::{
    AuditEntry, AuditHead, AuditPage, CONFIGURATION_SET, ChangeView, RUN_REQUESTED, SeatsView, StateView,
};
pub use beside::{Left, Noted, REMOVALS_LEFT};
pub use bus::Bus;
pub use commit::{CHANGES_PER_COMMIT_MAX, Committed};
pub use dynamo::Cursor;
pub use error::Error;
pub use health::{Crossing, Health};
pub use lease::{Acquired, Lease};
pub use ledger::{LEDGER_MENDED, LICENCE_SET, Ledger};
pub use lists::{LOCAL, Listed, Part, name_in_index, waiting_place};
pub use names::Names;
pub use objects::SpooledObject;
pub use observations::{ObservationsWriter, Report, ReportPart, Sought};
pub use queues::{QueueName, QueuedMessage, Queues};
pub use readings::{PageRef, Reading, digest_of};
pub use requests::Begun;
pub use runs::{HoldSummary, RunId, RunRecord, RunStatus, RunSummary, RunsPage, Trigger};
pub use secrets::secret;
pub use shelf::AccountShelf;
pub use snapshot::{SnapshotReader, SnapshotRef};
pub use store::Store;
pub use trail::{Period, RunPlace};
pub use wire::{read_time, show_time};
