//! The `fetch` function: everything that starts a run, or asks for a source to be read, arrives here.
//!
//! Takes EventBridge's schedule, S3's notices of a dropped file, and its own queue's messages; hands on to
//! `rollcall-sync`. Below the runtime in `main.rs`, above the steps of a run.

mod s3_event;

use anyhow::{Context as _, Result, bail};
use aws_lambda_events::event::s3::S3Event;
use rollcall_lambda::{deliveries, response};
use rollcall_sync::run::{
    Message, NextDate, RunRequest, measure_age, next_dates, request_for_date, request_run, work_through,
};
use rollcall_sync::store::{QueueName, Tick, Trigger};
use rollcall_sync::{Shell, fetch};
use serde_json::Value;

/// Handles one event, whichever of the three it is, and answers as its sender expects.
///
/// # Errors
/// When the event is none of the three, or a run could not be asked for (the sender delivers the event again).
pub async fn handle(event: Value, shell: &Shell) -> Result<Value> {
    match origin(&event) {
        Some("aws:sqs") => from_queue(event, shell).await,
        Some("aws:s3") => from_bucket(event, shell).await,
        Some("aws.events" | "aws.scheduler") => from_schedule(&event, shell).await,
        // S3 sends this once, when the notification is set up.
        _ if event["Event"] == "s3:TestEvent" => Ok(Value::Null),
        _ => bail!("fetch was called with an event that is not from EventBridge, S3 or its queue"),
    }
}

fn origin(event: &Value) -> Option<&str> {
    let record = &event["Records"][0];
    record["eventSource"].as_str().or_else(|| event["source"].as_str())
}

/// The schedule: the sources that the rule's `detail.sources` names, as `hr,ad`, or every one. `detail.schedule` is the
/// rule's expression.
async fn from_schedule(event: &Value, shell: &Shell) -> Result<Value> {
    if let Some(expression) = event["detail"]["schedule"].as_str() {
        let tick = Tick { expression: expression.to_owned(), at: shell.now() };
        // People are not told when the next time is. Nothing else comes of it.
        if let Err(error) = shell.store.note_tick(&tick).await {
            tracing::warn!(error = %error, "that the schedule has ticked could not be noted");
        }
    }
    let named = event["detail"]["sources"].as_str().unwrap_or_default().split(',').map(str::trim);
    let mut sources: Vec<String> = named.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if sources.is_empty() {
        sources = shell.config().await?.sources.iter().map(|source| source.name.to_string()).collect();
    }
    for source in &sources {
        measure_age(shell, source).await;
    }
    let by_schedule = sources.iter().map(|source| (source.clone(), String::from("schedule")));
    let started = request_each(shell, by_schedule.collect(), Trigger::Schedule).await;
    request_due(shell, &sources).await?;
    started
}

/// The sources that this tick does not read, where a date of a person has come: they are decided again, and not read (rule 42).
async fn request_due(shell: &Shell, read: &[String]) -> Result<()> {
    let mut failed = Vec::new();
    for NextDate { source, at } in next_dates(shell).await? {
        if at <= shell.now()
            && !read.iter().any(|read| read == source.as_str())
            && let Err(error) = request_for_date(shell, &source).await
        {
            failed.push(format!("{source}: {error}"));
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("not every date could be passed: {}", failed.join("; ")) }
}

/// Dropped files: the sources that read them.
async fn from_bucket(event: Value, shell: &Shell) -> Result<Value> {
    let event: S3Event = serde_json::from_value(event).context("reading the notice of S3")?;
    let config = shell.config().await?;
    let mut sources = Vec::new();
    for (key, who) in s3_event::dropped(event) {
        match config.sources.iter().find(|source| source.reads(&key)) {
            Some(source) => sources.push((source.name.to_string(), who)),
            None => tracing::warn!("a file was dropped that no source reads"),
        }
    }
    request_each(shell, sources, Trigger::Drop).await
}

/// Asks for a run of each source in the list. If one source fails, the others are asked for all the same.
async fn request_each(shell: &Shell, sources: Vec<(String, String)>, trigger: Trigger) -> Result<Value> {
    let mut failed = Vec::new();
    for (source, actor) in sources {
        let request = RunRequest::of(Some(source.clone()), trigger, actor);
        if let Err(error) = request_run(shell, request).await {
            failed.push(format!("{source}: {error}"));
        }
    }
    if failed.is_empty() {
        Ok(Value::Null)
    } else {
        bail!("not every source could be started: {}", failed.join("; "))
    }
}

async fn from_queue(event: Value, shell: &Shell) -> Result<Value> {
    let batch = deliveries(event)?;
    let step = |message: Message| async move { fetch::fetch(shell, message.of_run()?).await };
    response(work_through(shell, QueueName::Fetch, batch, step).await)
}
