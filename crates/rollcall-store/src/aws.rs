//! The AWS SDK as the store uses it: DynamoDB's items and pages, commits that meet others, and which errors pass by themselves.

pub(crate) mod behavior;
pub(crate) mod contention;
pub(crate) mod dynamo;
pub(crate) mod json;
pub(crate) mod retry;
pub(crate) mod typed_query;
