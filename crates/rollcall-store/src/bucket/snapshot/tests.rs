//! A snapshot on this machine: what is read is what was written, also what an earlier version wrote.

use super::line::Line;
use super::{SnapshotReader, pack, pack_page};
use crate::field_names::FieldNames;
use rollcall_core::account::Account;
use rollcall_core::entry::{Condition, Entry, EntryStatus, Record};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::Outcome;
use rollcall_core::plan::{Decided, Decision, PlanInput, Removals};
use rollcall_core::planner::Planner;
use rollcall_core::policy::Policy;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};

/// A snapshot of five people in the form that was published before snapshots had an index: `p1`, `p2`, `p9`, `p10` and `p100`,
/// with a title each, one frame of lines.
const OLDER: &[u8] = include_bytes!("older.zst");

/// The same people in the form whose index had digests of 16 bytes.
const EARLIER: &[u8] = include_bytes!("earlier.zst");

const NOW: Timestamp = Timestamp::from_millis(1_000);

fn entry(key: &str, status: EntryStatus) -> Entry {
    let value = |name: &str| [(FieldName::parse(name).unwrap(), "x".to_owned())].into_iter().collect();
    Entry {
        line: 2,
        key: MatchKey::parse(key).unwrap(),
        immutable_id: None,
        username: None,
        status,
        starts: Some(Timestamp::from_millis(-5)),
        ends: Some(Timestamp::from_millis(7)),
        is_admin: None,
        priority: 0,
        fields: value("title"),
        created_fields: value("locale"),
    }
}

fn source() -> SourceName {
    SourceName::parse("staff").unwrap()
}

