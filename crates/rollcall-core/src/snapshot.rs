//! The index of one complete snapshot: what the planner keeps of a million entries.
//!
//! Records come in once, sorted; only digests stay (90 bytes a record). The entries themselves are shown to
//! the plan again when it has been made, so they are never all in memory.

mod by_digest;
mod indexed;
mod repeats;
mod row;
mod together;

use crate::account::{Account, AccountId, Owner};
use crate::alike::alike;
use crate::entry::Record;
use crate::fields::FieldName;
use crate::keyed::{DigestKey, KeyedDigest, NameDigest, Values};
use crate::match_key::{ImmutableId, MatchKey, NaturalKey};
use crate::source::SourceName;
use crate::time::Timestamp;
use crate::username::Username;
use alloc::string::String;
use alloc::vec::Vec;
use by_digest::ByDigest;
pub(crate) use by_digest::Rows;
pub use indexed::{IndexedRecord, RecordIndexer};
use repeats::Beside;
use row::{FieldTable, email, fingerprint};
pub(crate) use row::{RecordStatus, Row};

/// The most records of one snapshot: they are counted in 32 bits.
const RECORDS_MAX: usize = u32::MAX as usize;

/// The snapshot is not as a source publishes it: it must not be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSnapshot {
    /// A record is before one that should follow it.
    #[error("record {ordinal} of the snapshot is out of order; fetch the source again")]
    OutOfOrder {
        /// Its position, from 0.
        ordinal: usize,
    },
    /// More records than can be counted.
    #[error("the snapshot has more than {RECORDS_MAX} records; split the source")]
    TooManyRecords,
    /// More distinct mapped fields than the index can note.
    #[error("the snapshot has more than {} distinct mapped fields; map fewer", row::FIELDS_MAX)]
    TooManyFields,
}

/// Builds the index from records in the order of [`Record::order`].
#[derive(Debug)]
pub struct SnapshotIndexBuilder {
    now: Timestamp,
    indexer: RecordIndexer,
    rows: Vec<Row>,
    last: (String, u64),
    beside: Beside,
    next_date: Option<Timestamp>,
    scratch: Values,
}

impl SnapshotIndexBuilder {
    /// An index of nothing yet. `now` is the time of the run: it decides what the dates of the entries say (rule 42).
    #[must_use]
    pub fn new(now: Timestamp, indexer: RecordIndexer) -> Self {
        Self {
            now,
            indexer,
            rows: Vec::new(),
            last: (String::new(), 0),
            beside: Beside::default(),
            next_date: None,
            scratch: Values::default(),
        }
    }

    /// An index of nothing yet, for so many records that were indexed before: with this key, and these fields.
    #[must_use]
    pub fn of_indexed(
        now: Timestamp,
        source: &SourceName,
        key: DigestKey,
        fields: Vec<FieldName>,
        records: usize,
    ) -> Self {
        let mut builder = Self::new(now, RecordIndexer::with_fields(source, key, fields));
        builder.rows.reserve_exact(records);
        builder
    }

    /// Takes in the next record.
    ///
    /// # Errors
    /// When the record is out of order, or there are too many records or fields.
    pub fn push(&mut self, record: &Record) -> Result<(), InvalidSnapshot> {
        let (key, line) = record.order();
        if (NaturalKey(&self.last.0), self.last.1) > (key, line) {
            return Err(InvalidSnapshot::OutOfOrder { ordinal: self.rows.len() });
        }
        self.last.0.clear();
        self.last.0.push_str(key.0);
        self.last.1 = line;
        let indexed = self.indexer.index(record)?;
        self.push_indexed(indexed)
    }

    /// Takes in the next record, which was indexed before with the same key and the same fields.
    ///
    /// # Errors
    /// When there are too many records.
    pub fn push_indexed(&mut self, record: IndexedRecord) -> Result<(), InvalidSnapshot> {
        let ordinal = self.rows.len();
        if ordinal >= RECORDS_MAX {
            return Err(InvalidSnapshot::TooManyRecords);
        }
        let (row, beside, next_date) = record.at(self.now, self.indexer.key(), &mut self.scratch);
        self.next_date = earlier(self.next_date, next_date);
        let has_same_key = self.rows.last().is_some_and(|last| last.has_key() && last.is_of_key_of(&row));
        self.beside.record(ordinal, has_same_key, beside);
        self.rows.push(row);
        Ok(())
    }

