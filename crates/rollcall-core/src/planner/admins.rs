//! The active administrators: one of them must stay (rule 20).

use super::Planner;
use crate::account::{Account, AccountId};
use crate::account_spill::AccountSpill;
use crate::match_key::MatchKey;
use crate::outcome::Outcome;
use crate::plan::fate::Fate;
use crate::plan::kept::{Kept, KeptInOrder};
use alloc::borrow::ToOwned as _;
use alloc::string::String;

/// The active administrators of all owners.
#[derive(Debug, Default)]
pub(super) struct Admins {
    /// How many there are.
    pub(super) before: u64,
    /// How many stay, whatever the guard says.
    pub(super) staying: u64,
    /// The one to protect where the removals would leave none.
    pub(super) last: Option<AccountId>,
}

impl<S: AccountSpill> Planner<S> {
    /// Counts the account of an administrator that no plan changes.
    pub(super) fn count_staying(&mut self, account: &Account) {
        self.admins.staying += u64::from(account.is_active_admin());
    }

    /// Protects the first by match key, then by id, where no active administrator would stay.
    pub(super) fn protect_last_admin(&mut self, kept: &mut KeptInOrder) -> Result<(), S::Error> {
        let is_going = |one: &Kept| matches!(one.fate, Fate::Block(_));
        let (mut staying, mut first) = (0, None::<(String, AccountId)>);
        for one in kept.iter().filter(|one| one.is_admin && one.holds_seat()) {
            if !is_going(one) {
                staying += 1;
                continue;
            }
            let account = self.spill.get(one.position)?;
            let this = (account.key().map_or("", MatchKey::folded), one.id);
            if first.as_ref().is_none_or(|(key, id)| this < (key.as_str(), *id)) {
                first = Some((this.0.to_owned(), this.1));
            }
        }
        self.admins.staying += staying;
        if self.admins.staying > 0 {
            return Ok(());
        }
        self.admins.last = first.map(|(_, id)| id);
        for one in kept.iter_mut().filter(|one| self.admins.last == Some(one.id)) {
            one.fate = Fate::Stay(Outcome::Protected);
        }
        Ok(())
    }
}
