//! Each rule against its naive statement: one change at a time, with everything counted again for each.

use super::{Bounds, Manner, Selection, fit, keep_an_admin, trim_no_further};
use crate::account::{Account, AccountId, AccountState, BlockReason, Owner};
use crate::fields::Fields;
use crate::history::History;
use crate::licence::{Limit, SeatCount, Seats};
use crate::outcome::{Change, Outcome};
use crate::time::Timestamp;
use crate::username::Username;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use std::format;
use std::vec::Vec;

fn states() -> impl Strategy<Value = AccountState> {
    let since = Timestamp::from_millis(7);
    prop_oneof![
        3 => Just(AccountState::Active),
        2 => Just(AccountState::blocked(BlockReason::NoSeat, since)),
        2 => Just(AccountState::blocked(BlockReason::LeftScope, since)),
    ]
}

fn account(at: usize, (state, is_admin): (AccountState, bool), version: u64) -> Account {
    Account {
        id: AccountId::parse(&format!("{at:032x}")).unwrap(),
        owner: Owner::Local,
        username: Username::parse(&format!("person{at}")).unwrap(),
        is_admin,
        state,
        priority: 0,
        missing_since: None,
        history: History::default(),
        fields: Fields::new(),
        version,
    }
}

fn change(
    at: usize,
    outcome: Outcome,
    before: Option<(AccountState, bool)>,
    after: (AccountState, bool),
) -> Change {
    Change {
        outcome,
        reason: None,
        before: before.map(|before| account(at, before, 1)),
        after: account(at, after, 2),
        changes: Vec::new(),
    }
}

/// Changes of different accounts, in any mixture of gains, removals, trims and administrators made and unmade.
fn batches() -> impl Strategy<Value = Vec<Change>> {
    let side = || (states(), any::<bool>());
    let outcome = || prop_oneof![Just(Outcome::Updated), Just(Outcome::BlockedNoSeat)];
    vec((outcome(), weighted(0.8, side()), side()), 0..9).prop_map(|drawn| {
        let changes = drawn.into_iter().enumerate();
        changes.map(|(at, (outcome, before, after))| change(at, outcome, before, after)).collect()
    })
}

fn manners() -> impl Strategy<Value = Manner> {
    prop_oneof![
        Just(Manner::Each),
        Just(Manner::Together),
        Just(Manner::EvenLastAdmin),
        Just(Manner::TogetherEvenLastAdmin)
    ]
}

/// A trim is what its outcome says: a person may take a seat for another at any count of seats.
fn is_trim(change: &Change) -> bool {
    change.outcome == Outcome::BlockedNoSeat && change.seat_delta() < 0
}

/// A batch and the seats before it: at least the seats that its accounts hold are in use.
fn batches_and_seats() -> impl Strategy<Value = (Vec<Change>, Seats)> {
    (batches(), 0_u64..5, weighted(0.9, 0_u64..12)).prop_map(|(batch, others, limit)| {
        let held = holding(&batch, |change| change.before.as_ref().is_some_and(|one| one.state.holds_seat()));
        let limit = limit.map_or(Limit::Unlimited, |seats| Limit::Seats(SeatCount::new(seats)));
        (batch, Seats { limit, used: SeatCount::new(held + others) })
    })
}

fn holding(batch: &[Change], is_counted: impl Fn(&Change) -> bool) -> u64 {
    u64::try_from(batch.iter().filter(|change| is_counted(change)).count()).unwrap()
}

/// The seats in use once these changes are made.
fn used_after<'a>(seats: &Seats, made: impl Iterator<Item = &'a Change>) -> u64 {
    seats.used.get().checked_add_signed(made.map(Change::seat_delta).sum()).unwrap()
}

/// Splits a batch by a decision on each change in turn, given those that are kept already.
fn one_by_one(batch: &[Change], is_kept: impl Fn(&[Change], &Change) -> bool) -> Selection {
    let mut selection = Selection::default();
    for change in batch {
        let goes = is_kept(&selection.kept, change);
        if goes { &mut selection.kept } else { &mut selection.refused }.push(change.clone());
    }
    selection
}

#[test]
fn a_seat_that_a_person_gives_to_another_is_no_trim() {
    let waits = || (AccountState::blocked(BlockReason::NoSeat, Timestamp::from_millis(7)), false);
    let active = || (AccountState::Active, false);
    let taken = change(0, Outcome::Undone, Some(active()), waits());
    let swap = [taken, change(1, Outcome::Undone, Some(waits()), active())].to_vec();
    let seats = Seats { limit: Limit::Seats(SeatCount::new(3)), used: SeatCount::new(3) };
    assert_eq!(trim_no_further(swap.clone(), &seats).kept, swap);
    assert_eq!(fit(swap.clone(), &seats).kept, swap);
    assert!(Bounds::of(&swap, seats.limit, Manner::Together).has(2, 0), "a seat has become free meanwhile");

    let trim = [change(0, Outcome::BlockedNoSeat, Some(active()), waits())].to_vec();
    assert_eq!(trim_no_further(trim.clone(), &seats).refused, trim, "the licence is not exceeded");
}

