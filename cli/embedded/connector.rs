//! The way from the AWS SDK's clients to the embedded servers: by a call in this process, where a network would be.
//!
//! The SDK signs, serializes, tries again and reads answers as it does with AWS; only the last step, sending a request
//! and receiving the response, is done here.

use super::Tables;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderValue, Method, Request, Response};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use s3s::service::S3Service;

/// The media type of DynamoDB's protocol.
const JSON: &str = "application/x-amz-json-1.0";

/// A server in this process.
#[derive(Clone, Debug)]
pub(super) enum Inside {
    Dynamo(Tables),
    S3(S3Service),
}

impl Inside {
    /// What a client of the SDK sends its requests with.
    pub(super) fn client(self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self);
        http_client_fn(move |_, _| connector.clone())
    }

    async fn answer(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let response = match self {
            Self::Dynamo(tables) => ask_tables(&tables, request).await?,
            Self::S3(buckets) => ask_buckets(&buckets, request).await?,
        };
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpConnector for Inside {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().answer(request))
    }
}

async fn ask_tables(tables: &Tables, request: Request<SdkBody>) -> Result<Response<SdkBody>, ConnectorError> {
    let (parts, body) = request.into_parts();
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default().to_owned();
    let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
    let (status, answer) = tables.answer(target, body.into()).await;
    let response = Response::builder().status(status).header(CONTENT_TYPE, JSON).body(SdkBody::from(answer));
    response.map_err(|error| ConnectorError::other(error.into(), None))
}

async fn ask_buckets(
    buckets: &S3Service,
    mut request: Request<SdkBody>,
) -> Result<Response<SdkBody>, ConnectorError> {
    // What an HTTP client adds on the way: the signature is about the host, too.
    if let Some(host) = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok()) {
        request.headers_mut().insert(HOST, host);
    }
    if let Some(length) = request.body().size_hint().exact() {
        request.headers_mut().entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    let is_head = request.method() == Method::HEAD;
    let answer = buckets.call(request.map(s3s::Body::http_body_unsync)).await;
    let answer = answer.map_err(|error| ConnectorError::other(error.into(), None))?;
    // No network carries a body to who asked for none, not even the one of an error.
    Ok(if is_head { answer.map(|_| SdkBody::empty()) } else { answer.map(SdkBody::from_body_1_x) })
}
