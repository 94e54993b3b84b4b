//! The words for what became of people, as the command line says them. A program reads the codes, with `--json`.
//!
//! The words of lists are the console's.

use rollcall_console::words;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::RunId;
use serde_json::Value;

/// `2026-11-29T22:46:10`
const SECOND_CHARS: usize = 19;

/// `01a226ee-4199`
const SHORT_CHARS: usize = 13;

/// The state of an account that the API shows, or the state before or after a change.
pub(crate) fn state(of: &Value) -> String {
    let word = of["reason"].as_str().or_else(|| of["state"].as_str()).unwrap_or_default();
    in_a_sentence(words::state(word))
}

/// An outcome's word, as it stands within a sentence or a cell; of a dry run, what would become of somebody.
pub(crate) fn outcome(word: &str, is_plan: bool) -> String {
    in_a_sentence(if is_plan { words::planned_outcome(word) } else { words::outcome(word) })
}

/// The reason's word, as it stands within a sentence or a cell.
pub(crate) fn reason(word: &str) -> String {
    in_a_sentence(words::state(word))
}

/// `2026-11-29 22:46:10`, in UTC, of a time as the API gives it.
pub(crate) fn second(time: &str) -> String {
    match (time.get(..SECOND_CHARS), time.ends_with('Z')) {
        (Some(second), true) => second.replace('T', " "),
        _ => time.to_owned(),
    }
}

/// `2026-11-29 22:46:10 UTC`, of a time as the API gives it.
pub(crate) fn moment(time: &str) -> String {
    format!("{} UTC", second(time))
}

/// The beginning of a run's id, which every command takes for the whole (the time in it, to the thousandth of a second).
pub(crate) fn short(run: &RunId) -> String {
    run.as_str().get(..SHORT_CHARS).unwrap_or(run.as_str()).to_owned()
}

/// A change of a field: what it is called, what was there, if anything was, and what is.
pub(crate) fn change(field: &str, old: &str, new: &str) -> String {
    let value = |text: &str| words::value(field, text);
    if old.is_empty() {
        return format!("{}: {:?}", words::field(field), value(new));
    }
    format!("{}: {:?} → {:?}", words::field(field), value(old), value(new))
}

/// By how many seats the licence is exceeded, and what that means for people.
pub(crate) fn over_by(over: u64, reserve: u64, trims: bool) -> String {
    let then = if trims {
        String::from("a run lets so many wait again")
    } else {
        // Fewer must be used than were bought, and than are kept back.
        let first = words::number(over + reserve + 1);
        format!("everybody keeps their seat, and nobody gets one until {first} have left")
    };
    format!("over by {}: {then}", words::number(over))
}

/// That seats run short, by the thresholds of the configuration that are reached.
pub(crate) fn warned(thresholds: &[String]) -> Option<String> {
    (!thresholds.is_empty()).then(|| format!("warned at {}: seats run short", thresholds.join(", ")))
}

/// How far a run is, in a word.
pub(crate) fn status(word: &str) -> String {
    in_a_sentence(words::status(word))
}

/// What started a run, in a word.
pub(crate) fn trigger(word: &str) -> String {
    in_a_sentence(words::trigger(word))
}

/// A word of the console's as it stands within a sentence.
fn in_a_sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What became of several people, after their number: `4 new with a seat`.
pub(crate) fn brief(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::CreatedActive => "new with a seat",
        Outcome::CreatedBlocked => "new without a seat",
        Outcome::Activated => "given a seat after waiting",
        Outcome::Adopted => "adopted",
        Outcome::Updated => "changed",
        Outcome::Unchanged => "unchanged",
        Outcome::BlockedLeft => "left, blocked",
        Outcome::BlockedDisabled => "disabled, blocked",
        Outcome::BlockedNoSeat => "without the seat they had",
        Outcome::Reactivated => "back",
        Outcome::KeptAdminBlock | Outcome::BlockedByAdmin => "blocked by a person",
        Outcome::SkippedDuplicate => "twice in the directory",
        Outcome::SkippedMissingKey => "without a match key",
        Outcome::SkippedDisabled => "disabled and unknown here",
        Outcome::SkippedScope => "outside a condition",
        Outcome::Conflict => "in conflict",
        Outcome::Protected => "protected",
        Outcome::Held => "held",
        Outcome::Undone => "taken back",
        Outcome::Error => "not processed",
        Outcome::UnblockedByAdmin => "unblocked by a person",
        Outcome::CreatedLocal => "local",
        Outcome::RenamedByAdmin => "renamed by a person",
        Outcome::RekeyedByAdmin => "given another key by a person",
        Outcome::SeatedByAdmin => "given a seat by a person",
        Outcome::UnseatedByAdmin => "whose seat a person gave away",
    }
}

/// What became of somebody, as a sentence beside the outcome's code.
pub(crate) fn meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::CreatedActive => "given an account and a seat",
        Outcome::CreatedBlocked => "given an account without a seat: waiting, or not started",
        Outcome::Activated => "waited and now has a seat",
        Outcome::Adopted => "had an account, which is the source's from now on",
        Outcome::Updated => "changed in the directory",
        Outcome::Unchanged => "nothing to do",
        Outcome::BlockedLeft => "no longer in the directory's scope",
        Outcome::BlockedDisabled => "disabled in the directory, past the end, or not started",
        Outcome::BlockedNoSeat => "had a seat, and waits: the licence was lowered",
        Outcome::Reactivated => "back in the directory, or the start date has come",
        Outcome::KeptAdminBlock => "blocked by an administrator, and stays so",
        Outcome::SkippedDuplicate => "the same key more than once",
        Outcome::SkippedMissingKey => "no match key",
        Outcome::SkippedDisabled => "disabled in the directory and unknown here",
        Outcome::SkippedScope => "outside a condition of the source and unknown here",
        Outcome::Conflict => "the username belongs to another account",
        Outcome::Protected => "would be blocked, but is the last administrator or exempt",
        Outcome::Held => "held by the guard until a person decides",
        Outcome::Undone => "taken back",
        Outcome::Error => "could not be read",
        Outcome::BlockedByAdmin => "blocked by an administrator",
        Outcome::UnblockedByAdmin => "the administrator's block was lifted",
        Outcome::CreatedLocal => "local account made",
        Outcome::RenamedByAdmin => "given another username, so that somebody else can have the old one",
        Outcome::RekeyedByAdmin => "given another match key: the same person under a new key",
        Outcome::SeatedByAdmin => "given a seat out of order, by a person",
        Outcome::UnseatedByAdmin => "had a seat that a person gave to somebody else, and waits",
    }
}
