//! What a plan is made from, besides the snapshot and the accounts.

use crate::licence::{Limit, SeatCount};
use crate::policy::Policy;
use crate::source::SourceName;
use crate::time::Timestamp;

/// What a plan is made from.
#[derive(Clone, Debug)]
pub struct PlanInput {
    /// The source of the snapshot. Accounts of other sources are never changed.
    pub source: SourceName,
    /// The time of the run: every block that it sets begins then.
    pub now: Timestamp,
    /// The licence's limit.
    pub limit: Limit,
    /// Active accounts of all owners, as the ledger counts them. The planner needs to know before the first account
    /// whether seats may have to be trimmed. A wrong count costs memory or delays the trim, and nothing else.
    pub used: SeatCount,
    /// The policies.
    pub policy: Policy,
    /// Whether a person approved the removals of this same snapshot.
    pub removals: Removals,
}

/// Whether the removal guard applies (rule 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// The guard applies.
    Guarded,
    /// An earlier run held the removals of this same snapshot: they stay held, even if something else has changed.
    Held,
    /// A person approved the removals of this same snapshot, as a run had held them.
    Approved {
        /// The time of that run.
        held_at: Timestamp,
        /// How many seats would have stayed in use. No trim goes below that.
        leaves: SeatCount,
        /// How many active accounts would have been blocked. If a new plan would block more, because something else has
        /// changed, the removals are held again: the person has not seen the additional ones.
        removals: u64,
    },
}
