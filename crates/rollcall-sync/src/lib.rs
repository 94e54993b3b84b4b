#![doc = include_str!("../README.md")]

pub mod shell;
pub mod request;
pub mod fetch;
pub mod reconcile;
pub mod batch;
mod pass;
mod lane;
mod ending;
pub mod admin;
pub mod audit;
pub mod doctor;
pub mod error;

pub use error::{Error, Kind};
pub use shell::Shell;

/// The storage layer, for those above: they name it through here and depend on no cloud themselves.
pub use rollcall_store as store;
