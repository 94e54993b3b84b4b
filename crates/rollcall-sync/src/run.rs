//! The life of a run, from its request to its end.
//!
//! Above `shell`, below the two steps (`fetch`, `reconcile`): no file here knows a step. A run begins with `request`; each
//! step takes it up, and ends it with `finish` or sends it on. `finish` answers with the request that waited for the run,
//! and the step begins it (`begin_next`): nothing here calls itself.
//!
//! What is public is listed here; everything else is for this crate.

// The beginning.
pub(crate) mod request;
mod request_examination;
mod request_source_change;
mod request_undo;
mod put_file;
mod trial;

// What a step does first and last.
pub(crate) mod message;
pub(crate) mod take_up;

pub(crate) mod finish;

mod abandon;

// Dates that pass.
pub(crate) mod dates;

// The source's lease, and the request that waits for it.
pub(crate) mod lease;

pub(crate) mod next;

// The queue's messages, in order.
mod queue_batch;

// What a run has done, and what it reports: meanwhile, and at the end.
pub(crate) mod tally;

pub(crate) mod progress;

mod notices;

mod metrics;

pub use abandon::end_cut_off;
pub use dates::{NextDate, next_dates, request_for_date};
pub use message::{ExportMessage, Message, StepMessage, send_export_on, send_to_next_step};
pub use metrics::measure_age;
pub use put_file::{Sent, object_for, request_put, tried_file};
pub use queue_batch::{DELIVERIES_MAX, Delivery, pause_after, work_through};
pub use request::{Previous, Requested, RunRequest, choose, request_run};
pub use request_examination::request_examination;
pub use request_source_change::{request_renaming, request_retirement};
pub use request_undo::{UndoRequest, request_undo};
pub use trial::{SENT_FILE_BYTES_MAX, request_trial};
