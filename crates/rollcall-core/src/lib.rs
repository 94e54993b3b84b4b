#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod source;
pub mod fold;
pub mod match_key;
pub mod username;
pub mod fields;
pub mod time;
pub mod entry;
pub mod account;
pub mod licence;
pub mod policy;
pub mod outcome;
pub mod seat_gate;
pub mod snapshot;
pub mod planner;
pub mod plan;
pub mod check;

#[cfg(test)]
mod naive;
