//! What `rollcall up` says while it works: a line for every run that has ended, with where to see more of it.
//!
//! Beside the worker, who asks after each delivery. Promises a line for each run exactly once, in the order of their ends.

use crate::show::{render, summary, words};
use rollcall_core::time::Timestamp;
use rollcall_sync::Shell;
use rollcall_sync::store::{RunId, RunRecord, RunStatus, show_time};
use std::collections::BTreeSet;

/// As many runs can end between two looks.
const RUNS_SEEN: i32 = 50;

/// The runs of which people have been told, or that ended before anybody looked.
pub(super) struct Told {
    runs: BTreeSet<RunId>,
    since: Timestamp,
    url: String,
}

impl Told {
    /// Tells of runs that end from now on; `url` is the console's.
    pub(super) fn new(shell: &Shell, url: String) -> Self {
        Self { runs: BTreeSet::new(), since: shell.now(), url }
    }

    /// Whether people were told of the end of this run.
    pub(super) fn knows(&self, run: &str) -> bool {
        self.runs.iter().any(|told| told.as_str() == run)
    }

    /// A line for each run that has ended since the last look.
    pub(super) async fn look(&mut self, shell: &Shell) {
        let Ok(page) = shell.store.newest_runs(RUNS_SEEN, None, shell.now()).await else {
            // Whoever needs the table says what is wrong with it.
            return;
        };
        let mut ended: Vec<(Timestamp, RunRecord)> = page
            .runs
            .into_iter()
            .filter(|run| !self.runs.contains(&run.id))
            .filter_map(|run| Some((run.finished_at.filter(|at| *at >= self.since)?, run)))
            .collect();
        ended.sort_by_key(|(at, _)| *at);
        for (at, run) in ended {
            render::note(&line(&run, at, &self.url));
            self.runs.insert(run.id);
        }
    }
}

fn line(run: &RunRecord, at: Timestamp, url: &str) -> String {
    let time = show_time(at);
    let time = time.split(['T', '.']).nth(1).unwrap_or(&time);
    let (source, trigger, by) = (&run.source, words::trigger(run.trigger.as_str()), &run.actor);
    let what = match (&run.error, &run.summary) {
        (Some(error), _) if run.status == RunStatus::Failed => format!("failed: {error}"),
        (_, Some(found)) => {
            let held = if found.hold.is_some() { "; removals are held, and a person must look" } else { "" };
            format!("{}{held}", summary::in_a_line(found, run.dry_run))
        }
        (_, None) => String::from("ended"),
    };
    format!("{time} UTC  {source} ({trigger}, {by}): {what}  {url}/console/runs/{}", run.id)
}
