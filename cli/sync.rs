//! `rollcall sync`: one run from start to finish, through the handlers that AWS would call.

use crate::local::{Local, Place};
use crate::progress::Bar;
use crate::{Exit, drive, render};
use anyhow::{Context as _, Result};
use clap::Args;
use rollcall_config::SourceConfig;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{RunId, RunRecord, RunStatus, RunSummary};
use rollcall_sync::{Error, admin};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A CSV file to drop into the bucket first.
    file: Option<PathBuf>,
    /// The source; may be left out where there is only one.
    #[arg(long)]
    source: Option<String>,
    /// Plan only: show what would happen and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Apply the removals that this run holds.
    #[arg(long, value_name = "RUN", conflicts_with = "file", value_parser = |text: &str| RunId::parse(text))]
    approve: Option<RunId>,
}

pub(crate) async fn run(place: &Place, options: Options) -> Result<Exit> {
    let mut local = Local::open(place).await?;
    let bar = Bar::new();
    let follower = bar.clone();
    local.shell = local.shell.clone().with_progress(move |progress| follower.follow(&progress));
    drive::finish_dead_runs(&local.shell, &local.config).await?;
    let source = choose(&local, options.source.as_deref())?.clone();
    if let Some(file) = &options.file {
        let object = source.object().context("only a csv source takes a file; leave the file out")?;
        let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        local.shell.store.put_object(object, bytes).await.map_err(Error::from)?;
    }
    let run = if options.file.is_some() && !options.dry_run {
        drive::drop_notice(&local.shell, &source).await?
    } else {
        drive::post_reset(&local.shell, &source, options.dry_run, options.approve.as_ref()).await?
    };
    drive::drain(&local.shell).await?;
    bar.finish();
    let record = drive::run_record(&local.shell, &run).await?;
    if place.json {
        render::json(&for_programs(&local, &record).await?)?;
    } else {
        show(&record);
    }
    Ok(exit_of(&record))
}

fn choose<'a>(local: &'a Local, name: Option<&str>) -> Result<&'a SourceConfig, Error> {
    rollcall_sync::request::choose(&local.config, name)
}

fn exit_of(record: &RunRecord) -> Exit {
    let summary = record.summary.as_ref();
    let has_errors = summary.is_some_and(|summary| count(summary, Outcome::Error) > 0);
    match record.status {
        RunStatus::Failed => Exit::SourceFailed,
        RunStatus::Held => Exit::Held,
        RunStatus::DryRun if summary.is_some_and(|summary| summary.hold.is_some()) => Exit::Held,
        RunStatus::Completed | RunStatus::DryRun if has_errors => Exit::SomeErrors,
        RunStatus::Completed | RunStatus::DryRun => Exit::Done,
        RunStatus::Requested | RunStatus::Reading | RunStatus::Reconciling => Exit::Unsound,
    }
}

fn count(summary: &RunSummary, outcome: Outcome) -> u64 {
    summary.counts.get(outcome.as_str()).copied().unwrap_or(0)
}

async fn for_programs(local: &Local, record: &RunRecord) -> Result<Value> {
    let summary = match &record.summary {
        Some(summary) if record.status != RunStatus::Failed => summary.clone(),
        _ => untouched(local).await?,
    };
    let counts: serde_json::Map<String, Value> = Outcome::of_runs()
        .map(|outcome| (outcome.as_str().to_owned(), Value::from(count(&summary, outcome))))
        .collect();
    Ok(json!({
        "run": record.id,
        "source": record.source.as_str(),
        "status": record.status,
        "counts": counts,
        "seats": {
            "limit": summary.limit,
            "used_before": summary.used_before,
            "used": summary.used,
            "waiting": summary.waiting,
            "over_by": summary.over_by,
        },
        "writes": summary.writes,
        "error": record.error,
    }))
}

/// The seats after a run that did nothing.
async fn untouched(local: &Local) -> Result<RunSummary> {
    let overview = admin::overview(&local.shell).await?;
    let used = overview.seats.used.get();
    Ok(RunSummary {
        limit: match overview.seats.limit {
            rollcall_core::licence::Limit::Unlimited => None,
            rollcall_core::licence::Limit::Seats(limit) => Some(limit.get()),
        },
        used_before: used,
        used,
        waiting: overview.waiting,
        over_by: overview.seats.over_by().get(),
        ..RunSummary::default()
    })
}