    /// The finished index: repeated and ambiguous entries are found here, once.
    #[must_use]
    pub fn finish(mut self) -> SnapshotIndex {
        self.rows.shrink_to_fit();
        repeats::forget(&mut self.rows, &self.beside);
        let rows = &self.rows;
        let in_scope = |digest: fn(&Row) -> KeyedDigest| {
            ByDigest::of(rows, move |row| if row.is_outside() { KeyedDigest::NONE } else { digest(row) })
        };
        let outside_rows = if rows.iter().any(Row::is_outside) { rows.as_slice() } else { &[] };
        let outside = |digest: fn(&Row) -> KeyedDigest| {
            ByDigest::of(
                outside_rows,
                move |row| if row.is_outside() { digest(row) } else { KeyedDigest::NONE },
            )
        };
        let mut index = SnapshotIndex {
            by_key: in_scope(|row| row.key),
            by_immutable_id: in_scope(|row| row.immutable_id),
            by_username: ByDigest::of(
                rows,
                |row| if row.is_outside() { NameDigest::NONE } else { row.username },
            ),
            outside_by_key: outside(|row| row.key),
            outside_by_immutable_id: outside(|row| row.immutable_id),
            key: self.indexer.key(),
            rows: self.rows,
            fields: self.indexer.into_fields(),
            next_date: self.next_date,
        };
        index.mark_duplicates();
        index.mark_shared_usernames();
        index
    }
}

// What one record costs: its row, and about six bytes in each of three lists.
const _: () = assert!(size_of::<Row>() == 72);

/// One complete snapshot, searchable by key, immutable id and username. A position in it is called a row.
#[derive(Debug)]
pub struct SnapshotIndex {
    key: DigestKey,
    rows: Vec<Row>,
    fields: FieldTable,
    by_key: ByDigest,
    by_immutable_id: ByDigest,
    by_username: ByDigest,
    /// The rows outside a condition; they are in no other list (rule 41).
    outside_by_key: ByDigest,
    outside_by_immutable_id: ByDigest,
    /// The first date of an entry that is still to come (rule 42).
    next_date: Option<Timestamp>,
}

/// The earlier of two times, where there are any.
pub(crate) fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

