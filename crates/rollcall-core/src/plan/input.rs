//! What a plan is made from, besides the snapshot and the accounts.

use crate::licence::{Limit, SeatCount};
use crate::policy::Policy;
use crate::source::SourceName;
use crate::time::Timestamp;

/// What a plan is made for.
#[derive(Clone, Debug)]
pub struct PlanInput {
    /// The source whose snapshot it is. Accounts of others are never changed.
    pub source: SourceName,
    /// The time of the run: the since-when of every block it sets.
    pub now: Timestamp,
    /// The licence's limit.
    pub limit: Limit,
    /// Active accounts of all owners, as the ledger counts them: it tells before the first account is seen whether seats
    /// may have to be trimmed. A count that is wrong costs memory or delays the trim, and nothing else.
    pub used: SeatCount,
    /// The policies.
    pub policy: Policy,
    /// Whether a person approved the removals of this very snapshot.
    pub removals: Removals,
}

/// Whether the removal guard stands (product 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// The guard stands.
    Guarded,
    /// An earlier look at this very snapshot held its removals: they stay held, whatever has changed since.
    Held,
    /// A person approved this very snapshot's removals, as a run had held them.
    Approved {
        /// The time of that run.
        held_at: Timestamp,
        /// So many seats would have stayed in use: no trim goes below that.
        leaves: SeatCount,
        /// So many active accounts would have been blocked. Where it would be more by now, since something else has
        /// changed, they are held again: nobody has seen those.
        removals: u64,
    },
}
