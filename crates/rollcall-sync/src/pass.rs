//! One pass of reconcile: read everything, plan, commit, and write down what was observed.

use crate::adoption::Adoptions;
use crate::error::Error;
use crate::lane::{Cause, Lane, LeftOver};
use crate::licence;
use crate::shell::{Progress, Shell};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rollcall_core::account::{Account, AccountId, BlockReason};
use rollcall_core::check::{check_change, check_seats};
use rollcall_core::entry::Record;
use rollcall_core::licence::{SeatCount, Seats};
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::{Change, Observation, Outcome};
use rollcall_core::plan::{Decision, Hold, Plan, SeatArithmetic};
use rollcall_core::planner::{Planner, Removals, Request};
use rollcall_core::snapshot::SnapshotIndexBuilder;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use rollcall_store::{
    AccountsPage, AuditEntry, AuditHead, Lease, Ledger, ReportWriter, RunId, RunRecord, RunSummary, SHARDS,
    SnapshotReader, SnapshotRef, SpillFile,
};
use std::collections::BTreeMap;

/// Of how many shards of the accounts table the first pages are read side by side. More gains nothing on two cores,
/// and each page is in memory.
const SHARDS_AT_ONCE: usize = 4;

/// What a run has done so far, over all its passes and invocations.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// The last outcome of each account that the run has changed, with the version that it made.
    done: BTreeMap<AccountId, (u64, Outcome)>,
    /// How often each outcome was observed without a change.
    observed: BTreeMap<Outcome, u64>,
    /// Commits of this invocation.
    pub(crate) commits: usize,
    /// Account writes.
    pub(crate) writes: u64,
    /// Seats freed.
    pub(crate) freed: u64,
    /// Seats given.
    pub(crate) taken: u64,
    /// The longest that a seat which was given was free before.
    pub(crate) time_to_seat_millis: Option<i64>,
}

impl Tally {
    /// What earlier invocations of the run have done: the audit log knows.
    pub(crate) async fn resume(shell: &Shell, run: &RunId) -> Result<Self, Error> {
        let mut tally = Self::default();
        let mut cursor = None;
        loop {
            let page = shell.store.audit_of_run(run, cursor).await?;
            for entry in &page.entries {
                tally.note_entry(entry);
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(tally),
            }
        }
    }

    fn note_entry(&mut self, entry: &AuditEntry) {
        let (Some(account), Some(outcome)) = (entry.account, Outcome::from_word(&entry.outcome)) else {
            return;
        };
        let was_active = entry.before.as_ref().is_some_and(|state| state.state == "active");
        let is_active = entry.after.as_ref().is_some_and(|state| state.state == "active");
        self.note(account, entry.version, outcome, i64::from(is_active) - i64::from(was_active));
    }

    pub(crate) fn note_change(&mut self, change: &Change) {
        self.note(change.after.id, change.after.version, change.outcome, change.seat_delta());
    }

    /// From when a seat was free, and the person waited for it, to now.
    pub(crate) fn note_time_to_seat(
        &mut self,
        change: &Change,
        free_since: Option<Timestamp>,
        now: Timestamp,
    ) {
        let waited = change.before.as_ref().and_then(|before| before.state.block());
        let Some(block) = waited.filter(|block| block.reason == BlockReason::NoSeat) else { return };
        if change.seat_delta() > 0 {
            // A seat that was freed and given in one commit was free for no time.
            let since = free_since.unwrap_or(now).max(block.since);
            let millis = now.millis_since(since);
            self.time_to_seat_millis = self.time_to_seat_millis.max(Some(millis));
        }
    }

    fn note(&mut self, account: AccountId, version: u64, outcome: Outcome, seat_delta: i64) {
        // The audit log gives a run's entries by outcome; the version says which was last. That somebody was adopted says
        // more than that fields followed.
        let last = self.done.entry(account).or_insert((version, outcome));
        let rank = |(version, outcome): (u64, Outcome)| (outcome == Outcome::Adopted, version, outcome);
        if rank((version, outcome)) > rank(*last) {
            *last = (version, outcome);
        }
        self.writes += 1;
        self.freed += u64::from(seat_delta < 0);
        self.taken += u64::from(seat_delta > 0);
    }

