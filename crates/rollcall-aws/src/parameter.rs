//! One call of Parameter Store, `GetParameter`, made without the SDK's client for it: that client has 150 operations, and
//! took a minute of every build.
//!
//! AWS JSON 1.1, signed with Signature Version 4, sent through the SDK's own HTTP client with the credentials that the SDK
//! finds. Promises that the value of a parameter is in no log and in no error.

use aws_config::SdkConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sqs::config::{Credentials, ProvideCredentials};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_http_client::default_connector;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use rollcall_store::{Cause, is_refusal};
use serde::Deserialize;
use serde_json::json;
use std::time::{Duration, SystemTime};

/// The operation, as AWS JSON names it.
const TARGET: &str = "AmazonSSM.GetParameter";

/// The media type of AWS JSON 1.1.
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// How often the call is made at most: once, and two retries.
const TRIES_MAX: u32 = 3;

/// How long one try may last. Three of them are far below the time that a function has.
const TRY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long connecting may last (the SDK's own default is 3.1 seconds).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How much of what the service says is repeated.
const MESSAGE_CHARS_MAX: usize = 300;

/// Why a parameter could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParameterError {
    /// The SDK found no region.
    #[error("no AWS region is known; set AWS_REGION")]
    NoRegion,
    /// The SDK found no credentials.
    #[error(
        "there are no AWS credentials; give the function a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"
    )]
    NoCredentials(#[source] Option<BoxError>),
    /// The request could not be built or signed.
    #[error("the request for the parameter could not be made")]
    Request(#[source] BoxError),
    /// There was no response.
    #[error("Parameter Store at {endpoint} did not respond; check the network of the function")]
    NoResponse {
        /// The address that was asked.
        endpoint: String,
        /// What the HTTP client said; none when the time was over.
        #[source]
        source: Option<BoxError>,
    },
    /// The service refused, or failed.
    #[error("Parameter Store responded {status} {code} for {name}{message}; {todo}", todo = what_to_do(code))]
    Service {
        /// The HTTP status.
        status: u16,
        /// The service's word for it.
        code: String,
        /// The parameter.
        name: String,
        /// What the service said about it.
        message: String,
    },
    /// The response is not one of `GetParameter`.
    #[error("the response of Parameter Store for {name} cannot be read")]
    Response {
        /// The parameter.
        name: String,
    },
}

impl Cause for ParameterError {
    fn is_for_good(&self) -> bool {
        match self {
            Self::NoRegion | Self::Request(_) => true,
            Self::NoCredentials(_) | Self::NoResponse { .. } | Self::Response { .. } => false,
            Self::Service { status, code, .. } => is_refusal(*status, Some(code)),
        }
    }
}

fn what_to_do(code: &str) -> &'static str {
    match code {
        "ParameterNotFound" => {
            "make it with `aws ssm put-parameter --type SecureString`, or correct its name"
        }
        "AccessDeniedException" => {
            "allow the function ssm:GetParameter, and kms:Decrypt for a key of your own"
        }
        "InvalidKeyId" => "allow the function kms:Decrypt with the key of the parameter",
        _ => "try again, and look at the status of Systems Manager in this region",
    }
}

/// The response, as far as it matters. Without `Debug`: it holds the secret.
#[derive(Deserialize)]
struct Response {
    #[serde(rename = "Parameter")]
    parameter: Option<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    #[serde(rename = "Value")]
    value: Option<String>,
}

/// What the service says when it refuses.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}

/// The value of a parameter, decrypted; none where the parameter has no value.
///
/// # Errors
/// [`ParameterError`] says whether to try again and what to do. Errors that may pass have been tried three times.
pub(crate) async fn read(config: &SdkConfig, name: &str) -> Result<Option<String>, ParameterError> {
    read_within(config, name, TRY_TIMEOUT).await
}

async fn read_within(
    config: &SdkConfig,
    name: &str,
    timeout: Duration,
) -> Result<Option<String>, ParameterError> {
    let call = Call::new(config, name, timeout).await?;
    let mut tries = 1;
    loop {
        match call.send().await {
            Err(error) if tries < TRIES_MAX && !error.is_for_good() => {
                tokio::time::sleep(pause(tries)).await;
                tries += 1;
            }
            result => return result,
        }
    }
}

