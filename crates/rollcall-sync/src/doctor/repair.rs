//! Carries out what `doctor --repair` does, one repair at a time.

use super::folding;
use super::records::Records;
use super::words;
use crate::actor::{Actor, head};
use crate::error::Error;
use crate::shell::Shell;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use rollcall_core::account::AccountId;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::source::SourceName;
use rollcall_store::{
    AuditEntry, Counts, Error as StoreError, LICENCE_SET, Ledger, NewLedger, RunId, RunRecord, RunStatus,
    Trigger,
};

/// How many claims are written at once.
const AT_ONCE: usize = 16;

/// A repair that other items say how to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mend {
    /// The licence, counted from the accounts.
    Ledger,
    /// The claim of an account on its username is made.
    Claim(AccountId),
    /// A claim on a username that the account does not have is removed.
    DropClaim(String, AccountId),
    /// Every claim names the shard of its account.
    ClaimShards,
    /// The lease of a source, above this epoch and without an owner.
    Lease(SourceName, u64),
    /// The record of the applied snapshot, from the run that applied it.
    Applied(RunId),
    /// The place of an account in the lists.
    AccountPlace(AccountId),
    /// The place of a run in the list of runs.
    RunPlace(RunId),
    /// The place of a source in the list of sources.
    AppliedPlace(SourceName),
    /// A run that no lease names ends.
    EndRun(RunId),
    /// The record of a run, from its entries in the audit log.
    RunRecord(RunId),
    /// The record of notices is removed.
    ForgetHealth(String),
    /// The words by which people are looked up.
    Words,
    /// What an earlier version folded in another way is written again.
    Refold,
}

pub(super) async fn carry_out(
    shell: &Shell,
    actor: Actor<'_>,
    records: &Records,
    mend: Mend,
) -> Result<(), Error> {
    let store = &shell.store;
    let run = |id: &RunId| records.control.runs.get(id);
    match &mend {
        Mend::Ledger => mend_ledger(shell, actor, records).await?,
        Mend::Claim(id) => {
            if let Some(account) = records.accounts.get(id) {
                store.mend_claim(account).await?;
            }
        }
        Mend::ClaimShards => mend_claim_shards(shell, records).await?,
        Mend::DropClaim(username, id) => store.drop_claim(username, *id).await?,
        Mend::Lease(source, highest) => store.mend_lease(source, *highest).await?,
        Mend::Applied(id) => {
            if let Some((run, snapshot)) = run(id).and_then(|run| Some((run, run.snapshot.as_ref()?))) {
                store.mend_applied(run, &snapshot.digest, snapshot.epoch).await?;
            }
        }
        Mend::AccountPlace(id) => {
            if let Some(account) = records.accounts.get(id) {
                store.mend_account_place(account).await?;
            }
        }
        Mend::RunPlace(id) => {
            if let Some(run) = run(id) {
                store.mend_run_place(run).await?;
            }
        }
        Mend::AppliedPlace(source) => store.mend_applied_place(source).await?,
        Mend::EndRun(id) => {
            if let Some(run) = run(id) {
                let why = "was cut off, and no lease named it any more; what it had committed stays";
                end(shell, RunRecord { error: Some(why.to_owned()), ..run.clone() }).await?;
            }
        }
        Mend::RunRecord(id) => {
            if let Some(record) = records.log.runs.get(id).and_then(|entry| record_of(id, entry)) {
                end(shell, record).await?;
            }
        }
        Mend::ForgetHealth(name) => store.forget_health(name).await?,
        Mend::Words => words::mend(shell, records).await?,
        Mend::Refold => drop(folding::refold(shell, actor).await?),
    }
    tracing::info!(?mend, "repaired");
    Ok(())
}

/// Several at once: there may be one for each account.
async fn mend_claim_shards(shell: &Shell, records: &Records) -> Result<(), Error> {
    let claims = records.claims_without_shard.iter();
    let claims: Vec<(String, AccountId)> =
        claims.filter_map(|username| Some((username.clone(), *records.claims.get(username)?))).collect();
    let store = &shell.store;
    let updates =
        claims.into_iter().map(|(username, id)| async move { store.mend_claim_shard(&username, id).await });
    stream::iter(updates).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(())
}

/// Counts again. The limit is taken from the audit log where the licence's item does not have it.
async fn mend_ledger(shell: &Shell, actor: Actor<'_>, records: &Records) -> Result<(), Error> {
    let counted = records.recount();
    let head = head(shell, actor);
    let last = records.log.of_ledger.last_key_value().map_or(0, |(version, _)| *version);
    let stored = records.control.ledger.as_ref().and_then(|ledger| ledger.as_ref().ok());
    if let Some(ledger) = stored.filter(|ledger| ledger.version() >= last) {
        let are_right = (ledger.seats.used, ledger.admins) == (counted.used, counted.admins)
            && super::ledger::wrong_counts(records).is_none();
        // Two findings of one item, or a change meanwhile: the next examination says what remains.
        if !are_right {
            let said = records.control.counts.as_ref().and_then(|counts| counts.as_ref().ok());
            shell.store.mend_counts(ledger, said.unwrap_or(&Counts::default()), &counted, &head).await?;
        }
        return Ok(());
    }
    let set_by_command = limit_by_command(records);
    let (limit, is_set_by_command) = match (set_by_command, shell.config().await) {
        (Some(limit), _) => (limit, true),
        (None, Ok(config)) => (config.licence, false),
        (None, Err(error)) => return Err(error),
    };
    let ledger =
        NewLedger { limit, counted, is_set_by_command, version: last.max(stored.map_or(0, Ledger::version)) };
    Ok(shell.store.mend_ledger(&ledger, &head).await?)
}

/// The limit that a command has set, if none has gone back to the configured one since.
fn limit_by_command(records: &Records) -> Option<Limit> {
    let mut is_by_command = false;
    let mut limit = None;
    for entry in records.log.of_ledger.values() {
        if let Some(change) = entry.changes.iter().find(|change| change.field == "set_by") {
            is_by_command = change.new == "command";
        }
        if entry.outcome == LICENCE_SET {
            limit =
                Some(entry.seats.limit.map_or(Limit::Unlimited, |seats| Limit::Seats(SeatCount::new(seats))));
        }
    }
    limit.filter(|_| is_by_command)
}

async fn end(shell: &Shell, run: RunRecord) -> Result<(), Error> {
    let run = RunRecord { status: RunStatus::Failed, finished_at: Some(shell.now()), ..run };
    match shell.store.end_run(&run).await {
        // The run has ended meanwhile, and its record says how.
        Ok(()) | Err(StoreError::Fenced { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The parts of a run's record that its first audit entry knows.
fn record_of(id: &RunId, entry: &AuditEntry) -> Option<RunRecord> {
    let why = "its record was lost, and made anew from the audit log, which says what it changed";
    let source = SourceName::parse(entry.source.as_deref()?).ok()?;
    let trigger = Trigger::from_word(&entry.trigger)?;
    Some(RunRecord {
        status: RunStatus::Failed,
        error: Some(why.to_owned()),
        ..RunRecord::new(id.clone(), source, trigger, &entry.actor, entry.at)
    })
}
