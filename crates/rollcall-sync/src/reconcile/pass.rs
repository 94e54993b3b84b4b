//! One pass of reconcile: read everything, plan, commit, and write the report.

use super::accounts::for_each_accounts_page;
use super::adoption::Adoptions;
use super::committer::{Committer, Uncommitted};
use super::decided;
use super::elsewhere::asked_elsewhere;
use super::report::{Named, Report, full_name_of, name_of};
use crate::error::Error;
use crate::licence::{self, SeatRules};
use crate::run::lease::renew;
use crate::run::tally::Tally;
use crate::shell::Shell;
use rollcall_core::check::{check_change, check_seats};
use rollcall_core::licence::SeatCount;
use rollcall_core::plan::{Decision, Holds, Plan, PlanInput, SeatArithmetic};
use rollcall_core::planner::Planner;
use rollcall_core::policy::Policy;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use rollcall_store::{Counts, Lease, Ledger, RunRecord, SnapshotReader, SnapshotRef, SpillFile};
use std::time::Duration;

/// How many people of a directory are named in the reasons of others; for more of them the number of the record stands.
const NAMED_MAX: usize = 10_000;

/// A plan, and what is needed to carry it out.
pub(super) struct Pass<'a> {
    shell: &'a Shell,
    input: PlanInput,
    seat_rules: SeatRules,
    snapshot: SnapshotReader,
    plan: Plan<SpillFile>,
    report: Report,
    /// Records of the snapshot.
    records: u64,
    /// Records that say again what another one says.
    repeated: u64,
}

impl<'a> Pass<'a> {
    /// Reads the snapshot and every account, and plans.
    ///
    /// # Errors
    /// [`Error::TooSlow`] where the invocation must end before everything is read.
    pub(super) async fn prepare(
        shell: &'a Shell,
        run: &RunRecord,
        snapshot: &SnapshotRef,
        tally: &mut Tally,
        adoptions: &Adoptions,
    ) -> Result<Self, Error> {
        let (config, ledger) = if run.dry_run {
            licence::look_up_for(shell, run).await?
        } else {
            licence::use_configured(shell).await?
        };
        let has_lines = config.source(run.source.as_str()).is_none_or(|source| source.object().is_some());
        let (removals, decided) = decided::of_run(shell, run, snapshot).await?;
        let input = PlanInput {
            source: run.source.clone(),
            now: run.started_at,
            limit: ledger.seats.limit,
            used: ledger.seats.used,
            policy: policy_of(run, &config.policy),
            removals,
            decided,
            asked_elsewhere: asked_elsewhere(shell, &config, &run.source).await?,
        };
        let records = snapshot.records;
        let snapshot = shell.store.open_snapshot(snapshot).await?;
        let index = snapshot.index(input.now)?;
        let mut report = Report::begin(shell, run, ledger.seats, has_lines)?;
        let repeated = index.repeated() as u64;
        let mut planner = Planner::with_spill(input.clone(), index, SpillFile::new()?);
        // Only in a table of an earlier version: a million accounts need not be counted every hour.
        let mut counts = (!run.dry_run && ledger.lacks_counts()).then(Counts::default);
        for_each_accounts_page(shell, |page| {
            counts.iter_mut().for_each(|counts| page.accounts.iter().for_each(|account| counts.add(account)));
            for (account, last_change) in page.accounts.iter().zip(&page.last_changes) {
                tally.learn(account.id, last_change.as_ref());
            }
            let accounts = page.accounts.iter().map(|account| adoptions.apply(account));
            planner.try_see(accounts, |account, seen| {
                seen.map_or(Ok(()), |seen| report.see(account, seen, tally))
            })
        })
        .await?;
        let mut plan = planner.try_finish()?;
        if !has_lines {
            name_people(&mut plan, &snapshot)?;
        }
        check_seats(plan.seats())?;
        check_ledger(shell, &ledger, plan.seats().used_before, plan.admins_before()).await?;
        if let Some(counts) = counts
            && shell.store.begin_counts(&ledger, &counts).await?
        {
            tracing::info!("the accounts are counted by state from now on");
        }
        Ok(Self {
            shell,
            input,
            seat_rules: SeatRules::of(&config),
            snapshot,
            plan,
            report,
            records,
            repeated,
        })
    }

    /// How many records say again, in every used value, what another one says (rule 2).
    pub(super) fn repeated(&self) -> u64 {
        self.repeated
    }

    /// How many people wait of whom the first are named.
    pub(super) fn in_line(&self) -> u64 {
        self.plan.in_line().get()
    }

    /// The seats before and after the plan.
    pub(super) fn seats(&self) -> &SeatArithmetic {
        self.plan.seats()
    }

    /// What the configuration says of seats.
    pub(super) fn seat_rules(&self) -> &SeatRules {
        &self.seat_rules
    }

    /// Whether another plan would find nothing to do once this one is committed.
    pub(super) fn is_settled(&self) -> bool {
        self.plan.is_settled()
    }

    /// When the snapshot says something else only because time has passed (rule 42).
    pub(super) fn next_date(&self) -> Option<Timestamp> {
        self.plan.next_date()
    }

    /// Whether its newcomers must be noted before the first of them is committed (rule 51b).
    pub(super) fn admits_many(&self) -> bool {
        self.plan.admits_many()
    }

