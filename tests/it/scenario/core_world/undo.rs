//! Undo on the stage of the core: the plan of it, committed change by change (rule 58).

use super::super::Ran;
use super::{CoreWorld, note};
use rollcall_core::account::Account;
use rollcall_core::outcome::Change;
use rollcall_core::undo::{Before, Done, UndoInput, Was, plan_undo};

/// As the audit log has it.
pub(super) fn done_of(change: &Change) -> Done {
    Done {
        account: change.after.id,
        version: change.after.version,
        before: change.before.as_ref().map_or(Before::Nothing, |before| Before::Was(Was::of(before))),
        changes: change.changes.clone(),
    }
}

impl CoreWorld {
    /// Takes back what the last run did.
    pub(super) fn take_back(&mut self) -> Ran {
        let (done, decided_at) = std::mem::take(&mut self.done);
        let accounts: Vec<Account> = self.accounts.values().cloned().collect();
        let times = (self.now(), decided_at.expect("a run came before"));
        let input = UndoInput::of_all(String::from("the last run"), times, self.seats().limit, &accounts);
        let plan = plan_undo(&input, &done, &[], &accounts);
        let mut ran = Ran { status: String::from("completed"), ..Ran::default() };
        for change in plan.changes {
            ran.writes += 1;
            ran.freed += u64::from(change.seat_delta() < 0);
            ran.taken += u64::from(change.seat_delta() > 0);
            note(&mut ran, change.outcome, change.after.username.original());
            self.commit(change);
        }
        ran.outcomes.values_mut().for_each(|names| names.sort());
        let waits = |account: &&Account| account.state.waiting_since().is_some();
        ran.waiting = self.accounts.values().filter(waits).count() as u64;
        ran.used = self.used();
        self.done.1 = Some(self.now());
        ran
    }
}
