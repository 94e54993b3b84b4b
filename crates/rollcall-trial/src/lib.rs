#![doc = include_str!("../README.md")]

// What is in the columns of a file.
mod profile;
mod words;
mod spellings;
mod says;
mod states;
mod heading_words;
mod yes_and_no;
mod changes;

// A configuration for a file.
mod settings;
mod export;
mod exports;
mod headings;
mod find;
mod gone_marks;
mod guess;
mod keys;
mod addresses;
mod status_guess;
mod status_words;
mod unasked;
mod unasked_days;
mod account_control;
mod usual_headings;
mod dates;
mod turned;
mod days;
mod line;
mod logins;
mod conditions;
mod leavers;
mod repeated;
mod propose;
mod write;

// A configuration held against a file.
mod which;
mod tried;
mod finding;
mod refused;
mod shown;
mod doubles;
mod forms;
mod people;
mod tally;
mod senses;
mod without_effect;
mod judge;
mod blame;
mod trial;
mod directory;

pub use directory::try_people;
pub use export::Export;
pub use exports::EXPORTS;
pub use finding::{Finding, Weight};
pub use propose::{Proposal, propose};
pub use refused::Refused;
pub use shown::{Fill, Person};
pub use trial::{Trial, try_file};
pub use which::{WhichSource, source_for};

#[cfg(test)]
mod tests;