    /// What the guard holds.
    pub(super) fn holds(&self) -> &Holds {
        self.plan.holds()
    }

    /// Commits every change of the plan, in its order. Answers with the changes that could not be committed as they were
    /// planned; `None` where this invocation has no time for the rest.
    pub(super) async fn commit(
        &self,
        lease: &Lease,
        tally: &mut Tally,
    ) -> Result<Option<Vec<Uncommitted>>, Error> {
        let mut committer = Committer::new(self.shell, self.report.head(), lease, tally);
        for decision in self.plan.try_without_entry() {
            self.commit_decision(decision?, &mut committer).await?;
            if committer.is_enough() {
                return committer.flush().await.map(|()| None);
            }
        }
        committer.flush().await?;
        let steps = self.plan.steps();
        let records = self.records;
        let of = records * steps.len() as u64;
        for (before, step) in steps.into_iter().enumerate() {
            renew(self.shell, lease).await?;
            let is_of_step = |ordinal| self.plan.needs(ordinal) && self.plan.step(ordinal) == step;
            for record in self.snapshot.records_where(is_of_step)? {
                let (ordinal, record) = record?;
                committer.is_through(records * before as u64 + ordinal as u64, of);
                if let Some(decision) = self.plan.try_decide(ordinal, &record)? {
                    self.commit_decision(decision, &mut committer).await?;
                    if committer.is_enough() {
                        return committer.flush().await.map(|()| None);
                    }
                }
            }
            committer.flush().await?;
        }
        // The report remains. Where there is no time for it, the next invocation writes it.
        Ok(if committer.is_enough() { None } else { Some(committer.into_uncommitted()) })
    }

    async fn commit_decision(&self, decision: Decision, committer: &mut Committer<'_>) -> Result<(), Error> {
        if let Decision::Change(change) = decision {
            check_change(&self.input, &self.plan, &change)?;
            committer.push(change).await?;
        }
        Ok(())
    }

    /// Writes the report. Answers with the names of the people who get the next free seats, and with whom else the
    /// summary names.
    pub(super) async fn report(
        self,
        tally: &mut Tally,
        uncommitted: &[Uncommitted],
        adoptions: &Adoptions,
    ) -> Result<(Vec<String>, Named), Error> {
        let mut report = self.report.after_commits(self.plan.seats().used, uncommitted);
        for change in adoptions.changes() {
            report.add(Decision::Change(change.clone()), tally)?;
        }
        for refused in adoptions.refused() {
            report.observe(refused, tally)?;
        }
        let next_waiting: Vec<usize> = self.plan.next_waiting().collect();
        let mut names = vec![String::new(); next_waiting.len()];
        for decision in self.plan.try_without_entry() {
            report.add(decision?, tally)?;
        }
        let is_reported = |ordinal| self.plan.needs(ordinal) || next_waiting.contains(&ordinal);
        for record in self.snapshot.records_where(is_reported)? {
            let (ordinal, record) = record?;
            let decision = self.plan.try_decide(ordinal, &record)?;
            if let Some(position) = next_waiting.iter().position(|next| *next == ordinal) {
                // Where the guard holds a rename, the record has another name than the account.
                let of_account = decision.as_ref().and_then(username_of).map(Username::original);
                names[position] = of_account.map_or_else(|| name_of(&record), str::to_owned);
            }
            if let Some(decision) = decision {
                report.add(decision, tally)?;
            }
        }
        Ok((names, report.finish(tally).await?))
    }
}

/// The accounts of a source that is retired have no grace: nobody of them will be seen again.
fn policy_of(run: &RunRecord, policy: &Policy) -> Policy {
    match run.source_change {
        Some(_) => Policy { grace: Duration::ZERO, ..policy.clone() },
        None => policy.clone(),
    }
}

fn username_of(decision: &Decision) -> Option<&Username> {
    match decision {
        Decision::Change(change) => Some(&change.after.username),
        Decision::Observe(observation) => observation.username.as_ref(),
    }
}

/// Names the people whom the reasons of others name, for a directory: it has no lines.
fn name_people(plan: &mut Plan<SpillFile>, snapshot: &SnapshotReader) -> Result<(), Error> {
    let wanted = plan.to_be_named(NAMED_MAX);
    for record in snapshot.records_where(|ordinal| wanted.contains(&ordinal))? {
        let (ordinal, record) = record?;
        plan.name(ordinal, full_name_of(&record));
    }
    Ok(())
}

/// Checks that the ledger counts the accounts that there are. It may have moved while the accounts were read; then the
/// commit decides, whose condition names the bounds for the counts.
pub(super) async fn check_ledger(
    shell: &Shell,
    read: &Ledger,
    used: SeatCount,
    admins: u64,
) -> Result<(), Error> {
    let pairs = [
        ("active account", read.seats.used.get(), used.get()),
        ("active administrator", read.admins, admins),
    ];
    let wrong = pairs.into_iter().find(|(_, ledger, counted)| ledger != counted);
    let Some((what, ledger, counted)) = wrong else { return Ok(()) };
    if !read.is_unmoved(&shell.store.seats().await?) {
        return Ok(());
    }
    Err(Error::LedgerDisagrees { what, ledger, counted })
}
