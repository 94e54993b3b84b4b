//! A DynamoDB that does nothing: it has every transaction committed, and answers a question that was asked before with the
//! same bytes. What is measured with it is the work of the client alone.

use anyhow::{Context as _, Result, bail};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

const COMMIT: &str = "DynamoDB_20120810.TransactWriteItems";

/// Stands between the SDK's client and the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct NullServer {
    known: Arc<Mutex<Known>>,
    server: Arc<OnceLock<SharedHttpConnector>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Whether the server is asked no more.
    is_alone: bool,
    answers: HashMap<Question, Vec<u8>>,
    /// The transactions since then.
    commits: Vec<Vec<u8>>,
}

/// The operation, and what it asks.
type Question = (String, Vec<u8>);

impl NullServer {
    /// The client that asks this server, and remembers its answers.
    pub(crate) fn before(&self, server: SharedHttpClient) -> SharedHttpClient {
        let null = self.clone();
        http_client_fn(move |settings, components| {
            use aws_smithy_runtime_api::client::http::HttpClient as _;
            null.server.get_or_init(|| server.http_connector(settings, components));
            SharedHttpConnector::new(null.clone())
        })
    }

    /// From now on the server is asked nothing: what it has not been asked before is an error.
    pub(crate) fn be_alone(&self) {
        self.known().is_alone = true;
    }

    /// How many items the transactions had since then; forgets them.
    pub(crate) fn items_committed(&self) -> Result<usize> {
        let commits = std::mem::take(&mut self.known().commits);
        commits.iter().try_fold(0, |items, commit| {
            let commit: Value = serde_json::from_slice(commit)?;
            Ok(items + commit["TransactItems"].as_array().context("a transaction without items")?.len())
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(self, request: HttpRequest) -> Result<HttpResponse> {
        let operation = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let asked = request.body().bytes().context("a request that is not whole in memory")?.to_vec();
        let is_commit = operation == COMMIT;
        let question = (operation, asked);
        {
            let mut known = self.known();
            if known.is_alone && is_commit {
                known.commits.push(question.1);
                return answer(b"{}".to_vec());
            }
            if known.is_alone {
                let Some(known) = known.answers.get(&question) else { bail!("{} is new", question.0) };
                return answer(known.clone());
            }
        }
        let answered = self.server.get().context("no server")?.call(request).await?;
        if !answered.status().is_success() {
            return Ok(answered);
        }
        let said = ByteStream::new(answered.into_body()).collect().await?.to_vec();
        self.known().answers.insert(question, said.clone());
        answer(said)
    }
}

fn answer(body: Vec<u8>) -> Result<HttpResponse> {
    Ok(HttpResponse::new(StatusCode::try_from(200)?, SdkBody::from(body)))
}

impl HttpConnector for NullServer {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.clone().ask(request);
        HttpConnectorFuture::new(async move {
            answer.await.map_err(|error| ConnectorError::other(error.into_boxed_dyn_error(), None))
        })
    }
}
