//! The grace of leavers, naively (rules 21, 21a).

use super::Case;
use crate::account::Account;
use crate::entry::Entry;
use crate::plan::{PlanInput, Removals};

/// Whether the person is not in the snapshot, but the account is not blocked yet.
pub(super) fn is_in_grace(input: &PlanInput, account: &Account, entry: Option<&Entry>) -> bool {
    let is_missing = entry.is_none() && account.state.holds_seat();
    // An approval is for the removals that were held then.
    let judged_at = match input.removals {
        Removals::Approved { held_at, .. } => held_at.as_millis(),
        Removals::Guarded | Removals::Held => input.now.as_millis(),
    };
    let grace = i64::try_from(input.policy.grace.as_millis()).unwrap();
    let has_time_left = account.missing_since.is_none_or(|since| since.as_millis() + grace > judged_at);
    is_missing && grace > 0 && has_time_left
}

/// Marks people who begin to be missing; takes the mark from people who are seen again or blocked.
pub(super) fn mark_missing(input: &PlanInput, cases: &mut [Case<'_>]) {
    for case in cases {
        let mark = case.before.missing_since;
        let is_seen = case.entry.is_some();
        case.after.missing_since = if case.is_in_grace {
            mark.or(Some(input.now))
        } else {
            mark.filter(|_| !is_seen && case.after.state.holds_seat())
        };
    }
}
