//! What a plan is made from, besides the snapshot and the accounts.

use crate::licence::{Limit, SeatCount};
use crate::match_key::MatchKey;
use crate::policy::Policy;
use crate::source::SourceName;
use crate::time::Timestamp;
use crate::username::Username;
use alloc::vec::Vec;

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
    /// What was decided before about everything else that the guard holds of this same snapshot.
    pub decided: Decided,
    /// Usernames that records of other sources ask for, which accounts have.
    pub asked_elsewhere: Vec<AskedElsewhere>,
}

/// What was decided before about the parts of the guard that are no removals (rules 51 and 54). By default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Changed usernames and admin marks (rule 51).
    pub renames: Judgement,
    /// Newcomers (rule 51).
    pub newcomers: Judgement,
    /// People who are perhaps the same (rule 54).
    pub perhaps_same: Judgement,
    /// Accounts that an undo gave something back, whom the directory has not shown since (rule 58).
    pub undone: Judgement,
    /// The time of the last run that a person approved: what it took was looked at, and counts no more (rule 52).
    pub approved_at: Option<Timestamp>,
}

/// What applies to one part of the guard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Judgement {
    /// The guard's figures.
    #[default]
    Guarded,
    /// An earlier plan of the source let this part through and was not committed to its end: the guard has judged it, and
    /// what is already committed must not make the rest look like too many. Of newcomers only.
    Begun,
    /// An earlier run held this part of this same snapshot: it stays held, even if something else has changed.
    Held,
    /// A person approved it, as a run had held it.
    Approved {
        /// How many that run had held. If there are more, the person has not seen the others, and all are held again.
        at_most: u64,
    },
}

/// A person in the last snapshot of another source, whose username an account has that is not theirs (rule 54).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedElsewhere {
    /// The username.
    pub username: Username,
    /// The source whose snapshot has the record.
    pub source: SourceName,
    /// The record's key.
    pub key: MatchKey,
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
        /// The same for the accounts that would have lost their place in the waiting list.
        places: u64,
    },
}

impl PlanInput {
    /// What runs took after this time counts for the guard (rule 52).
    pub(crate) fn guard_counts_from(&self) -> Timestamp {
        let week = Timestamp::from_millis(self.now.as_millis().saturating_sub(GUARD_MILLIS));
        self.decided.approved_at.map_or(week, |approved| approved.max(week))
    }
}

/// The guard looks back over seven days.
const GUARD_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;
