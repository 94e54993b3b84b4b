//! The services beside tables and bucket: queues, the bus for notices, and secrets.

pub(crate) mod bus;
pub(crate) mod queues;
pub(crate) mod secrets;
