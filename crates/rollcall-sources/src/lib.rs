#![doc = include_str!("../README.md")]

// What a mapping makes of a person's values, in every source.
mod mapped;
mod one_form;
mod entity;
mod oddities;
mod placeholder;

// A file.
pub mod csv;

// A directory: what all kinds have in common, each kind, and what picks the kind.
#[cfg(feature = "directories")]
pub mod directory;
#[cfg(feature = "directories")]
mod person;
#[cfg(feature = "directories")]
mod tally;
#[cfg(feature = "directories")]
mod values;
#[cfg(feature = "directories")]
mod suggest;
#[cfg(feature = "directories")]
mod expiry;
#[cfg(feature = "directories")]
mod http;
#[cfg(feature = "directories")]
mod ldap;
#[cfg(feature = "directories")]
mod entra;
#[cfg(feature = "directories")]
mod okta;
#[cfg(feature = "directories")]
mod open_directory;

// Errors, and what must not get out: secrets in texts, formulas in files.
mod error;
#[cfg(feature = "directories")]
mod known_secrets;
mod neutralise;

pub use error::{DelimiterError, Error, FileError, FileKind, MissingColumn, NearColumn, Stated};
#[cfg(feature = "directories")]
pub use expiry::Expiry;
#[cfg(feature = "directories")]
pub use known_secrets::KnownSecrets;
pub use neutralise::neutralise;
pub use oddities::{OddPeople, Oddities, Oddity};
#[cfg(feature = "directories")]
pub use open_directory::{open_directory, open_directory_telling};
#[cfg(feature = "directories")]
pub use tally::{GroupTally, Kept, Tally};
