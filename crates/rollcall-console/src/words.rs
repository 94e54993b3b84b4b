//! The words of the audit log and of records, for people who have never seen them; and times, numbers and links. The
//! command line says the same words.

mod changes;
mod planned;
mod unprocessed;

pub use changes::{field, taken_back, value};
pub(crate) use planned::outcome_of;
pub use planned::planned_outcome;
pub use unprocessed::wrong_and_cure;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An outcome in words.
#[must_use]
pub fn outcome(word: &str) -> &str {
    match word {
        "created_active" => "New: account and seat",
        "created_blocked" => "New: account without a seat yet",
        "activated" => "Given a seat after waiting",
        "adopted" => "Taken over by the mapping file",
        "updated" => "Details changed",
        "unchanged" => "Nothing to do",
        "blocked_left" => "Left: blocked",
        "blocked_disabled" => "Disabled, past the end or not started: blocked",
        "blocked_no_seat" => "Seat taken back: the licence was lowered",
        "reactivated" => "Back again",
        "kept_admin_block" => "Stays blocked by a person",
        "skipped_duplicate" => "Twice in the directory: left alone",
        "skipped_missing_key" => "No match key: left alone",
        "skipped_disabled" => "Disabled and unknown here",
        "skipped_scope" => "Outside a condition and unknown here",
        "conflict" => "Username belongs to another account",
        "protected" => "Protected from removal",
        "held" => "Held until a person decides",
        "undone" => "Taken back by an undo",
        "error" => "Could not be processed",
        "blocked_by_admin" => "Blocked by a person",
        "unblocked_by_admin" => "Unblocked by a person",
        "created_local" => "Local account created",
        "renamed_by_admin" => "Given another username by a person",
        "rekeyed_by_admin" => "Given another match key by a person",
        "seated_by_admin" => "Given a seat by a person",
        "unseated_by_admin" => "Seat given to somebody else by a person",
        "licence_set" => "Licence set",
        "ledger_mended" => "Seat count corrected",
        "configuration_set" => "Configuration changed",
        "file_sent" => "A file was sent",
        "run_requested" => "Run requested",
        "removals_left" => "Held removals left as they are",
        "exported" => "Exported as a file",
        other => other,
    }
}

/// Every outcome, as filters offer them.
pub(crate) const OUTCOMES: [&str; 34] = [
    "created_active",
    "created_blocked",
    "activated",
    "adopted",
    "updated",
    "unchanged",
    "blocked_left",
    "blocked_disabled",
    "blocked_no_seat",
    "reactivated",
    "kept_admin_block",
    "skipped_duplicate",
    "skipped_missing_key",
    "skipped_disabled",
    "skipped_scope",
    "conflict",
    "protected",
    "held",
    "undone",
    "error",
    "blocked_by_admin",
    "unblocked_by_admin",
    "created_local",
    "renamed_by_admin",
    "rekeyed_by_admin",
    "seated_by_admin",
    "unseated_by_admin",
    "licence_set",
    "ledger_mended",
    "configuration_set",
    "file_sent",
    "run_requested",
    "removals_left",
    "exported",
];

/// The outcomes with which nothing changed.
pub(crate) const OBSERVED: [&str; 10] = [
    "unchanged",
    "kept_admin_block",
    "skipped_duplicate",
    "skipped_missing_key",
    "skipped_disabled",
    "skipped_scope",
    "conflict",
    "protected",
    "held",
    "error",
];

/// Why an account is blocked, or that it is active.
#[must_use]
pub fn state(word: &str) -> &str {
    match word {
        "active" => "Active",
        "no_seat" => "Waiting for a seat",
        "left_scope" => "No longer in the directory's scope",
        "disabled_in_directory" => "Disabled in the directory",
        "not_started" => "Has not started yet",
        "by_admin" => "Blocked by a person",
        other => other,
    }
}

/// The reasons of blocks, as filters offer them.
pub(crate) const REASONS: [&str; 5] =
    ["no_seat", "left_scope", "disabled_in_directory", "not_started", "by_admin"];

/// How far a run is.
#[must_use]
pub fn status(word: &str) -> &str {
    match word {
        "under_way" => "Under way",
        "requested" => "About to begin",
        "reading" => "Reading the directory",
        "reconciling" => "Applying",
        "completed" => "Completed",
        "held" => "Removals held",
        "failed" => "Failed",
        "dry_run" => "Dry run",
        other => other,
    }
}

/// What started a run or a change.
#[must_use]
pub fn trigger(word: &str) -> &str {
    match word {
        "schedule" => "schedule",
        "drop" => "new file",
        "reset" => "Sync now",
        "command" => "command line",
        "date" => "a date has come",
        "api" => "console or API",
        other => other,
    }
}

/// `24 Nov 2026 10:39`, in UTC.
pub(crate) fn time(text: &str) -> String {
    let Ok(time) = text.parse::<Timestamp>() else { return text.to_owned() };
    time.to_zoned(TimeZone::UTC).strftime("%-d %b %Y %H:%M").to_string()
}

/// `24 Nov 2026`, in UTC.
pub(crate) fn day(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
}

/// `0.045 s`, `12 s`, `3 min 5 s`.
pub(crate) fn duration(millis: i64) -> String {
    match millis {
        ..10_000 => format!("{}.{:03} s", millis / 1000, millis.rem_euclid(1000)),
        10_000..120_000 => format!("{} s", millis / 1000),
        _ => format!("{} min {} s", millis / 60_000, millis / 1000 % 60),
    }
}

/// `18,859`, of a whole number.
#[must_use]
pub fn number(count: impl std::fmt::Display) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 account`, `1,200 accounts`.
#[must_use]
pub fn several(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", number(count)) }
}

/// `512 bytes`, `3.4 MB`.
pub(crate) fn size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit / (unit / 10));
    match bytes {
        ..1_000 => several(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{} KB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

/// A link to the person with this username.
pub(crate) fn find(username: &str) -> String {
    link("/console/find", &[("text", Some(username))])
}

/// A link with a query, without the parameters that are `None`.
pub(crate) fn link(path: &str, query: &[(&str, Option<&str>)]) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query {
        if let Some(value) = value {
            pairs.append_pair(name, value);
        }
    }
    let pairs = pairs.finish();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{pairs}") }
}
