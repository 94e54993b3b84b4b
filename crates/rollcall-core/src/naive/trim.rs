//! Trimming, naively (rules 16, 16a).

use super::natural::{self, NaturalPart};
use super::scope::{Says, says};
use super::{Case, count, would_lose_seat};
use crate::account::Account;
use crate::entry::Entry;
use crate::licence::Limit;
use crate::plan::{PlanInput, Removals};
use crate::policy::Trimming;
use std::vec::Vec;

/// Picks who loses the seat because more are in use than were bought: one after the other, until that is no longer so
/// once the leavers are gone.
pub(super) fn trim(input: &PlanInput, cases: &mut [Case<'_>], accounts: &[Account]) {
    let Limit::Seats(limit) = input.limit else { return };
    if input.policy.trimming == Trimming::Off {
        return;
    }
    let least = match input.removals {
        Removals::Approved { leaves, .. } => limit.max(leaves),
        Removals::Guarded | Removals::Held => limit,
    };
    while count(staying(input, cases, accounts)) > least.get() {
        let admins = count(staying(input, cases, accounts).filter(|is_admin| *is_admin));
        let candidates = cases.iter_mut().filter(|case| {
            let is_last_admin = case.after.is_admin && admins == 1;
            may_be_trimmed(input, case) && !is_last_admin
        });
        let Some(last) = candidates.max_by_key(|case| case.entry.map(place)) else { return };
        last.is_trimmed = true;
    }
}

/// The active accounts of all owners that would stay so: whether each administers afterwards.
fn staying(input: &PlanInput, cases: &[Case<'_>], accounts: &[Account]) -> impl Iterator<Item = bool> {
    accounts.iter().filter(|account| account.state.holds_seat()).filter_map(|account| {
        match cases.iter().find(|case| case.before.id == account.id) {
            Some(case) => (!would_lose_seat(input, case)).then_some(case.after.is_admin),
            None => Some(account.is_admin),
        }
    })
}

/// Only accounts that could be on the waiting list: they have a seat, and an entry that asks for one.
fn may_be_trimmed(input: &PlanInput, case: &Case<'_>) -> bool {
    let is_in_scope = case.entry.is_some_and(|entry| says(input, entry) == Says::Eligible);
    let is_exempt = input.policy.exemptions.contains(&case.before.username);
    case.before.state.holds_seat() && is_in_scope && !is_exempt && !case.is_trimmed
}

/// The position in the order in which seats are given, as far as an active account shows it.
fn place(entry: &Entry) -> (u16, Vec<NaturalPart>) {
    (entry.priority, natural::parts(entry.key.folded()))
}
