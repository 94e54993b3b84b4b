//! The events of AWS, at home: takes what the functions put into the local queues, and calls the handlers with the events
//! that AWS would send.

use crate::data_error::DataError;
use crate::usage_error::refuse;
use anyhow::{Context as _, Result};
use rollcall_api::Api;
use rollcall_config::{Config, SourceConfig};
use rollcall_core::source::SourceName;
use rollcall_sync::run::{DELIVERIES_MAX, pause_after};
use rollcall_sync::store::{QueueName, QueuedMessage, RunId, RunRecord};
use rollcall_sync::{Error, Kind, Shell};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use url::form_urlencoded::byte_serialize;

/// The bucket's name in events. The handlers read the key only.
const BUCKET: &str = "rollcall";

/// Who is at this machine, for the audit log: `ann@desk`.
#[must_use]
pub fn person() -> String {
    let named = |name: &str| std::env::var(name).ok().filter(|name| !name.is_empty());
    let user = named("USER").or_else(|| named("LOGNAME")).or_else(|| whoami::username().ok());
    let user = user.unwrap_or_else(|| String::from("command line"));
    whoami::hostname().map_or_else(|_| user.clone(), |host| format!("{user}@{host}"))
}

/// The runs that a process which is no more has left behind: nobody else can be at work on this folder.
///
/// # Errors
/// When the storage fails.
pub async fn dead_runs(shell: &Shell, config: &Config) -> Result<Vec<(SourceName, RunId)>> {
    let mut dead = Vec::new();
    for source in &config.sources {
        let holder = shell.store.lease_owner(&source.name, shell.now()).await.map_err(Error::from)?;
        dead.extend(holder.map(|run| (source.name.clone(), run)));
    }
    Ok(dead)
}

/// Tells the fetch function, as S3 does, that a source's file was dropped. Answers with the run that follows.
///
/// # Errors
/// When the function fails.
pub async fn drop_notice(shell: &Shell, source: &SourceConfig) -> Result<RunId> {
    let object = source.object().context("this source reads no object")?;
    drop_notice_of(shell, source, object).await
}

/// Likewise, of a file with this key: for a source whose object is a pattern.
///
/// # Errors
/// As [`drop_notice`].
pub async fn drop_notice_of(shell: &Shell, source: &SourceConfig, key: &str) -> Result<RunId> {
    rollcall_fetch::handle(s3_event(&[key], Some(&person())), shell).await?;
    let holder = shell.store.lease_owner(&source.name, shell.now()).await.map_err(Error::from)?;
    holder.context("the dropped file started no run")
}

/// Asks the reset function, as the HTTP API does, for a run of a source. Answers with the run's id.
///
/// # Errors
/// When the function says no; the text is the answer's own.
pub async fn post_reset(
    shell: &Shell,
    source: &SourceConfig,
    is_dry_run: bool,
    approve: Option<&RunId>,
) -> Result<RunId> {
    reset(shell, &json!({ "source": source.name.as_str(), "dry_run": is_dry_run, "approve": approve })).await
}

/// Asks likewise for a dry run of a source with a file in the folder of tried files. Answers with the run's id.
///
/// # Errors
/// As [`post_reset`].
pub async fn post_trial(shell: &Shell, source: &SourceConfig, tried: &str) -> Result<RunId> {
    reset(shell, &json!({ "source": source.name.as_str(), "dry_run": true, "tried": tried })).await
}

/// Asks likewise for a run that puts back the file before the one that lies there; in a dry run it only reads it.
///
/// # Errors
/// As [`post_reset`].
pub async fn post_previous(shell: &Shell, source: &SourceConfig, is_dry_run: bool) -> Result<RunId> {
    let body = json!({ "source": source.name.as_str(), "dry_run": is_dry_run, "previous": true });
    reset(shell, &body).await
}

