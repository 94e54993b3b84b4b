#![doc = include_str!("../README.md")]

// What a mapping makes of a person's values, in every source.
mod mapped;
mod one_form;
mod entity;

// A file.
pub mod csv;

// A directory: what all kinds have in common, each kind, and what picks the kind.
pub mod directory;
mod person;
mod tally;
mod values;
mod suggest;
mod expiry;
mod http;
mod ldap;
mod entra;
mod okta;
mod open_directory;

// Errors, and what must not get out: secrets in texts, formulas in files.
mod error;
mod known_secrets;
mod neutralise;

pub use entity::Entities;
pub use error::{DelimiterError, Error, FileError, FileKind, MissingColumn, NearColumn, Stated};
pub use expiry::Expiry;
pub use known_secrets::KnownSecrets;
pub use neutralise::neutralise;
pub use open_directory::{open_directory, open_directory_telling};
pub use tally::{GroupTally, Kept, Tally};
