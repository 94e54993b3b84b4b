//! What the embedded DynamoDB takes by itself for the requests of a run: they are kept on their way to it, and asked once
//! more, one after the other, with no SDK, no planner and no waiting in between.

use crate::clock::own_seconds;
use anyhow::{Context as _, Result, bail, ensure};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// Stands between the SDK's client and the server, and keeps what goes by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder {
    kept: Arc<Mutex<Option<Vec<Request>>>>,
    server: Arc<OnceLock<SharedHttpConnector>>,
}

/// A request as DynamoDB is sent it, without a signature: the embedded server asks for none inside the process.
#[derive(Debug)]
struct Request {
    target: String,
    body: Vec<u8>,
}

/// What it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) requests: usize,
    pub(crate) seconds: f64,
    pub(crate) own_seconds: f64,
}

impl Recorder {
    /// The client that asks this server, and keeps what it is asked.
    pub(crate) fn before(&self, server: SharedHttpClient) -> SharedHttpClient {
        let recorder = self.clone();
        http_client_fn(move |settings, components| {
            use aws_smithy_runtime_api::client::http::HttpClient as _;
            recorder.server.get_or_init(|| server.http_connector(settings, components));
            SharedHttpConnector::new(recorder.clone())
        })
    }

    /// Keeps requests from now on.
    pub(crate) fn begin(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// Asks another server everything that was kept, in its order; keeps nothing more.
    pub(crate) async fn ask_again(&self, other: &Self) -> Result<Took> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (requests, server) = (kept.context("nothing was kept")?, other.server()?);
        let count = requests.len();
        let (begun, worked, mut refused) = (Instant::now(), own_seconds(), 0);
        for request in requests {
            let answer = server.call(request.into_http()?).await?;
            refused += usize::from(!answer.status().is_success());
        }
        let took = Took {
            requests: count,
            seconds: begun.elapsed().as_secs_f64(),
            own_seconds: own_seconds() - worked,
        };
        // Two that ran side by side may have been kept in the other order; more would say that something else was asked.
        ensure!(refused * 50 <= count, "{refused} of {count} requests were refused");
        Ok(took)
    }

    fn server(&self) -> Result<&SharedHttpConnector> {
        match self.server.get() {
            Some(server) => Ok(server),
            None => bail!("no request has been made yet"),
        }
    }

    fn keep(&self, request: &HttpRequest) {
        if let Some(kept) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
            // Requests of DynamoDB are small, and whole in memory.
            kept.push(Request { target, body: request.body().bytes().unwrap_or_default().to_vec() });
        }
    }
}

impl Request {
    fn into_http(self) -> Result<HttpRequest> {
        let mut request = HttpRequest::new(self.body.into());
        request.set_method("POST").context("a method")?;
        request.set_uri("http://dynamodb.local/").context("an address")?;
        request.headers_mut().insert("x-amz-target", self.target);
        Ok(request)
    }
}

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.keep(&request);
        match self.server.get() {
            Some(server) => server.call(request),
            None => HttpConnectorFuture::ready(Err(
                aws_smithy_runtime_api::client::result::ConnectorError::user("no server".into()),
            )),
        }
    }
}