#[test]
fn the_last_admin_goes_only_together_with_a_successor() {
    let waits = || (AccountState::blocked(BlockReason::NoSeat, Timestamp::from_millis(7)), true);
    let active = || (AccountState::Active, true);
    let last = [change(0, Outcome::Updated, Some(active()), waits())].to_vec();
    let next = [change(1, Outcome::Updated, Some(waits()), active())].to_vec();
    let swap = [last.clone(), next].concat();
    assert_eq!(keep_an_admin(swap.clone(), 1, Manner::Together).kept, swap);
    assert_eq!(keep_an_admin(swap, 1, Manner::Each).refused, last);
    assert_eq!(keep_an_admin(last.clone(), 1, Manner::Together).refused, last);
    assert_eq!(keep_an_admin(last.clone(), 1, Manner::EvenLastAdmin).kept, last);
    assert_eq!(keep_an_admin(last.clone(), 1, Manner::TogetherEvenLastAdmin).kept, last);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_first_removal_of_all_admins_is_refused(batch in batches(), others in 0_u64..3, manner in manners()) {
        let admins = others + holding(&batch, |change| change.before.as_ref().is_some_and(Account::is_active_admin));
        let is_loss = |change: &Change| change.admin_delta() < 0;
        let made = holding(&batch, |change| change.admin_delta() > 0);
        let takes_all = match manner {
            Manner::Each => holding(&batch, is_loss) == admins,
            Manner::Together => holding(&batch, is_loss) == admins + made,
            Manner::EvenLastAdmin | Manner::TogetherEvenLastAdmin => false,
        };
        let first = batch.iter().position(Change::removes_admin).filter(|_| takes_all);
        let naive = one_by_one(&batch, |_, change| first.is_none_or(|first| batch[first] != *change));

        let selection = keep_an_admin(batch, admins, manner);
        prop_assert_eq!(&selection, &naive);
        let removes_any = selection.kept.iter().any(Change::removes_admin);
        let counted = if manner == Manner::Each { admins } else { admins + made };
        let is_meant = matches!(manner, Manner::EvenLastAdmin | Manner::TogetherEvenLastAdmin);
        let may_remove = is_meant || counted > holding(&selection.kept, is_loss);
        prop_assert!(!removes_any || may_remove, "an administrator stays");
    }

    #[test]
    fn trims_go_on_while_over_the_limit((batch, seats) in batches_and_seats()) {
        let frees = |change: &&Change| change.seat_delta() < 0 && !is_trim(change);
        let naive = one_by_one(&batch, |kept, change| {
            let trimmed = kept.iter().filter(|change| is_trim(change));
            let used = used_after(&seats, batch.iter().filter(frees).chain(trimmed));
            !is_trim(change) || seats.limit.seats().is_some_and(|limit| used > limit)
        });

        let selection = trim_no_further(batch, &seats);
        prop_assert_eq!(&selection, &naive);
        let losses = selection.kept.iter().filter(|change| change.seat_delta() < 0);
        let trims_any = selection.kept.iter().any(is_trim);
        prop_assert!(!trims_any || Some(used_after(&seats, losses)) >= seats.limit.seats(), "no trim below the limit");
    }

    #[test]
    fn seats_are_given_while_one_is_free((batch, seats) in batches_and_seats()) {
        let frees = |change: &&Change| change.seat_delta() < 0;
        let naive = one_by_one(&batch, |kept, change| {
            let seated = kept.iter().filter(|change| change.seat_delta() > 0);
            let used = used_after(&seats, batch.iter().filter(frees).chain(seated));
            change.seat_delta() <= 0 || seats.limit.seats().is_none_or(|limit| used < limit)
        });

        let selection = fit(batch, &seats);
        prop_assert_eq!(&selection, &naive);
        let used = used_after(&seats, selection.kept.iter());
        let most = seats.limit.seats().map_or(u64::MAX, |limit| limit.max(seats.used.get()));
        prop_assert!(used <= most, "the limit holds, or the excess does not grow");
    }

    #[test]
    fn within_the_bounds_the_rules_let_all_through((batch, seats) in batches_and_seats(), admins in 0_u64..6, moved in 0_u64..16, manner in manners()) {
        let was_admin = |change: &Change| change.before.as_ref().is_some_and(Account::is_active_admin);
        let rules = |batch: Vec<Change>, seats: &Seats, admins: u64| {
            fit(trim_no_further(keep_an_admin(batch, admins, manner).kept, seats).kept, seats).kept
        };
        let kept = rules(batch, &seats, admins + 2);
        let bounds = Bounds::of(&kept, seats.limit, manner);
        // Another ledger, as it may be when the batch is written: it counts at least the accounts of the batch.
        let losses = holding(&kept, |change| change.admin_delta() < 0);
        let admins = admins.max(holding(&kept, was_admin)).max(losses);
        let held = holding(&kept, |change| change.before.as_ref().is_some_and(|one| one.state.holds_seat()));
        let then = Seats { used: SeatCount::new(held.max(moved)), ..seats };
        let are_all_kept = rules(kept.clone(), &then, admins) == kept;
        prop_assert_eq!(bounds.has(then.used.get(), admins), are_all_kept, "{:?} {:?} {}", bounds, then, admins);
    }
}
