#![doc = include_str!("../README.md")]

// What is in the columns of a file.
mod profile;
mod words;

// A configuration for a file.
mod export;
mod exports;
mod guess;
mod usual_headings;
mod dates;
mod line;
mod propose;
mod write;

// A configuration held against a file.
mod finding;
mod shown;
mod people;
mod tally;
mod senses;
mod judge;
mod trial;

pub use export::Export;
pub use exports::EXPORTS;
pub use finding::{Finding, Weight};
pub use propose::{Proposal, propose};
pub use shown::{Fill, Person};
pub use trial::{Refused, Trial, try_file};

#[cfg(test)]
mod tests;
