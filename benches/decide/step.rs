//! The decide step as `rollcall-sync` takes it in a dry run: index the snapshot, show every account, finish, and ask
//! for every decision. Accounts are made a few pages at a time, as many as a run has in memory.

use crate::baseline;
use crate::cases::Case;
use crate::clock::own_seconds;
use crate::people;
use anyhow::Result;
use rollcall_core::account::Account;
use rollcall_core::account_spill::AccountSpill;
use rollcall_core::check::check_seats;
use rollcall_core::licence::SeatCount;
use rollcall_core::outcome::Outcome;
use rollcall_core::plan::{Decided, Decision, Plan, PlanInput, Removals};
use rollcall_core::planner::Planner;
use rollcall_core::policy::Policy;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::{SnapshotReader, SpillFile};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// As many accounts as a run has in memory: four pages.
const ACCOUNTS_AT_ONCE: usize = 4000;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// How it is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// As in a run: accounts spill to a file.
    Planner,
    /// They spill to memory.
    PlannerInMemory,
    /// Every entry and every account in hash maps.
    Everything,
}

impl Way {
    const ALL: [Self; 3] = [Self::Planner, Self::PlannerInMemory, Self::Everything];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::PlannerInMemory => "planner, spill in memory",
            Self::Everything => "all in hash maps",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// How many of each outcome.
pub(crate) type Counts = BTreeMap<Outcome, u64>;

/// Decides; answers with seconds, with how long this process worked, and with the outcomes.
pub(crate) fn decide(
    way: Way,
    case: &Case,
    people: u64,
    snapshot: &SnapshotReader,
) -> Result<(f64, f64, String)> {
    let request = PlanInput {
        source: people::source()?,
        now: NOW,
        limit: case.limit(people),
        used: SeatCount::ZERO,
        policy: Policy::default(),
        removals: Removals::Guarded,
        decided: Decided::default(),
        asked_elsewhere: Vec::new(),
    };
    let mut accounts = Generated { case, people, spent: Duration::ZERO, spent_own: 0.0 };
    let (began, own) = (Instant::now(), own_seconds());
    let counts = match way {
        Way::Planner => plan(request, snapshot, &mut accounts, SpillFile::new()?)?,
        Way::PlannerInMemory => plan(request, snapshot, &mut accounts, Vec::new())?,
        Way::Everything => baseline::decide(&request, snapshot, &mut accounts)?,
    };
    let seconds = (began.elapsed() - accounts.spent).as_secs_f64();
    let own = own_seconds() - own - accounts.spent_own;
    let words: Vec<String> =
        counts.iter().map(|(outcome, count)| format!("{} {count}", outcome.as_str())).collect();
    Ok((seconds, own, words.join(", ")))
}

/// The accounts of a case, made when they are asked for.
///
/// In the order of keys, which a run does not see; the planner looks up digests, so the order means nothing to it.
pub(crate) struct Generated<'a> {
    case: &'a Case,
    people: u64,
    /// How long making them and giving them back took: no part of what is measured.
    spent: Duration,
    spent_own: f64,
}

impl Generated<'_> {
    /// Shows every account, as many at once in memory as a run has.
    pub(crate) fn for_each_page(
        &mut self,
        mut see: impl FnMut(&mut Vec<Account>) -> Result<()>,
    ) -> Result<()> {
        let source = people::source()?;
        let mut numbers = self.case.accounts.numbers(self.people);
        loop {
            let (began, own) = (Instant::now(), own_seconds());
            let page = numbers.by_ref().take(ACCOUNTS_AT_ONCE);
            let mut page: Vec<Account> =
                page.map(|number| self.case.accounts.account(number, &source)).collect::<Result<_>>()?;
            self.spend(began, own);
            if page.is_empty() {
                return Ok(());
            }
            see(&mut page)?;
            let (began, own) = (Instant::now(), own_seconds());
            drop(page);
            self.spend(began, own);
        }
    }

    fn spend(&mut self, began: Instant, own: f64) {
        self.spent += began.elapsed();
        self.spent_own += own_seconds() - own;
    }
}

fn plan<S: AccountSpill + Sync>(
    request: PlanInput,
    snapshot: &SnapshotReader,
    accounts: &mut Generated<'_>,
    spill: S,
) -> Result<Counts>
where
    anyhow::Error: From<S::Error>,
{
    let index = snapshot.index(request.now)?;
    let mut counts = Counts::new();
    let mut planner = Planner::with_spill(request, index, spill);
    accounts.for_each_page(|page| {
        planner.try_see(page.iter(), |_, seen| {
            seen.into_iter().for_each(|seen| *counts.entry(seen.outcome).or_default() += 1);
            Ok(())
        })
    })?;
    let plan = planner.try_finish()?;
    check_seats(plan.seats())?;
    walk(&plan, snapshot, &mut counts)?;
    Ok(counts)
}

/// Asks for every decision, as a dry run's report does.
fn walk<S: AccountSpill + Sync>(plan: &Plan<S>, snapshot: &SnapshotReader, counts: &mut Counts) -> Result<()>
where
    anyhow::Error: From<S::Error>,
{
    for decision in plan.try_without_entry() {
        *counts.entry(outcome(&decision?)).or_default() += 1;
    }
    for record in snapshot.records_where(|ordinal| plan.needs(ordinal))? {
        let (ordinal, record) = record?;
        if let Some(decision) = plan.try_decide(ordinal, &record)? {
            *counts.entry(outcome(&decision)).or_default() += 1;
        }
    }
    Ok(())
}

fn outcome(decision: &Decision) -> Outcome {
    match decision {
        Decision::Change(change) => change.outcome,
        Decision::Observe(observation) => observation.outcome,
    }
}
