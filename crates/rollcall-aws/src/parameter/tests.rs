//! The call as a server sees it, and what becomes of each kind of response.

use super::{ParameterError, endpoint, read, read_within};
use aws_config::{Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use rollcall_store::{Cause as _, sdk_behavior};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const VALUE: &str = "correct horse battery staple";

/// A request as it came.
pub(crate) struct Request {
    line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

/// A server that gives these responses in turn, and then none any more.
pub(crate) struct Server {
    pub(crate) config: SdkConfig,
    pub(crate) requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) async fn start(responses: Vec<(u16, Value)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = config()
            .into_builder()
            .endpoint_url(format!("http://{}", listener.local_addr().unwrap()))
            .build();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            for (status, body) in responses {
                let (stream, _) = listener.accept().await.unwrap();
                let mut stream = BufReader::new(stream);
                let request = receive(&mut stream).await;
                seen.lock().unwrap().push(request);
                let body = body.to_string();
                let head =
                    format!("HTTP/1.1 {status} Any\r\ncontent-length: {}\r\nconnection: close", body.len());
                stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await.unwrap();
            }
            // Connections are taken and never responded to.
            let mut open = Vec::new();
            while let Ok(connection) = listener.accept().await {
                open.push(connection);
            }
        });
        Self { config, requests }
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Request {
    let (mut line, mut headers) = (String::new(), BTreeMap::new());
    stream.read_line(&mut line).await.unwrap();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.unwrap();
        let Some((name, value)) = header.trim().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    Request { line, headers, body: serde_json::from_slice(&body).unwrap() }
}

pub(crate) fn config() -> SdkConfig {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret-key", Some("session".to_owned()), None, "test");
    SdkConfig::builder()
        .behavior_version(sdk_behavior())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

fn found() -> (u16, Value) {
    (200, json!({ "Parameter": { "Name": "/rollcall/okta", "Type": "SecureString", "Value": VALUE } }))
}

fn refused(status: u16, code: &str) -> (u16, Value) {
    (status, json!({ "__type": format!("com.amazonaws.ssm#{code}"), "message": "as the service says" }))
}

#[tokio::test]
async fn request_is_signed_and_names_the_parameter() {
    let server = Server::start(vec![found()]).await;
    let value = read(&server.config, "/rollcall/okta").await.unwrap();
    assert_eq!(value.as_deref(), Some(VALUE));

    let requests = server.requests.lock().unwrap();
    let Request { line, headers, body } = &requests[0];
    assert_eq!(line, "POST / HTTP/1.1\r\n");
    assert_eq!(*body, json!({ "Name": "/rollcall/okta", "WithDecryption": true }));
    assert_eq!(headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(headers["x-amz-target"], "AmazonSSM.GetParameter");
    assert_eq!(headers["x-amz-security-token"], "session");
    let date = headers["x-amz-date"].split('T').next().unwrap();
    let signature =
        headers["authorization"].strip_prefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/").unwrap();
    let signature = signature.strip_prefix(&format!("{date}/eu-central-1/ssm/aws4_request, ")).unwrap();
    let signed = "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=";
    let digits = signature.strip_prefix(signed).unwrap_or_else(|| panic!("{signature}"));
    assert!(digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{digits}");
}

#[tokio::test]
async fn passing_errors_are_tried_twice_more() {
    let server = Server::start(vec![
        refused(500, "InternalServerError"),
        refused(400, "ThrottlingException"),
        found(),
    ]);
    let server = server.await;
    assert_eq!(read(&server.config, "/rollcall/okta").await.unwrap().as_deref(), Some(VALUE));
    assert_eq!(server.count(), 3);

    let server = Server::start(vec![refused(503, "ServiceUnavailable"); 4]).await;
    let error = read(&server.config, "/rollcall/okta").await.unwrap_err();
    assert!(!error.is_for_good(), "{error}");
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    for (code, todo) in [
        ("ParameterNotFound", "aws ssm put-parameter"),
        ("AccessDeniedException", "ssm:GetParameter"),
        ("InvalidKeyId", "kms:Decrypt"),
    ] {
        let server = Server::start(vec![refused(400, code), found()]).await;
        let error = read(&server.config, "/rollcall/okta").await.unwrap_err();
        assert!(error.is_for_good(), "{error}");
        let text = error.to_string();
        for part in [code, todo, "/rollcall/okta", "as the service says"] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn value_is_in_no_error() {
    let (_, found) = found();
    let broken = json!({ "Parameter": { "Value": [VALUE] } });
    for (status, body) in [(200, broken), (404, found)] {
        let server = Server::start(vec![(status, body); 3]).await;
        let error = read(&server.config, "/rollcall/okta").await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains("horse"), "{error:?}");
    }
}

#[tokio::test]
async fn parameter_without_value_has_none() {
    let server = Server::start(vec![(200, json!({ "Parameter": { "Name": "/rollcall/okta" } }))]).await;
    assert_eq!(read(&server.config, "/rollcall/okta").await.unwrap(), None);
}

#[tokio::test]
async fn silent_server_is_given_up() {
    let server = Server::start(Vec::new()).await;
    let timeout = Duration::from_millis(50);
    let error = read_within(&server.config, "/rollcall/okta", timeout).await.unwrap_err();
    assert!(matches!(error, ParameterError::NoResponse { .. }) && !error.is_for_good(), "{error}");
}

#[tokio::test]
async fn region_and_credentials_are_needed() {
    let config = SdkConfig::builder().behavior_version(sdk_behavior()).build();
    let error = read(&config, "/rollcall/okta").await.unwrap_err();
    assert!(error.to_string().contains("AWS_REGION"), "{error}");
    let config = config.into_builder().region(Region::new("eu-central-1")).build();
    let error = read(&config, "/rollcall/okta").await.unwrap_err();
    assert!(error.to_string().contains("AWS_PROFILE"), "{error}");
}

#[test]
fn each_region_has_its_address() {
    for (region, fips, dual_stack, expected) in [
        ("eu-central-1", false, false, "https://ssm.eu-central-1.amazonaws.com/"),
        ("us-gov-west-1", true, false, "https://ssm-fips.us-gov-west-1.amazonaws.com/"),
        ("cn-north-1", false, false, "https://ssm.cn-north-1.amazonaws.com.cn/"),
        ("eu-west-1", false, true, "https://ssm.eu-west-1.api.aws/"),
    ] {
        let config = config().into_builder().use_fips(fips).use_dual_stack(dual_stack).build();
        assert_eq!(endpoint(&config, region), expected);
    }
}
