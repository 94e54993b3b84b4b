//! What a heading says of a person: their status, that they are active, that they must not get in, or something else.
//!
//! Beside `words` and `spellings`; the lists are in `usual_headings`. Promises that a heading is one of the person's only if each of
//! its words is: "MFA enabled", "Newsletter blocked" and "Visa status" say nothing of who is there.

use crate::spellings;
use crate::states::{says_on_leave, state_of};
use crate::usual_headings::STATUSES;
use crate::usual_headings::status::{
    ACTIVE, ACTIVE_PHRASES, BESIDE, NEUTRAL, NO_STATE, OPPOSITE_PHRASES, PLACES, ROOTS,
};
use crate::words::plain;
use rollcall_config::{is_opposite, truth_of};

/// What a heading says of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// Their status, in words of any kind.
    Status,
    /// A status or a place: its words must tell.
    StatusOrPlace,
    /// A yes means that they are there.
    Active,
    /// A yes means that they must not get in.
    Opposite,
    /// That they are away for a time.
    Leave,
    /// Something else.
    Other,
}

impl Says {
    /// Whether a word below such a heading says that somebody is gone.
    pub(crate) fn is_gone(self, word: &str) -> bool {
        let said = match self {
            Self::Active => truth_of(word),
            Self::Opposite => truth_of(word).map(|is_gone| !is_gone),
            Self::Status => None,
            Self::StatusOrPlace | Self::Leave | Self::Other => return false,
        };
        state_of(word).or(said) == Some(false)
    }
}

/// Words that turn the one behind them round.
const NOT: &[&str] = &["not", "non", "nicht", "no", "niet", "ikke", "inte", "nie", "pas"];

/// What a heading says.
pub(crate) fn of(heading: &str) -> Says {
    if says_on_leave(heading) {
        return Says::Leave;
    }
    let bare = plain(&spellings::bare(heading));
    let words: Vec<&str> = bare.split(' ').filter(|word| !word.is_empty()).collect();
    if spellings::is_one_of(heading, OPPOSITE_PHRASES) {
        return Says::Opposite;
    }
    if spellings::is_one_of(heading, ACTIVE_PHRASES) || is_active(heading, &words) {
        return Says::Active;
    }
    if is_blocked(heading, &words) {
        return Says::Opposite;
    }
    if PLACES.contains(&bare.as_str()) {
        return Says::StatusOrPlace;
    }
    let is_named = spellings::is_one_of(heading, STATUSES) || is_status(&words);
    match (is_named, is_opposite(heading)) {
        // "Status (blocked)"
        (true, true) => Says::Opposite,
        (true, false) => Says::Status,
        (false, _) => Says::Other,
    }
}

/// Whether a heading says of an account or a person that it is blocked, so certainly that it is asked beside a status. A bare
/// "Disabled" may be a disability.
pub(crate) fn is_certain(heading: &str) -> bool {
    let bare = plain(&spellings::bare(heading));
    let mut words = bare.split(' ');
    let is_of_account =
        || ["account", "user", "login", "konto", "compte"].iter().any(|word| bare.contains(word));
    of(heading) == Says::Opposite
        && (words.any(|word| BESIDE.iter().any(|stem| word.starts_with(stem)))
            || bare.contains("disabled") && is_of_account())
}

/// The place of a heading among those of a status: the lower the better.
pub(crate) fn rank(heading: &str) -> usize {
    let forms = spellings::of(heading);
    let is_it = |name: &&str| forms.iter().any(|form| form == name);
    STATUSES.iter().position(is_it).unwrap_or(STATUSES.len())
}

fn is_neutral(word: &str) -> bool {
    NEUTRAL.contains(&word) || ROOTS.contains(&word)
}

/// Employee status description, Mitarbeiterstatus.
fn is_status(words: &[&str]) -> bool {
    let is_joined = |word: &str| {
        let part = word.strip_suffix("status").or_else(|| word.strip_suffix("status code"));
        part.is_some_and(|part| {
            !part.is_empty() && (NEUTRAL.contains(&part) || NEUTRAL.contains(&part.trim_end_matches('s')))
        })
    };
    let is_root = |word: &str| ROOTS.contains(&word) || is_joined(word);
    words.iter().any(|word| is_root(word)) && words.iter().all(|word| is_neutral(word) || is_joined(word))
}

/// Active in the company, account enabled, not terminated, active/terminated.
fn is_active(heading: &str, words: &[&str]) -> bool {
    if is_opposite(heading) {
        return false;
    }
    let is_known =
        |word: &str| ACTIVE.contains(&word) || is_gone(word) || NOT.contains(&word) || is_neutral(word);
    let is_turned =
        words.windows(2).any(|pair| matches!(pair, [not, word] if NOT.contains(not) && is_gone(word)));
    let is_first = |word: &&&str| ACTIVE.contains(*word) || is_gone(word);
    let says = words.iter().find(is_first).is_some_and(|word| ACTIVE.contains(word));
    (says || is_turned) && words.iter().all(|word| is_known(word))
}

/// Account blocked, gesperrt, not active.
fn is_blocked(heading: &str, words: &[&str]) -> bool {
    let is_known =
        |word: &str| ACTIVE.contains(&word) || is_gone(word) || NOT.contains(&word) || is_neutral(word);
    let has_state = words.iter().any(|word| is_gone(word) || ACTIVE.contains(word));
    is_opposite(heading) && has_state && words.iter().all(|word| is_known(word))
}

/// A word that says by itself that somebody is gone or blocked, and names nothing.
fn is_gone(word: &str) -> bool {
    word == "ex" || word == "former" || is_opposite(word) && !NO_STATE.contains(&word)
}

/// Whether a word of a column surely says that somebody has left or is blocked: every word of it does, or names a person.
pub(crate) fn is_surely_gone(word: &str) -> bool {
    let text = plain(&spellings::bare(word.strip_prefix("OU=").unwrap_or(word)));
    let words: Vec<&str> = text.split(' ').collect();
    let is_person = |word: &str| NEUTRAL.contains(&word);
    let has_gone = words.iter().any(|word| is_gone(word) || crate::states::is_gone(word));
    has_gone && words.iter().all(|word| is_gone(word) || crate::states::is_gone(word) || is_person(word))
}

#[cfg(test)]
mod tests;
