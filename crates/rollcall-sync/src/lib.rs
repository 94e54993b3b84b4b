#![doc = include_str!("../README.md")]

// The ground: what a run needs of the outside world, and what can go wrong.
mod error;
pub mod words;
pub mod actor;
pub mod licence;
pub mod shards;
pub mod shell;

// A run, and its two steps in order.
pub mod between_runs;
mod examine;
mod expiries;
pub mod fetch;
pub mod reconcile;
pub mod run;

// Looking at a source, and at everything that is stored.
pub mod connect;
pub mod doctor;

pub use error::{Error, Kind};
pub use rollcall_config::Permissions;
pub use rollcall_sources::{KnownSecrets, neutralise};
pub use shell::Shell;

/// The storage layer, for those above: they name it through here and depend on no cloud themselves.
pub use rollcall_store as store;
