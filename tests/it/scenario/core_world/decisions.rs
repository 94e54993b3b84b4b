//! What a plan decides, in the order in which it is committed. Below the stage of the core.

use rollcall_core::entry::Record;
use rollcall_core::outcome::{Change, Observation};
use rollcall_core::plan::{Decision, Plan};

/// The decisions in the order in which they are to be committed.
pub(super) fn in_order(plan: &Plan, records: &[Record]) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = plan.without_entry().collect();
    for step in plan.steps() {
        for (ordinal, record) in records.iter().enumerate() {
            if plan.step(ordinal) == step {
                decisions.extend(plan.decide(ordinal, record));
            }
        }
    }
    decisions
}

pub(super) fn of_observe(decision: &Decision) -> Option<Observation> {
    match decision {
        Decision::Observe(observation) => Some(observation.clone()),
        Decision::Change(_) => None,
    }
}

pub(super) fn of_change(decision: Decision) -> Option<Change> {
    match decision {
        Decision::Change(change) => Some(change),
        Decision::Observe(_) => None,
    }
}
