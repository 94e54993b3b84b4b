#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

// The words: a source, the keys and names in it, a person in it.
pub mod source;
mod dn;
pub mod fold;
mod natural;
mod alike;
pub mod match_key;
pub mod username;
pub mod keyed;
pub mod fields;
pub mod time;
pub mod entry;

// An account, and what limits accounts.
pub mod history;
pub mod account;
pub mod person;
pub mod adoption;
pub mod licence;
pub mod limit_change;
pub mod warn_at;
pub mod policy;
pub mod seat_gate;
pub mod give_seat;

// The decision: what is said of an account, the snapshot, the plan, and the planner above it.
pub mod outcome;
pub mod naming;
pub mod snapshot;
pub mod account_spill;
pub mod plan;
pub mod planner;
pub mod undo;

// What a commit may still take; a second look at the decision, and a second statement of the rules.
pub mod commit_rules;
pub mod check;
#[cfg(test)]
mod naive;
