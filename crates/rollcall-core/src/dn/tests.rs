//! Spellings of one name are one key, and different names stay different.

use super::fold_dn;
use crate::match_key::MatchKey;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, proptest};
use proptest::sample::select;
use std::format;
use std::string::String;
use std::vec::Vec;

#[test]
fn spellings_of_one_name_are_equal() {
    let cases: [&[&str]; 8] = [
        &["CN=Ann Ash,OU=People,DC=example,DC=com", "cn=ann  ash, ou=PEOPLE , dc = Example;DC=com"],
        &["2.5.4.3=Ann,0.9.2342.19200300.100.1.25=com", "CN=ann,DC=com"],
        &["CN=Ash\\, Ann,OU=X", "cn=Ash\\2C Ann,ou=x", "cn=ash\\2c ann,OU=X"],
        &["CN=Lu\\C4\\8Di\\C4\\87,O=x", "cn=Lučić,o=X"],
        &["OU=Sales+CN=J.  Smith,DC=net", "CN=J. Smith + OU=Sales,DC=net"],
        &["CN=\\#one,O=x", "cn=\\23ONE,o=x"],
        &["CN=a\\ ,O=x", "CN=a ,O=x", "CN=a,O=x"],
        &["1.3.6.1.4.1.1466.0=#04024869", "1.3.6.1.4.1.1466.0=#04024869 "],
    ];
    for spellings in cases {
        for spelling in spellings {
            assert_eq!(fold_dn(spelling), fold_dn(spellings[0]), "{spelling}");
            assert!(fold_dn(spelling).is_some(), "{spelling}");
        }
    }
}

/// A space may have several bytes, at the end of a value, in the middle of a name and behind a wide equals sign.
#[test]
fn an_escaped_space_of_any_width_can_be_read() {
    for space in [' ', '\u{85}', '\u{a0}', '\u{2003}', '\u{3000}'] {
        for equals in ['=', '\u{ff1d}'] {
            for text in [format!("CN{equals}a\\{space}"), format!("CN{equals}a\\{space}{space} ,O=x")] {
                let folded = MatchKey::fold(&text);
                assert_eq!(MatchKey::fold(&folded), folded, "{text:?}");
            }
        }
    }
}

#[test]
fn different_names_stay_different() {
    let names = [
        "CN=a,OU=b",
        "CN=a\\,OU\\=b",
        "OU=b,CN=a",
        "CN=a+OU=b",
        "CN=a\\+OU\\=b",
        "CN=a\\\\,OU=b",
        "CN=#61,OU=b",
        "CN=\\#61,OU=b",
        "CN=a,OU=b,DC=c",
        "CN=,OU=b",
    ];
    let mut folded: Vec<String> = names.iter().map(|name| fold_dn(name).expect("is a name")).collect();
    folded.sort();
    folded.dedup();
    assert_eq!(folded.len(), names.len(), "{folded:?}");
}

#[test]
fn other_texts_are_compared_as_text() {
    for text in [
        "ann",
        "ann@example.com",
        "CN=a,,OU=b",
        "CN=\"a, b\",O=x",
        "=a",
        "CN=a,b",
        "CN=\\x",
        "C N=a",
        "CN=#0g",
    ] {
        assert_eq!(fold_dn(text), None, "{text}");
    }
    let key = |text| MatchKey::parse(text).unwrap();
    assert_eq!(key("Ann@Example.com").folded(), "ann@example.com");
    assert_eq!(key("CN=Ann, OU=X").digest(), key("cn=ann,ou=x").digest());
    assert_eq!(key("CN=Ann, OU=X").original(), "CN=Ann, OU=X");
}

/// One value in one of its spellings: each letter plain (where it may be), escaped, or in hexadecimal.
fn spelt(value: &str, ways: &[u8]) -> String {
    let mut text = String::new();
    for (at, c) in value.chars().enumerate() {
        let is_end = at == 0 || at + 1 == value.chars().count();
        let must = super::SPECIAL.contains(&c) || (at == 0 && c == '#') || (is_end && c == ' ');
        match ways[at % ways.len()] % 3 {
            0 if !must => text.extend(c.to_uppercase()),
            1 if must => text.extend(['\\', c]),
            _ => text.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:02X}"))),
        }
    }
    text
}

fn letters() -> impl Strategy<Value = String> {
    vec(select(Vec::from(['a', 'b', 'é', ',', '+', '=', '\\', '"', '#', ';', '<', 'x'])), 0..6)
        .prop_map(|letters| letters.into_iter().collect())
}

/// Pairs of type and value.
fn names() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    vec((select(Vec::from(["cn", "ou", "dc"])), letters()), 1..4)
}

fn written(name: &[(&str, String)], ways: &[u8], comma: &str) -> String {
    let parts: Vec<String> =
        name.iter().map(|(kind, value)| format!("{kind}={}", spelt(value, ways))).collect();
    parts.join(comma)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_are_equal_if_and_only_if_their_parts_are(
        one in names(),
        other in names(),
        ways in vec(any::<u8>(), 1..8),
        other_ways in vec(any::<u8>(), 1..8),
    ) {
        let first = fold_dn(&written(&one, &ways, ","));
        prop_assert_eq!(&first, &fold_dn(&written(&one, &other_ways, " ; ")));
        let again = first.as_deref().and_then(fold_dn);
        prop_assert_eq!(&first, &again, "folding a folded name changes nothing");
        let second = fold_dn(&written(&other, &other_ways, ","));
        prop_assert_eq!(first == second, one == other);
    }
}
