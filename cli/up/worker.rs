//! What happens by itself: runs go on step by step, and the schedule ticks.

use super::told::Told;
use crate::events::{self, Failure, Failures};
use crate::show::render;
use rollcall_config::Config;
use rollcall_sync::Shell;
use rollcall_sync::run::send_to_next_step;
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
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = rollcall_fetch::handle(events::schedule_event(), &shell).await {
            render::complain(&error);
        }
        wake.notify_one();
    }
}
