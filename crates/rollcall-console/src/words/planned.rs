//! The words for what a dry run shows: what would become of people, never what has.

/// An outcome in words, of a dry run or of another one.
pub(crate) fn outcome_of(word: &str, is_plan: bool) -> &str {
    if is_plan { planned_outcome(word) } else { super::outcome(word) }
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
        other => super::outcome(other),
    }
}
