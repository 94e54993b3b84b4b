//! The JSON of the API, as far as pages show it. Fields that are not here are ignored.

mod configuration;
mod licence;

pub(crate) use configuration::{Configuration, Meaning, Mistake};
pub(crate) use licence::{Changed, Licence, LicenceHistory, Seated, SeatedLast, SeatsOfDay};

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Runs {
    pub(crate) runs: Vec<Run>,
    pub(crate) next: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) trigger: String,
    pub(crate) actor: String,
    pub(crate) dry_run: bool,
    pub(crate) approves: Option<String>,
    pub(crate) candidate: Option<String>,
    /// The file that a dry run tries.
    pub(crate) tried: Option<String>,
    /// The earlier file that it has put back, or tried.
    pub(crate) put_back: Option<EarlierFile>,
    /// The run that read first the file that it has put away so.
    #[serde(default)]
    pub(crate) put_away: Option<String>,
    /// The file that can be put back in the place of the one that it has read.
    pub(crate) previous_file: Option<EarlierFile>,
    /// The file that it has read.
    #[serde(default)]
    pub(crate) file: Option<FileRead>,
    /// How many records it has read.
    #[serde(default)]
    pub(crate) records: Option<u64>,
    pub(crate) started_at: String,
    pub(crate) finished_at: Option<String>,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) progress: Progress,
    pub(crate) summary: Option<Summary>,
    pub(crate) error: Option<String>,
    /// The decision to leave the held removals as they are.
    pub(crate) left: Option<Left>,
    /// What makes it an examination: it reads no source.
    pub(crate) examination: Option<Examination>,
    #[serde(default)]
    pub(crate) source_change: Option<SourceChange>,
    /// What makes it an undo: it takes back what another run did.
    pub(crate) undoes: Option<Undoing>,
    /// The undo that took this run back.
    pub(crate) undone: Option<Undone>,
    /// How a later run has settled what this one holds.
    pub(crate) settled: Option<Settled>,
    /// What its source needs and when that expires.
    #[serde(default)]
    pub(crate) expiries: Vec<Expiry>,
    /// What is to be said of the file or the directory.
    pub(crate) read: Option<Read>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Read {
    /// A sentence each.
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Undoing {
    /// The run that is taken back.
    pub(crate) run: String,
    /// The only account that goes back.
    pub(crate) account: Option<String>,
    pub(crate) result: Option<UndoResult>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct UndoResult {
    pub(crate) back: Vec<TakenBack>,
    pub(crate) back_count: u64,
    pub(crate) back_before: u64,
    pub(crate) left_alone: Vec<LeftAlone>,
    pub(crate) left_alone_count: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct TakenBack {
    pub(crate) username: String,
    pub(crate) what: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct LeftAlone {
    pub(crate) username: String,
    pub(crate) why: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Undone {
    pub(crate) run: String,
    pub(crate) by: String,
    pub(crate) at: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Settled {
    pub(crate) how: String,
    pub(crate) run: String,
    pub(crate) by: String,
    pub(crate) at: String,
}

/// A file that a run has read completely.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct EarlierFile {
    pub(crate) run: String,
    pub(crate) read_at: String,
}

/// A file as it lay in the bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct FileRead {
    pub(crate) object: String,
    pub(crate) bytes: u64,
    pub(crate) written_at: Option<String>,
}

/// A person or a row that could not be processed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Unprocessed {
    pub(crate) name: String,
    pub(crate) outcome: String,
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Expiry {
    pub(crate) what: String,
    pub(crate) at: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SourceChange {
    Retire,
    Rename { to: String },
}

/// Every source.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Sources {
    pub(crate) sources: Vec<Source>,
    #[serde(default)]
    pub(crate) schedules: Vec<Schedule>,
}

/// When sources are read by themselves.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) in_words: String,
    pub(crate) next_at: Option<String>,
}

/// A source that is configured or has accounts.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) configured: bool,
    pub(crate) active: u64,
    pub(crate) waiting: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Examination {
    pub(crate) repair: bool,
    pub(crate) result: Option<ExaminationResult>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct ExaminationResult {
    pub(crate) accounts: u64,
    pub(crate) active: u64,
    pub(crate) repairs: Vec<String>,
    pub(crate) findings: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Left {
    pub(crate) by: String,
    pub(crate) at: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Progress {
    pub(crate) read: u64,
    pub(crate) written: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Summary {
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) limit: Option<u64>,
    pub(crate) used_before: u64,
    pub(crate) used: u64,
    pub(crate) freed: u64,
    pub(crate) taken: u64,
    pub(crate) waiting: u64,
    #[serde(default)]
    pub(crate) back_waiting: u64,
    pub(crate) over_by: u64,
    pub(crate) writes: u64,
    pub(crate) rows: u64,
    pub(crate) hold: Option<Hold>,
    #[serde(default)]
    pub(crate) held_parts: HeldParts,
    pub(crate) next_waiting: Vec<String>,
    #[serde(default)]
    pub(crate) in_line: Option<u64>,
    #[serde(default)]
    pub(crate) unprocessed: Vec<Unprocessed>,
    #[serde(default)]
    pub(crate) planned: Vec<Planned>,
    pub(crate) read_millis: i64,
    pub(crate) apply_millis: i64,
}

/// Somebody whom a dry run would change.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) outcome: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Hold {
    pub(crate) removals: u64,
    pub(crate) active: u64,
    #[serde(default)]
    pub(crate) places: Option<u64>,
    pub(crate) cause: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct HeldParts {
    pub(crate) renames: Option<HeldPart>,
    pub(crate) newcomers: Option<HeldPart>,
    pub(crate) perhaps_same: u64,
    #[serde(default)]
    pub(crate) undone: u64,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct HeldPart {
    pub(crate) count: u64,
    pub(crate) of: u64,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Accounts {
    pub(crate) accounts: Vec<Account>,
    pub(crate) next: Option<String>,
    /// By state; none where nobody has counted yet.
    pub(crate) counts: Option<BTreeMap<String, u64>>,
    /// On all pages.
    pub(crate) total: Option<u64>,
}

/// The rows that a person must mend.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct RowsToMend {
    pub(crate) file: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Found {
    /// The one account that is meant without doubt.
    pub(crate) exact: Option<Account>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) more: bool,
    pub(crate) alike: Vec<Account>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) username: String,
    /// The person's name and address, where they are mapped.
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) email: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) match_key: Option<String>,
    pub(crate) immutable_id: Option<String>,
    pub(crate) is_admin: bool,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) since: Option<String>,
    pub(crate) set_by: Option<String>,
    #[serde(default)]
    pub(crate) beneath: Option<String>,
    pub(crate) fields: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) explanation: Explanation,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Explanation {
    pub(crate) why: String,
    pub(crate) place: Option<Place>,
    pub(crate) next: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Place {
    pub(crate) place: Option<u64>,
    pub(crate) of: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct WaitingLine {
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) place: Option<u64>,
    pub(crate) more_than: Option<u64>,
    pub(crate) source: String,
    pub(crate) priority: Option<u16>,
    pub(crate) account: Account,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Audit {
    pub(crate) entries: Vec<Entry>,
    pub(crate) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Entry {
    pub(crate) at: String,
    pub(crate) run: Option<String>,
    pub(crate) trigger: String,
    pub(crate) actor: String,
    pub(crate) source: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) username: Option<String>,
    /// As the person is called today.
    #[serde(rename = "name")]
    pub(crate) full_name: Option<String>,
    pub(crate) match_key: Option<String>,
    pub(crate) line: Option<u64>,
    pub(crate) outcome: String,
    pub(crate) reason: Option<String>,
    pub(crate) before: Option<State>,
    pub(crate) after: Option<State>,
    pub(crate) changes: Vec<Change>,
    pub(crate) seats: Seats,
    /// Whether it says only what a run would do.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct State {
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Change {
    pub(crate) field: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Seats {
    pub(crate) used: u64,
    pub(crate) limit: Option<u64>,
    #[serde(default)]
    pub(crate) about: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Started {
    pub(crate) run: String,
    pub(crate) status: String,
}
