//! The records of runs and their summaries, in the control table.

use crate::aws::dynamo::{Item, get_number, get_text, need_text, number, pause, text};
use crate::error::Error;
use crate::ids::{Lease, RunId, SnapshotRef, Trigger};
use crate::schema::{SCHEMA, SCHEMA_VERSION, check_schema};
use crate::store::Store;
use crate::tables::dismissal::Dismissal;
use crate::tables::examination::Examination;
use crate::tables::kept_file::{FileRead, FileRef, PutBack};
use crate::tables::run_holds::{HeldParts, HoldSummary};
use crate::tables::run_people::{Planned, Unprocessed};
use crate::tables::run_read::{CredentialExpiry, DirectoryRead};
use crate::tables::settled::Settled;
use crate::tables::source_change::SourceChange;
use crate::tables::undo::{Undoing, Undone};
use crate::wire;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, Put, TransactWriteItem};
use rollcall_core::outcome::Outcome;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use crate::tables::run_status::RunStatus;

/// How often the record of a run is written when it meets another transaction.
const TRIES_MAX: u32 = 10;

/// The record of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// The source.
    #[serde(with = "wire::source_name")]
    pub source: SourceName,
    /// What started it.
    pub trigger: Trigger,
    /// Who started it.
    pub actor: String,
    /// Whether it only plans.
    pub dry_run: bool,
    /// The held run whose removals it applies.
    pub approves: Option<RunId>,
    /// The digest of the configuration with which it is planned, when that is not the one in force (rule 29).
    #[serde(default)]
    pub candidate: Option<String>,
    /// The file that a dry run tries in place of the source's own: its name in the folder of tried files (rule 49).
    #[serde(default)]
    pub tried: Option<String>,
    /// The earlier file that it puts back before it reads, if it does.
    #[serde(default)]
    pub put_back: Option<PutBack>,
    /// The run that read first the file that it has put away so, where that one is kept. If anything was wrong, it was that.
    #[serde(default)]
    pub put_away: Option<RunId>,
    /// The file that can be put back in the place of the one that it has read.
    #[serde(default)]
    pub previous_file: Option<FileRef>,
    /// When it was asked for. Everything that it decides has this time.
    #[serde(with = "wire::time")]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(with = "wire::optional_time")]
    pub finished_at: Option<Timestamp>,
    /// Its status.
    pub status: RunStatus,
    /// How many invocations have worked on it. Each reads all accounts again, and nothing else twice.
    #[serde(default)]
    pub invocations: u32,
    /// Key of the reading in progress; the last one stays when the snapshot is published.
    #[serde(default)]
    pub reading: Option<String>,
    /// The tag of the file that it has read, for a source that is a file. It tells whether the file has changed since.
    #[serde(default)]
    pub read_tag: Option<String>,
    /// The file that it has read, for a source that is a file; an approval has that of the held run.
    #[serde(default)]
    pub file: Option<FileRead>,
    /// Rows of the file that are no people, and no records (rule 41).
    #[serde(default)]
    pub passed_over: u64,
    /// How many records had been read when this was last recorded.
    #[serde(default)]
    pub read_so_far: u64,
    /// How many accounts had been written when this was last recorded. Not part of the stored record.
    #[serde(skip)]
    pub written_so_far: u64,
    /// The snapshot that was read.
    pub snapshot: Option<SnapshotRef>,
    /// Its result.
    pub summary: Option<RunSummary>,
    /// Why it failed.
    pub error: Option<String>,
    /// The decision to leave its held removals, or the same removals of an earlier run, as they are. A decision after the
    /// end of the run is not part of the stored record.
    #[serde(default, rename = "left")]
    pub dismissed: Option<Dismissal>,
    /// What its source needs and when that expires, as far as is known (rule 66).
    #[serde(default)]
    pub expiries: Vec<CredentialExpiry>,
    /// What it has read of a directory, or of a file, beside the people.
    #[serde(default)]
    pub read: Option<DirectoryRead>,
    /// What makes it an examination: it looks at what is stored, and reads no source.
    #[serde(default)]
    pub examination: Option<Examination>,
    /// What it does to a source as a whole, in place of reading it.
    #[serde(default)]
    pub source_change: Option<SourceChange>,
    /// What makes it an undo: it takes back what another run did, and reads no source (rule 58).
    #[serde(default)]
    pub undoes: Option<Undoing>,
    /// The undo that took this run back. It is known after the end of the run, beside the stored record.
    #[serde(default)]
    pub undone: Option<Undone>,
    /// How a later run has settled what this one holds. It is known after the end of the run, beside the stored record.
    #[serde(default)]
    pub settled: Option<Settled>,
}

