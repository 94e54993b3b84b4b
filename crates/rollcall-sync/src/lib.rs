#![doc = include_str!("../README.md")]

pub mod actor;
mod adoption;
pub mod batch;
pub mod connect;
pub mod cut_off;
pub mod doctor;
mod ending;
pub mod error;
pub mod fetch;
mod lane;
pub mod licence;
pub mod metrics;
mod notes;
mod notices;
mod pass;
pub mod reconcile;
pub mod request;
pub mod shell;

pub use error::{Error, Kind};
pub use rollcall_config::Permissions;
pub use rollcall_sources::{KnownSecrets, neutralise};
pub use shell::Shell;

/// The storage layer, for those above: they name it through here and depend on no cloud themselves.
pub use rollcall_store as store;
