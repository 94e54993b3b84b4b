#![doc = include_str!("../README.md")]

// The ground floor.
mod error;
mod ids;
mod names;
mod schema;
mod store;
mod wire;

// The SDK, the tables, the bucket, and the other services.
mod aws;
mod bucket;
mod ports;
mod tables;

mod account_spill;
mod digest_key;
mod field_names;

pub use account_spill::SpillFile;
pub use aws::behavior::sdk_behavior;
pub use aws::dynamo::Cursor;
pub use aws::retry::{Cause, is_refusal};
pub use bucket::multipart::Upload;
pub use bucket::objects::SpooledObject;
pub use bucket::readings::{PageRef, PageTally, Reading, bytes_digest, digest_of};
pub use bucket::report::{Report, ReportFilter, ReportPart};
pub use bucket::report_line::LineHead;
pub use bucket::report_writer::ReportWriter;
pub use bucket::snapshot::SnapshotReader;
pub use bucket::sorted::{RecordSorter, SortedRecords};
pub use error::Error;
pub use ids::{ExportId, Lease, RunId, SnapshotOrder, SnapshotRef, Trigger};
pub use names::{Names, SHARDS};
pub use ports::bus::{Bus, NoticeService};
pub use ports::queues::{QueueName, QueueService, QueuedMessage, Queues};
pub use ports::secrets::{SecretPlace, SecretService, SecretStore};
pub use store::Store;
pub use tables::account_keys::{LOCAL, name_in_index, waiting_place};
pub use tables::account_lists::{Direction, Listed, Part};
pub use tables::account_pages::AccountsPage;
pub use tables::accounts::{LastChange, UsernamesPage};
pub use tables::applied::{Applied, HeldPart};
pub use tables::audit::{
    AuditEntry, AuditHead, CONFIGURATION_SET, EXPORTED, FILE_SENT, REMOVALS_DISMISSED, RUN_REQUESTED,
};
pub use tables::audit_query::{AuditPage, Period, RunPosition};
pub use tables::audit_views::{ChangeView, SeatsView, StateView};
pub use tables::between_runs::{BetweenRuns, Moment};
pub use tables::commit::{CHANGES_PER_COMMIT_MAX, Committed, RunCommit, Together};
pub use tables::dismissal::Dismissal;
pub use tables::examination::{Examination, ExaminationResult};
pub use tables::exports::{
    AccountsFilter, ExportFilter, ExportFormat, ExportPosition, ExportRecord, ExportState,
};
pub use tables::feed_read::{FeedPage, FeedPlace};
pub use tables::folded::is_folded;
pub use tables::health::{Crossing, Health};
pub use tables::idempotency::Idempotency;
pub use tables::inspect::{ControlTable, InspectedAccount};
pub use tables::kept_file::{FileRead, FileRef, PutBack};
pub use tables::kept_files::{KeptFile, KeptFiles};
pub use tables::lease::{Acquired, LeaseItem};
pub use tables::ledger::counts::{Counts, Recount};
pub use tables::ledger::{LEDGER_MENDED, LICENCE_SET, Ledger, LimitError, LimitSet};
pub use tables::mend::NewLedger;
pub use tables::run_holds::{HeldParts, HoldSummary, PartSummary};
pub use tables::run_list::RunsPage;
pub use tables::run_people::{Planned, Unprocessed};
pub use tables::run_progress::RunProgress;
pub use tables::run_read::{CredentialExpiry, DirectoryRead, GroupRead};
pub use tables::run_tally::{Changed, RunTally, is_back_waiting, outcome_in_run};
pub use tables::runs::{RunRecord, RunStatus, RunSummary};
pub use tables::schedules::Tick;
pub use tables::seats_by_day::SeatsOfDay;
pub use tables::settled::{How, Settled};
pub use tables::source_change::SourceChange;
pub use tables::undo::{LeftAlone, TakenBack, UndoResult, Undoing, Undone};
pub use tables::words::{KeptWord, LETTERS};
pub use wire::{read_time, show_time};
