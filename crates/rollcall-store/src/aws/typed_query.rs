//! Reads the answer to a query below the SDK's maps: from the JSON of its body straight into what it says.
//!
//! The SDK signs, sends, waits, tries again and reads errors as ever; only the last step of an attempt that has an answer is
//! another one. An interceptor puts a deserializer above the operation's own. It reads what it fully understands. Every other
//! answer goes to the operation's own deserializer: an error, a body that is cut off, an item of another form.

use crate::aws::dynamo::{Cursor, Item};
use crate::error::Error;
use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::query::{Query, QueryOutput};
use aws_smithy_runtime_api::client::interceptors::context::{Error as AnyError, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin as _;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Reads a whole body: what its items say, and the key after which the next page begins. `None` where it does not understand
/// all of it.
pub(crate) type ReadBody<T> = fn(&[u8]) -> Option<(T, Option<Item>)>;

/// The items of a page.
pub(crate) enum Read<T> {
    /// What they say.
    Typed(T),
    /// As the SDK gives them, because something about them is unusual.
    Items(Vec<Item>),
}

/// One page of a query, and where the next page begins.
pub(crate) async fn one_page<T: Send + 'static>(
    query: QueryFluentBuilder,
    after: Option<Cursor>,
    read: ReadBody<T>,
    doing: &'static str,
) -> Result<(Read<T>, Option<Cursor>), Error> {
    let reader = Reader { read, typed: Arc::default() };
    let query = query.set_exclusive_start_key(after.map(|cursor| cursor.0));
    let sent = query.customize().interceptor(reader.clone()).send().await;
    let output = sent.map_err(|error| Error::service(doing, error))?;
    let next = output.last_evaluated_key.filter(|key| !key.is_empty()).map(Cursor);
    let items = match reader.take() {
        Some(typed) => Read::Typed(typed),
        None => Read::Items(output.items.unwrap_or_default()),
    };
    Ok((items, next))
}

/// The interceptor and the deserializer of one call, and what they have read.
struct Reader<T> {
    read: ReadBody<T>,
    /// What the last attempt has read: the output of the operation has no place for it.
    typed: Arc<Mutex<Option<T>>>,
}

impl<T> Clone for Reader<T> {
    fn clone(&self) -> Self {
        Self { read: self.read, typed: Arc::clone(&self.typed) }
    }
}

impl<T> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl<T> Reader<T> {
    fn set(&self, typed: Option<T>) {
        *self.typed.lock().unwrap_or_else(PoisonError::into_inner) = typed;
    }

    fn take(&self) -> Option<T> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T: Send + 'static> Intercept for Reader<T> {
    fn name(&self) -> &'static str {
        "typed query"
    }

    /// What an interceptor stores lies above what the operation has stored. The SDK takes the deserializer that lies highest.
    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(SharedResponseDeserializer::new(self.clone()));
        Ok(())
    }
}

impl<T: Send + 'static> DeserializeResponse for Reader<T> {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<AnyError>> {
        let body = response.body().bytes().filter(|_| response.status().is_success());
        let Some((typed, next)) = body.and_then(self.read) else {
            self.set(None);
            return read_by_sdk(response, config);
        };
        self.set(Some(typed));
        Ok(Output::erase(QueryOutput::builder().set_last_evaluated_key(next).build()))
    }
}

/// The answer as the operation itself reads it.
fn read_by_sdk(response: &HttpResponse, config: &ConfigBag) -> Result<Output, OrchestratorError<AnyError>> {
    let operation = Query::new().config();
    let own = operation.as_ref().and_then(|operation| operation.load::<SharedResponseDeserializer>());
    let own = own.ok_or_else(|| OrchestratorError::other("the SDK's query has no deserializer"))?;
    own.deserialize_nonstreaming_with_config(response, config)
}