/// Exponential backoff with jitter: at most 200 ms, then 400 ms.
fn pause(tries: u32) -> Duration {
    Duration::from_millis(fastrand::u64(50..=100 << tries))
}

/// A call that can be made again.
struct Call<'a> {
    name: &'a str,
    region: &'a str,
    endpoint: String,
    credentials: Credentials,
    connector: SharedHttpConnector,
    timeout: Duration,
}

impl<'a> Call<'a> {
    async fn new(config: &'a SdkConfig, name: &'a str, timeout: Duration) -> Result<Self, ParameterError> {
        let region = config.region().ok_or(ParameterError::NoRegion)?.as_ref();
        let provider = config.credentials_provider().ok_or(ParameterError::NoCredentials(None))?;
        let credentials = provider.provide_credentials().await;
        let credentials = credentials.map_err(|error| ParameterError::NoCredentials(Some(error.into())))?;
        let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
        let no_client = || ParameterError::Request("the AWS SDK was built without an HTTP client".into());
        let connector = default_connector(&settings, config.sleep_impl()).ok_or_else(no_client)?;
        Ok(Self { name, region, endpoint: endpoint(config, region), credentials, connector, timeout })
    }

    /// Makes the call once.
    async fn send(&self) -> Result<Option<String>, ParameterError> {
        let no_response = |source| ParameterError::NoResponse { endpoint: self.endpoint.clone(), source };
        let request = self.request().map_err(ParameterError::Request)?;
        let exchange = async {
            let response = self.connector.call(request).await;
            let mut response = response.map_err(|error| no_response(Some(error.into())))?;
            let status = response.status().as_u16();
            let body = ByteStream::new(response.take_body()).collect().await;
            Ok((status, body.map_err(|error| no_response(Some(error.into())))?.to_vec()))
        };
        let (status, body) =
            tokio::time::timeout(self.timeout, exchange).await.map_err(|_| no_response(None))??;
        if status != 200 {
            return Err(self.refusal(status, &body));
        }
        // Without the cause: it may repeat a part of the value.
        let unreadable = |_| ParameterError::Response { name: self.name.to_owned() };
        let response: Response = serde_json::from_slice(&body).map_err(unreadable)?;
        Ok(response.parameter.and_then(|parameter| parameter.value))
    }

    /// The request, signed for this moment.
    fn request(&self) -> Result<HttpRequest, BoxError> {
        let body = json!({ "Name": self.name, "WithDecryption": true }).to_string();
        let identity = self.credentials.clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name("ssm")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = [("content-type", CONTENT_TYPE), ("x-amz-target", TARGET)];
        let signable = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", &self.endpoint, headers.into_iter(), signable)?;
        let (signed, _) = sign(signable, &params)?.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body.as_str()));
        request.set_method("POST")?;
        request.set_uri(self.endpoint.as_str())?;
        for (name, value) in headers.into_iter().chain(signed.headers()) {
            request.headers_mut().try_insert(name.to_owned(), value.to_owned())?;
        }
        Ok(request)
    }

    fn refusal(&self, status: u16, body: &[u8]) -> ParameterError {
        let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
        // As in `com.amazonaws.ssm#ParameterNotFound`.
        let code = refusal.kind.rsplit('#').next().unwrap_or_default().to_owned();
        let message: String = refusal.message.chars().take(MESSAGE_CHARS_MAX).collect();
        let message = if message.is_empty() { message } else { format!(" ({message})") };
        ParameterError::Service { status, code, name: self.name.to_owned(), message }
    }
}

/// The address of Parameter Store: the one that the environment sets, or the region's.
fn endpoint(config: &SdkConfig, region: &str) -> String {
    let set = std::env::var("AWS_ENDPOINT_URL_SSM").ok();
    if let Some(set) = set.or_else(|| config.endpoint_url().map(str::to_owned)) {
        return format!("{}/", set.trim_end_matches('/'));
    }
    let service = if config.use_fips() == Some(true) { "ssm-fips" } else { "ssm" };
    let is_in_china = region.starts_with("cn-");
    let domain = match (config.use_dual_stack() == Some(true), is_in_china) {
        (false, false) => "amazonaws.com",
        (false, true) => "amazonaws.com.cn",
        (true, false) => "api.aws",
        (true, true) => "api.amazonwebservices.com.cn",
    };
    format!("https://{service}.{region}.{domain}/")
}

#[cfg(test)]
pub(crate) mod tests;
