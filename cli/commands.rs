//! The commands. Each says what it asks of the API and how it shows the answer; `sync`, `check` and `doctor` work on this
//! machine's data themselves.

// A run from start to finish.
pub(crate) mod follow;
pub(crate) mod sync;

// What people look at and do, over the API.
pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod config;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod licence;
pub(crate) mod runs;

// What is wrong.
pub(crate) mod check;
pub(crate) mod doctor;

// What names must exist.
mod require;

pub(crate) use sync::Changing;
