//! The AWS SDK as the store uses it: DynamoDB's items and pages, and which errors pass by themselves.

pub(crate) mod dynamo;
pub(crate) mod retry;
