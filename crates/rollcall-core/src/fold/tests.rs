//! Product 1 as a table: which spellings are one key.
use super::{Digest128, fold};

#[track_caller]
fn same(a: &str, b: &str) {
    assert_eq!(fold(a), fold(b), "{a:?} and {b:?}");
}

#[test]
fn spellings_that_are_one_key() {
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
fn leading_zeros_and_letters_that_differ_stay_apart() {
    assert_ne!(fold("007"), fold("7"));
    assert_ne!(fold("łukasz"), fold("lukasz"));
}

#[test]
fn folding_twice_is_folding_once() {
    for text in ["İstanbul", "ǅ", "ﬁn", "ᾳ", "e\u{301} x", "ẞ", "\u{1E9E}\u{200b}"] {
        assert_eq!(fold(&fold(text)), fold(text), "{text:?}");
    }
}

#[test]
fn digest_keeps_parts_apart() {
    assert_ne!(Digest128::of(&["a", "bc"]), Digest128::of(&["ab", "c"]));
}
