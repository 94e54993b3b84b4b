//! What was indexed before comes to the same index as the records themselves, at any time.

use super::{IndexedRecord, RecordIndexer};
use crate::entry::Record;
use crate::fields::FieldName;
use crate::keyed::DigestKey;
use crate::naive::generators::{NOW, worlds};
use crate::snapshot::{SnapshotIndex, SnapshotIndexBuilder};
use crate::source::SourceName;
use crate::time::Timestamp;
use proptest::prelude::*;
use std::format;
use std::vec::Vec;

fn of_records(records: &[Record], source: &SourceName, key: DigestKey, now: Timestamp) -> SnapshotIndex {
    let mut builder = SnapshotIndexBuilder::new(now, RecordIndexer::new(source, key));
    records.iter().for_each(|record| builder.push(record).unwrap());
    builder.finish()
}

/// Through bytes, as it is published.
fn of_bytes(records: &[Record], source: &SourceName, key: DigestKey, now: Timestamp) -> SnapshotIndex {
    let mut indexer = RecordIndexer::new(source, key);
    let indexed: Vec<IndexedRecord> = records.iter().map(|record| indexer.index(record).unwrap()).collect();
    let fields: Vec<FieldName> = indexer.field_names().into_iter().cloned().collect();
    let mut builder = SnapshotIndexBuilder::of_indexed(now, source, key, fields, records.len());
    for record in indexed {
        let (row, note) = (record.row_bytes(), record.note_bytes());
        builder.push_indexed(IndexedRecord::from_bytes(&row, note.as_ref()).unwrap()).unwrap();
    }
    builder.finish()
}

proptest! {
    #[test]
    fn published_index_is_that_of_the_records(world in worlds(), later in -1500i64..1500) {
        let now = Timestamp::from_millis(NOW.as_millis() + later);
        let (source, key) = (&world.input.source, DigestKey::from_bytes([3; 16]));
        let one = of_records(&world.records, source, key, now);
        let other = of_bytes(&world.records, source, key, now);
        prop_assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
}

#[test]
fn bytes_of_no_record_are_refused() {
    let mut row = [0; IndexedRecord::ROW_BYTES];
    assert!(IndexedRecord::from_bytes(&row, None).is_some());
    row[IndexedRecord::ROW_BYTES - 1] = 3;
    assert!(IndexedRecord::from_bytes(&row, None).is_none());
    row[IndexedRecord::ROW_BYTES - 1] = 0;
    row[IndexedRecord::ROW_BYTES - 2] = 4;
    assert!(IndexedRecord::from_bytes(&row, None).is_none());
}
