//! Rule 1 as a table: which spellings are one key.
use super::{Digest128, fold, is_ignorable};
use crate::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use crate::username::Username;
use proptest::prelude::{any, prop_assert_eq, proptest};
use std::collections::BTreeSet;
use std::format;
use std::string::String;
use std::vec::Vec;

/// Unicode 17, DerivedCoreProperties.txt: `Default_Ignorable_Code_Point`, whole.
const DEFAULT_IGNORABLE: [(u32, u32); 17] = [
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

/// RFC 4518, section 2.2: mapped to nothing. Control characters too, which [`MatchKey`] refuses.
const MAPPED_TO_NOTHING: [(u32, u32); 20] = [
    (0x0000, 0x0008),
    (0x000E, 0x001F),
    (0x007F, 0x0084),
    (0x0086, 0x009F),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x1806, 0x1806),
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2063),
    (0x206A, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFC),
    (0x1D173, 0x1D17A),
    (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
];

/// Every plane with characters but the ideographs of the third, which nothing is done to.
fn assigned() -> impl Iterator<Item = char> {
    ('\0'..='\u{1FFFF}').chain('\u{2F800}'..='\u{2FA1F}').chain('\u{E0000}'..='\u{E1000}')
}

fn dropped() -> Vec<char> {
    let ranges = DEFAULT_IGNORABLE.into_iter().chain(MAPPED_TO_NOTHING);
    ranges.flat_map(|(first, last)| first..=last).filter_map(char::from_u32).collect()
}

#[track_caller]
fn same(a: &str, b: &str) {
    assert_eq!(fold(a), fold(b), "{a:?} and {b:?}");
}

#[test]
fn equal_spellings_fold_to_one_key() {
    same("U1@Rollcall.Test", "u1@rollcall.test");
    same("  e007 ", "E007");
    same("Zoe\u{308}", "Zoë");
    same("STRASSE", "straße");
    same("ΟΔΥΣΣΕΥΣ", "οδυσσευς");
    same("\u{200b}u1@rollcall.test\u{202c}", "u1@rollcall.test");
    same("ana\u{a0}", "ana");
    same("ａｎａ", "ana");
    same("ana  maria", "ana maria");
}

#[test]
fn different_zeros_and_letters_stay_different() {
    assert_ne!(fold("007"), fold("7"));
    assert_ne!(fold("łukasz"), fold("lukasz"));
}

#[test]
fn invisible_characters_do_not_count() {
    for c in dropped() {
        for text in [format!("{c}Ana María"), format!("Ana{c} María"), format!("Ana M{c}aría{c}")] {
            assert_eq!(fold(&text), "ana maría", "{text:?}");
        }
        // An accent is still its letter's, whatever stands between them.
        assert_eq!(fold(&format!("Zoe{c}\u{308}")), "zoë", "U+{:04X}", u32::from(c));
        assert_eq!(fold(&format!("{c}")), "", "U+{:04X}", u32::from(c));
    }
}

#[test]
fn visible_characters_are_kept() {
    let dropped: BTreeSet<char> = dropped().into_iter().collect();
    for c in assigned() {
        let is_gone = fold(&format!("a{c}b")) == "ab";
        assert_eq!(is_gone, dropped.contains(&c), "U+{:04X}", u32::from(c));
        assert_eq!(is_ignorable(c), dropped.contains(&c) && !c.is_control(), "U+{:04X}", u32::from(c));
    }
}

#[test]
fn key_of_invisible_characters_is_missing() {
    for c in dropped().into_iter().filter(|c| !c.is_control()) {
        for text in [format!("{c}"), format!(" {c} {c}")] {
            assert_eq!(MatchKey::parse(&text), Err(InvalidMatchKey::Empty), "{text:?}");
            assert_eq!(Username::parse(&text), Err(InvalidMatchKey::Empty), "{text:?}");
            assert_eq!(ImmutableId::parse(&text), Err(InvalidMatchKey::Empty), "{text:?}");
        }
    }
}

#[test]
fn invisible_characters_keep_the_name_the_same() {
    let key = |text: &str| String::from(MatchKey::parse(text).expect("is a key").folded());
    for c in dropped().into_iter().filter(|c| !c.is_control()) {
        for text in [
            format!("c{c}n = Ana Ruiz, ou=x"),
            format!("cn={c}Ana Ruiz{c} ,{c} ou=x"),
            format!("cn{c}= Ana{c} Ruiz{c},ou =x{c}"),
        ] {
            assert_eq!(key(&text), "cn=ana ruiz,ou=x", "{text:?}");
        }
    }
    // As its bytes in hexadecimal, too.
    assert_eq!(key("CN=Ana\\E1\\85\\9F Ruiz,OU=x"), "cn=ana ruiz,ou=x");
}

#[test]
fn folding_twice_changes_nothing() {
    for text in ["İstanbul", "ǅ", "ﬁn", "ᾳ", "e\u{301} x", "ẞ", "\u{1E9E}\u{200b}"] {
        assert_eq!(fold(&fold(text)), fold(text), "{text:?}");
    }
    for c in assigned() {
        let text = format!("a{c}b");
        assert_eq!(fold(&fold(&text)), fold(&text), "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_plain_text_folds_as_any_text_does(text in "[ aZ=,;~\t\u{0}\u{7f}é\u{a0}]{0,8}") {
        prop_assert_eq!(fold(&text), super::fold_any(&text));
    }

    #[test]
    fn folding_a_text_twice_changes_nothing(text in any::<String>()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }

    #[test]
    fn folding_a_key_twice_changes_nothing(text in "[a-c=＝,，+＋;#\\\\ \u{3000}\u{34f}\u{ffa0}ﷺß]{0,12}") {
        prop_assert_eq!(MatchKey::fold(&MatchKey::fold(&text)), MatchKey::fold(&text));
    }

    #[test]
    fn a_key_is_compared_by_its_folded_form(text in "[ -~]{1,12}|[a-zA-Z@. =,ßé\u{ad}]{1,8}") {
        if let Ok(key) = MatchKey::parse(&text) {
            prop_assert_eq!(key.folded(), MatchKey::fold(key.original()));
            prop_assert_eq!(&MatchKey::of_stored(key.original()), &Ok(key));
        }
    }

    #[test]
    fn invisible_characters_change_no_text(text in any::<String>(), at in any::<usize>(), which in any::<usize>()) {
        let dropped = dropped();
        let mut chars: Vec<char> = text.chars().collect();
        chars.insert(at % (chars.len() + 1), dropped[which % dropped.len()]);
        prop_assert_eq!(fold(&chars.into_iter().collect::<String>()), fold(&text));
    }
}

#[test]
fn digest_keeps_parts_apart() {
    assert_ne!(Digest128::of(&["a", "bc"]), Digest128::of(&["ab", "c"]));
}
