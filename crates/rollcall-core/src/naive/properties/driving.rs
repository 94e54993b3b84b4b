//! Drives the planner over a whole snapshot, as `rollcall-sync` drives it, and commits what it plans.

use super::super::generators::{NOW, World};
use super::super::{NaiveResult, Subject, count};
use crate::account::{Account, AccountId};
use crate::check::{check_change, check_seats};
use crate::entry::Record;
use crate::keyed::DigestKey;
use crate::licence::SeatCount;
use crate::outcome::{Change, Observation, Outcome};
use crate::plan::{Decision, Plan, PlanInput, Step};
use crate::planner::Planner;
use crate::snapshot::{RecordIndexer, SnapshotIndexBuilder};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

/// What the planner makes of a world, and each change in the order in which it is to be committed.
pub(super) struct Planned {
    pub(super) result: NaiveResult,
    pub(super) changes: Vec<Change>,
    pub(super) is_settled: bool,
    pub(super) next_date: Option<Timestamp>,
    /// Whether its newcomers must be noted before the first commit.
    pub(super) admits_many: bool,
    /// Every reason that is given, in the order of decisions.
    pub(super) reasons: Vec<String>,
}

pub(super) fn plan_again(world: &World, accounts: BTreeMap<AccountId, Account>, later: i64) -> Planned {
    let now = Timestamp::from_millis(NOW.as_millis() + later);
    let accounts: Vec<Account> = accounts.into_values().collect();
    plan(&PlanInput { now, ..world.input.clone() }, &world.records, &accounts)
}

/// Plans with a ledger that counts the accounts that there are.
#[track_caller]
pub(super) fn plan(input: &PlanInput, records: &[Record], accounts: &[Account]) -> Planned {
    let used = SeatCount::new(count(accounts.iter().filter(|account| account.state.holds_seat())));
    plan_as_counted(&PlanInput { used, ..input.clone() }, records, accounts)
}

/// Drives the planner over a whole snapshot and commits its changes one by one, in the order that the plan asks for.
#[track_caller]
pub(super) fn plan_as_counted(input: &PlanInput, records: &[Record], accounts: &[Account]) -> Planned {
    let indexer = RecordIndexer::new(&input.source, DigestKey::from_bytes([9; 16]));
    let mut builder = SnapshotIndexBuilder::new(input.now, indexer);
    for record in records {
        builder.push(record).unwrap();
    }
    let mut planner = Planner::begin(input.clone(), builder.finish());
    let observed: Vec<Observation> =
        planner.see(accounts).into_iter().map(|(account, seen)| seen.of(account)).collect();
    let plan = planner.finish();
    check_seats(plan.seats()).unwrap();

    let mut outcomes: Vec<(Subject, Outcome)> = observed.iter().map(of_observation).collect();
    let mut after: BTreeMap<AccountId, Account> =
        accounts.iter().map(|account| (account.id, account.clone())).collect();
    let mut changes = Vec::new();
    let mut reasons = Vec::new();
    for decision in decisions_in_order(&plan, records) {
        match decision {
            Decision::Observe(observation) => {
                outcomes.push(of_observation(&observation));
                reasons.extend(observation.reason);
            }
            Decision::Change(change) => {
                check_change(input, &plan, &change).unwrap();
                outcomes.push((Subject::Account(change.after.id), change.outcome));
                reasons.extend(change.reason.clone());
                let before = after.insert(change.after.id, change.after.clone());
                assert_eq!(before, change.before, "the record that was read is the one replaced");
                changes.push(change);
            }
        }
    }
    outcomes.sort_unstable();
    let result = NaiveResult { accounts_after: after, outcomes, seats: *plan.seats(), holds: *plan.holds() };
    Planned {
        result,
        changes,
        is_settled: plan.is_settled(),
        next_date: plan.next_date(),
        admits_many: plan.admits_many(),
        reasons,
    }
}

fn decisions_in_order(plan: &Plan, records: &[Record]) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = plan.without_entry().collect();
    for step in [Step::Free, Step::Seat, Step::Arrive, Step::Rest] {
        let of_step = records.iter().enumerate().filter(|(ordinal, _)| plan.step(*ordinal) == step);
        decisions.extend(of_step.filter_map(|(ordinal, record)| plan.decide(ordinal, record)));
    }
    decisions
}

fn of_observation(observation: &Observation) -> (Subject, Outcome) {
    let line = || Subject::Line(observation.line.expect("an outcome is about an account or a line"));
    (observation.account.map_or_else(line, Subject::Account), observation.outcome)
}
