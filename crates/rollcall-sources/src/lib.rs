#![doc = include_str!("../README.md")]

pub mod csv;
mod error;
mod neutralise;

pub use error::{Error, MissingColumn};
pub use neutralise::neutralise;
