#![doc = include_str!("../README.md")]

// The ground: what a run needs of the outside world, and what can go wrong.
mod error;
pub mod licence;
pub mod shell;

// A run, and its two steps in order.
pub mod fetch;
pub mod reconcile;
pub mod run;

// Looking at a source, and at everything that is stored.
pub mod connect;
pub mod doctor;

// What people do and ask.
pub mod accounts;
pub mod admin;
pub mod audit;
mod complete;
pub mod configuration;
pub mod explain;
pub mod export;
pub mod leave;
pub mod trail;
pub mod waiting;

pub use error::{Error, Kind};
pub use rollcall_config::Permissions;
pub use rollcall_sources::KnownSecrets;
pub use shell::Shell;

/// The storage layer, for those above: they name it through here and depend on no cloud themselves.
pub use rollcall_store as store;