    /// How many accounts and records had each outcome; every outcome of a run is named.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts: BTreeMap<String, u64> =
            Outcome::of_runs().map(|outcome| (outcome.as_str().to_owned(), 0)).collect();
        let done = self.done.values().map(|(_, outcome)| (outcome, &1));
        for (outcome, count) in done.chain(&self.observed) {
            *counts.entry(outcome.as_str().to_owned()).or_default() += count;
        }
        counts
    }
}

/// A run that fails after it was resumed, or in a later pass, has changed accounts; its record must not hide that.
pub(crate) async fn note_what_was_done(shell: &Shell, run: &mut RunRecord) -> Result<(), Error> {
    let tally = Tally::resume(shell, &run.id).await?;
    if tally.writes > 0 {
        run.summary = Some(RunSummary {
            counts: tally.counts(),
            writes: tally.writes,
            freed: tally.freed,
            taken: tally.taken,
            ..run.summary.take().unwrap_or_default()
        });
    }
    Ok(())
}

/// A plan, and what is needed to carry it out.
pub(crate) struct Pass<'a> {
    shell: &'a Shell,
    head: AuditHead,
    is_dry_run: bool,
    request: Request,
    snapshot: SnapshotReader,
    plan: Plan<SpillFile>,
    seats: Seats,
    observations: ReportWriter,
    observed: BTreeMap<Outcome, u64>,
}

impl<'a> Pass<'a> {
    /// Reads the snapshot and every account, and plans.
    pub(crate) async fn prepare(
        shell: &'a Shell,
        run: &RunRecord,
        snapshot: &SnapshotRef,
        tally: &Tally,
        adoptions: &Adoptions,
    ) -> Result<Self, Error> {
        let (config, ledger) = if run.dry_run {
            licence::look_up_for(shell, run).await?
        } else {
            licence::use_configured(shell).await?
        };
        let seats = ledger.seats;
        let request = Request {
            source: run.source.clone(),
            now: run.started_at,
            limit: seats.limit,
            used: seats.used,
            policy: config.policy,
            removals: removals_of_run(shell, run, snapshot).await?,
        };
        let snapshot = shell.store.open_snapshot(snapshot).await?;
        let mut index = SnapshotIndexBuilder::new();
        for record in snapshot.records()? {
            index.push(&record?)?;
        }
        let mut sink = Sink {
            head: head_of(shell, run),
            seats,
            observations: shell.store.report_writer(&run.source, &run.id)?,
            observed: BTreeMap::new(),
        };
        let mut planner = Planner::with_shelf(request.clone(), index.finish(), SpillFile::new()?);
        for_each_account(shell, |account| {
            let observation = planner.try_see(adoptions.apply(account))?;
            observation.map_or(Ok(()), |observation| sink.observe(&observation, tally))
        })
        .await?;
        let plan = planner.try_finish()?;
        check_seats(plan.seats())?;
        check_ledger(shell, &ledger, &plan).await?;
        let Sink { head, observations, observed, .. } = sink;
        Ok(Self {
            shell,
            head,
            is_dry_run: run.dry_run,
            request,
            snapshot,
            plan,
            seats,
            observations,
            observed,
        })
    }

    pub(crate) fn seats(&self) -> &SeatArithmetic {
        self.plan.seats()
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.plan.is_settled()
    }

    pub(crate) fn hold(&self) -> Option<&Hold> {
        self.plan.hold()
    }

    /// Commits every change of the plan, in its order. Answers with what could not be committed as it was planned; `None`
    /// where this invocation has no time for the rest.
    pub(crate) async fn commit(
        &self,
        lease: &Lease,
        tally: &mut Tally,
    ) -> Result<Option<Vec<LeftOver>>, Error> {
        let mut lane = Lane::new(self.shell, &self.head, lease, tally);
        for decision in self.plan.try_without_entry() {
            self.commit_decision(decision?, &mut lane).await?;
            if lane.is_enough() {
                return lane.flush().await.map(|()| None);
            }
        }
        lane.flush().await?;
        for step in self.plan.steps() {
            self.shell.store.renew_lease(lease, self.shell.now(), crate::shell::LEASE_MILLIS).await?;
            for (ordinal, record) in self.snapshot.records()?.enumerate() {
                let record = record?;
                if self.plan.step(ordinal) == step
                    && let Some(decision) = self.plan.try_decide(ordinal, &record)?
                {
                    self.commit_decision(decision, &mut lane).await?;
                    if lane.is_enough() {
                        return lane.flush().await.map(|()| None);
                    }
                }
            }
            lane.flush().await?;
        }
        // What is left is the report; whoever has no time for it leaves that to the next invocation as well.
        Ok(if lane.is_enough() { None } else { Some(lane.into_left_over()) })
    }

