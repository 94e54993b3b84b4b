//! The life of a run, from its request to its end.
//!
//! Above `shell`, below the two steps (`fetch`, `reconcile`): no file here knows a step. What is public is listed here;
//! everything else is for this crate.

pub(crate) mod request;

pub(crate) mod abandon;
pub(crate) mod finish;

pub(crate) mod metrics;
pub(crate) mod notices;
pub(crate) mod progress;
pub(crate) mod queue_batch;

pub use abandon::end_cut_off;
pub use metrics::measure_age;
pub use queue_batch::{DELIVERIES_MAX, Delivery, work_through};
pub use request::{Requested, RunRequest, StepMessage, choose, request_run, send};
