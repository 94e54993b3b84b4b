#![doc = include_str!("../README.md")]

mod config;
mod csv;
mod licence;
mod mapping;
mod mistake;
mod object;
mod policy;
mod section;
mod source;
pub mod sources;
mod syntax;
mod value;
mod words;

#[cfg(test)]
mod tests;

pub use config::{Config, INBOX};
pub use mistake::Mistake;
pub use sources::*;
