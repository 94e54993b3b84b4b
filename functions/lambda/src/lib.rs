//! What the functions have in common: the events of queues, and the runtime that serves events.
//!
//! Below the handlers of the functions, above `rollcall-sync`. The runtime is behind a feature, so that nothing at home links it.

mod queue_event;
#[cfg(feature = "runtime")]
mod runtime;

pub use queue_event::{deliveries, response};
#[cfg(feature = "runtime")]
pub use runtime::{Error, secrets, serve, shell_from_env, start_log};