    async fn commit_decision(&self, decision: Decision, lane: &mut Lane<'_>) -> Result<(), Error> {
        if let Decision::Change(change) = decision {
            check_change(&self.request, &self.plan, &change)?;
            lane.push(change).await?;
        }
        Ok(())
    }

    /// Writes down what the plan only observes (in a dry run: all of it), and what was left over. Answers with the
    /// names of those next in line.
    pub(crate) async fn report(
        mut self,
        tally: &mut Tally,
        left_over: &[LeftOver],
        adoptions: &Adoptions,
    ) -> Result<Vec<String>, Error> {
        let mut sink = Sink {
            head: self.head,
            seats: Seats { used: self.plan.seats().used, ..self.seats },
            observations: self.observations,
            observed: std::mem::take(&mut self.observed),
        };
        for change in adoptions.changes() {
            sink.report(Decision::Change(change.clone()), self.is_dry_run, &BTreeMap::new(), tally)?;
        }
        for refused in adoptions.refused() {
            sink.observe(refused, tally)?;
        }
        let left_over: BTreeMap<AccountId, &Cause> =
            left_over.iter().map(|one| (one.account, &one.cause)).collect();
        let next_in_line: Vec<usize> = self.plan.next_in_line().collect();
        let mut names = vec![String::new(); next_in_line.len()];
        for decision in self.plan.try_without_entry() {
            sink.report(decision?, self.is_dry_run, &left_over, tally)?;
        }
        for (ordinal, record) in self.snapshot.records()?.enumerate() {
            let record = record?;
            if let Some(place) = next_in_line.iter().position(|next| *next == ordinal) {
                names[place] = name_of(&record);
            }
            if let Some(decision) = self.plan.try_decide(ordinal, &record)? {
                sink.report(decision, self.is_dry_run, &left_over, tally)?;
            }
        }
        sink.observations.finish().await?;
        tally.observed = sink.observed;
        Ok(names)
    }
}

/// Where observations go.
struct Sink {
    head: AuditHead,
    seats: Seats,
    observations: ReportWriter,
    observed: BTreeMap<Outcome, u64>,
}

impl Sink {
    fn report(
        &mut self,
        decision: Decision,
        is_dry_run: bool,
        left_over: &BTreeMap<AccountId, &Cause>,
        tally: &Tally,
    ) -> Result<(), Error> {
        match decision {
            Decision::Observe(observation) => self.observe(&observation, tally),
            Decision::Change(change) if is_dry_run => {
                *self.observed.entry(change.outcome).or_default() += 1;
                let entry = AuditEntry::of_change(&self.head, &change, self.seats);
                Ok(self.observations.append(&entry)?)
            }
            Decision::Change(change) => match left_over.get(&change.after.id) {
                Some(cause) => self.observe(&not_done(&change, cause), tally),
                None => Ok(()),
            },
        }
    }

    /// What the run itself has changed before stands in the audit log; it is not `unchanged` as well.
    fn observe(&mut self, observation: &Observation, tally: &Tally) -> Result<(), Error> {
        if observation.account.is_some_and(|account| tally.done.contains_key(&account)) {
            return Ok(());
        }
        *self.observed.entry(observation.outcome).or_default() += 1;
        let entry = AuditEntry::of_observation(&self.head, observation, self.seats);
        Ok(self.observations.append(&entry)?)
    }
}

