//! The wish for a limit, in a table and against its naive statement.

use super::{BelowUse, LIMIT_MAX, LimitRefusal, LimitWish};
use crate::licence::{Limit, SeatCount, Seats};
use proptest::prelude::{Just, Strategy, prop_assert_eq, prop_oneof, proptest};
use std::string::ToString as _;

fn limit(seats: u64) -> Limit {
    Limit::Seats(SeatCount::new(seats))
}

#[track_caller]
fn check((before, used): (Limit, u64), wish: LimitWish, below_use: BelowUse, expected: Result<Limit, &str>) {
    let seats = Seats { limit: before, used: SeatCount::new(used) };
    let decided = wish.decide(&seats, below_use).map_err(|refusal| refusal.to_string());
    match (&decided, expected) {
        (Ok(decided), Ok(expected)) => assert_eq!(*decided, expected),
        (Err(refusal), Err(begin)) => assert!(refusal.starts_with(begin), "{refusal}"),
        _ => panic!("{decided:?} is not {expected:?}"),
    }
}

#[test]
fn five_more_are_five_more_than_there_are() {
    use BelowUse::{Asks, Meant};
    use LimitWish::{By, To};
    check((limit(50), 50), By(5), Asks, Ok(limit(55)));
    check((limit(50), 40), By(-5), Asks, Ok(limit(45)));
    check(
        (limit(50), 50),
        By(-5),
        Asks,
        Err(
            "45 seats are fewer than the 50 in use (the limit is 50 now): everybody keeps their seat, but nobody gets one until 6 have left",
        ),
    );
    check((limit(50), 50), By(-5), Meant, Ok(limit(45)));
    check((limit(3), 0), By(-4), Meant, Err("3 seats less 4: a licence has between 0 and"));
    check((limit(LIMIT_MAX), 0), By(1), Asks, Err("9007199254740991 seats and 1:"));
    check((Limit::Unlimited, 7), By(5), Asks, Err("the licence has no limit"));
    check(
        (Limit::Unlimited, 7),
        To(limit(5)),
        Asks,
        Err("5 seats are fewer than the 7 in use (there is no limit now)"),
    );
    check((limit(2), 7), To(limit(5)), Asks, Ok(limit(5)));
    check((limit(5), 7), To(limit(5)), Asks, Ok(limit(5)));
    check((limit(5), 7), To(Limit::Unlimited), Asks, Ok(Limit::Unlimited));
}

fn wishes() -> impl Strategy<Value = LimitWish> {
    prop_oneof![
        Just(LimitWish::To(Limit::Unlimited)),
        (0_u64..9).prop_map(|seats| LimitWish::To(limit(seats))),
        (-9_i64..9).prop_map(LimitWish::By),
    ]
}

proptest! {
    #[test]
    fn only_a_limit_that_shuts_the_door_is_asked_about(before in 0_u64..9, used in 0_u64..12, wish in wishes()) {
        let seats = Seats { limit: limit(before), used: SeatCount::new(used) };
        let wanted = match wish {
            LimitWish::To(limit) => limit.seats().map(i128::from),
            LimitWish::By(by) => Some(i128::from(before) + i128::from(by)),
        };
        let is_possible = wanted.is_none_or(|wanted| wanted >= 0);
        let shuts = wanted.is_some_and(|wanted| wanted < i128::from(used) && wanted < i128::from(before));
        let asked = wish.decide(&seats, BelowUse::Asks);
        let meant = wish.decide(&seats, BelowUse::Meant);
        prop_assert_eq!(meant.is_ok(), is_possible);
        prop_assert_eq!(matches!(asked, Err(LimitRefusal::BelowUse { .. })), is_possible && shuts);
        if let Ok(limit) = asked {
            prop_assert_eq!(Ok(limit), meant);
            prop_assert_eq!(limit.seats().map(i128::from), wanted);
        }
    }
}
