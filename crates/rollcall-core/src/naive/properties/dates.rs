//! Dates that pass without a new file (rules 21 and 42): until the next date of a plan time alone changes nothing.

use super::super::generators::{NOW, worlds};
use super::driving::{plan, plan_again};
use super::{config, settle};
use crate::entry::{Entry, Record};
use crate::plan::Removals;
use crate::time::Timestamp;
use proptest::prelude::{prop_assert, proptest};
use std::vec::Vec;

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn nothing_is_to_be_done_before_the_next_date(world in worlds(), share in 0i64..100) {
        // An approval judges by the time at which the run was held: a grace that has ended since is due at once.
        let is_approved = matches!(world.input.removals, Removals::Approved { .. });
        let (world, last) = settle(world);
        let end = last.next_date.map_or(1_000_000, |next| next.as_millis() - NOW.as_millis());
        prop_assert!(end > 0 || is_approved, "{end}");
        for later in [end * share / 100, end - 1].into_iter().filter(|later| (0..end).contains(later)) {
            let again = plan_again(&world, last.result.accounts_after.clone(), later);
            prop_assert!(again.changes.is_empty(), "{later} of {end}: {:#?}", again.changes);
            // One that is noted too early costs a look, and none is noted too late.
            let next = again.next_date.map(|next| next.as_millis() - NOW.as_millis());
            prop_assert!(next.is_none_or(|next| next >= end), "{next:?} before {end}");
        }
    }

    #[test]
    fn every_date_to_come_is_noted(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let of_entry = |record: &Record| match record {
            Record::Entry(entry) => dates_to_come(entry),
            Record::Rejected(_) => Vec::new(),
        };
        let first = world.records.iter().flat_map(of_entry).min();
        prop_assert!(first.is_none_or(|first| planned.next_date.is_some_and(|next| next <= first)));
    }
}

/// The moments to come at which the entry says something else than the moment before.
fn dates_to_come(entry: &Entry) -> Vec<Timestamp> {
    let at = |date: Timestamp| entry.standing(date);
    let before = |date: Timestamp| entry.standing(Timestamp::from_millis(date.as_millis() - 1));
    let dates = [entry.starts, entry.ends].into_iter().flatten().filter(|date| *date > NOW);
    dates.filter(|date| at(*date) != before(*date)).collect()
}
