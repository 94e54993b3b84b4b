//! Whether a status is turned round: words that say "present" and are read as no, and the other way about (rule 40).

use crate::says::{self, Says};
use crate::states::{is_kind, state_of};
use rollcall_config::{
    Nothing, StatusColumn, StatusRule, Values, Verdict, is_opposite, is_opposite_of_admin, truth_of,
};

/// What the words of a status column are, against what they are read as.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Senses {
    /// Rows whose word is read as it says.
    pub(crate) right: u64,
    /// Rows whose word is read the other way round.
    pub(crate) turned: u64,
    /// The words that are, each with what it is read as.
    pub(crate) turned_words: Vec<(String, bool)>,
}

/// Compares what the words of a column of `active` or `admin` say with what they are read as.
pub(crate) fn senses(
    setting: &str,
    column: &StatusColumn,
    words: &[(String, u64)],
    nothing: &Nothing,
) -> Senses {
    let mut found = Senses::default();
    // A filter may give a word another meaning on purpose.
    let Some(heading) = column.from.as_column() else { return found };
    let rule = StatusRule { all: vec![column.clone()] };
    for (word, number) in words {
        let verdict = rule.verdict(nothing, &|_: &String| Values::one(word.as_str()));
        let says = if setting == "admin" { admin_of(heading, word) } else { sense_of(heading, word) };
        let (Verdict::Said(read), Some(says)) = (verdict, says) else { continue };
        if read == says {
            found.right += number;
        } else {
            found.turned += number;
            found.turned_words.push((word.clone(), read));
        }
    }
    found
}

/// Whether a plain yes or no below a heading says that a person administers.
fn admin_of(heading: &str, word: &str) -> Option<bool> {
    let said = truth_of(word).filter(|_| !is_opposite(heading))?;
    Some(said != is_opposite_of_admin(heading))
}

/// What a word below a heading says of a person: whether they are present. A plain yes or no takes its sense from the
/// heading, and so does the kind of an employment.
pub(crate) fn sense_of(heading: &str, word: &str) -> Option<bool> {
    if let Some(state) = state_of(word) {
        return Some(state);
    }
    let says = says::of(heading);
    if says == Says::Status && is_kind(word) {
        return Some(true);
    }
    let said = truth_of(word)?;
    if says == Says::Active {
        return Some(said);
    }
    is_opposite(heading).then_some(!said)
}
