//! What an account remembers of what it had: for people who come back, for the guard over several days, and for undo.
//!
//! A word of an account, beside its state. The planner keeps it true; nothing else decides by it.

use crate::time::Timestamp;

/// What an account had and lost, and what protects it. Empty for accounts that were stored before there was one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// When it last lost a seat because its person left or was disabled. Kept while the person is away and, where they
    /// came back within the return period, while they wait (rule 56); gone once the account is active.
    pub seat_lost_at: Option<Timestamp>,
    /// What it lost when its person left or was disabled, until they are back.
    pub away: Option<Away>,
    /// When a run last changed its username or its admin mark (rule 52).
    pub renamed_at: Option<Timestamp>,
    /// When an undo gave it back something, until the directory has shown the person (rule 58).
    pub given_back_at: Option<Timestamp>,
}

/// Since when a person is away, and the place in the waiting list that they had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// Since when.
    pub since: Timestamp,
    /// Since when they had waited; `None` if they did not wait.
    pub place: Option<Timestamp>,
}

/// What an account lost, as the guard counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    Seat,
    Place,
}

impl History {
    /// What it lost after this time, if it has not got it back.
    pub(crate) fn loss_after(&self, from: Timestamp) -> Option<Loss> {
        let away = self.away.filter(|away| away.since > from)?;
        match away.place {
            Some(_) => Some(Loss::Place),
            None => (self.seat_lost_at == Some(away.since)).then_some(Loss::Seat),
        }
    }

    /// Whether a run has renamed it after this time.
    pub(crate) fn is_renamed_after(&self, from: Timestamp) -> bool {
        self.renamed_at.is_some_and(|at| at > from)
    }

    /// The history of an account whose state a person has changed: one that is active has nothing to get back, and one
    /// that waits is not away.
    #[must_use]
    pub fn of_state(self, state: &crate::account::AccountState) -> Self {
        match (state.holds_seat(), state.waiting_since()) {
            (true, _) => Self { seat_lost_at: None, away: None, ..self },
            (false, Some(_)) => Self { away: None, ..self },
            (false, None) => self,
        }
    }
}