impl RunRecord {
    /// The record of a run that has done nothing yet, and is to read its source and apply what it reads.
    #[must_use]
    pub fn new(
        id: RunId,
        source: SourceName,
        trigger: Trigger,
        actor: impl Into<String>,
        started_at: Timestamp,
    ) -> Self {
        Self {
            id,
            source,
            trigger,
            actor: actor.into(),
            dry_run: false,
            approves: None,
            candidate: None,
            tried: None,
            put_back: None,
            put_away: None,
            previous_file: None,
            started_at,
            finished_at: None,
            status: RunStatus::Requested,
            invocations: 0,
            reading: None,
            read_tag: None,
            file: None,
            passed_over: 0,
            read_so_far: 0,
            written_so_far: 0,
            snapshot: None,
            summary: None,
            error: None,
            dismissed: None,
            expiries: Vec::new(),
            read: None,
            examination: None,
            source_change: None,
            undoes: None,
            undone: None,
            settled: None,
        }
    }

    /// Whether it brings the accounts in step with its source: it is no dry run, no examination and no undo.
    #[must_use]
    pub fn is_of_accounts(&self) -> bool {
        !self.dry_run && self.examination.is_none() && self.undoes.is_none()
    }

    /// Whether it reads its source, and applies what it reads: then it does what a person wants who asks for a run
    /// meanwhile. An approval and a run for a date apply what was read before.
    #[must_use]
    pub fn reads_for_others(&self) -> bool {
        self.is_of_accounts()
            && self.approves.is_none()
            && self.trigger != Trigger::Date
            && self.source_change.is_none()
    }
}

/// The result of a run (rule 32).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// How many accounts and records had each outcome.
    pub counts: BTreeMap<String, u64>,
    /// The limit; none is unlimited.
    pub limit: Option<u64>,
    /// Active accounts before.
    pub used_before: u64,
    /// Active accounts after.
    pub used: u64,
    /// Seats freed.
    pub freed: u64,
    /// Seats given.
    pub taken: u64,
    /// Accounts that wait for a seat.
    pub waiting: u64,
    /// Of the accounts that came back (`reactivated`), those that wait for a seat; the others have one (rule 56).
    #[serde(default)]
    pub back_waiting: u64,
    /// The longest time that a seat was free before a waiting person got it, in milliseconds (rule 35). Without the
    /// seats that an invocation gave before it died.
    #[serde(default)]
    pub time_to_seat_millis: Option<i64>,
    /// How many more seats are in use than were bought.
    pub over_by: u64,
    /// Seats that no run gives: so many more must become free before anybody gets one (rule 18).
    #[serde(default)]
    pub reserve: u64,
    /// Whether a run lets people wait again while more seats are in use than were bought (rule 16).
    #[serde(default)]
    pub trims: bool,
    /// The thresholds of `warn_at` that are reached afterwards, as the configuration has them (rule 65).
    #[serde(default)]
    pub warned: Vec<String>,
    /// Account writes.
    pub writes: u64,
    /// Records read.
    pub rows: u64,
    /// Records that say again, in every used value, what another one says (rule 2).
    #[serde(default)]
    pub repeated: u64,
    /// Rows of a file that are no people: headings once more, dashes, totals (rule 41). They are no records.
    #[serde(default)]
    pub passed_over: u64,
    /// Why removals are held, if they are.
    pub hold: Option<HoldSummary>,
    /// What else is held (rules 51 and 54). Runs of earlier versions held nothing else.
    #[serde(default)]
    pub held_parts: HeldParts,
    /// The people who get the next seats, at most ten.
    pub next_waiting: Vec<String>,
    /// How many they are in all: who waits, without those about whom a decision is held. Runs of earlier versions did not count.
    #[serde(default)]
    pub in_line: Option<u64>,
    /// Who could not be processed, at most twenty (rule 62).
    #[serde(default)]
    pub unprocessed: Vec<Unprocessed>,
    /// In a dry run: whom it would change and how, at most twenty of each outcome. The report has all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<Planned>,
    /// The time for reading, in milliseconds.
    pub read_millis: i64,
    /// The time for deciding and committing, in milliseconds.
    pub apply_millis: i64,
}

impl RunSummary {
    /// How many people [`RunSummary::next_waiting`] has the first of.
    #[must_use]
    pub fn in_line(&self) -> u64 {
        let holds = self.counts.get(Outcome::Held.as_str()).is_some_and(|held| *held > 0);
        self.in_line.filter(|_| holds).unwrap_or(self.waiting)
    }

    /// Whether the guard holds a part of the run, which a person decides about.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.hold.is_some() || self.held_parts.renames.is_some() || self.held_parts.newcomers.is_some()
    }
}

