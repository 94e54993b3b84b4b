//! Compares runs with leases, with the index that lists them and with the audit log. Finds records of notices that cannot be
//! read.

use super::records::Records;
use super::{Finding, Mend, shortened};
use rollcall_store::{RunId, RunRecord};

pub(super) fn check(records: &Records) -> Vec<Finding> {
    let control = &records.control;
    let unreadable = control.unreadable.iter().map(|(_, error)| {
        Finding::by_hand(
            error.to_string(),
            "restore the item from a backup, or delete it: no account hangs on it",
        )
    });
    let mut findings = shortened(unreadable.collect());
    findings.extend(shortened(control.runs.values().filter_map(|run| abandoned(records, run)).collect()));
    let misplaced = control.misplaced_runs.iter().map(|run| {
        Finding::to_repair(
            format!("run {run} is not listed among the runs as what it is"),
            Mend::RunPlace(run.clone()),
        )
    });
    findings.extend(shortened(misplaced.collect()));
    findings.extend(control.misplaced_applied.iter().map(|source| {
        let what = format!("{source} is not listed among the sources that have changed accounts");
        Finding::to_repair(what, Mend::AppliedPlace(source.clone()))
    }));
    let is_there = |run: &RunId| {
        let name = format!("run#{run}");
        control.runs.contains_key(run) || control.unreadable.iter().any(|(unreadable, _)| *unreadable == name)
    };
    let lost = records.log.runs.keys().filter(|run| !is_there(run)).map(|run| {
        let what = format!("the record of run {run} is gone; the audit log says what it changed");
        Finding::to_repair(what, Mend::RunRecord(run.clone()))
    });
    findings.extend(shortened(lost.collect()));
    findings.extend(control.unreadable_health.iter().map(|name| {
        Finding::to_repair(
            format!("which notices stand cannot be read ({name})"),
            Mend::ForgetHealth(name.clone()),
        )
    }));
    findings
}

/// A run under way that its source's lease does not name: no invocation goes on with it, and none ends it.
fn abandoned(records: &Records, run: &RunRecord) -> Option<Finding> {
    if run.status.is_finished() {
        return None;
    }
    let lease = records.control.leases.get(&run.source).and_then(|lease| lease.as_ref().ok());
    let is_named =
        lease.is_some_and(|lease| lease.run.as_ref() == Some(&run.id) || lease.dead.contains(&run.id));
    let what = || format!("run {} of {} is under way, and no lease names it", run.id, run.source);
    (!is_named).then(|| Finding::to_repair(what(), Mend::EndRun(run.id.clone())))
}
