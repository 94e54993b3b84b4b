//! The step of a source's renaming: gives its accounts to the source of the new name (rule 61b).
//!
//! It holds the leases of both, so that no run of either decides meanwhile. Convergent: an account that has been given over is
//! not one of the old source any more, so a step that was killed is finished by the next one.

use super::accounts::for_each_account;
use super::committer::{Cause, Committer, Uncommitted};
use super::report::{Report, head_of, observe_uncommitted};
use super::{PASSES_MAX, record_beginning, summary_of};
use crate::error::Error;
use crate::examine::{pause, take};
use crate::licence::{self, SeatRules};
use crate::run::lease::release;
use crate::run::request::begin_next;
use crate::run::tally::Tally;
use crate::shell::Shell;
use rollcall_core::account::{Account, Owner};
use rollcall_core::account_spill::AccountSpill as _;
use rollcall_core::licence::SeatCount;
use rollcall_core::naming;
use rollcall_core::outcome::{Change, Observation, Outcome};
use rollcall_core::plan::SeatArithmetic;
use rollcall_core::source::SourceName;
use rollcall_store::{Lease, RunRecord, RunStatus, RunSummary, SpillFile};
use std::collections::BTreeSet;

/// Gives the accounts of the run's source to another. Answers with how the run ends; `None` where another invocation must go
/// on, or a run of the other source is under way.
pub(super) async fn hand_over(
    shell: &Shell,
    run: &mut RunRecord,
    to: &SourceName,
    lease: &Lease,
) -> Result<Option<RunStatus>, Error> {
    if shell.config().await?.source(run.source.as_str()).is_some() {
        return Err(Error::StillConfigured { name: run.source.to_string() });
    }
    let Some(other) = take(shell, to, run).await? else {
        tokio::time::sleep(pause(shell.limits(), run.invocations)).await;
        return Ok(None);
    };
    let given = give(shell, run, to, lease).await;
    begin_next(shell, release(shell, &other).await?).await?;
    given
}

async fn give(
    shell: &Shell,
    run: &mut RunRecord,
    to: &SourceName,
    lease: &Lease,
) -> Result<Option<RunStatus>, Error> {
    let (config, ledger) = licence::use_configured(shell).await?;
    let mut tally = Tally::resume(shell, run).await?;
    let before = record_beginning(shell, run, lease, ledger.seats.used.get()).await?;
    let head = head_of(shell, run);
    let mut uncommitted = Vec::new();
    for passes in 1.. {
        let plan = Plan::read(shell, run, to, &mut tally).await?;
        let earlier: Vec<Uncommitted> = uncommitted;
        let mut committer = Committer::new(shell, &head, lease, &mut tally);
        for position in &plan.of_source {
            if let Some(change) = plan.change(*position)? {
                committer.push(change).await?;
                if committer.is_enough() {
                    return committer.flush().await.map(|()| None);
                }
            }
        }
        committer.flush().await?;
        uncommitted = committer.into_uncommitted();
        if uncommitted.iter().all(|one| one.cause != Cause::Moved && earlier.contains(one)) {
            let summary = plan.report(shell, run, &mut tally, &uncommitted).await?;
            let summary = SeatRules::of(&config).said_in(summary);
            let apply_millis = shell.now().millis_since(run.started_at).max(0);
            run.summary = Some(RunSummary { used_before: before.used_before, apply_millis, ..summary });
            break;
        }
        if passes == PASSES_MAX {
            return Err(Error::Contended);
        }
    }
    Ok(Some(RunStatus::Completed))
}

/// The accounts of the source, and what the other source has already.
struct Plan {
    to: SourceName,
    spill: SpillFile,
    /// Positions in the spill.
    of_source: Vec<u32>,
    /// Keys and ids of the accounts that the other source has.
    known: BTreeSet<String>,
    waiting: SeatCount,
}

impl Plan {
    async fn read(shell: &Shell, run: &RunRecord, to: &SourceName, tally: &mut Tally) -> Result<Self, Error> {
        let (spill, of_source, known) = (SpillFile::new()?, Vec::new(), BTreeSet::new());
        let mut plan = Self { to: to.clone(), spill, of_source, known, waiting: SeatCount::ZERO };
        for_each_account(shell, |account, last_change| {
            tally.learn(account.id, last_change);
            if account.state.waiting_since().is_some() {
                plan.waiting = plan.waiting.plus(SeatCount::new(1));
            }
            if account.source() == Some(&run.source) {
                plan.of_source.push(plan.spill.put(account)?);
            } else if account.source() == Some(to) && !tally.has_changed(&account.id) {
                plan.known.extend(names_of(account));
            }
            Ok(())
        })
        .await?;
        Ok(plan)
    }

    /// The change of the account at this position. `None` where the other source has the person already.
    fn change(&self, position: u32) -> Result<Option<Change>, Error> {
        let account = self.spill.get(position)?;
        let is_known = names_of(&account).iter().any(|name| self.known.contains(name));
        Ok(if is_known { None } else { naming::hand_over(&account, &self.to) })
    }

    /// Writes the report: whom the other source has already, and what could not be committed. Answers with the summary.
    async fn report(
        &self,
        shell: &Shell,
        run: &RunRecord,
        tally: &mut Tally,
        uncommitted: &[Uncommitted],
    ) -> Result<RunSummary, Error> {
        let seats = shell.store.seats().await?.seats;
        let mut report = Report::begin(shell, run, seats, false)?;
        for position in &self.of_source {
            match self.change(*position)? {
                None => report.observe(&self.twice(&self.spill.get(*position)?), tally)?,
                Some(change) => {
                    if let Some(one) = uncommitted.iter().find(|one| one.account == change.after.id) {
                        report.observe(&observe_uncommitted(&change, &one.cause), tally)?;
                    }
                }
            }
        }
        let unprocessed = report.finish(tally).await?.unprocessed;
        let seats = SeatArithmetic {
            limit: seats.limit,
            used_before: seats.used,
            used: seats.used,
            freed: SeatCount::ZERO,
            taken: SeatCount::ZERO,
            waiting: self.waiting,
            over_by: seats.over_by(),
        };
        Ok(RunSummary { unprocessed, ..summary_of(&seats, tally) })
    }

    fn twice(&self, account: &Account) -> Observation {
        let reason = format!(
            "the source {} has an account of this person already, so they have two: retire what is left of {}",
            self.to,
            account.source().map_or("", SourceName::as_str)
        );
        Observation {
            outcome: Outcome::Conflict,
            reason: Some(reason),
            account: Some(account.id),
            username: Some(account.username.clone()),
            name: None,
            key: account.key().cloned(),
            line: None,
            state: Some(account.state.clone()),
        }
    }
}

/// By what a source knows an account.
fn names_of(account: &Account) -> Vec<String> {
    match &account.owner {
        Owner::Local => Vec::new(),
        Owner::Source { key, immutable_id, .. } => {
            let id = immutable_id.iter().map(|id| format!("id {}", id.as_str()));
            id.chain([format!("key {}", key.folded())]).collect()
        }
    }
}
