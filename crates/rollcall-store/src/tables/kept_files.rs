//! Which files of a source are kept: the last one that was read completely, and the one before it.
//!
//! The item of a source names them; the bytes lie in the bucket, in one of three places. A file goes into the place that
//! the item does not name, so what it names is whole, whenever a process dies. More than these three are never kept.

use crate::aws::dynamo::{get_text, number, pause, text};
use crate::error::Error;
use crate::ids::{Lease, RunId};
use crate::schema::{SCHEMA, SCHEMA_VERSION, check_schema};
use crate::store::Store;
use crate::tables::kept_file::FileRef;
use crate::wire;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use rollcall_config::folders::FILES;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::File;

/// The places of a source's files.
const PLACES: [&str; 3] = ["a", "b", "c"];

/// How often the item is written when it meets another transaction.
const TRIES_MAX: u32 = 10;

/// After how long the same file is put into its place once more: the bucket's lifecycle deletes what is older than 90 days.
const PUT_AGAIN_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

/// A file that was read completely, and is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// The run that read it first, and when that began.
    #[serde(flatten)]
    pub read: FileRef,
    /// The key of the object that it was read from.
    pub object: String,
    /// The tag of that object.
    tag: String,
    place: String,
    #[serde(with = "wire::time")]
    put_at: Timestamp,
}

/// The files of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFiles {
    current: KeptFile,
    before: Option<KeptFile>,
}

impl KeptFiles {
    /// The file that can be put back in the place of one with this tag: the last other one that was read completely. None in the
    /// place of the one before: whoever has put that back has put the last one away.
    #[must_use]
    pub fn instead_of(&self, tag: Option<&str>) -> Option<&KeptFile> {
        if tag == Some(self.current.tag.as_str()) {
            return self.before.as_ref();
        }
        let is_back = self.before.as_ref().is_some_and(|before| tag == Some(before.tag.as_str()));
        (!is_back).then_some(&self.current)
    }

    /// The run that read first the file that is put away where this one is put back.
    #[must_use]
    pub fn put_away_for(&self, back: &KeptFile) -> Option<&RunId> {
        let is_last = self.current.read.run == back.read.run;
        (!is_last).then_some(&self.current.read.run)
    }

    /// The file with this tag, if it is kept.
    #[must_use]
    pub fn with_tag(&self, tag: &str) -> Option<&KeptFile> {
        [Some(&self.current), self.before.as_ref()].into_iter().flatten().find(|file| file.tag == tag)
    }

    /// The file that was read before the one that was read last.
    #[must_use]
    pub fn before_last(&self) -> Option<&KeptFile> {
        self.before.as_ref()
    }

    /// The file that this run read first, if it is kept.
    #[must_use]
    pub fn read_by(&self, run: &RunId) -> Option<&KeptFile> {
        [Some(&self.current), self.before.as_ref()].into_iter().flatten().find(|file| file.read.run == *run)
    }
}

impl Store {
    /// The files of a source that are kept; `None` where none was ever read completely.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn kept_files(&self, source: &SourceName) -> Result<Option<KeptFiles>, Error> {
        let what = "which files are kept";
        let Some(item) = self.control_item(&item_name(source), what).await? else { return Ok(None) };
        check_schema(&item, what)?;
        let files = get_text(&item, "files").map(serde_json::from_str).transpose();
        files.map_err(|error| Error::corrupt(item_name(source), error.to_string()))
    }

    /// Keeps a file that the run of this lease has read completely. Costs one write where the file is the same as before.
    ///
    /// # Errors
    /// When the storage fails, or the lease was lost; what was kept before is then kept still.
    pub async fn keep_file(
        &self,
        lease: &Lease,
        kept: Option<KeptFiles>,
        (object, tag): (&str, &str),
        file: File,
        now: Timestamp,
    ) -> Result<(), Error> {
        let is_same = |kept: &KeptFile| kept.tag == tag && kept.object == object;
        let new = |place: &str| KeptFile {
            read: FileRef { run: lease.run.clone(), read_at: now },
            object: object.to_owned(),
            tag: tag.to_owned(),
            place: place.to_owned(),
            put_at: now,
        };
        let files = match kept {
            None => KeptFiles { current: new(PLACES[0]), before: None },
            Some(KeptFiles { current, before }) if is_same(&current) => {
                if now.millis_since(current.put_at) < PUT_AGAIN_MILLIS {
                    return Ok(());
                }
                KeptFiles { current: KeptFile { put_at: now, ..current }, before }
            }
            // It was put back, or has come again. What lay there meanwhile was the mistake, and is offered to nobody.
            Some(KeptFiles { before: Some(before), .. }) if is_same(&before) => {
                KeptFiles { current: KeptFile { put_at: now, ..before }, before: None }
            }
            Some(KeptFiles { current, before }) => {
                let is_free = |place: &&str| {
                    *place != current.place && before.as_ref().is_none_or(|before| *place != before.place)
                };
                let place = PLACES.into_iter().find(is_free).unwrap_or(PLACES[0]);
                KeptFiles { current: new(place), before: Some(current) }
            }
        };
        self.put_file(&files.current.key(&lease.source), file).await?;
        let put = Put::builder()
            .table_name(&self.names.control)
            .item("name", text(item_name(&lease.source)))
            .item("files", text(encode(&files)?))
            .item(SCHEMA, number(SCHEMA_VERSION))
            .build()
            .map_err(|error| Error::service("recording which files are kept", error))?;
        let put = TransactWriteItem::builder().put(put).build();
        let check = TransactWriteItem::builder().condition_check(self.lease_check(lease)?).build();
        for tries in 1..=TRIES_MAX {
            let items = vec![check.clone(), put.clone()];
            let Err(error) = self.dynamo.transact_write_items().set_transact_items(Some(items)).send().await
            else {
                return Ok(());
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(Error::service("recording which files are kept", error));
            };
            let mut reasons = cancelled.cancellation_reasons().iter();
            if reasons.any(|reason| reason.code() == Some("ConditionalCheckFailed")) {
                return Err(Error::Fenced { source_name: lease.source.clone(), run: lease.run.clone() });
            }
            tokio::time::sleep(pause(tries)).await;
        }
        Err(Error::Contended { what: "the record of the files that are kept" })
    }
}

impl KeptFile {
    /// Where its bytes lie.
    #[must_use]
    pub fn key(&self, source: &SourceName) -> String {
        format!("{FILES}{source}/{}", self.place)
    }
}

fn encode(files: &KeptFiles) -> Result<String, Error> {
    serde_json::to_string(files).map_err(|error| Error::corrupt("which files are kept", error.to_string()))
}

fn item_name(source: &SourceName) -> String {
    format!("files#{source}")
}