/// What is said of an account whose change could not be committed.
pub(crate) fn not_done(change: &Change, cause: &Cause) -> Observation {
    let (outcome, reason) = match cause {
        Cause::Moved => {
            (Outcome::Error, String::from("it was being changed by others; the next run sees to it"))
        }
        Cause::UsernameClaimed => (
            Outcome::Conflict,
            String::from("the username is claimed for an account that is not there; run `rollcall doctor`"),
        ),
        Cause::Refused(why) => (Outcome::Error, format!("the storage does not take the change: {why}")),
    };
    Observation {
        outcome,
        reason: Some(reason),
        account: change.before.as_ref().map(|account| account.id),
        username: Some(change.after.username.clone()),
        key: change.after.key().cloned(),
        line: None,
        state: change.before.as_ref().map(|account| account.state.clone()),
    }
}

/// What stands of the guard. Once it has held the removals of a snapshot they stay held, in every later pass and run:
/// otherwise those whom the first pass admits would make the share of the removals smaller.
async fn removals_of_run(shell: &Shell, run: &RunRecord, snapshot: &SnapshotRef) -> Result<Removals, Error> {
    if let Some(held) = &run.approves {
        let held = shell.store.run(held).await?.ok_or_else(|| Error::NoSuchRun { run: held.clone() })?;
        let summary = held.summary.unwrap_or_default();
        let removals = summary.hold.map_or(0, |hold| hold.removals);
        let leaves = SeatCount::new(summary.used).less(SeatCount::new(removals));
        return Ok(Removals::Approved { held_at: held.started_at, leaves, removals });
    }
    let applied = shell.store.applied_snapshot(&run.source).await?;
    let held = applied.and_then(|applied| applied.held);
    Ok(if held.as_ref() == Some(&snapshot.digest) { Removals::Held } else { Removals::Guarded })
}

/// The ledger must count what there is. It may have moved while the accounts were read; the commit sees to that.
async fn check_ledger(shell: &Shell, read: &Ledger, plan: &Plan<SpillFile>) -> Result<(), Error> {
    let pairs = [
        ("active accounts", read.seats.used.get(), plan.seats().used_before.get()),
        ("active administrators", read.admins, plan.admins_before()),
    ];
    let wrong = pairs.into_iter().find(|(_, ledger, counted)| ledger != counted);
    let Some((what, ledger, counted)) = wrong else { return Ok(()) };
    if !read.is_unmoved(&shell.store.seats().await?) {
        return Ok(());
    }
    Err(Error::LedgerDisagrees { what, ledger, counted })
}

/// Who and what a run's audit entries are of.
pub(crate) fn head_of(shell: &Shell, run: &RunRecord) -> AuditHead {
    AuditHead {
        at: shell.now(),
        run: Some(run.id.clone()),
        trigger: run.trigger.as_str().to_owned(),
        actor: run.actor.clone(),
        source: Some(run.source.clone()),
    }
}

/// Shows every account of every owner, each once.
pub(crate) async fn for_each_account(
    shell: &Shell,
    mut see: impl FnMut(&Account) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut first_pages =
        stream::iter(0..SHARDS).map(|shard| shell.store.accounts_page(shard, None)).buffered(SHARDS_AT_ONCE);
    for shard in 0..SHARDS {
        let mut page = first_pages.try_next().await?;
        // A page at a time: a whole shard of a million accounts would be 20 MB, and four of them a third of a run.
        while let Some(AccountsPage { accounts, next }) = page {
            for account in &accounts {
                see(account)?;
            }
            page = match next {
                Some(next) => Some(shell.store.accounts_page(shard, Some(next)).await?),
                None => None,
            };
        }
        shell.tell(Progress::Comparing { done: shard + 1, of: SHARDS });
    }
    Ok(())
}

/// Every account of a shard.
pub(crate) async fn read_shard(shell: &Shell, shard: u64) -> Result<Vec<Account>, Error> {
    let mut accounts = Vec::new();
    let mut after = None;
    loop {
        let page = shell.store.accounts_page(shard, after).await?;
        accounts.extend(page.accounts);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(accounts),
        }
    }
}

fn name_of(record: &Record) -> String {
    match record {
        Record::Entry(entry) => {
            entry.username.as_ref().map_or(entry.key.original(), Username::original).to_owned()
        }
        Record::Rejected(row) => row.key.as_ref().map_or("", MatchKey::original).to_owned(),
    }
}
