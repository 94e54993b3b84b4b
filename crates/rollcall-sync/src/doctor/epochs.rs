//! Compares leases with applied snapshots, published snapshots and runs: both counters must be above every epoch in use.

use super::records::Records;
use super::{Finding, Mend};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_store::{Error as StoreError, LeaseItem, RunRecord};
use std::collections::BTreeSet;

pub(super) fn check(records: &Records, now: Timestamp) -> Vec<Finding> {
    let control = &records.control;
    let of_runs = control.runs.values().map(|run| &run.source);
    let sources: BTreeSet<&SourceName> = control
        .leases
        .keys()
        .chain(control.applied.keys())
        .chain(records.published.keys())
        .chain(of_runs)
        .collect();
    // If the whole table is empty, the check of tables says so, and the next run makes what it needs.
    let is_gone = control.leases.is_empty() && control.applied.is_empty() && control.runs.is_empty();
    let sources = sources.into_iter().filter(|_| !is_gone);
    sources.flat_map(|source| check_source(records, source, now)).collect()
}

fn check_source(records: &Records, source: &SourceName, now: Timestamp) -> Vec<Finding> {
    let highest = highest(records, source);
    let mend = || Mend::Lease(source.clone(), highest);
    let mut findings = Vec::new();
    match records.control.leases.get(source) {
        None => findings.push(Finding::to_repair(
            format!("the lease of {source} is gone, and epochs up to {highest} were given"),
            mend(),
        )),
        Some(Err(error @ StoreError::Newer { .. })) => {
            findings.push(Finding::by_hand(error.to_string(), "nothing of it is touched"));
        }
        Some(Err(error)) => findings.push(Finding::to_repair(error.to_string(), mend())),
        Some(Ok(lease)) => {
            findings
                .extend(of_lease(records, source, lease, now).map(|what| Finding::to_repair(what, mend())));
        }
    }
    findings.extend(of_applied(records, source));
    findings
}

fn of_lease(records: &Records, source: &SourceName, lease: &LeaseItem, now: Timestamp) -> Option<String> {
    let seen = highest_seen(records, source);
    if lease.epoch < seen {
        return Some(format!(
            "the lease of {source} is at epoch {}, and a snapshot of epoch {seen} was read or applied",
            lease.epoch
        ));
    }
    if lease.is_of_a_wrong_clock(now) {
        return Some(format!(
            "the lease of {source} was taken by a clock that was wrong, for a time far from now"
        ));
    }
    let owner = lease.run.as_ref().filter(|run| !records.control.runs.contains_key(*run))?;
    Some(format!("the lease of {source} names run {owner}, of which there is no record"))
}

fn of_applied(records: &Records, source: &SourceName) -> Option<Finding> {
    let newest = newest_complete(records, source);
    let cured = |what: String| match newest {
        Some(run) => Finding::to_repair(what, Mend::Applied(run.id.clone())),
        None => Finding::by_hand(what, "restore the item from a backup, or delete it and sync"),
    };
    match records.control.applied.get(source) {
        None => newest.map(|run| {
            cured(format!(
                "it is not recorded which snapshot of {source} was applied last; run {} was",
                run.id
            ))
        }),
        Some(Err(error @ StoreError::Newer { .. })) => {
            Some(Finding::by_hand(error.to_string(), "nothing of it is touched"))
        }
        Some(Err(error)) => Some(cured(error.to_string())),
        Some(Ok(applied)) if !records.control.runs.contains_key(&applied.run) => {
            // If the audit log knows the run, its record is made again from there.
            (!records.log.runs.contains_key(&applied.run)).then(|| {
                let what = format!(
                    "the snapshot of {source} applied last names run {}, of which there is no record",
                    applied.run
                );
                Finding::by_hand(
                    what,
                    "restore the run's item from a backup, or sync: the next run takes its place",
                )
            })
        }
        Some(Ok(_)) => None,
    }
}

/// The run that applied the newest snapshot, by the records of the runs.
fn newest_complete<'a>(records: &'a Records, source: &SourceName) -> Option<&'a RunRecord> {
    let runs = records.control.runs.values();
    let complete =
        runs.filter(|run| run.source == *source && run.is_of_accounts() && run.status.is_complete());
    let epoch = |run: &RunRecord| run.snapshot.as_ref().map_or(0, |snapshot| snapshot.epoch);
    complete.filter(|run| run.snapshot.is_some()).max_by_key(|run| (epoch(run), run.finished_at))
}

/// The highest epoch of everything but the lease.
fn highest_seen(records: &Records, source: &SourceName) -> u64 {
    let applied = records.control.applied.get(source).and_then(|applied| applied.as_ref().ok());
    let of_runs = records.control.runs.values().filter(|run| run.source == *source);
    let read = of_runs.filter_map(|run| run.snapshot.as_ref()).map(|snapshot| snapshot.epoch);
    let published = records.published.get(source).copied();
    applied.map(|applied| applied.epoch).into_iter().chain(read).chain(published).max().unwrap_or(0)
}

fn highest(records: &Records, source: &SourceName) -> u64 {
    let lease = records.control.leases.get(source).and_then(|lease| lease.as_ref().ok());
    highest_seen(records, source).max(lease.map_or(0, |lease| lease.epoch))
}
