//! Tests of the whole: scenarios, crashes, races, ten thousand people, the local program, the template, the layers.
//!
//! Everything that stores goes through the AWS SDK, over HTTP, to the embedded servers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod answers;
mod bodies;
mod bus;
mod console;
mod costs;
mod crash;
mod dry_runs;
mod echoes;
mod entra;
mod expiries;
mod every_call;
mod exports;
mod fakes;
mod faults;
mod feed;
mod folding_vectors;
mod generator;
mod handlers;
mod handover;
mod indexes;
mod ldap;
mod notices;
mod okta;
mod openapi;
mod pages;
mod permissions;
mod program;
mod races;
mod read_ahead;
mod read_counter;
mod scenario;
mod scenarios;
mod seeded;
mod several_directories;
mod sign_in;
mod template;
mod tidy;
mod truth;
mod world;
mod wrong_files;
