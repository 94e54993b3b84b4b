#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod account;
pub mod adoption;
pub mod check;
pub mod commit_rules;
mod dn;
pub mod entry;
pub mod fields;
pub mod fold;
pub mod licence;
pub mod match_key;
pub mod outcome;
pub mod plan;
pub mod planner;
pub mod policy;
pub mod seat_gate;
pub mod shelf;
pub mod snapshot;
pub mod source;
pub mod time;
pub mod username;

#[cfg(test)]
mod naive;
