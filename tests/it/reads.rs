//! Counts what is read of DynamoDB: items and keys that a query looked at, records that were fetched, and scans.

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The counts of one process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads {
    items: Arc<AtomicU64>,
    scans: Arc<AtomicU64>,
}

impl Reads {
    /// What makes a process's calls count.
    pub(crate) fn interceptor(&self) -> SharedInterceptor {
        SharedInterceptor::new(self.clone())
    }

    /// Items and keys that were read.
    pub(crate) fn items(&self) -> u64 {
        self.items.load(Ordering::SeqCst)
    }

    /// Scans of a table.
    pub(crate) fn scans(&self) -> u64 {
        self.scans.load(Ordering::SeqCst)
    }
}

impl Intercept for Reads {
    fn name(&self) -> &'static str {
        "reads"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        self.scans.fetch_add(u64::from(target.ends_with(".Scan")), Ordering::SeqCst);
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(body) = context.response().body().bytes() else { return Ok(()) };
        // What is no JSON is of S3.
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let looked_at = body["ScannedCount"].as_u64().unwrap_or(0);
        let tables = body["Responses"].as_object().into_iter().flat_map(serde_json::Map::values);
        let fetched: usize = tables.map(|items| items.as_array().map_or(0, Vec::len)).sum();
        self.items
            .fetch_add(looked_at + fetched as u64 + u64::from(body["Item"].is_object()), Ordering::SeqCst);
        Ok(())
    }
}
