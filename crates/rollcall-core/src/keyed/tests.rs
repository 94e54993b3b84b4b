//! Digests: the key changes all of them, the kind of text too, and the borders of values count.

use super::{Digest as _, DigestKey, KeyedDigest, Values};
use crate::match_key::{ImmutableId, MatchKey};
use crate::username::Username;
use std::format;

fn values(texts: &[&str]) -> Values {
    let mut values = Values::default();
    texts.iter().for_each(|text| values.push(text));
    values
}

#[test]
fn same_text_has_one_digest_for_each_key_and_each_kind() {
    let (one, other) = (DigestKey::from_bytes([1; 16]), DigestKey::from_bytes([2; 16]));
    let key = MatchKey::parse("Ann@Example.com").unwrap();
    let digests = [
        one.of_key(&key),
        other.of_key(&key),
        one.of_immutable_id(&ImmutableId::parse("ann@example.com").unwrap()),
    ];
    let name = one.of_username(&Username::parse("ann@example.com").unwrap());
    assert!(digests.iter().all(|digest| digest.first_word() != name.first_word()) && !name.is_none());
    for (at, digest) in digests.iter().enumerate() {
        assert!(!digests[..at].contains(digest));
        assert_ne!(*digest, KeyedDigest::NONE);
    }
    assert_eq!(one.of_key(&key), one.of_key(&MatchKey::parse("ann@example.COM ").unwrap()));
    assert_eq!(one.of_key_as_username(&key), one.of_username(&Username::from(key)));
}

#[test]
fn borders_of_values_count() {
    let key = DigestKey::from_bytes([7; 16]);
    let lists: [&[&str]; 5] = [&["a", "bc"], &["ab", "c"], &["abc"], &["abc", ""], &[]];
    for (at, list) in lists.iter().enumerate() {
        for other in &lists[..at] {
            assert_ne!(
                key.of_values(&mut values(list)),
                key.of_values(&mut values(other)),
                "{list:?} {other:?}"
            );
        }
    }
}

#[test]
fn key_is_not_shown() {
    let key = DigestKey::from_bytes(*b"secret-of-a-test");
    assert_eq!(format!("{key:?}"), "DigestKey");
}
