//! Whether a row is surely a person, told by what kinds of letters its cells have: as nearly every row.
//!
//! Below `no_person`. Promises that the long way would say the same of each row that it takes for a person; it says nothing
//! of the others.

use super::about_columns::is_kind;
use super::{PersonTest, letters};
use crate::csv::scanner::RawRow;
use crate::csv::signs::Signs;

/// Cells with letters that a person has at least: then no total, no note and no line of figures is left.
const TEXTS_MIN: usize = 2;

/// What the headings say, in short: how many letters and digits each has.
pub(super) struct HeadingLengths(u64);

impl HeadingLengths {
    pub(super) fn of(headings: &[String]) -> Self {
        Self(headings.iter().fold(0, |all, heading| all | bit_of(letters(heading).count())))
    }

    /// Whether a text of ASCII may have the letters of a heading.
    fn may_say(&self, text: &str) -> bool {
        let count = text.bytes().filter(u8::is_ascii_alphanumeric).count();
        self.0 & bit_of(count) != 0
    }
}

/// One bit for each length; all longer ones have the last.
fn bit_of(length: usize) -> u64 {
    1 << length.min(63)
}

impl PersonTest {
    /// Whether a row is surely a person.
    pub(super) fn is_surely_person(&self, raw: &RawRow) -> bool {
        if !raw.is_ended || raw.flaw.is_some() || raw.rows_inside.is_some() {
            return false;
        }
        let (key, signs) = (raw.cells.get(self.key).unwrap_or_default().trim(), raw.cells.signs(self.key));
        let is_filled = signs.has(Signs::LETTER.and(Signs::DIGIT)) && signs.are_plain();
        if !is_filled || key.ends_with(':') || self.heading_lengths.may_say(key) || is_kind(key) {
            return false;
        }
        let texts = self.used.iter().filter(|at| raw.cells.signs(**at).has(Signs::LETTER));
        texts.take(TEXTS_MIN).count() == TEXTS_MIN
    }
}

#[cfg(test)]
mod tests;