impl Store {
    /// Stores the record of a run, if the run still holds this lease.
    ///
    /// # Errors
    /// [`Error::Fenced`] when another run has taken the lease, or the run has ended: its record is final then. Or the
    /// storage fails.
    pub async fn put_run(&self, run: &RunRecord, lease: &Lease) -> Result<(), Error> {
        let check = TransactWriteItem::builder().condition_check(self.lease_check(lease)?).build();
        self.put_run_with(run, Some(check)).await
    }

    /// Ends the record of a run that no longer holds the lease.
    ///
    /// # Errors
    /// [`Error::Fenced`] when the record has been ended already. Or the storage fails.
    pub async fn end_run(&self, run: &RunRecord) -> Result<(), Error> {
        self.put_run_with(run, None).await
    }

    async fn put_run_with(&self, run: &RunRecord, check: Option<TransactWriteItem>) -> Result<(), Error> {
        for tries in 1..=TRIES_MAX {
            let put = TransactWriteItem::builder().put(self.run_put(run)?).build();
            let items = check.iter().cloned().chain([put]).collect();
            let result = self.dynamo.transact_write_items().set_transact_items(Some(items)).send().await;
            let Err(error) = result else { return Ok(()) };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(Error::service("writing the record of a run", error));
            };
            let has_failed = |reason: &CancellationReason| reason.code() == Some("ConditionalCheckFailed");
            let reasons = cancelled.cancellation_reasons();
            if reasons.iter().any(has_failed) {
                // The record is the last of the items. When only its own condition failed, this call itself may have
                // written it, and its first response was lost.
                let is_fenced = reasons.iter().rev().skip(1).any(has_failed);
                if !is_fenced && self.is_kept(run).await? {
                    return Ok(());
                }
                return Err(Error::Fenced { source_name: run.source.clone(), run: run.id.clone() });
            }
            tokio::time::sleep(pause(tries)).await;
        }
        Err(Error::Contended { what: "the record of a run" })
    }

    /// Whether exactly this record of a run is stored.
    async fn is_kept(&self, run: &RunRecord) -> Result<bool, Error> {
        let stored = self.control_item(&item_name(&run.id), "reading the record of a run").await?;
        Ok(stored.as_ref().and_then(|item| get_text(item, "record")) == Some(encode(run)?.as_str()))
    }

    /// Writes a run's record, if the stored one has not ended.
    pub(crate) fn run_put(&self, run: &RunRecord) -> Result<Put, Error> {
        Put::builder()
            .table_name(&self.names.control)
            .item("name", text(item_name(&run.id)))
            .item("kind", text("run"))
            .item("at", text(index_key(run)))
            .item("is_finished", AttributeValue::Bool(run.status.is_finished()))
            .item("record", text(encode(run)?))
            .item(SCHEMA, number(SCHEMA_VERSION))
            .condition_expression("attribute_not_exists(is_finished) OR is_finished = :no")
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .build()
            .map_err(|error| Error::service("writing the record of a run", error))
    }

    /// The record of a run.
    ///
    /// # Errors
    /// When the storage fails or the item is not a run.
    pub async fn run(&self, id: &RunId) -> Result<Option<RunRecord>, Error> {
        let item = self.control_item(&item_name(id), "reading the record of a run").await?;
        item.map(|item| decode(&item)).transpose()
    }
}

fn encode(run: &RunRecord) -> Result<String, Error> {
    serde_json::to_string(run).map_err(|error| Error::corrupt("the record of a run", error.to_string()))
}

pub(crate) fn decode(item: &Item) -> Result<RunRecord, Error> {
    let what = "the record of a run";
    check_schema(item, what)?;
    let record: RunRecord = serde_json::from_str(need_text(item, "record", what)?)
        .map_err(|error| Error::corrupt(what, error.to_string()))?;
    Ok(with_side_attributes(record, item))
}

/// The record with the attributes that others have written into the same item.
fn with_side_attributes(record: RunRecord, item: &Item) -> RunRecord {
    RunRecord {
        read_so_far: get_number(item, "read_so_far").unwrap_or(0).max(record.read_so_far),
        written_so_far: get_number(item, "written").unwrap_or(0),
        dismissed: Dismissal::of_item(item).or(record.dismissed),
        undone: Undone::of_item(item),
        settled: Settled::of_item(item),
        ..record
    }
}

/// The attributes by which the index by kind lists a run.
pub(crate) fn index_keys(run: &RunRecord) -> Item {
    Item::from([(String::from("kind"), text("run")), (String::from("at"), text(index_key(run)))])
}

/// The position of a run among all runs.
pub(crate) fn index_key(run: &RunRecord) -> String {
    format!("{}#{}", wire::show_time(run.started_at), run.id)
}

pub(crate) fn item_name(id: &RunId) -> String {
    format!("run#{id}")
}
