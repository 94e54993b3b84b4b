//! The seat gate against its naive statement: what a person decides, and what comes of it (rules 15, 18, 59).

use super::{admit_one, block, unblock};
use crate::account::{Account, AccountId, AccountState, AdminBlock, Beneath, BlockReason, Owner};
use crate::fields::Fields;
use crate::history::History;
use crate::licence::{Limit, SeatCount, Seats};
use crate::match_key::MatchKey;
use crate::policy::Policy;
use crate::source::SourceName;
use crate::time::Timestamp;
use crate::username::Username;
use core::time::Duration;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use std::string::String;

const NOW: Timestamp = Timestamp::from_millis(1000);

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn account(name: &str, is_local: bool, is_admin: bool, state: AccountState) -> Account {
    let key = MatchKey::parse(name).unwrap();
    let source = SourceName::parse("staff").unwrap();
    Account {
        id: AccountId::of_key(&source, &key),
        owner: if is_local { Owner::Local } else { Owner::Source { source, key, immutable_id: None } },
        username: Username::parse(name).unwrap(),
        is_admin,
        state,
        priority: 0,
        missing_since: None,
        history: History::default(),
        fields: Fields::new(),
        version: 3,
    }
}

pub(crate) fn beneaths() -> impl Strategy<Value = Beneath> {
    prop_oneof![
        3 => Just(Beneath::Active),
        1 => Just(Beneath::NoSeat(at(7))),
        1 => Just(Beneath::LeftScope(at(7))),
        1 => Just(Beneath::DisabledInDirectory(at(7))),
        1 => Just(Beneath::NotStarted { since: at(7), starts: at(2000) }),
    ]
}

pub(crate) fn seats() -> impl Strategy<Value = Seats> {
    (weighted(0.9, 0_u64..6), 0_u64..8).prop_map(|(limit, used)| Seats {
        limit: limit.map_or(Limit::Unlimited, |limit| Limit::Seats(SeatCount::new(limit))),
        used: SeatCount::new(used),
    })
}

/// Whether one more may be active, counted from nothing: local administrators may use the reserve.
fn has_room(account: &Account, seats: &Seats, reserve: u64) -> bool {
    let kept = if account.owner == Owner::Local && account.is_admin { 0 } else { reserve };
    seats.limit.seats().is_none_or(|limit| seats.used.get() + 1 + kept <= limit)
}

proptest! {
    #[test]
    fn a_block_is_always_taken_back_and_never_over_the_limit(
        (beneath, seats, reserve) in (beneaths(), seats(), 0_u64..3),
        (is_local, is_admin) in (any::<bool>(), any::<bool>()),
        (blocked_at, period) in (0_i64..1500, 0_u64..1500),
    ) {
        let by = AdminBlock { by: String::from("boss"), why: None, beneath };
        let state = AccountState::blocked(BlockReason::ByAdmin(by), at(blocked_at));
        let account = account("ann", is_local, is_admin, state);
        let policy = Policy {
            reserve: SeatCount::new(reserve),
            return_period: Duration::from_millis(period),
            ..Policy::default()
        };
        let lifted = unblock(&account, &seats, &policy, NOW).unwrap();
        prop_assert!(lifted.state.admin_block().is_none(), "the block is lifted");
        let room = has_room(&account, &seats, reserve);
        prop_assert_eq!(admit_one(&account, &seats, policy.reserve).is_ok(), room);
        prop_assert!(!lifted.state.holds_seat() || room, "never over the limit");
        if beneath == Beneath::Active && !room {
            let since = blocked_at.min(1000);
            prop_assert_eq!(lifted.state.waiting_since(), Some(at(since)), "the place is the time of the block");
            let is_first = period > 0 && 1000 - since <= i64::try_from(period).unwrap();
            prop_assert_eq!(lifted.history.seat_lost_at, is_first.then_some(at(since)), "before who never had one");
        } else {
            prop_assert_eq!(&lifted.state, &beneath.into_state());
        }
        // And a block that is lifted at once leaves nothing behind, where the seat is still free.
        if let Ok(again) = block(&Account { state: lifted.state.clone(), ..account.clone() }, String::from("boss"), None, NOW) {
            let again = Account { state: again.state, history: again.history, ..account };
            let twice = unblock(&again, &seats, &policy, NOW).unwrap();
            prop_assert_eq!(twice.state, lifted.state);
        }
    }
}

proptest! {
    #[test]
    fn a_local_account_that_waits_gets_a_free_seat_from_a_person(
        (seats, reserve, is_local, is_admin) in (seats(), 0_u64..3, any::<bool>(), any::<bool>()),
    ) {
        let account = account("ann", is_local, is_admin, AccountState::blocked(BlockReason::NoSeat, at(7)));
        let policy = Policy { reserve: SeatCount::new(reserve), ..Policy::default() };
        let is_seated = unblock(&account, &seats, &policy, NOW).is_ok_and(|decided| decided.state.holds_seat());
        // Who is of a source gets the seat in their turn, from a run.
        prop_assert_eq!(is_seated, is_local && has_room(&account, &seats, reserve));
    }
}
