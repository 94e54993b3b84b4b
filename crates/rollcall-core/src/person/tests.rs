//! Names, addresses and words, as people have and type them.

use super::{email, has_words, kept_words, name, word_of_key, words};
use crate::account::{Account, AccountId, AccountState, Owner};
use crate::fields::{FieldName, Fields};
use crate::history::History;
use crate::match_key::MatchKey;
use crate::source::SourceName;
use crate::username::Username;
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| (FieldName::parse(name).unwrap(), (*value).to_owned())).collect()
}

fn account(username: &str, key: &str, pairs: &[(&str, &str)]) -> Account {
    let (source, key) = (SourceName::parse("staff").unwrap(), MatchKey::parse(key).unwrap());
    Account {
        id: AccountId::of_key(&source, &key),
        owner: Owner::Source { source, key, immutable_id: None },
        username: Username::parse(username).unwrap(),
        is_admin: false,
        priority: 0,
        state: AccountState::Active,
        missing_since: None,
        history: History::default(),
        fields: fields(pairs),
        version: 1,
    }
}

#[track_caller]
fn check_name(pairs: &[(&str, &str)], expected: Option<&str>) {
    assert_eq!(name(&fields(pairs)).as_deref(), expected, "{pairs:?}");
}

#[test]
fn a_name_is_the_whole_one_or_its_parts() {
    check_name(&[("display_name", "Noah Okafor"), ("given_name", "N.")], Some("Noah Okafor"));
    check_name(&[("first_name", "Noah"), ("last_name", "Okafor")], Some("Noah Okafor"));
    check_name(&[("given_name", "Noah"), ("surname", "Okafor")], Some("Noah Okafor"));
    check_name(&[("sn", "Okafor")], Some("Okafor"));
    check_name(&[("name", " Noah Okafor ")], Some("Noah Okafor"));
    check_name(&[("display_name", "  "), ("cn", "Noah")], Some("Noah"));
    check_name(&[("title", "Dr"), ("department", "Design")], None);
}

#[test]
fn an_address_is_in_the_fields_that_are_called_so() {
    for field in ["email", "e_mail", "email_address", "mail", "mail_address"] {
        assert_eq!(email(&fields(&[(field, "a@example.com")])), Some("a@example.com"), "{field}");
    }
    assert_eq!(email(&fields(&[("manager_email", "a@example.com")])), None);
    assert_eq!(email(&fields(&[("email", ""), ("mail", "b@example.com")])), Some("b@example.com"));
}

#[track_caller]
fn check_words(text: &str, expected: &[&str]) {
    assert_eq!(words(text), expected, "{text:?}");
}

#[test]
fn words_have_no_punctuation_no_case_and_no_accents() {
    check_words("Noah Okafor", &["noah", "okafor"]);
    check_words("noah.okafor@example.com", &["noah", "okafor", "example", "com"]);
    check_words("Gonçalves, BEATRIZ", &["goncalves", "beatriz"]);
    check_words("Jürgen Großmann", &["jurgen", "grossmann"]);
    check_words("Søren Łukasz Þór", &["soren", "lukasz", "thor"]);
    check_words("O'Brien-Smith", &["o", "brien", "smith"]);
    check_words("山田 太郎", &["山田", "太郎"]);
    check_words(" .-, ", &[]);
}

#[track_caller]
fn check_kept(account: &Account, expected: &[&str]) {
    let kept = kept_words(account);
    assert_eq!(kept.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn an_account_is_kept_under_its_words_once_each() {
    let mapped = [("display_name", "Sarah Wright"), ("email", "sarah.wright292@example.com")];
    check_kept(&account("sarah.wright292", "292", &mapped), &["sarah", "wright292"]);
    check_kept(&account("J. R.", "7", &[]), &[]);
    let by_address = [("display_name", "Ann Lee"), ("email", "ann.lee@example.com")];
    check_kept(&account("ann.lee@example.com", "7", &by_address), &["ann", "lee"]);
    check_kept(&account("noah", "7", &[("email", "no-reply@example.com")]), &["noah", "reply"]);
}

#[test]
fn a_key_that_the_id_is_not_made_of_is_a_word_too() {
    let mut one = account("noah", "CN=Noah,DC=example", &[]);
    one.id = AccountId::parse("0123456789abcdef0123456789abcdef").unwrap();
    let word = word_of_key(&MatchKey::parse("cn=noah, dc=example").unwrap());
    check_kept(&one, &[word.as_str(), "noah"]);
}

#[test]
fn beginnings_of_words_in_any_order_find_somebody() {
    let mapped = [("display_name", "Beatriz Gonçalves"), ("email", "bg@example.com")];
    let one = account("beatriz.goncalves", "00042", &mapped);
    for text in ["beatriz", "GONÇ bea", "goncalves", "bg@example.com", "00042", "example beat", ""] {
        assert!(has_words(&one, &words(text)), "{text}");
    }
    for text in ["beatrix", "eatriz", "beatriz okafor", "0042"] {
        assert!(!has_words(&one, &words(text)), "{text}");
    }
}

proptest! {
    #[test]
    fn every_kept_word_finds_its_account(name in ".{0,60}", username in "[^\\p{C}]{1,40}", local in ".{0,30}") {
        prop_assume!(Username::parse(&username).is_ok());
        let one = account(&username, "7", &[("display_name", &name), ("email", &local)]);
        for word in kept_words(&one) {
            prop_assert!(has_words(&one, core::slice::from_ref(&word)), "{word}");
        }
    }

    #[test]
    fn words_of_words_are_the_same(text in ".{0,60}") {
        for word in words(&text) {
            prop_assert_eq!(words(&word), [word.clone()]);
        }
    }
}
