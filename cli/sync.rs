//! `rollcall sync`: one run from start to finish, through the handlers that AWS would call.

use crate::drive::Failures;
use crate::dropped::Dropped;
use crate::local::{Local, Place, quoted};
use crate::progress::Bar;
use crate::summary::count;
use crate::{Exit, drive, known, render, runs};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use rollcall_api::json as view;
use rollcall_config::SourceConfig;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{RunId, RunRecord, RunStatus};
use rollcall_sync::{Error, Kind};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A CSV file to drop into the bucket first.
    pub(crate) file: Option<PathBuf>,
    /// The source; may be left out where there is only one.
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Plan only: show what would happen and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Apply the removals that this run holds.
    #[arg(long, value_name = "RUN", conflicts_with = "file", value_parser = |text: &str| RunId::parse(text))]
    pub(crate) approve: Option<RunId>,
}

pub(crate) async fn run(place: &Place, options: Options) -> Result<Exit> {
    let file = options.file.as_deref().map(Dropped::open).transpose()?;
    let mut local = Local::open(place).await?;
    let source = choose(&local, options.source.as_deref())?.clone();
    if let Some(run) = &options.approve {
        known::run(&local, run).await?;
    }
    let bar = Bar::new();
    local.shell = local.shell.clone().with_progress(bar.follower());
    for (source, run) in drive::dead_runs(&local.shell, &local.config).await? {
        if options.dry_run {
            bail!(
                "run {run} was cut off; run `rollcall sync` first: a dry run changes nothing, not even its record"
            );
        }
        rollcall_sync::run::end_cut_off(&local.shell, &source, &run).await?;
        render::note(&format!("run {run} was cut off; this run goes on from what it has committed"));
    }
    let is_dropped = file.is_some() && !options.dry_run;
    if let Some(file) = file {
        let object = source.object().context("only a csv source takes a file; leave the file out")?;
        file.put(place, object)?;
    }
    let run = if is_dropped {
        drive::drop_notice(&local.shell, &source).await?
    } else {
        drive::post_reset(&local.shell, &source, options.dry_run, options.approve.as_ref()).await?
    };
    let failures = Failures::default();
    let drained = drive::drain_noting(&local.shell, &failures).await;
    drop(bar);
    let record = drive::run_record(&local.shell, &run).await;
    // The run itself says why it failed, where its record could be written.
    let record = match (record, drained) {
        (Ok(record), Err(_)) if record.status.is_finished() => record,
        (_, Err(error)) | (Err(error), Ok(())) => return Err(error),
        (Ok(record), Ok(())) => record,
    };
    runs::show(place, &view::run(&record), &record)?;
    if !place.json {
        show_next_step(place, &options, &source, &record);
    }
    Ok(exit_of(&record, failures.of(run.as_str()).map(|failure| failure.kind)))
}

/// What the person will want to do now, where the run itself does not say it.
fn show_next_step(place: &Place, options: &Options, source: &SourceConfig, record: &RunRecord) {
    let of_source = options.source.as_ref().map(|name| format!(" --source {name}")).unwrap_or_default();
    let object = source.object().unwrap_or_default();
    match (record.status, &options.file) {
        (RunStatus::Failed, Some(file)) => {
            let again = place.command(&format!("sync {}{of_source}", quoted(file)));
            render::say(&format!("Then run again: {again}"));
        }
        (RunStatus::Failed, None) => {
            let again = place.command(&format!("sync FILE{of_source}"));
            render::say(&format!("To drop a file as {object} and run again: {again}"));
        }
        (RunStatus::DryRun, Some(file)) => {
            let apply = place.command(&format!("sync{of_source}"));
            let file = file.display();
            render::say(&format!("{file} lies in the bucket as {object} now; to apply it: {apply}"));
        }
        _ => {}
    }
}

fn choose<'a>(local: &'a Local, name: Option<&str>) -> Result<&'a SourceConfig, Error> {
    rollcall_sync::run::choose(&local.config, name)
}

/// How a run ends the program; `kind` says what was wrong where it failed in this process.
pub(crate) fn exit_of(record: &RunRecord, kind: Option<Kind>) -> Exit {
    let summary = record.summary.as_ref();
    let has_errors = summary.is_some_and(|summary| count(summary, Outcome::Error) > 0);
    match record.status {
        RunStatus::Failed => kind.map_or(Exit::SourceFailed, crate::exit_of_kind),
        RunStatus::Held => Exit::Held,
        RunStatus::DryRun if summary.is_some_and(|summary| summary.hold.is_some()) => Exit::Held,
        RunStatus::Completed | RunStatus::DryRun if has_errors => Exit::SomeErrors,
        RunStatus::Completed | RunStatus::DryRun => Exit::Done,
        RunStatus::Requested | RunStatus::Reading | RunStatus::Reconciling => Exit::Unsound,
    }
}
