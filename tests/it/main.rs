//! Tests of the whole: scenarios, crashes, races, ten thousand people, the local program, the template, the layers.
//!
//! Everything that stores goes through the AWS SDK, over HTTP, to the embedded servers.

mod world;
mod scenario;
mod scenarios;
mod crash;
mod races;
mod handlers;
mod generator;
mod truth;
mod program;
mod template;
mod tidy;
