//! What is kept in the bucket of S3.

mod body;
mod checksum;
mod file_body;
pub(crate) mod objects;
pub(crate) mod multipart;
mod newest;
mod published;

// A reading in progress, and the snapshot that it becomes.
pub(crate) mod readings;
pub(crate) mod snapshot;
pub(crate) mod sorted;
mod upload;

mod merge;

// What a run saw.
pub(crate) mod report;
mod report_format;
pub(crate) mod report_line;
mod report_stretches;
pub(crate) mod report_writer;
