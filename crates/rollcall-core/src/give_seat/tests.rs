//! Giving a seat against its naive statement: heads are counted, and nothing is subtracted (rules 10, 16, 18, 60).

use super::{Given, Refusal, give_seat};
use crate::account::{Account, AccountState, BlockReason};
use crate::licence::{Limit, SeatCount, Seats};
use crate::policy::Policy;
use crate::seat_gate::tests::{account, at, beneaths};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use std::string::String;
use std::vec::Vec;

const NOW: i64 = 1000;

fn states() -> impl Strategy<Value = AccountState> {
    let by_admin = |beneath| {
        let by = crate::account::AdminBlock { by: String::from("boss"), why: None, beneath };
        AccountState::blocked(BlockReason::ByAdmin(by), at(9))
    };
    prop_oneof![
        4 => Just(AccountState::Active),
        4 => (0_i64..900).prop_map(|since| AccountState::blocked(BlockReason::NoSeat, at(since))),
        1 => Just(AccountState::blocked(BlockReason::LeftScope, at(7))),
        1 => Just(AccountState::blocked(BlockReason::DisabledInDirectory, at(7))),
        1 => Just(AccountState::blocked(BlockReason::NotStarted { starts: at(2000) }, at(7))),
        1 => beneaths().prop_map(by_admin),
    ]
}

/// Everybody there is: who they are, and in which state.
fn company() -> impl Strategy<Value = Vec<Account>> {
    vec((any::<bool>(), any::<bool>(), states()), 2..7).prop_map(|people| {
        let made = |(number, (is_local, is_admin, state)): (usize, (bool, bool, AccountState))| {
            account(&std::format!("p{number}"), is_local, is_admin, state)
        };
        people.into_iter().enumerate().map(made).collect()
    })
}

fn is_local_admin(account: &Account) -> bool {
    account.is_admin && account.source().is_none()
}

/// The rules a second time, in the plainest way. Everybody sits down anew, as they would after it; is that allowed?
fn naive(people: &[Account], who: usize, from: Option<usize>, limit: Option<u64>, reserve: u64) -> bool {
    let (ann, ben) = (&people[who], from.map(|index| &people[index]));
    let waits = matches!(ann.state.block().map(|block| &block.reason), Some(BlockReason::NoSeat));
    let is_given = ben.is_none_or(|ben| ben.state == AccountState::Active && ben.id != ann.id);
    let sitting = people
        .iter()
        .filter(|one| {
            one.id == ann.id || (one.state == AccountState::Active && Some(one.id) != ben.map(|ben| ben.id))
        })
        .count() as u64;
    // Who takes the seat of somebody who may not use the reserve takes none of it.
    let kept = if is_local_admin(ann) || ben.is_some_and(|ben| !is_local_admin(ben)) { 0 } else { reserve };
    waits && is_given && limit.is_none_or(|limit| sitting + kept <= limit)
}

proptest! {
    #[test]
    fn a_seat_is_given_exactly_where_the_naive_rules_allow_it(
        people in company(), who in 0_usize..7, from in weighted(0.7, 0_usize..7),
        limit in weighted(0.9, 0_u64..6), reserve in 0_u64..3,
    ) {
        let (who, from) = (who % people.len(), from.map(|from| from % people.len()));
        let used = people.iter().filter(|one| one.state.holds_seat()).count() as u64;
        let seats = Seats {
            limit: limit.map_or(Limit::Unlimited, |limit| Limit::Seats(SeatCount::new(limit))),
            used: SeatCount::new(used),
        };
        let policy = Policy { reserve: SeatCount::new(reserve), ..Policy::default() };
        let other = from.map(|from| &people[from]);
        let given = give_seat(&people[who], other, &seats, &policy, at(NOW));
        prop_assert_eq!(given.is_ok(), naive(&people, who, from, limit, reserve), "{:?}", given);
        let Ok(Given { seated, unseated }) = given else { return Ok(()) };
        prop_assert_eq!(seated.state, AccountState::Active);
        prop_assert!(seated.history.seat_lost_at.is_none() && seated.history.away.is_none());
        prop_assert_eq!(unseated.is_some(), from.is_some(), "a seat is handed over, or a free one is given");
        let after = used + 1 - u64::from(unseated.is_some());
        prop_assert!(limit.is_none_or(|limit| after <= limit), "never over the limit");
        if let Some(unseated) = unseated {
            prop_assert_eq!(unseated.state.waiting_since(), Some(at(NOW)), "whose seat it was waits from then on");
        }
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    let waits = |name| account(name, false, false, AccountState::blocked(BlockReason::NoSeat, at(7)));
    let active = |name| account(name, false, false, AccountState::Active);
    let full = Seats { limit: Limit::Seats(SeatCount::new(1)), used: SeatCount::new(1) };
    let refuse = |account: &Account, from: Option<&Account>| {
        give_seat(account, from, &full, &Policy::default(), at(NOW)).unwrap_err()
    };
    let (ann, ben) = (waits("ann"), active("ben"));
    assert_eq!(refuse(&ann, Some(&ann)), Refusal::OwnSeat);
    assert_eq!(
        refuse(&ben, None),
        Refusal::NotWaiting { username: String::from("ben"), state: "active", todo: "it has a seat already" }
    );
    let none = Refusal::HasNone { username: String::from("cem"), state: "no_seat" };
    assert_eq!(refuse(&ann, Some(&waits("cem"))), none);
    let left = account("dee", false, false, AccountState::blocked(BlockReason::LeftScope, at(7)));
    let said = std::format!("{}", refuse(&left, None));
    assert!(said.contains("left_scope") && said.contains("into the file, and sync"), "{said}");
    let said = std::format!("{}", refuse(&ann, None));
    assert!(said.starts_with("no free seat: 1 of 1 is used"), "{said}");
}