impl SnapshotIndex {
    /// How many records it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no record at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many entries say again, in every used value, what another one says (rule 2).
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.rows.iter().filter(|row| row.status == RecordStatus::Repeated).count()
    }

    /// The first date of an entry that is still to come (rule 42).
    pub(crate) fn next_date(&self) -> Option<Timestamp> {
        self.next_date
    }

    pub(crate) fn row(&self, row: u32) -> &Row {
        &self.rows[row as usize]
    }

    pub(crate) fn row_mut(&mut self, row: u32) -> &mut Row {
        &mut self.rows[row as usize]
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, &Row)> {
        (0u32..).zip(&self.rows)
    }

    /// The rows with this key.
    pub(crate) fn with_key(&self, key: &MatchKey) -> Rows<'_> {
        self.with_key_digest(self.key.of_key(key))
    }

    /// The rows whose key is alike (rule 54).
    pub(crate) fn with_key_alike(&self, key: &MatchKey) -> impl Iterator<Item = u32> {
        alike(key.folded()).flat_map(|other| self.with_key_digest(self.key.of_folded_key(&other)).iter())
    }

    /// The rows with this immutable id.
    pub(crate) fn with_immutable_id(&self, id: &ImmutableId) -> Rows<'_> {
        self.with_id_digest(self.key.of_immutable_id(id))
    }

    /// The rows that ask for this username, or whose newcomer would get it.
    pub(crate) fn with_username(&self, username: &Username) -> Rows<'_> {
        self.by_username.find(self.key.of_username(username), |row| self.row(row).username)
    }

    fn with_key_digest(&self, key: KeyedDigest) -> Rows<'_> {
        self.by_key.find(key, |row| self.row(row).key)
    }

    fn with_id_digest(&self, id: KeyedDigest) -> Rows<'_> {
        self.by_immutable_id.find(id, |row| self.row(row).immutable_id)
    }

    /// Rows with this key that are outside a condition.
    pub(crate) fn outside_with_key(&self, key: &MatchKey) -> Rows<'_> {
        self.outside_by_key.find(self.key.of_key(key), |row| self.row(row).key)
    }

    /// Rows with this immutable id that are outside a condition.
    pub(crate) fn outside_with_immutable_id(&self, id: &ImmutableId) -> Rows<'_> {
        self.outside_by_immutable_id.find(self.key.of_immutable_id(id), |row| self.row(row).immutable_id)
    }

    /// Whether the row has this key.
    pub(crate) fn has_key(&self, row: u32, key: &MatchKey) -> bool {
        self.row(row).key == self.key.of_key(key)
    }

    /// Whether the row asks for this username, or its newcomer would get it.
    pub(crate) fn has_username(&self, row: u32, username: &Username) -> bool {
        self.row(row).username == self.key.of_username(username)
    }

    /// The e-mail address of an account as the number that rows have; 0 where it has none.
    pub(crate) fn email_of(&self, account: &Account) -> u64 {
        email::of_account(account, self.key)
    }

    /// Whether the account has the id that a newcomer of this row would get.
    pub(crate) fn has_first_id(&self, row: u32, id: AccountId) -> bool {
        self.row(row).first_id == id.first_word()
    }

    /// Rows that ask for one username, where there are several.
    pub(crate) fn username_groups(&self) -> impl Iterator<Item = Rows<'_>> {
        self.by_username.groups(|row| self.row(row).username)
    }

    /// The first `at_most` rows that share a key or an immutable id with this one, in order, without itself.
    /// Not all: if a whole column has one value, every row is a duplicate of every other row.
    pub(crate) fn duplicates_of(&self, row: u32, at_most: usize) -> Vec<u32> {
        let this = self.row(row);
        let with_key = if this.has_key() { self.with_key_digest(this.key) } else { Rows::default() };
        let with_id =
            if this.has_immutable_id() { self.with_id_digest(this.immutable_id) } else { Rows::default() };
        let first = |rows: Rows<'_>| {
            let others = rows.iter().filter(|duplicate| *duplicate != row);
            others.take(at_most).collect::<Vec<u32>>()
        };
        let mut duplicates = first(with_key);
        duplicates.extend(first(with_id));
        duplicates.sort_unstable();
        duplicates.dedup();
        duplicates.truncate(at_most);
        duplicates
    }

    /// Whether the account holds already what the entry of this row asks for (rule 9). `scratch` is overwritten.
    pub(crate) fn is_as_asked(&self, row: u32, account: &Account, scratch: &mut Values) -> bool {
        let row = self.row(row);
        let is_not_started = row.status == RecordStatus::NotStarted;
        let shape = (row.shape, &self.fields);
        fingerprint::of_account(account, shape, is_not_started, self.key, scratch) == Some(row.fingerprint)
    }

    /// Whether a row of [`SnapshotIndex::clear_rows_of`] asks for exactly what this account has, so that nothing else is to be
    /// looked up: no other record can be about the account, or asks for its username.
    pub(crate) fn is_clearly_of(&self, row: u32, account: &Account, scratch: &mut Values) -> bool {
        let has_id = matches!(&account.owner, Owner::Source { immutable_id: Some(_), .. });
        // Of two accounts without an immutable id, the one whose id is made from the key has the better claim.
        let is_sure = has_id || self.has_first_id(row, account.id);
        let has_its_name = || self.row(row).asks_for_username() || self.has_username(row, &account.username);
        is_sure && self.is_as_asked(row, account, scratch) && has_its_name()
    }

    /// Rule 2: every entry that shares its key or immutable id with another record.
    fn mark_duplicates(&mut self) {
        let by_key = self.by_key.groups(|row| self.row(row).key);
        let by_immutable_id = self.by_immutable_id.groups(|row| self.row(row).immutable_id);
        let repeated: Vec<u32> = by_key.chain(by_immutable_id).flat_map(Rows::iter).collect();
        for row in repeated {
            let status = &mut self.row_mut(row).status;
            if *status != RecordStatus::Rejected {
                *status = RecordStatus::Duplicate;
            }
        }
    }

    fn mark_shared_usernames(&mut self) {
        let shared: Vec<u32> = self.username_groups().flat_map(Rows::iter).collect();
        shared.into_iter().for_each(|row| self.row_mut(row).shares_username = true);
    }
}
