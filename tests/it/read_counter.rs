//! Counts what is read: of DynamoDB items and keys that a query looked at, records that were fetched, and scans; of S3 which
//! objects, and how many bytes.

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The counts of one process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads {
    items: Arc<AtomicU64>,
    scans: Arc<AtomicU64>,
    objects: Arc<Mutex<Vec<(String, u64)>>>,
}

/// The address of the object that a call is about.
#[derive(Debug)]
struct Object(String);

impl Storable for Object {
    type Storer = StoreReplace<Self>;
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

impl Reads {
    /// The bytes of each answer about an object with this in its key.
    pub(crate) fn bytes_of(&self, part: &str) -> Vec<u64> {
        let objects = self.objects.lock().unwrap();
        objects.iter().filter(|(key, _)| key.contains(part)).map(|(_, bytes)| *bytes).collect()
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
        call: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target");
        if target.is_none() {
            call.interceptor_state().store_put(Object(context.request().uri().to_owned()));
        }
        let target = target.unwrap_or_default();
        self.scans.fetch_add(u64::from(target.ends_with(".Scan")), Ordering::SeqCst);
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        call: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Object(address)) = call.load::<Object>() {
            let bytes = context.response().headers().get("content-length").map_or(Ok(0), str::parse)?;
            self.objects.lock().unwrap().push((address.clone(), bytes));
            return Ok(());
        }
        let Some(body) = context.response().body().bytes() else { return Ok(()) };
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let looked_at = body["ScannedCount"].as_u64().unwrap_or(0);
        let tables = body["Responses"].as_object().into_iter().flat_map(serde_json::Map::values);
        let fetched: usize = tables.map(|items| items.as_array().map_or(0, Vec::len)).sum();
        self.items
            .fetch_add(looked_at + fetched as u64 + u64::from(body["Item"].is_object()), Ordering::SeqCst);
        Ok(())
    }
}
