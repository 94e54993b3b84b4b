#![doc = include_str!("../README.md")]

pub mod csv;
pub mod directory;

mod entra;
mod error;
mod http;
mod known_secrets;
mod ldap;
mod neutralise;
mod okta;
mod person;

pub use error::{Error, MissingColumn, NearColumn};
pub use known_secrets::KnownSecrets;
pub use neutralise::neutralise;
