//! The codes of an export in words, for people who open it in a spreadsheet. A program reads the codes.
//!
//! The console has the same words: it knows nothing of this crate, so a test compares the two.

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

/// What a dry run says would become of somebody, in words. With the other outcomes nothing changes in any run.
#[must_use]
pub fn planned_outcome(word: &str) -> &str {
    match word {
        "created_active" => "Would be new: account and seat",
        "created_blocked" => "Would be new: account without a seat yet",
        "activated" => "Would be given a seat after waiting",
        "adopted" => "Would be taken over by the mapping file",
        "updated" => "Details would change",
        "blocked_left" => "Would be blocked: left",
        "blocked_disabled" => "Would be blocked: disabled, past the end or not started",
        "blocked_no_seat" => "Seat would be taken back: the licence was lowered",
        "reactivated" => "Would be back again",
        "held" => "Would be held until a person decides",
        "undone" => "Would be taken back by an undo",
        other => outcome(other),
    }
}

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
