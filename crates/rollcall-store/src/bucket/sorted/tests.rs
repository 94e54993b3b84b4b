//! Sorting in parts gives what sorting everything in memory gives: every byte of the snapshot, and its digest.

use super::RecordSorter;
use crate::bucket::merge::MERGED_AT_ONCE;
use fastrand::Rng;
use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::keyed::DigestKey;
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::snapshot::RecordIndexer;
use rollcall_core::source::SourceName;
use std::io::{Read as _, Seek as _};

/// A row of a file. Of few keys, so that most are there more than once: in one part, in two, in several spellings.
fn row(random: &mut Rng, line: u64) -> Record {
    let key = random.u8(..20);
    let spelled =
        if random.bool() { format!("User{key}@Example.com") } else { format!("user{key}@example.com") };
    let key = MatchKey::parse(&spelled).unwrap();
    let immutable_id = random.bool().then(|| ImmutableId::parse(&format!("id-{}", random.u8(..30))).unwrap());
    if random.u8(..5) == 0 {
        let key = random.bool().then_some(key);
        let reason = match &key {
            Some(_) => RejectReason::Unreadable(String::from("expected a date")),
            None => RejectReason::MissingKey,
        };
        return Record::Rejected(RejectedRow { line, reason, key, immutable_id, username: None });
    }
    let mut fields = Fields::new();
    fields.set(FieldName::parse("title").unwrap(), &format!("title {}", random.u32(..)));
    let status = if random.bool() { EntryStatus::Enabled } else { EntryStatus::Disabled };
    Record::Entry(Entry {
        line,
        key,
        immutable_id,
        username: None,
        status,
        starts: None,
        ends: None,
        is_admin: None,
        priority: 0,
        fields,
        created_fields: Fields::new(),
    })
}

fn bytes_of(records: &[Record], bytes_max: usize) -> (Vec<u8>, u64, String) {
    let source = SourceName::parse("staff").unwrap();
    // One key, so that whole files can be compared.
    let indexer = RecordIndexer::new(&source, DigestKey::from_bytes([5; 16]));
    let mut sorter = RecordSorter::with_bytes_max(indexer, bytes_max);
    for record in records {
        sorter.push(record.clone()).unwrap();
    }
    let mut packed = sorter.finish().unwrap().0;
    let mut bytes = Vec::new();
    packed.file.rewind().unwrap();
    packed.file.read_to_end(&mut bytes).unwrap();
    (bytes, packed.records, packed.digest)
}

#[test]
fn parts_of_any_size_give_the_same_snapshot() {
    let mut random = Rng::with_seed(5);
    for rows in [0, 1, 2, 3, 6, 7, 8, 14, 50, 100] {
        let mut records: Vec<Record> = (1..=rows).map(|line| row(&mut random, line * 2)).collect();
        let in_memory = bytes_of(&records, usize::MAX);
        assert_eq!(in_memory.1, rows, "every row is there, duplicates too (rule 2)");
        for bytes_max in [1, 500, 800, 2000] {
            assert!(bytes_of(&records, bytes_max) == in_memory, "{rows} rows, {bytes_max} bytes at a time");
        }
        random.shuffle(&mut records);
        assert!(bytes_of(&records, 800) == in_memory, "{rows} rows in another order");
    }
}

#[test]
fn more_parts_than_can_be_open_are_merged_in_rounds() {
    let mut random = Rng::with_seed(7);
    let rows = (MERGED_AT_ONCE * MERGED_AT_ONCE + 5) as u64;
    let records: Vec<Record> = (1..=rows).map(|line| row(&mut random, line)).collect();
    assert!(bytes_of(&records, 1) == bytes_of(&records, usize::MAX));
}
