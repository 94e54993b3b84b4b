//! The client of DynamoDB, counted in instructions and not in time: 2,000 accounts are created, or read, or read as the SDK's
//! maps because one is unusual. Before a server that does nothing: it commits everything, and answers a reading with the items
//! that it was given.
//!
//! Run it under valgrind, with its preparation alone and as a whole; the difference is what the work costs.
#![expect(clippy::print_stdout, reason = "a benchmark's result is its output")]

#[path = "../../../benches/client/newcomers.rs"]
mod newcomers;
#[expect(dead_code, reason = "it makes a snapshot's records too")]
#[path = "../../../benches/decide/people.rs"]
mod people;

use anyhow::{Context as _, Result, bail, ensure};
use aws_sdk_dynamodb::config::{Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use newcomers::{create, newcomers};
use rollcall_store::{AuditHead, CHANGES_PER_COMMIT_MAX, Committed, Names, Store, sdk_behavior};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

const PEOPLE: u64 = 2_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let (work, is_whole) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["quick"] => {
            println!("valgrind counts what this does");
            return Ok(());
        }
        [work @ ("create" | "read" | "read-maps")] => (work, true),
        [work @ ("create" | "read" | "read-maps"), "prepare"] => (work, false),
        _ => bail!("expected `create`, `read` or `read-maps`, and perhaps `prepare`"),
    };
    let (server, source) = (Server::default(), people::source()?);
    let store = store(&server);
    // The first commit makes what the SDK makes once.
    let prepared = if work == "create" { PEOPLE..PEOPLE + 1 } else { 0..PEOPLE };
    create(&store, &source, newcomers(prepared, &source)?).await?;
    if work != "create" {
        server.keep_page(work == "read-maps")?;
    }
    let newcomers = newcomers(0..PEOPLE, &source)?;
    let done = match (work, is_whole) {
        (_, false) => 0,
        ("create", true) => {
            create(&store, &source, newcomers).await?;
            PEOPLE
        }
        (_, true) => store.accounts_page(0, None).await?.accounts.len() as u64,
    };
    ensure!(done == if is_whole { PEOPLE } else { 0 }, "{done} accounts");
    println!("{done}");
    Ok(())
}

fn store(server: &Server) -> Store {
    let connector = SharedHttpConnector::new(server.clone());
    let dynamo = aws_sdk_dynamodb::Config::builder()
        .behavior_version(sdk_behavior())
        .region(Region::from_static("eu-central-1"))
        .credentials_provider(Credentials::for_tests())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    let s3 = aws_sdk_s3::Config::builder().behavior_version(sdk_behavior()).build();
    let dynamo = aws_sdk_dynamodb::Client::from_conf(dynamo);
    Store::new(dynamo, aws_sdk_s3::Client::from_conf(s3), Names::local())
}

/// A DynamoDB that does nothing.
#[derive(Clone, Debug, Default)]
struct Server(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    commits: Vec<Vec<u8>>,
    /// The answer to a reading of accounts.
    page: Vec<u8>,
}

impl Server {
    /// From now on a reading of accounts finds those that were committed, the first perhaps with a version that nothing writes.
    fn keep_page(&self, is_unusual: bool) -> Result<()> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut accounts = Vec::new();
        for commit in &known.commits {
            let mut commit: Value = serde_json::from_slice(commit)?;
            for item in commit["TransactItems"].as_array_mut().context("a commit without items")? {
                if item["Put"]["TableName"] == json!(Names::local().accounts) {
                    accounts.push(item["Put"]["Item"].take());
                }
            }
        }
        if is_unusual {
            accounts[0]["schema_version"] = json!({ "S": "first" });
        }
        known.page = json!({ "Count": accounts.len(), "Items": accounts }).to_string().into_bytes();
        Ok(())
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = request.body().bytes().context("a request that is not whole in memory")?;
        let body = match request.headers().get("x-amz-target").unwrap_or_default() {
            "DynamoDB_20120810.TransactWriteItems" => {
                known.commits.push(asked.to_vec());
                b"{}".to_vec()
            }
            // The ledger.
            "DynamoDB_20120810.GetItem" => {
                br#"{"Item":{"limit":{"S":"unlimited"},"used":{"N":"0"},"admins":{"N":"9"},"version":{"N":"1"}}}"#
                    .to_vec()
            }
            // Nobody has written into the feed yet; or the accounts.
            "DynamoDB_20120810.Query" if known.page.is_empty() => b"{}".to_vec(),
            "DynamoDB_20120810.Query" => known.page.clone(),
            other => bail!("{other} is not answered here"),
        };
        Ok(HttpResponse::new(StatusCode::try_from(200)?, SdkBody::from(body)))
    }
}

impl HttpConnector for Server {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.answer(&request);
        HttpConnectorFuture::ready(
            answer.map_err(|error| ConnectorError::other(error.into_boxed_dyn_error(), None)),
        )
    }
}
