//! Perhaps the same person: an account is about to lose something, and a record asks for its username or has its
//! e-mail address (rule 54). Then neither is done, until a person says who it is.
//!
//! Decided before the guard counts, so what is kept here is no removal.

use super::Planner;
use crate::account::Account;
use crate::account_spill::AccountSpill;
use crate::plan::HeldCause;
use crate::plan::fate::Wish;
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::perhaps_same::{Finding, PerhapsSame, Shared, Sign};
use crate::plan::{Judgement, PlanInput};
use crate::snapshot::RecordStatus;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// An account whose person the snapshot no longer shows as eligible.
struct Going {
    finding: Finding,
    own: Option<u32>,
    email: u64,
}

impl<S: AccountSpill> Planner<S> {
    /// Finds them, and keeps what their accounts have. Answers with nothing where a person has said that these are
    /// other people.
    pub(super) fn hold_perhaps_same(&self, kept: &mut KeptInOrder) -> Result<PerhapsSame, S::Error> {
        let mut found = PerhapsSame::new(&self.find_perhaps_same(kept)?);
        let is_held = |one: &&Kept| one.is_loss() && found.of_account(one.id).is_some();
        let held = kept.iter().filter(is_held).count() as u64;
        if let Judgement::Approved { at_most } = self.input.decided.perhaps_same
            && held <= at_most
        {
            return Ok(PerhapsSame::default());
        }
        let is_held = |one: &&mut Kept| one.is_loss() && found.of_account(one.id).is_some();
        kept.iter_mut().filter(is_held).for_each(|one| one.hold(HeldCause::PerhapsSame));
        found.held = held;
        Ok(found)
    }

    fn find_perhaps_same(&self, kept: &KeptInOrder) -> Result<Vec<Finding>, S::Error> {
        let mut found = Vec::new();
        let mut with_email = Vec::new();
        let asked = asked_elsewhere(&self.input);
        for one in kept.iter().filter(|one| self.is_going(one)) {
            let account = self.spill.get(one.position)?;
            let finding =
                |row: Option<u32>, sign| Finding { account: one.id, position: one.position, row, sign };
            if !one.asks_for_username() {
                found.extend(
                    self.rows_asking_for(&account, one.row).map(|row| {
                        finding(Some(row), Sign::Line(self.index.row(row).line(), Shared::Username))
                    }),
                );
                let at = asked.get(account.username.folded());
                found.extend(at.map(|at| finding(None, Sign::Elsewhere(*at))));
            }
            // A record of their own says which address is theirs.
            let email = match one.row.filter(|row| self.is_shown(Some(*row))) {
                Some(row) => self.index.row(row).email,
                None => self.index.email_of(&account),
            };
            if email != 0 {
                let finding = finding(None, Sign::Line(0, Shared::Email));
                with_email.push(Going { finding, own: one.row, email });
            }
        }
        self.find_emails(with_email, &mut found);
        Ok(found)
    }

    /// Whether the snapshot no longer shows the person as eligible, and the account has something to lose: now, or when
    /// its grace ends.
    fn is_going(&self, one: &Kept) -> bool {
        match one.wish {
            Wish::Lose(_) | Wish::LoseBeneath(_) | Wish::Miss => true,
            Wish::Nothing => !self.is_shown(one.row) && one.holds_seat(),
            Wish::KeepAdminBlock
            | Wish::RelabelBeneath(_)
            | Wish::BackBeneath
            | Wish::MayBeTrimmed
            | Wish::ExemptFromTrim
            | Wish::Relabel(_)
            | Wish::Waiting
            | Wish::Back => false,
        }
    }

    /// Records that ask for the account's username, usable or not. A record of a disabled person asks for nothing.
    fn rows_asking_for(&self, account: &Account, own: Option<u32>) -> impl Iterator<Item = u32> {
        let rows = self.index.with_username(&account.username).iter().copied();
        rows.filter(move |at| {
            let row = self.index.row(*at);
            Some(*at) != own && may_be_somebody(row.status) && (row.asks_for_username() || !row.is_matched)
        })
    }

    /// An address that the record of another account has too says nothing: several people use it.
    fn find_emails(&self, mut going: Vec<Going>, found: &mut Vec<Finding>) {
        if going.is_empty() {
            return;
        }
        going.sort_unstable_by_key(|one| (one.email, one.finding.account));
        let mut signs: Vec<(usize, u32)> = Vec::new();
        let mut is_shared = alloc::vec![false; going.len()];
        for (at, row) in self.index.rows().filter(|(_, row)| row.email != 0) {
            let first = going.partition_point(|one| one.email < row.email);
            let same = going.iter().enumerate().skip(first).take_while(|(_, one)| one.email == row.email);
            for (number, _) in same.filter(|(_, one)| one.own != Some(at)) {
                is_shared[number] |= row.is_matched;
                if may_be_somebody(row.status) && !row.is_matched {
                    signs.push((number, at));
                }
            }
        }
        for (number, row) in signs.into_iter().filter(|(number, _)| !is_shared[*number]) {
            let sign = Sign::Line(self.index.row(row).line(), Shared::Email);
            found.push(Finding { row: Some(row), sign, ..going[number].finding });
        }
    }
}

fn may_be_somebody(status: RecordStatus) -> bool {
    match status {
        RecordStatus::Enabled
        | RecordStatus::NotStarted
        | RecordStatus::Duplicate
        | RecordStatus::Rejected => true,
        RecordStatus::Disabled | RecordStatus::Ended | RecordStatus::OutOfScope | RecordStatus::Repeated => {
            false
        }
    }
}

/// The records of other sources, by the username that each asks for: the number of the first.
fn asked_elsewhere(input: &PlanInput) -> BTreeMap<&str, u32> {
    let mut asked = BTreeMap::new();
    for (number, one) in (0u32..).zip(&input.asked_elsewhere) {
        if one.source != input.source {
            asked.entry(one.username.folded()).or_insert(number);
        }
    }
    asked
}
