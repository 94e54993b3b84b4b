//! What is seen at once of a page of accounts is what all looks come to.

use super::{Match, find};
use crate::account::Account;
use crate::keyed::{DigestKey, Values};
use crate::naive::generators::{World, worlds};
use crate::outcome::Outcome;
use crate::plan::Decision;
use crate::planner::Planner;
use crate::snapshot::{RecordIndexer, SnapshotIndex, SnapshotIndexBuilder};
use proptest::prelude::*;
use std::vec::Vec;

fn index_of(world: &World) -> SnapshotIndex {
    let indexer = RecordIndexer::new(&world.input.source, DigestKey::from_bytes([5; 16]));
    let mut builder = SnapshotIndexBuilder::new(world.input.now, indexer);
    world.records.iter().for_each(|record| builder.push(record).unwrap());
    builder.finish()
}

proptest! {
    #[test]
    fn row_that_is_seen_at_once_is_surely_the_accounts(world in worlds()) {
        let (index, mut scratch) = (index_of(&world), Values::default());
        let accounts: Vec<&Account> = world.accounts.iter().collect();
        let rows = index.clear_rows_of(&accounts, &world.input.source);
        prop_assert_eq!(rows.len(), accounts.len());
        for (account, row) in accounts.into_iter().zip(rows) {
            let Some(row) = row.filter(|row| index.is_clearly_of(*row, account, &mut scratch)) else { continue };
            prop_assert_eq!(account.source(), Some(&world.input.source));
            prop_assert_eq!(find(&index, account), Match::Sure(row));
            prop_assert_eq!(index.with_username(&account.username).iter().collect::<Vec<_>>(), [row]);
            prop_assert!(index.is_as_asked(row, account, &mut scratch));
        }
    }

    #[test]
    fn whoever_a_plan_creates_is_seen_at_once_by_the_next(world in worlds()) {
        let plan = Planner::begin(world.input.clone(), index_of(&world)).finish();
        let decide = |(ordinal, record)| match plan.decide(ordinal, record) {
            Some(Decision::Change(change)) if change.outcome == Outcome::CreatedActive => Some(change.after),
            _ => None,
        };
        let created: Vec<Account> = world.records.iter().enumerate().filter_map(decide).collect();
        let index = index_of(&world);
        let accounts: Vec<&Account> = created.iter().collect();
        for (account, row) in accounts.iter().zip(index.clear_rows_of(&accounts, &world.input.source)) {
            let is_asked_once = index.with_username(&account.username).iter().count() == 1;
            let is_seen = row.is_some_and(|row| index.is_clearly_of(row, account, &mut Values::default()));
            prop_assert_eq!(is_seen, is_asked_once, "{:?}", account);
        }
    }
}
