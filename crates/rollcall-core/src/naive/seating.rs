//! Who gets the free seats, naively (rules 10 to 18, 14a), and the count of seats.

use super::names::is_by_admin;
use super::natural;
use super::returning::{had_seat, is_seat_kept, old_place, seats_kept};
use super::scope::{Says, says};
use super::{Case, count, name_of_newcomer, reason_to_block};
use crate::account::{Account, AccountId, AccountState, BlockReason, Owner};
use crate::entry::Entry;
use crate::fields::Fields;
use crate::history::History;
use crate::licence::{Limit, SeatCount};
use crate::outcome::Outcome;
use crate::plan::{PlanInput, SeatArithmetic};
use std::collections::BTreeMap;
use std::vec::Vec;

// Rules 10 to 14, 16 to 18, 14a: people who wait, then newcomers and people who came back, as one list.
pub(super) fn seat(
    input: &PlanInput,
    cases: &mut [Case<'_>],
    newcomers: &[&Entry],
    accounts: &[Account],
    active: usize,
) -> Vec<Account> {
    let mut free = match input.limit {
        Limit::Unlimited => u64::MAX,
        Limit::Seats(limit) => limit.less(input.policy.reserve).less(SeatCount::new(active as u64)).get(),
    };
    let rank = |entry: &Entry| (entry.priority, natural::parts(entry.key.folded()));
    let is_in_scope = |case: &Case<'_>| is_in_scope(input, case);
    let is_back = |case: &Case<'_>| is_back(input, case);
    let returned: Vec<&Account> = cases.iter().filter(|case| is_back(case)).map(|case| case.before).collect();
    free = free.saturating_sub(seats_kept(input, accounts, cases, &returned));
    let mut take = || {
        let is_free = free > 0;
        free = free.saturating_sub(1);
        is_free
    };
    // Rules 13, 56, 57: who waits, and who is back in time with a seat or a place to claim.
    let is_in_line = |case: &&mut Case<'_>| {
        let waits = is_in_scope(case) && case.before.state.waiting_since().is_some();
        let claims = had_seat(input, case.before) || old_place(input, case.before).is_some();
        waits || is_back(case) && claims
    };
    let mut waiting: Vec<&mut Case<'_>> = cases.iter_mut().filter(is_in_line).collect();
    waiting.sort_by_key(|case| {
        let (priority, key) = case.entry.map(rank).unwrap_or_default();
        let since = case.before.state.waiting_since().or_else(|| old_place(input, case.before));
        let is_kept = is_back(case) && is_seat_kept(input, case.before);
        (!is_kept, priority, !had_seat(input, case.before), since.unwrap_or(input.now), key)
    });
    for case in waiting {
        let is_seated = take();
        let place = old_place(input, case.before).unwrap_or(input.now);
        match (is_back(case), is_seated) {
            (false, true) => case.word = Some(Outcome::Activated),
            (false, false) => continue,
            (true, _) => case.word = Some(Outcome::Reactivated),
        }
        case.after.state =
            if is_seated { AccountState::Active } else { AccountState::blocked(BlockReason::NoSeat, place) };
    }

    let back = cases.iter_mut().filter(|case| is_back(case));
    let back = back.filter_map(|case| Some((case.entry?, Some(case))));
    let mut newly_waiting: Vec<(&Entry, Option<&mut Case<'_>>)> =
        back.chain(newcomers.iter().map(|entry| (*entry, None))).collect();
    newly_waiting.sort_by_key(|(entry, _)| rank(entry));
    let mut created = Vec::new();
    for (entry, case) in newly_waiting {
        let waits = AccountState::blocked(BlockReason::NoSeat, input.now);
        let state = match says(input, entry) {
            // Rule 42: no seat, and no place in the line.
            Says::NotStarted(starts) => AccountState::blocked(BlockReason::NotStarted { starts }, input.now),
            Says::Eligible | Says::Disabled if take() => AccountState::Active,
            Says::Eligible | Says::Disabled => waits,
        };
        match case {
            Some(case) => {
                case.word = Some(Outcome::Reactivated);
                case.after.state = state;
            }
            None => created.push(create(input, entry, state)),
        }
    }
    created
}

fn is_in_scope(input: &PlanInput, case: &Case<'_>) -> bool {
    case.word.is_none() && reason_to_block(input, case).is_none() && case.entry.is_some()
}

fn is_back(input: &PlanInput, case: &Case<'_>) -> bool {
    let reason = case.before.state.block().map(|block| &block.reason);
    is_in_scope(input, case)
        && !is_by_admin(case.before)
        && matches!(
            reason,
            Some(BlockReason::LeftScope | BlockReason::DisabledInDirectory | BlockReason::NotStarted { .. })
        )
}

fn create(input: &PlanInput, entry: &Entry, state: AccountState) -> Account {
    let mut fields = Fields::new();
    // Rule 46: nothing but the creation writes the second kind.
    for (name, value) in entry.fields.iter().chain(entry.created_fields.iter()) {
        fields.store(name.clone(), value);
    }
    Account {
        id: AccountId::of_entry(&input.source, entry),
        owner: Owner::Source {
            source: input.source.clone(),
            key: entry.key.clone(),
            immutable_id: entry.immutable_id.clone(),
        },
        username: name_of_newcomer(entry),
        is_admin: entry.is_admin.unwrap_or(false),
        priority: entry.priority,
        state,
        missing_since: None,
        history: History::default(),
        fields,
        version: 1,
    }
}

/// The seats before and after.
pub(super) fn count_seats(
    limit: Limit,
    active_before: usize,
    freed: usize,
    after: &BTreeMap<AccountId, Account>,
) -> SeatArithmetic {
    let used = count(after.values().filter(|account| account.state.holds_seat()));
    let waiting = count(after.values().filter(|account| account.state.waiting_since().is_some()));
    let (used_before, freed) = (active_before as u64, freed as u64);
    SeatArithmetic {
        limit,
        used_before: SeatCount::new(used_before),
        freed: SeatCount::new(freed),
        taken: SeatCount::new(used - (used_before - freed)),
        used: SeatCount::new(used),
        waiting: SeatCount::new(waiting),
        over_by: SeatCount::new(match limit {
            Limit::Unlimited => 0,
            Limit::Seats(limit) => used.saturating_sub(limit.get()),
        }),
    }
}