/// Shows a run as a person wants to see it: what happened, then the seats, then who waits, then what to do.
pub(crate) fn show(record: &RunRecord) {
    render::say(&format!("Run {} of {}: {}", record.id, record.source, headline(record.status)));
    if let Some(error) = &record.error {
        render::say(&format!("  {error}"));
    }
    let Some(summary) = record.summary.as_ref().filter(|_| record.status != RunStatus::Failed) else {
        return;
    };
    render::say(&format!(
        "  {} records read in {}, applied in {}, {} accounts written",
        summary.rows,
        seconds(summary.read_millis),
        seconds(summary.apply_millis),
        summary.writes
    ));
    render::say("");
    for outcome in Outcome::of_runs().filter(|outcome| count(summary, *outcome) > 0) {
        render::say(&format!(
            "  {:>7}  {:<20}  {}",
            count(summary, outcome),
            outcome.as_str(),
            meaning(outcome)
        ));
    }
    render::say("");
    show_seats(summary);
    show_hold(record, summary);
    if count(summary, Outcome::Error) > 0 || count(summary, Outcome::SkippedMissingKey) > 0 {
        render::say(&format!(
            "Some rows could not be used: `rollcall audit --run {} --outcome error` says why; the rows are in the \
             bucket at reports/{}/{}/rejected.csv",
            record.id, record.source, record.id
        ));
    }
}

fn headline(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Requested | RunStatus::Reading | RunStatus::Reconciling => "under way",
        RunStatus::Completed => "completed",
        RunStatus::Held => "completed but for its removals, which are held",
        RunStatus::Failed => "failed, nothing was changed",
        RunStatus::DryRun => "dry run, nothing was changed",
    }
}

fn show_seats(summary: &RunSummary) {
    let figures = format!("{} before, {} freed, {} given", summary.used_before, summary.freed, summary.taken);
    render::say(&format!("Seats    {} ({figures})", render::seats(summary.limit, summary.used)));
    if summary.over_by > 0 {
        render::say(&format!(
            "         over by {}: nobody is admitted until so many have left",
            summary.over_by
        ));
    }
    if summary.waiting > 0 {
        render::say(&format!("Waiting  {}; next in line:", summary.waiting));
        for (place, name) in summary.next_waiting.iter().enumerate() {
            render::say(&format!("  {:>7}. {name}", place + 1));
        }
    }
}

fn show_hold(record: &RunRecord, summary: &RunSummary) {
    let Some(hold) = &summary.hold else { return };
    render::say(&format!(
        "Held     {} of {} active accounts would be blocked: {}.",
        hold.removals, hold.active, hold.cause
    ));
    if !record.dry_run {
        render::say(&format!(
            "         See who: rollcall audit --run {} --outcome held\n         \
             Apply:   rollcall sync --source {} --approve {}\n         \
             Or mend the directory and sync again; held removals lapse with the next run.",
            record.id, record.source, record.id
        ));
    }
}

fn seconds(millis: i64) -> String {
    format!("{}.{:03} s", millis / 1000, (millis % 1000).abs())
}

fn meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::CreatedActive => "given an account and a seat",
        Outcome::CreatedBlocked => "given an account, waiting for a seat",
        Outcome::Activated => "waited and now has a seat",
        Outcome::Updated => "changed in the directory",
        Outcome::Unchanged => "nothing to do",
        Outcome::BlockedLeft => "no longer in the directory's scope",
        Outcome::BlockedDisabled => "disabled in the directory",
        Outcome::Reactivated => "back in the directory",
        Outcome::KeptAdminBlock => "blocked by an administrator, and stays so",
        Outcome::SkippedDuplicate => "the same key more than once",
        Outcome::SkippedMissingKey => "no match key",
        Outcome::SkippedDisabled => "disabled in the directory and unknown here",
        Outcome::Conflict => "the username belongs to another account",
        Outcome::Protected => "would be blocked, but is the last administrator or exempt",
        Outcome::Held => "would be blocked, but the removal guard holds it",
        Outcome::Error => "could not be read",
        Outcome::BlockedByAdmin => "blocked by an administrator",
        Outcome::UnblockedByAdmin => "the administrator's block was lifted",
        Outcome::CreatedLocal => "local account made",
    }
}
