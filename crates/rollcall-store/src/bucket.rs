//! What is kept in the bucket of S3.

pub(crate) mod objects;
mod published;

// A reading in progress, and the snapshot that it becomes.
pub(crate) mod readings;
pub(crate) mod snapshot;

// What a run saw.
pub(crate) mod report;
mod report_format;
pub(crate) mod report_writer;
