//! What a run only saw, or in a dry run would do: one report per run in the bucket, as compressed lines of JSON.
//!
//! Changes stand in the audit table; an entry for every unchanged account at every run would cost more than all else.

use crate::audit::AuditEntry;
use crate::error::Error;
use crate::runs::RunId;
use crate::store::Store;
use rollcall_core::source::SourceName;
use std::io::{BufRead as _, BufReader, Write as _};
use tempfile::NamedTempFile;

/// zstd's own default: ten times smaller than the text at hundreds of megabytes a second.
const COMPRESSION_LEVEL: i32 = 3;

/// Takes down the observations of a run; nothing is published before [`ObservationsWriter::finish`].
pub struct ObservationsWriter {
    store: Store,
    key: String,
    lines: zstd::Encoder<'static, NamedTempFile>,
}

impl ObservationsWriter {
    /// Takes down one entry.
    ///
    /// # Errors
    /// When the disk of this machine is full.
    pub fn append(&mut self, entry: &AuditEntry) -> Result<(), Error> {
        serde_json::to_writer(&mut self.lines, entry).map_err(std::io::Error::from)?;
        Ok(self.lines.write_all(b"\n")?)
    }

    /// Publishes the report.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn finish(self) -> Result<(), Error> {
        let file = self.lines.finish()?;
        self.store.put_file(&self.key, file.path()).await
    }
}

impl std::fmt::Debug for ObservationsWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObservationsWriter").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Store {
    /// Begins the report of a run, instead of one that an earlier invocation may have published.
    ///
    /// # Errors
    /// When this machine has no room for a temporary file.
    pub fn observations_writer(&self, source: &SourceName, run: &RunId) -> Result<ObservationsWriter, Error> {
        let lines = zstd::Encoder::new(NamedTempFile::new()?, COMPRESSION_LEVEL)?;
        Ok(ObservationsWriter { store: self.clone(), key: key(source, run), lines })
    }

    /// The observations of a run; none where it has no report yet.
    ///
    /// # Errors
    /// When the storage fails or the report is damaged.
    pub async fn observations(&self, source: &SourceName, run: &RunId) -> Result<Vec<AuditEntry>, Error> {
        self.observations_of(source, run, |_| true).await
    }

    /// Those observations of a run whose line may be one that is looked for. Whoever looks for few of a million spares
    /// reading the others.
    ///
    /// # Errors
    /// As [`Store::observations`].
    pub async fn observations_of(
        &self,
        source: &SourceName,
        run: &RunId,
        may_be: impl Fn(&str) -> bool,
    ) -> Result<Vec<AuditEntry>, Error> {
        let key = key(source, run);
        let Some(spooled) = self.get(&key).await? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for line in BufReader::new(zstd::Decoder::new(spooled.file)?).lines() {
            let line = line?;
            if may_be(&line) {
                let entry = serde_json::from_str(&line);
                found.push(entry.map_err(|error| Error::corrupt(&key, error.to_string()))?);
            }
        }
        Ok(found)
    }
}

fn key(source: &SourceName, run: &RunId) -> String {
    format!("reports/{source}/{run}/observations.jsonl.zst")
}
