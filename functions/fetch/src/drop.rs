//! A CSV dropped into the bucket: which source it belongs to.
//!
//! S3 may deliver a notice twice, late, or out of order. None of that matters: a run reads the object as it is when
//! the run reads it, not as a notice describes it.

use anyhow::{Context as _, Result};
use aws_lambda_events::event::s3::S3Event;
use percent_encoding::percent_decode_str;
use rollcall_sync::Shell;
use rollcall_sync::request::{RunRequest, request_run};
use rollcall_sync::store::Trigger;
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) async fn handle(event: S3Event, shell: &Shell) -> Result<Value> {
    let config = shell.config().await?;
    let dropped = event.records.into_iter().filter_map(|record| record.s3.object.key);
    let keys = dropped.map(|key| decode(&key)).collect::<Result<BTreeSet<String>>>()?;
    for key in keys {
        let Some(source) = config.sources.iter().find(|source| source.object() == Some(key.as_str())) else {
            tracing::warn!("a file was dropped that no source reads");
            continue;
        };
        let request = RunRequest {
            source: Some(source.name.to_string()),
            trigger: Trigger::Drop,
            actor: "file drop".to_owned(),
            dry_run: false,
            approve: None,
        };
        request_run(shell, request).await?;
    }
    Ok(Value::Null)
}

/// S3 writes keys in its notices as in an HTML form: `+` for a space, `%XX` for everything else.
fn decode(key: &str) -> Result<String> {
    let spaced = key.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().context("an object key that is not UTF-8")?;
    Ok(decoded.into_owned())
}
