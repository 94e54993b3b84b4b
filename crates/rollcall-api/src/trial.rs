//! A configuration that is held against a sample of a file (rule 48): the same findings as `rollcall check --file` has.
//!
//! Nothing of the sample is kept. Its length is bounded, and it must not be packed, so that an answer takes moments.

use crate::error::Error;
use crate::http::request::ApiRequest;
use crate::permission::Permission;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall_config::Config;
use rollcall_core::time::Timestamp;
use rollcall_sync::run::tried_file;
use rollcall_trial::{Trial, source_for, try_file};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::Cursor;

/// Bytes of a sample: some thousands of people.
pub const SAMPLE_BYTES_MAX: usize = 1024 * 1024;

/// A configuration with a sample, as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    /// The configuration.
    pub(crate) text: String,
    /// The bytes of the file in base64, whatever its encoding is.
    sample: Option<String>,
    /// In place of a sample: the name of a file that was sent to be tried.
    tried: Option<String>,
    /// The source that the file is for; may be left out where only one reads files.
    source: Option<String>,
}

impl Sent {
    /// A configuration without a sample.
    pub(crate) fn of_text(text: &str) -> Self {
        Self { text: text.to_owned(), sample: None, tried: None, source: None }
    }

    /// The sample, for those who may change the sources.
    pub(crate) async fn sample(&self, request: ApiRequest<'_>) -> Result<Option<Vec<u8>>, Error> {
        if let Some(name) = &self.tried {
            request.caller.need(Permission::EditConfiguration)?;
            if self.sample.is_some() {
                return Err(Error::Contradiction(String::from("send `sample` or `tried`, not both")));
            }
            return Ok(Some(tried_file(request.shell(), self.source.as_deref(), name).await?));
        }
        let Some(sample) = &self.sample else { return Ok(None) };
        request.caller.need(Permission::EditConfiguration)?;
        let too_large = Error::TooLarge { bytes_max: SAMPLE_BYTES_MAX };
        if sample.len() > SAMPLE_BYTES_MAX / 3 * 4 + 4 {
            return Err(too_large);
        }
        let sample = BASE64_STANDARD.decode(sample).map_err(|error| {
            Error::Sample(format!("`sample` must be the bytes of a file in base64: {error}"))
        })?;
        if sample.len() > SAMPLE_BYTES_MAX {
            return Err(too_large);
        }
        if sample.starts_with(b"PK\x03\x04") || sample.starts_with(b"\x1f\x8b") {
            return Err(Error::Sample(String::from(
                "`sample` is packed; send the first lines of what is in it",
            )));
        }
        Ok(Some(sample))
    }

    /// What the configuration makes of the sample.
    pub(crate) fn tried(&self, config: &Config, sample: &[u8], now: Timestamp) -> Result<Value, Error> {
        let found = source_for(config, self.source.as_deref(), None);
        let (source, settings) = found.map_err(|error| Error::Sample(error.to_string()))?;
        let (trial, refused) = match try_file(settings, &mut Cursor::new(sample), sample.len() as u64, now) {
            Ok(trial) => (trial, None),
            Err(refused) => (Trial::default(), Some(refused.to_string())),
        };
        let mut shown = serde_json::to_value(&trial).map_err(rollcall_sync::Error::from)?;
        shown["source"] = json!(source.name.as_str());
        shown["is_wrong"] = json!(trial.is_wrong());
        shown["refused"] = json!(refused);
        Ok(shown)
    }
}
