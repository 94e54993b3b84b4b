//! What happens by itself: runs go on step by step, and the schedule ticks.

use super::told::Told;
use crate::events::{self, Failure, Failures};
use crate::show::render;
use rollcall_api::schedule;
use rollcall_config::Config;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_sync::Shell;
use rollcall_sync::run::{NextDate, Requested, next_dates, request_for_date, send_to_next_step};
use rollcall_sync::store::Tick;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Delivers messages whenever there are any. Runs that a process before this one has left behind go on first.
pub(super) async fn work(shell: Shell, config: Config, wake: Arc<Notify>, mut told: Told) {
    if let Err(error) = go_on(&shell, &config).await {
        render::complain(&error);
    }
    loop {
        let failures = Failures::default();
        // Each error takes away the message that caused it: what waits behind that is delivered all the same.
        while let Err(error) = events::drain_in_time(&shell, &failures, Instant::now).await {
            render::complain(&error);
        }
        told.look(&shell).await;
        // Those whose record could not be written.
        for Failure { run, why, .. } in
            failures.take().into_iter().filter(|failure| !told.knows(&failure.run))
        {
            render::note(&format!("run {run} failed: {why}"));
        }
        match shell.queues.next_due() {
            None => wake.notified().await,
            // A message that has failed is delivered again.
            Some(due) => drop(tokio::time::timeout_at(due.into(), wake.notified()).await),
        }
    }
}

async fn go_on(shell: &Shell, config: &Config) -> anyhow::Result<()> {
    for (_, run) in events::dead_runs(shell, config).await? {
        let record = events::run_record(shell, &run).await?;
        if !record.status.is_finished() {
            render::note(&format!("run {run} was cut off, and goes on now"));
            send_to_next_step(shell, &record, None).await?;
        }
    }
    Ok(())
}

/// Ticks as EventBridge does: for the first time when the interval is over.
pub(super) async fn tick(shell: Shell, every: Option<Duration>, wake: Arc<Notify>) {
    let Some(every) = every else { return };
    let expression = schedule::every(every);
    // The next time is known from the start.
    let began = Tick { expression: expression.clone(), at: shell.now() };
    if let Err(error) = shell.store.note_tick(&began).await {
        render::complain(&error.into());
    }
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = rollcall_fetch::handle(events::tick_of(&expression), &shell).await {
            render::complain(&error);
        }
        wake.notify_one();
    }
}

/// How often dates are looked at. By the clock each time: it may be set, and this machine may sleep.
const DATES_LOOKED_AT_EVERY: Duration = Duration::from_secs(5);

/// After how long a date is passed once more whose run did not come to its end.
const DATE_AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);

/// Asks for a run when a date of a source has come, whatever the schedule is (rule 42).
pub(super) async fn pass_dates(shell: Shell, wake: Arc<Notify>) {
    let mut asked: BTreeMap<SourceName, (Timestamp, Instant)> = BTreeMap::new();
    let mut complaint = String::new();
    loop {
        match pass_due(&shell, &mut asked, &wake).await {
            Ok(pause) => {
                complaint.clear();
                tokio::time::sleep(pause).await;
            }
            // A configuration with mistakes: the person who wrote it has been told, once.
            Err(error) => {
                if complaint != error.to_string() {
                    complaint = error.to_string();
                    render::complain(&error);
                }
                tokio::time::sleep(DATES_LOOKED_AT_EVERY).await;
            }
        }
    }
}

/// Asks for the runs of the dates that have come. Answers with how long to wait until the next look.
async fn pass_due(
    shell: &Shell,
    asked: &mut BTreeMap<SourceName, (Timestamp, Instant)>,
    wake: &Notify,
) -> anyhow::Result<Duration> {
    let mut pause = DATES_LOOKED_AT_EVERY;
    let mut failed = Ok(());
    for NextDate { source, at } in next_dates(shell).await? {
        let left = u64::try_from(at.as_millis().saturating_sub(shell.now().as_millis())).unwrap_or(0);
        if left > 0 {
            pause = pause.min(Duration::from_millis(left));
            continue;
        }
        let is_new =
            asked.get(&source).is_none_or(|(date, when)| *date != at || when.elapsed() >= DATE_AGAIN_AFTER);
        if is_new {
            match request_for_date(shell, &source).await {
                Ok(Requested::Started(_)) => drop(asked.insert(source, (at, Instant::now()))),
                // It is asked for again when the run under way has ended.
                Ok(Requested::UnderWay(_) | Requested::Follows(_)) => {}
                // The dates of the others pass all the same.
                Err(error) => failed = Err(error),
            }
            wake.notify_one();
        }
    }
    failed?;
    Ok(pause)
}
