//! What the words of one column say, if its heading is that of a status.
//!
//! Beside `status_guess`, which chooses among columns. Promises that a code (`A`, `T`, `2`) is no yes and no no, unless all codes
//! of the column are those of one usual pair.

use crate::profile::Column;
use crate::says::{self, Says};
use crate::settings::Settings;
use crate::states::{is_kind, is_of_another_thing, state_of};
use rollcall_config::truth_of;
use rollcall_core::fold::fold;

/// A status has no more words than this.
const WORDS_MAX: usize = 30;
/// Marks of a list that mean yes.
const MARKS: [&str; 6] = ["✓", "✔", "☑", "√", "✅", "✔️"];
/// Marks that mean no.
const NO_MARKS: [&str; 6] = ["✗", "✘", "✕", "☒", "❌", "✖"];
/// Codes that mean yes and no together.
const PAIRS: [[&str; 2]; 6] = [["1", "0"], ["t", "f"], ["y", "n"], ["j", "n"], ["s", "n"], ["o", "n"]];

/// A column with what its words say.
pub(crate) struct Words<'p> {
    pub(crate) column: &'p Column,
    pub(crate) says: Says,
    pub(crate) yes: Vec<&'p str>,
    pub(crate) no: Vec<&'p str>,
    pub(crate) unknown: Vec<&'p str>,
}

impl<'p> Words<'p> {
    /// The words of a column; `None` if it is no status.
    pub(crate) fn of(column: &'p Column, settings: &mut Settings) -> Option<Self> {
        let heading = &column.heading;
        let says = says::of(heading);
        match says {
            Says::Other => return None,
            Says::Leave => {
                if column.words.len() <= WORDS_MAX && !column.has_more_words {
                    settings
                        .notes
                        .push(format!("{heading:?} is not used: people on leave keep their access"));
                }
                return None;
            }
            Says::Status | Says::StatusOrPlace | Says::Active | Says::Opposite => {}
        }
        let words: Vec<&str> = column.words.iter().map(|(word, _)| word.as_str()).collect();
        if column.has_more_words || words.len() > WORDS_MAX {
            if says == Says::Status {
                settings.notes.push(format!(
                    "{heading:?} is not used: it has too many different words for a status; if it says who is there, map `active` \
                     to it"
                ));
            }
            return None;
        }
        let has_digit = |word: &&str| word.len() > 1 && word.contains(|c: char| c.is_ascii_digit());
        let is_of_days = words.iter().all(has_digit) && words.iter().all(|word| state_of(word).is_none());
        if is_of_days && says != Says::Status || words.iter().any(|word| is_of_another_thing(word)) {
            return None;
        }
        let are_codes_known = are_of_one_pair(&words);
        let is_mark_list = words.iter().all(|word| is_mark(word) || fold(word) == "x");
        let sense = |word: &str| {
            let plain = || truth_of(word).filter(|_| are_codes_known || !is_code(word));
            let marked = || {
                let is_no = NO_MARKS.contains(&word);
                (is_mark(word) || is_no || is_mark_list).then_some(!is_no)
            };
            let kind = || (says == Says::Status && is_kind(word)).then_some(true);
            let turned = says == Says::Opposite;
            state_of(word).or_else(kind).or_else(|| plain().or_else(marked).map(|said| said != turned))
        };
        let is = |wanted: Option<bool>| -> Vec<&'p str> {
            words.iter().copied().filter(|word| sense(word) == wanted).collect()
        };
        Some(Self { column, says, yes: is(Some(true)), no: is(Some(false)), unknown: is(None) })
    }

    pub(crate) fn is_status(&self) -> bool {
        matches!(self.says, Says::Status | Says::StatusOrPlace)
    }

    /// Whether most of its words are known.
    pub(crate) fn is_understood(&self) -> bool {
        let known = self.yes.len() + self.no.len();
        known > 0 && self.unknown.len() <= known
    }

    /// Whether each word names a state by itself.
    pub(crate) fn is_of_states(&self) -> bool {
        self.yes.iter().chain(&self.no).chain(&self.unknown).all(|word| state_of(word).is_some())
    }

    /// What an empty cell means, where the other cells show it: who is blocked is marked, and nobody else; or who is there is.
    pub(crate) fn empty(&self) -> Option<bool> {
        let is_list = |words: &[&str]| words.iter().all(|word| is_mark(word) || fold(word) == "x");
        match self.says {
            Says::Opposite if self.yes.is_empty() && !self.no.is_empty() => Some(true),
            Says::Active if self.no.is_empty() && !self.yes.is_empty() && is_list(&self.yes) => Some(false),
            Says::Opposite
            | Says::Active
            | Says::Status
            | Says::StatusOrPlace
            | Says::Leave
            | Says::Other => None,
        }
    }
}

fn is_mark(word: &str) -> bool {
    MARKS.contains(&word)
}

/// A letter or a number.
fn is_code(word: &str) -> bool {
    word.chars().count() == 1 && word.is_ascii() || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether all codes among the words are those of one usual yes and no.
fn are_of_one_pair(words: &[&str]) -> bool {
    let codes: Vec<String> = words.iter().filter(|word| is_code(word)).map(|word| fold(word)).collect();
    let has = |letter: &str| codes.iter().any(|code| code == letter);
    // A lone T is more often the code of terminated than a yes.
    if has("t") && !has("f") {
        return false;
    }
    PAIRS.iter().any(|pair| codes.iter().all(|code| pair.contains(&code.as_str())))
}
