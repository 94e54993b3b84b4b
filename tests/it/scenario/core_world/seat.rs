//! A person gives somebody a seat (rule 60), in the stage of the core: as the core decides it, both accounts at once.

use super::CoreWorld;
use rollcall_core::give_seat::{Given, give_seat};
use rollcall_core::licence::Limit;

impl CoreWorld {
    pub(super) fn give_seat(&mut self, username: &str, from: Option<&str>) -> Result<(), String> {
        let (seats, used) = (self.seats(), self.used());
        let id = self.find(username);
        let other = from.map(|other| self.find(other));
        let from = other.map(|other| &self.accounts[&other]);
        let given = give_seat(&self.accounts[&id], from, &seats, &self.policy, self.now());
        let Given { seated, unseated } = given.map_err(|refusal| refusal.to_string())?;
        let decided = std::iter::once((id, seated)).chain(other.into_iter().zip(unseated));
        for (id, decided) in decided {
            let account = self.accounts.get_mut(&id).unwrap();
            account.missing_since = None;
            (account.state, account.history) = (decided.state, decided.history);
            account.version += 1;
        }
        self.check();
        let Limit::Seats(limit) = seats.limit else { return Ok(()) };
        assert!(self.used() <= limit.get().max(used), "over the limit after a seat was given");
        Ok(())
    }
}
