//! What was decided about a snapshot before this run planned: what earlier runs held of it, and what a person approved.
//!
//! Once the guard has held a part of a snapshot it stays held, in every later pass and run: otherwise the people whom the
//! first pass gives a seat would make the share smaller.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::licence::SeatCount;
use rollcall_core::plan::{Decided, HoldCause, Holds, Judgement, Removals};
use rollcall_store::{
    HeldPart, HeldParts, HoldSummary, PartSummary, RunRecord, RunSummary, SnapshotRef, SourceChange,
};

/// What applies to each part of the guard in this run.
pub(super) async fn of_run(
    shell: &Shell,
    run: &RunRecord,
    snapshot: &SnapshotRef,
) -> Result<(Removals, Decided), Error> {
    let applied = shell.store.applied_snapshot(&run.source).await?;
    let approved_at = applied.as_ref().and_then(|applied| applied.approved_at);
    if let Some(SourceChange::Retire { at_most }) = run.source_change {
        return Ok(retired(run, at_most.unwrap_or(u64::MAX)));
    }
    if let Some(held) = &run.approves {
        let held = shell.store.run(held).await?.ok_or_else(|| Error::NoSuchRun { run: held.clone() })?;
        return Ok(approved_by(&held, run));
    }
    let holds = |part| applied.as_ref().is_some_and(|applied| applied.holds(&snapshot.digest, part));
    let judgement = |part| if holds(part) { Judgement::Held } else { Judgement::Guarded };
    let removals = if holds(HeldPart::Removals) { Removals::Held } else { Removals::Guarded };
    let is_begun = applied.as_ref().is_some_and(|applied| applied.admits_newcomers);
    let decided = Decided {
        renames: judgement(HeldPart::Renames),
        newcomers: match holds(HeldPart::Newcomers) {
            true => Judgement::Held,
            false if is_begun => Judgement::Begun,
            false => Judgement::Guarded,
        },
        perhaps_same: judgement(HeldPart::PerhapsSame),
        undone: Judgement::Guarded,
        approved_at,
    };
    Ok((removals, decided))
}

/// A person retires a source, and has seen how many accounts that is about: nothing else of it is to be decided.
fn retired(run: &RunRecord, at_most: u64) -> (Removals, Decided) {
    let all = Judgement::Approved { at_most: u64::MAX };
    let decided =
        Decided { perhaps_same: all, undone: all, approved_at: Some(run.started_at), ..Decided::default() };
    let (held_at, leaves) = (run.started_at, SeatCount::ZERO);
    (Removals::Approved { held_at, leaves, removals: at_most, places: at_most }, decided)
}

/// One approval approves what the guard held. People who are perhaps the same are asked about apart, once nothing else
/// is held: whoever approves a mass of removals must not say in passing that all of them are other people (rule 54c).
fn approved_by(held: &RunRecord, run: &RunRecord) -> (Removals, Decided) {
    let summary = held.summary.clone().unwrap_or_default();
    let HeldParts { renames, newcomers, perhaps_same, undone } = summary.held_parts;
    let is_nothing_else = !summary.is_held();
    let (seats, places) = match &summary.hold {
        // Earlier versions did not count places.
        Some(hold) => (hold.removals, hold.places.unwrap_or(u64::MAX)),
        None if is_nothing_else => (perhaps_same, perhaps_same),
        None => (0, 0),
    };
    let leaves = SeatCount::new(summary.used).less(SeatCount::new(seats));
    let at_most =
        |part: Option<PartSummary>| Judgement::Approved { at_most: part.map_or(0, |part| part.count) };
    let decided = Decided {
        renames: at_most(renames),
        newcomers: at_most(newcomers),
        perhaps_same: match is_nothing_else {
            true => Judgement::Approved { at_most: perhaps_same },
            false => Judgement::Held,
        },
        undone: Judgement::Approved { at_most: undone },
        approved_at: Some(run.started_at),
    };
    // Whoever had something back may have had a seat or a place: the run did not count which.
    let (removals, places) = (seats + undone, places.saturating_add(undone));
    (Removals::Approved { held_at: held.started_at, leaves, removals, places }, decided)
}

/// The parts that a plan holds.
pub(super) fn parts_of(holds: &Holds) -> Vec<HeldPart> {
    let mut parts = Vec::new();
    for (is_held, part) in [
        (holds.removals.is_some(), HeldPart::Removals),
        (holds.renames.is_some(), HeldPart::Renames),
        (holds.newcomers.is_some(), HeldPart::Newcomers),
        (holds.perhaps_same > 0, HeldPart::PerhapsSame),
    ] {
        if is_held {
            parts.push(part);
        }
    }
    parts
}

/// What a plan holds, as the run's record says it.
pub(super) fn summary_of(holds: &Holds, summary: RunSummary) -> RunSummary {
    let part = |part: rollcall_core::plan::PartHold| PartSummary { count: part.count, of: part.of };
    let hold = holds.removals.map(|hold| HoldSummary {
        removals: hold.removals,
        active: hold.active,
        places: Some(hold.places),
        cause: String::from(match hold.cause {
            HoldCause::TooMany => "too many removals at once",
            HoldCause::NobodyEligible => "nobody in the snapshot is eligible",
            HoldCause::NobodyMatched => "the snapshot has none of the people who have an account",
        }),
    });
    let held_parts = HeldParts {
        renames: holds.renames.map(part),
        newcomers: holds.newcomers.map(part),
        perhaps_same: holds.perhaps_same,
        undone: holds.undone,
    };
    RunSummary { hold, held_parts, ..summary }
}
