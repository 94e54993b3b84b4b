//! The directory over digests answers as a walk over all rows does.

use super::ByDigest;
use crate::keyed::KeyedDigest;
use crate::snapshot::row::Row;
use proptest::prelude::*;
use std::vec::Vec;

fn rows(digests: &[KeyedDigest]) -> Vec<Row> {
    digests.iter().copied().map(Row::of_key_digest).collect()
}

fn check(digests: &[KeyedDigest], wanted: &[KeyedDigest]) {
    let rows = rows(digests);
    let of = |row: u32| rows[row as usize].key;
    let index = ByDigest::of(&rows, |row| row.key);
    let walk = |digest: KeyedDigest| -> Vec<u32> {
        let is_there = |(_, row): &(u32, &Row)| row.key == digest && digest != KeyedDigest::NONE;
        (0u32..).zip(&rows).filter(is_there).map(|(at, _)| at).collect()
    };
    for digest in digests.iter().chain(wanted).filter(|digest| **digest != KeyedDigest::NONE) {
        let found: Vec<u32> = index.find(*digest, of).iter().collect();
        assert_eq!(found, walk(*digest));
        // What is asked first finds the row, or another one with the same tag.
        assert!(found.is_empty() || index.first_alike(*digest, index.place_of(*digest)).is_some());
    }
    let mut several: Vec<Vec<u32>> = index.groups(of).map(|rows| rows.iter().collect()).collect();
    several.sort_unstable();
    let mut expected: Vec<Vec<u32>> = digests.iter().map(|digest| walk(*digest)).collect();
    expected.retain(|group| group.len() > 1);
    expected.sort_unstable();
    expected.dedup();
    assert_eq!(several, expected);
}

/// Few first words, so that some digests are alike in one half, in a word, or as a whole; and any.
fn digests() -> impl Strategy<Value = Vec<KeyedDigest>> {
    let word = prop_oneof![
        prop::sample::select(Vec::from([0, 1, 1 << 32, (1 << 32) + 1, u64::MAX, u64::MAX - 1])),
        any::<u64>(),
    ];
    let digest = (word, 0..3u64).prop_map(|(first, second)| KeyedDigest::from_words([first, second]));
    prop::collection::vec(digest, 0..40)
}

proptest! {
    #[test]
    fn every_row_is_found_by_its_digest(digests in digests(), others in digests()) {
        check(&digests, &others);
    }
}

#[test]
fn one_digest_in_every_row_is_found() {
    let digest = KeyedDigest::from_words([u64::MAX, 7]);
    check(&[digest; 1000], &[KeyedDigest::from_words([u64::MAX, 8])]);
    check(&[KeyedDigest::NONE; 3], &[digest]);
}