async fn reset(shell: &Shell, body: &Value) -> Result<RunId> {
    let api = Api::of_command_line(shell.clone());
    let answer = rollcall_api::write(http_event(body, &person()), &api).await?;
    let text = answer["body"].as_str().unwrap_or("null");
    let body: Value = serde_json::from_str(text).context("reading the function's answer")?;
    match body["run"].as_str() {
        Some(run) => Ok(RunId::parse(run)?),
        None => {
            let why = body["detail"].as_str().unwrap_or("the function gave no reason");
            if answer["statusCode"].as_i64().is_some_and(|status| status >= 500) {
                return Err(DataError::new(why).into());
            }
            refuse!("{why}")
        }
    }
}

/// Why a run failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its id.
    pub run: String,
    /// The cause, for people.
    pub why: String,
    /// What is to be done about it.
    pub kind: Kind,
}

/// The runs that have failed, in the order in which they did: also those whose record could not be written.
#[derive(Debug, Clone, Default)]
pub struct Failures(Arc<Mutex<Vec<Failure>>>);

impl Failures {
    /// Takes them away.
    #[must_use]
    pub fn take(&self) -> Vec<Failure> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why this run failed, if it did.
    #[must_use]
    pub fn of(&self, run: &str) -> Option<Failure> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.iter().rev().find(|failure| failure.run == run).cloned()
    }

    fn note(&self, run: &str, error: &Error) {
        let failure = Failure { run: run.to_owned(), why: error.to_string(), kind: error.kind() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
    }
}

/// Delivers messages until both queues are empty.
///
/// # Errors
/// When a step fails again and again.
pub async fn drain(shell: &Shell) -> Result<()> {
    drain_noting(shell, &Failures::default()).await
}

/// Delivers the next message, if there is one.
///
/// # Errors
/// As [`drain`].
pub(crate) async fn deliver_next(shell: &Shell) -> Result<()> {
    match shell.queues.take() {
        Some(message) => deliver(shell, &message, &Failures::default()).await,
        None => Ok(()),
    }
}

/// Delivers messages until both queues are empty, and notes which runs fail, and why.
///
/// # Errors
/// As [`drain`].
pub async fn drain_noting(shell: &Shell, failures: &Failures) -> Result<()> {
    let noted = failures.clone();
    let shell = shell.clone().with_failures(move |run, error| noted.note(run, error));
    while let Some(message) = shell.queues.take() {
        deliver(&shell, &message, failures).await?;
    }
    Ok(())
}

/// Delivers the messages whose time has come, and notes which runs fail, and why. As a deployed queue does, it delivers a
/// message whose step has failed again after a pause; the others need not wait for it.
///
/// # Errors
/// As [`drain`].
pub async fn drain_in_time(shell: &Shell, failures: &Failures, now: impl Fn() -> Instant) -> Result<()> {
    let noted = failures.clone();
    let shell = shell.clone().with_failures(move |run, error| noted.note(run, error));
    while let Some((message, before)) = shell.queues.take_due(now()) {
        let times = before + 1;
        if deliver_once(&shell, &message, times).await? {
            continue;
        }
        if times >= DELIVERIES_MAX {
            return Err(failed_for_good(&message, failures));
        }
        shell.queues.put_back(message, times, now() + pause_after(times));
    }
    Ok(())
}

/// A run as it stands, which must be there.
///
/// # Errors
/// When it is not, or the storage fails.
pub async fn run_record(shell: &Shell, run: &RunId) -> Result<RunRecord> {
    let record = shell.store.run(run).await.map_err(Error::from)?;
    record.with_context(|| format!("run {run} has vanished"))
}

async fn deliver(shell: &Shell, message: &QueuedMessage, failures: &Failures) -> Result<()> {
    for times in 1..=DELIVERIES_MAX {
        if deliver_once(shell, message, times).await? {
            return Ok(());
        }
    }
    Err(failed_for_good(message, failures))
}

/// Delivers a message. `false` where its step has failed.
async fn deliver_once(shell: &Shell, message: &QueuedMessage, times: u32) -> Result<bool> {
    let event = queue_event_delivered(message, times);
    let answer = match message.queue {
        // On the heap: a step has a large future, and every caller would carry it on its stack.
        QueueName::Fetch => Box::pin(rollcall_fetch::handle(event, shell)).await?,
        QueueName::Reconcile => Box::pin(rollcall_reconcile::handle(event, shell)).await?,
    };
    Ok(answer["batchItemFailures"].as_array().is_none_or(Vec::is_empty))
}