fn reader_of(file: File, records: u64) -> SnapshotReader {
    SnapshotReader::new(file, source(), records, String::from("a test")).unwrap()
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn bytes_of(mut file: File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

fn people(count: usize) -> Vec<Record> {
    let person = |number| Record::Entry(entry(&format!("p{number}"), EntryStatus::Enabled));
    (0..count).map(person).collect()
}

#[test]
fn dates_scope_and_creation_come_back() {
    let outside = EntryStatus::OutOfScope { condition: Condition::new("Department = Sales") };
    for status in [EntryStatus::Enabled, EntryStatus::Disabled, outside] {
        let record = Record::Entry(entry("ann", status));
        let text = serde_json::to_string(&Line::of(&record)).unwrap();
        let line: Line<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!(line.into_record(&mut FieldNames::default()).unwrap(), record, "{text}");
    }
}

#[test]
fn of_a_field_that_stands_twice_the_last_counts() {
    let line =
        r#"{"line":1,"status":"enabled","key":"ann","fields":{"title":"a","mail":"\u00e4","title":"b"}}"#;
    let line: Line<'_> = serde_json::from_str(line).unwrap();
    let Record::Entry(entry) = line.into_record(&mut FieldNames::default()).unwrap() else {
        panic!("an entry")
    };
    let fields: Vec<_> = entry.fields.iter().map(|(name, value)| (name.as_str(), value)).collect();
    assert_eq!(fields, [("mail", "ä"), ("title", "b")]);
}

#[test]
fn line_of_an_earlier_version_is_read() {
    let line: Line<'_> =
        serde_json::from_str(r#"{"line":2,"status":"enabled","key":"ann","fields":{"title":"x"}}"#).unwrap();
    let expected = Entry {
        starts: None,
        ends: None,
        created_fields: Fields::new(),
        ..entry("ann", EntryStatus::Enabled)
    };
    assert_eq!(line.into_record(&mut FieldNames::default()).unwrap(), Record::Entry(expected));
}

#[test]
fn snapshot_of_an_earlier_version_is_put_in_order() {
    let keys = ["p1", "p10", "p100", "p2", "p9"];
    let records = keys.map(|key| Ok(Record::Entry(entry(key, EntryStatus::Enabled))));
    let packed = pack(&source(), records.into_iter()).unwrap();
    let reader = reader_of(packed.file, packed.records);
    let sorted: Vec<Record> = reader.sorted().unwrap().records().unwrap().map(Result::unwrap).collect();
    let expected = ["p1", "p2", "p9", "p10", "p100"];
    assert_eq!(sorted, expected.map(|key| Record::Entry(entry(key, EntryStatus::Enabled))));
}

#[test]
fn snapshot_without_an_index_is_read() {
    let reader = reader_of(file_of(OLDER), 5);
    assert!(reader.index.is_none());
    let keys: Vec<String> =
        reader.records().unwrap().map(|record| record.unwrap().order().0.0.to_owned()).collect();
    assert_eq!(keys, ["p1", "p2", "p9", "p10", "p100"]);
    let second = reader.records_where(|ordinal| ordinal == 2).unwrap();
    let second: Vec<(usize, u64)> =
        second.map(Result::unwrap).map(|(at, record)| (at, record.line())).collect();
    assert_eq!(second, [(2, 4)]);
    assert_eq!(reader.index(NOW).unwrap().len(), 5);
}

#[test]
fn snapshot_with_an_older_index_finds_everybody() {
    let reader = reader_of(file_of(EARLIER), 5);
    let planner = || {
        let input = PlanInput {
            source: source(),
            now: NOW,
            limit: Limit::Unlimited,
            used: SeatCount::ZERO,
            policy: Policy::default(),
            removals: Removals::Guarded,
            decided: Decided::default(),
            asked_elsewhere: Vec::new(),
        };
        Planner::begin(input, reader.index(NOW).unwrap())
    };
    let nobody = planner().finish();
    let records: Vec<Record> = reader.records().unwrap().map(Result::unwrap).collect();
    let created = records.iter().enumerate().map(|(ordinal, record)| match nobody.decide(ordinal, record) {
        Some(Decision::Change(change)) => change.after,
        other => panic!("{other:?}"),
    });
    let created: Vec<Account> = created.collect();
    let seen = planner().see(&created);
    assert_eq!(seen.iter().map(|(_, seen)| seen.outcome).collect::<Vec<_>>(), [Outcome::Unchanged; 5]);
}

#[test]
fn wanted_records_are_read_alone() {
    let records = people(2500);
    let packed = pack(&source(), records.iter().cloned().map(Ok)).unwrap();
    let reader = reader_of(packed.file, packed.records);
    for wanted in [&[][..], &[0], &[2499], &[999, 1000, 1001, 1999], &[5000]] {
        let wanted: BTreeSet<usize> = wanted.iter().copied().collect();
        let read: Vec<(usize, Record)> =
            reader.records_where(|ordinal| wanted.contains(&ordinal)).unwrap().map(Result::unwrap).collect();
        let expected = wanted.iter().filter_map(|at| Some((*at, records.get(*at)?.clone())));
        assert_eq!(read, expected.collect::<Vec<_>>());
    }
    let all: Vec<Record> = reader.records().unwrap().map(Result::unwrap).collect();
    assert_eq!(all, records);
    assert_eq!(reader.index(NOW).unwrap().len(), 2500);
}

#[test]
fn snapshot_of_nobody_is_read() {
    let packed = pack(&source(), std::iter::empty()).unwrap();
    let reader = reader_of(packed.file, packed.records);
    assert_eq!(reader.records().unwrap().count() + reader.records_where(|_| true).unwrap().count(), 0);
    assert!(reader.index(NOW).unwrap().is_empty());
}

#[test]
fn digest_is_that_of_a_page_and_knows_no_line_numbers() {
    let records = people(3);
    let mut elsewhere = records.clone();
    for record in &mut elsewhere {
        if let Record::Entry(entry) = record {
            entry.line += 7;
        }
    }
    let digest = |records: Vec<Record>| pack(&source(), records.into_iter().map(Ok)).unwrap().digest;
    assert_eq!(digest(records.clone()), digest(elsewhere));
    assert_eq!(digest(records.clone()), pack_page(records.into_iter().map(Ok)).unwrap().digest);
}

#[test]
fn damaged_snapshot_is_refused() {
    let packed = pack(&source(), people(1500).into_iter().map(Ok)).unwrap();
    let begin = reader_of(packed.file.try_clone().unwrap(), 1500).index.unwrap().begin;
    let begin = usize::try_from(begin).unwrap();
    let whole = bytes_of(packed.file);
    let is_read = |bytes: &[u8]| {
        let reader = SnapshotReader::new(file_of(bytes), source(), 1500, String::from("a test"))?;
        // No record is decoded.
        reader.index(NOW).map(drop)
    };
    is_read(&whole).unwrap();
    // Every byte at the ends, and some between: before the frames, in both, in the index, and where it says that it begins.
    let ends = (0..30).chain(begin - 20..begin + 60).chain(whole.len() - 40..whole.len());
    for place in ends.chain((0..whole.len()).step_by(997)) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        assert!(is_read(&damaged).is_err(), "byte {place} of {}, records up to {begin}", whole.len());
    }
    is_read(&whole[..whole.len() - 1]).unwrap_err();
}
