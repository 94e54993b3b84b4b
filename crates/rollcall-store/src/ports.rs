//! The services other than DynamoDB and S3: queues, the bus for notices, and secrets. Each is a trait, and a kind for one
//! process.

pub(crate) mod bus;
pub(crate) mod queues;
pub(crate) mod secrets;
