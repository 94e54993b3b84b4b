//! What a dry run would do, person by person: a sign, who, and what becomes of them.

use crate::installation::Installation;
use crate::show::render::{self, Sign};
use crate::show::summary::count;
use crate::show::words;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{Planned, RunRecord, RunSummary};

/// Shows whom a dry run would change, and where the rest is.
pub(crate) fn show(installation: &Installation, record: &RunRecord, summary: &RunSummary) {
    let changing = || summary.planned.iter().map(|one| one.outcome.as_str());
    let mut outcomes: Vec<Outcome> =
        Outcome::of_runs().filter(|outcome| changing().any(|word| word == outcome.as_str())).collect();
    // What people lose comes first.
    outcomes.sort_by_key(|outcome| sign(*outcome));
    for outcome in outcomes {
        let of_outcome = || summary.planned.iter().filter(|one| one.outcome == outcome.as_str());
        for planned in of_outcome() {
            say(planned, outcome);
        }
        let more = count(summary, outcome).saturating_sub(of_outcome().count() as u64);
        if more > 0 {
            let word = outcome.as_str();
            let all = installation.command(&format!("audit --run {} --outcome {word}", record.id));
            let (more, brief) = (render::number(more), words::brief(outcome));
            render::say(&format!("    and {more} more {brief}: {all}"));
        }
    }
    render::say("");
}

fn say(planned: &Planned, outcome: Outcome) {
    let mut parts: Vec<String> = vec![format!("{}: {}", planned.name, fate(outcome, planned.is_seated))];
    parts.extend(planned.reason.clone());
    let values = planned.changes.iter();
    parts.extend(values.map(|value| words::change(&value.field, &value.old, &value.new)));
    render::say_signed(sign(outcome), &parts.join("; "));
}

/// Whether somebody gets something, loses it, or is only changed.
fn sign(outcome: Outcome) -> Sign {
    match outcome {
        Outcome::CreatedActive
        | Outcome::CreatedBlocked
        | Outcome::Activated
        | Outcome::Reactivated
        | Outcome::CreatedLocal
        | Outcome::SeatedByAdmin
        | Outcome::UnblockedByAdmin => Sign::Plus,
        Outcome::BlockedLeft
        | Outcome::BlockedDisabled
        | Outcome::BlockedNoSeat
        | Outcome::UnseatedByAdmin
        | Outcome::BlockedByAdmin => Sign::Minus,
        Outcome::Adopted
        | Outcome::Updated
        | Outcome::Unchanged
        | Outcome::KeptAdminBlock
        | Outcome::SkippedDuplicate
        | Outcome::SkippedMissingKey
        | Outcome::SkippedDisabled
        | Outcome::SkippedScope
        | Outcome::Conflict
        | Outcome::Protected
        | Outcome::Held
        | Outcome::Undone
        | Outcome::RenamedByAdmin
        | Outcome::RekeyedByAdmin
        | Outcome::Error => Sign::Change,
    }
}

/// What becomes of a person, in words.
fn fate(outcome: Outcome, is_seated: bool) -> &'static str {
    match (outcome, is_seated) {
        (Outcome::CreatedActive, _) => "new, gets a seat",
        (Outcome::CreatedBlocked, _) => "new, without a seat yet",
        (Outcome::Activated, _) => "waited, gets a seat",
        (Outcome::Reactivated, true) => "comes back, gets a seat",
        (Outcome::Reactivated, false) => "comes back, without a seat yet",
        (Outcome::BlockedLeft, _) => "is blocked: left",
        (Outcome::BlockedDisabled, _) => "is blocked: disabled, past the end, or not started",
        (Outcome::BlockedNoSeat, _) => "loses the seat and waits: the licence was lowered",
        (Outcome::Adopted, _) => "becomes an account of the source",
        (_, true) => "changes, keeps the seat",
        (_, false) => "changes, has no seat",
    }
}
