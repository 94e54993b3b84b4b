//! The lines of a snapshot: what is read is what was written, also what an earlier version wrote.

use super::line::Line;
use super::{SnapshotReader, pack};
use rollcall_core::entry::{Condition, Entry, EntryStatus, Record};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::match_key::MatchKey;
use rollcall_core::time::Timestamp;

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

#[test]
fn dates_scope_and_creation_come_back() {
    let outside = EntryStatus::OutOfScope { condition: Condition::new("Department = Sales") };
    for status in [EntryStatus::Enabled, EntryStatus::Disabled, outside] {
        let record = Record::Entry(entry("ann", status));
        let text = serde_json::to_string(&Line::of(&record)).unwrap();
        let line: Line<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!(line.into_record().unwrap(), record, "{text}");
    }
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
    assert_eq!(line.into_record().unwrap(), Record::Entry(expected));
}

#[test]
fn snapshot_of_an_earlier_version_is_put_in_order() {
    let keys = ["p1", "p10", "p100", "p2", "p9"];
    let records = keys.map(|key| Ok(Record::Entry(entry(key, EntryStatus::Enabled))));
    let packed = pack(records.into_iter()).unwrap();
    let reader = SnapshotReader { file: packed.file, records: packed.records, key: String::from("a test") };
    let sorted: Vec<Record> = reader.sorted().unwrap().records().unwrap().map(Result::unwrap).collect();
    let expected = ["p1", "p2", "p9", "p10", "p100"];
    assert_eq!(sorted, expected.map(|key| Record::Entry(entry(key, EntryStatus::Enabled))));
}
