#![doc = include_str!("../README.md")]

mod config;
mod csv;
mod directory;
mod licence;
mod mapping;
mod mistake;
mod object;
mod policy;
mod roles;
mod secret;
mod section;
mod source;
pub mod sources;
mod syntax;
mod value;
mod words;

#[cfg(test)]
mod tests;

pub use config::{Config, INBOX};
pub use directory::okta::OKTA_STATUSES;
pub use mistake::Mistake;
pub use roles::{Permissions, Roles};
pub use secret::SecretRef;
pub use sources::*;
pub use words::truth_of;
