//! What stands between the gateway and a handler: requests are read here, strictly; responses are made here.

// On the way in.
pub(crate) mod caller;
pub(crate) mod cursor;
pub(crate) mod idempotency;
pub(crate) mod request;

// On the way out.
pub(crate) mod problem;
pub(crate) mod response;
