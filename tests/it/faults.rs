//! A service that says no: some calls of a process are answered in its place, and have no effect. The SDK sees the
//! answer as it would come from AWS.

use crate::world::World;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use rollcall_sync::Shell;
use serde_json::{Value, json};
use std::fmt;

/// The answer to a call, on its way from the request to the response.
#[derive(Debug)]
struct Instead(Answer);

impl Storable for Instead {
    type Storer = StoreReplace<Self>;
}

/// A call on its way.
pub(crate) struct Call {
    /// As in `UpdateItem` or `GET /rollcall/inbox/staff.csv`.
    pub(crate) operation: String,
    /// What is asked of DynamoDB; null for S3.
    pub(crate) body: Value,
}

impl Call {
    /// Whether it asks for this operation, and its request has this text.
    pub(crate) fn is(&self, operation: &str, text: &str) -> bool {
        self.operation == operation && self.body.to_string().contains(text)
    }
}

/// A status and a body, in one line.
pub(crate) type Answer = (u16, String);

/// An error as DynamoDB writes it.
pub(crate) fn dynamo_error(code: &str, message: &str) -> Answer {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
    (400, json!({ "__type": kind, "message": message }).to_string())
}

/// The answer to a transaction of so many items that met another at the item with this number.
pub(crate) fn transaction_conflict(items: usize, at: usize) -> Answer {
    let reason = |item| json!({ "Code": if item == at { "TransactionConflict" } else { "None" } });
    let reasons: Vec<Value> = (0..items).map(reason).collect();
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    (400, json!({ "__type": kind, "message": "cancelled", "CancellationReasons": reasons }).to_string())
}

/// An error as S3 writes it.
pub(crate) fn s3_error(status: u16, code: &str, message: &str) -> Answer {
    (status, format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"))
}

/// The answer as the SDK sees it.
pub(crate) fn response((status, body): &Answer) -> Result<HttpResponse, BoxError> {
    Ok(HttpResponse::new((*status).try_into()?, body.clone().into()))
}

struct Faults<F>(F);

impl<F> fmt::Debug for Faults<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faults")
    }
}

/// A process of an installation, for some of whose calls this has the answer.
pub(crate) fn process(
    world: &World,
    answer: impl Fn(&Call) -> Option<Answer> + Send + Sync + 'static,
) -> Shell {
    world.process(Some(SharedInterceptor::new(Faults(answer))))
}

impl<F: Fn(&Call) -> Option<Answer> + Send + Sync> Intercept for Faults<F> {
    fn name(&self) -> &'static str {
        "faults"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().unset::<Instead>();
        let request = context.request_mut();
        let target = request.headers().get("x-amz-target").map(str::to_owned);
        let call = match &target {
            Some(target) => Call {
                operation: target.rsplit('.').next().unwrap_or_default().to_owned(),
                body: serde_json::from_slice(request.body().bytes().unwrap_or_default())?,
            },
            None => {
                let path = request.uri().splitn(4, '/').last().unwrap_or_default();
                let path = path.split('?').next().unwrap_or_default();
                Call { operation: format!("{} /{path}", request.method()), body: Value::Null }
            }
        };
        let Some(answer) = (self.0)(&call) else { return Ok(()) };
        // The embedded server must not do what is refused.
        if target.is_some() {
            request.headers_mut().insert("x-amz-target", "DynamoDB_20120810.Nothing");
        }
        request.headers_mut().insert("authorization", "none");
        config.interceptor_state().store_put(Instead(answer));
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Instead(answer)) = config.load::<Instead>() {
            *context.response_mut() = response(answer)?;
        }
        Ok(())
    }
}