fn failed_for_good(message: &QueuedMessage, failures: &Failures) -> anyhow::Error {
    let body: Value = serde_json::from_str(&message.body).unwrap_or_default();
    if let Some(export) = body["export"].as_str() {
        return DataError::new(format!("export {export} failed {DELIVERIES_MAX} times; ask for it again"))
            .into();
    }
    let run = body["run"].as_str().unwrap_or_default();
    let why =
        failures.of(run).map_or_else(|| String::from("its message cannot be read"), |failure| failure.why);
    let what = format!(
        "run {run} failed {DELIVERIES_MAX} times: {why}; what it had committed stays, and nothing else was changed: run it \
         again when the cause is mended"
    );
    DataError::new(what).into()
}

/// A batch of one message, as SQS hands it to a function for the first time.
#[must_use]
pub fn queue_event(message: &QueuedMessage) -> Value {
    queue_event_delivered(message, 1)
}

/// A batch of one message that is delivered for the `times`th time.
#[must_use]
pub fn queue_event_delivered(message: &QueuedMessage, times: u32) -> Value {
    let name = match message.queue {
        QueueName::Fetch => "fetch",
        QueueName::Reconcile => "reconcile",
    };
    json!({ "Records": [{
        "messageId": "00000000-0000-4000-8000-000000000001",
        "receiptHandle": "local",
        "body": message.body,
        "attributes": { "MessageGroupId": "local", "ApproximateReceiveCount": times.to_string() },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:local:000000000000:rollcall-{name}.fifo"),
        "awsRegion": "local"
    }] })
}

/// A notice of created objects, as S3 sends it: keys encoded as in a form.
#[must_use]
pub fn s3_event(keys: &[&str], who: Option<&str>) -> Value {
    let records: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "local",
                "eventTime": "2026-01-01T00:00:00.000Z",
                "eventName": "ObjectCreated:Put",
                "userIdentity": { "principalId": who },
                "requestParameters": { "sourceIPAddress": "127.0.0.1" },
                "responseElements": {},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "drop",
                    "bucket": {
                        "name": BUCKET,
                        "ownerIdentity": { "principalId": "local" },
                        "arn": format!("arn:aws:s3:::{BUCKET}"),
                    },
                    "object": { "key": form_encoded(key), "size": 1, "eTag": "0", "sequencer": "0" },
                },
            })
        })
        .collect();
    json!({ "Records": records })
}

/// As S3 encodes a key: like a form, but for the slashes.
fn form_encoded(key: &str) -> String {
    let parts = key.split('/').map(|part| byte_serialize(part.as_bytes()).collect::<String>());
    parts.collect::<Vec<_>>().join("/")
}

/// `POST /reset`, as an API Gateway HTTP API hands it to a function (payload 2.0), with the caller's verified claims.
#[must_use]
pub fn http_event(body: &Value, caller: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "POST /reset",
        "rawPath": "/reset",
        "rawQueryString": "",
        "headers": { "content-type": "application/json" },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "authorizer": { "jwt": { "claims": { "sub": caller }, "scopes": null } },
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "http": {
                "method": "POST",
                "path": "/reset",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "rollcall",
            },
            "requestId": "local",
            "routeKey": "POST /reset",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1_767_225_600_000_i64,
        },
        "body": body.to_string(),
        "isBase64Encoded": false,
    })
}

/// The tick of the schedule with this expression, as the rules of the template have it sent.
#[must_use]
pub fn tick_of(expression: &str) -> Value {
    let mut event = schedule_event();
    event["detail"]["schedule"] = json!(expression);
    event
}

/// The schedule's tick, as EventBridge sends it.
#[must_use]
pub fn schedule_event() -> Value {
    json!({
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000002",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-01-01T00:00:00Z",
        "region": "local",
        "resources": ["arn:aws:events:local:000000000000:rule/rollcall-schedule"],
        "detail": {},
    })
}
