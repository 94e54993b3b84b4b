#![doc = include_str!("../README.md")]

// The front door, and what it gives out.
mod config;
pub mod sources;
mod out_of_sight;
mod secret;

// The sections of the file, in its order.
mod licence;
mod policy;
mod roles;
mod source;

// The language of the mapping: how a value is made, and who is in scope.
mod scan;
pub mod template;
pub mod condition;

// What a source may have: its object, its kind's settings, its mapping.
mod object;
pub mod object_pattern;
mod csv;
mod directory;
mod mapping;
mod misnamed;
mod column;
mod status;
mod dates;
mod nothing;
mod spreadsheet_error;
mod words;

// What a source means, in sentences.
mod sentences;

// The folders of the bucket, for everybody who makes a key.
pub mod folders;

// How a text is read, from its syntax to one value, and what is wrong in it.
mod syntax;
mod section;
mod value;
mod mistake;
mod lines;
mod titles;

#[cfg(test)]
mod tests;

pub use condition::Condition;
pub use config::Config;
pub use csv::is_delimiter;
pub use dates::{DateFormat, DateRule, Edge, Pattern};
pub use directory::okta::OKTA_STATUSES;
pub use lines::{Lines, place};
pub use mistake::Mistake;
pub use nothing::{NOTHING, Nothing};
pub use out_of_sight::OutOfSight;
pub use roles::{Permissions, Role, Roles};
pub use secret::SecretRef;
pub use sources::*;
pub use spreadsheet_error::is_spreadsheet_error;
pub use status::{StatusColumn, StatusRule, Verdict, is_opposite, is_opposite_of_admin};
pub use template::{Template, Values};
pub use words::truth_of;
