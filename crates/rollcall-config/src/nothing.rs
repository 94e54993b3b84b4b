//! `nothing`: words that mean that a cell is empty (rule 43).
//!
//! An error of a spreadsheet is never a value, whatever the words are. Promises that a whole value counts, never a part of one, and that a person whose name is Null keeps it.

use crate::mistake::Mistakes;
use crate::section::Section;
use crate::spreadsheet_error::is_spreadsheet_error;
use rollcall_core::fold::fold;

/// The words that mean nothing if no others are configured: what databases, programs and spreadsheets write.
pub const NOTHING: &[&str] = &[
    "NULL",
    "null",
    "(null)",
    "<null>",
    "[null]",
    "{null}",
    "\\N",
    "N/A",
    "n.a.",
    "#N/A",
    "#N/A N/A",
    "<NA>",
    "NaN",
    "nil",
    "undefined",
    "-",
    "--",
    "---",
    "–",
    "—",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#NV",
    "#BEZUG!",
    "#WERT!",
    "#ZAHL!",
    "#FIELD!",
    "#SPILL!",
];

/// Names of people that are also words of programs: they count only as they are listed.
const NAMES: [&str; 3] = ["null", "nan", "nil"];

/// The words that mean nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nothing {
    /// As they are configured.
    words: Vec<String>,
    folded: Vec<String>,
    /// The first bytes of the words, in lower case, one bit each: most values are dismissed by it.
    first_bytes: u128,
    /// The lengths of the folded words, one bit each; the last is that of all longer ones.
    lengths: u64,
    /// No longer text is one of them.
    bytes_max: usize,
}

impl Default for Nothing {
    fn default() -> Self {
        Self::new(NOTHING.iter().map(|word| (*word).to_owned()).collect())
    }
}

impl Nothing {
    /// These words, and no others.
    #[must_use]
    pub fn new(words: Vec<String>) -> Self {
        let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
        // Folding can shorten a text: spaces and marks that do not count.
        let bytes_max = words.iter().map(String::len).max().unwrap_or_default().saturating_mul(4);
        let first = |word: &String| word.bytes().next().filter(u8::is_ascii);
        let bits = words.iter().filter_map(first).map(|byte| 1_u128 << byte.to_ascii_lowercase());
        let first_bytes = bits.fold(0, |all, bit| all | bit);
        let lengths = folded.iter().fold(0, |all, word| all | length_bit(word));
        Self { words, folded, first_bytes, lengths, bytes_max }
    }

    /// Whether a value, without spaces at its ends, means nothing: it is empty, one of the words, or an
    /// error of a spreadsheet in any language.
    #[must_use]
    pub fn is(&self, value: &str) -> bool {
        if value.is_empty() || is_spreadsheet_error(value) {
            return true;
        }
        if value.len() > self.bytes_max || !self.may_be(value) {
            return false;
        }
        // Folded, nothing but its capitals changes: most values that begin like a word are told without a copy.
        let is_plain = value.bytes().all(|byte| byte.is_ascii_graphic());
        let has_length = self.lengths & length_bit(value) != 0;
        if is_plain && !(has_length && self.folded.iter().any(|word| word.eq_ignore_ascii_case(value))) {
            return false;
        }
        let folded = fold(value);
        if NAMES.contains(&folded.as_str()) {
            return self.words.iter().any(|word| word == value);
        }
        self.folded.contains(&folded)
    }

    /// The words, as they are configured.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    fn may_be(&self, value: &str) -> bool {
        let first = value.bytes().next().unwrap_or_default();
        !first.is_ascii() || self.first_bytes >> first.to_ascii_lowercase() & 1 == 1
    }
}

fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

/// Reads `nothing`; the usual words if it is left out.
pub(crate) fn read(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Nothing {
    let words = section.optional("nothing").and_then(|setting| setting.texts(mistakes));
    words.map_or_else(Nothing::default, |items| {
        Nothing::new(items.iter().map(|item| item.text.trim().to_owned()).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::{NAMES, NOTHING, Nothing, fold, is_spreadsheet_error};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_is_nothing_if_its_folded_form_is(value in "[NnUuLl/Aa.()<>#-]{0,6}|[ -~é–]{0,10}|(?i)(null|n/a|nil|nan|undefined)") {
            let nothing = Nothing::default();
            let folded = fold(&value);
            let is_word = NOTHING.iter().any(|word| fold(word) == folded);
            let is_name = NAMES.contains(&folded.as_str());
            let is_one = if is_name { NOTHING.contains(&value.as_str()) } else { is_word };
            let is_nothing = value.is_empty() || is_spreadsheet_error(&value) || is_one;
            // Spaces at its ends were taken off before.
            prop_assert!(value.trim() != value || nothing.is(&value) == is_nothing, "{:?}", value);
        }
    }

    #[test]
    fn whole_values_that_mean_nothing_are_known() {
        let nothing = Nothing::default();
        for value in ["", "NULL", "null", "(NULL)", "\\N", "n/a", "N/A", "#N/A", "#ref!", "-", "—", "#DIV/0!"]
        {
            assert!(nothing.is(value), "{value}");
        }
        for value in
            ["Null", "Nan", "NA", "No", "0", "-1", "N/A Sales", "\\Network", "Nullmeier", "#12", "--x"]
        {
            assert!(!nothing.is(value), "{value}");
        }
    }

    #[test]
    fn error_of_a_spreadsheet_is_no_value_whatever_the_words_are() {
        let own = Nothing::new(vec![String::from("none")]);
        for nothing in [Nothing::default(), own, Nothing::new(Vec::new())] {
            for value in [
                "#REF!",
                "#N/A",
                "#ИМЯ?",
                "#¿NOMBRE?",
                "#I/T",
                "#####",
                "Err:502",
                "Ошибка:502",
                "Loading...",
                "Wird geladen…",
                "System.Object[]",
                "[object Object]",
                "System.Collections.Hashtable",
            ] {
                assert!(nothing.is(value), "{value}");
            }
            for value in [
                "#12",
                "#YesWeCan!",
                "#1 in sales",
                "Room:502",
                "Error",
                "REF!",
                "Loading",
                "loading...",
                "Ann...",
                "System.Admin",
                "[object]",
                "Systems",
                "...",
            ] {
                assert!(!nothing.is(value), "{value}");
            }
        }
    }

    #[test]
    fn own_words_replace_the_usual_ones() {
        let nothing = Nothing::new(vec![String::from("Keine"), String::from("Null")]);
        for (value, expected) in
            [("keine", true), ("Null", true), ("NULL", false), ("N/A", false), ("-", false), ("#N/A", true)]
        {
            assert_eq!(nothing.is(value), expected, "{value}");
        }
        assert!(Nothing::new(Vec::new()).is(""));
    }
}
