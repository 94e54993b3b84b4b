//! What a run has done, or a dry run would do, person by person: a sign, who, and what becomes of them.

use crate::installation::Installation;
use crate::show::render::{self, Sign};
use crate::show::summary::count;
use crate::show::words;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{Planned, RunRecord, RunSummary};

/// What changes accounts, and is told person by person.
pub(crate) const CHANGES: [Outcome; 9] = [
    Outcome::BlockedLeft,
    Outcome::BlockedDisabled,
    Outcome::BlockedNoSeat,
    Outcome::Activated,
    Outcome::Reactivated,
    Outcome::CreatedActive,
    Outcome::CreatedBlocked,
    Outcome::Adopted,
    Outcome::Updated,
];

/// Whether an outcome says only that the directory shows people to whom an undo gave something back: all of them are named,
/// and nothing else of them changed.
pub(crate) fn only_shown_again(summary: &RunSummary, outcome: Outcome) -> bool {
    let named = || summary.planned.iter().filter(|one| one.outcome == outcome.as_str());
    outcome == Outcome::Updated
        && named().count() as u64 == count(summary, outcome)
        && named().all(is_shown_again)
}

fn is_shown_again(one: &Planned) -> bool {
    matches!(one.changes.as_slice(), [only] if only.field == "given_back" && only.new == "false")
}

/// Shows whom a run has changed, or a dry run would change, and where the rest is.
pub(crate) fn show(installation: &Installation, record: &RunRecord, summary: &RunSummary) {
    let changing = || summary.planned.iter().map(|one| one.outcome.as_str());
    let mut outcomes: Vec<Outcome> =
        Outcome::of_runs().filter(|outcome| changing().any(|word| word == outcome.as_str())).collect();
    // What people lose comes first.
    outcomes.sort_by_key(|outcome| sign(*outcome));
    for outcome in outcomes {
        let of_outcome = || summary.planned.iter().filter(|one| one.outcome == outcome.as_str());
        for planned in of_outcome() {
            say(planned, outcome, record.dry_run);
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

fn say(planned: &Planned, outcome: Outcome, is_plan: bool) {
    if outcome == Outcome::Updated && is_shown_again(planned) {
        let what = "is in the directory, so an undo is no longer asked about; nothing else changes";
        render::say_signed(Sign::Change, &format!("{}: {what}", planned.name));
        return;
    }
    let fate = if is_plan { fate(outcome, planned.is_seated) } else { done(outcome, planned.is_seated) };
    let mut parts: Vec<String> = vec![format!("{}: {fate}", planned.name)];
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

/// What became of a person, in words.
fn done(outcome: Outcome, is_seated: bool) -> &'static str {
    match (outcome, is_seated) {
        (Outcome::CreatedActive, _) => "new, has a seat",
        (Outcome::Activated, _) => "waited, has a seat now",
        (Outcome::Reactivated, true) => "is back, has a seat",
        (Outcome::Reactivated, false) => "is back, without a seat yet",
        (Outcome::BlockedNoSeat, _) => "lost the seat and waits: the licence was lowered",
        (Outcome::Adopted, _) => "is an account of the source now",
        (Outcome::Updated, true) => "changed, keeps the seat",
        (Outcome::Updated, false) => "changed, has no seat",
        (other, is_seated) => fate(other, is_seated),
    }
}
