//! `rollcall sync`: one run from start to finish, through the handlers that AWS would call.

mod approve;
mod dropped;

pub(crate) use dropped::Changing;

use crate::api::Api;
use crate::commands::follow::{self, Shown};
use crate::commands::{require, runs, whole_plan};
use crate::events::{self, Failures};
use crate::exit::Exit;
use crate::installation::{Installation, quoted};
use crate::local::{self, Local};
use crate::show::progress::Bar;
use crate::show::render;
use crate::usage_error::refuse;
use anyhow::Result;
use clap::Args;
use dropped::{Dropped, Placed};
use rollcall_api::json;
use rollcall_config::SourceConfig;
use rollcall_config::folders::TRIED;
use rollcall_core::time::Timestamp;
use rollcall_sync::run::SENT_FILE_BYTES_MAX;
use rollcall_sync::store::{RunId, RunRecord, RunStatus};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A CSV file to drop into the bucket first (- for the standard input); in a dry run it is only tried, and the file that counts stays.
    pub(crate) file: Option<PathBuf>,
    /// The source; may be left out where there is only one.
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Plan only: show what would happen and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Name everybody who was changed, or in a dry run would be, not only the first twenty of each outcome.
    #[arg(long)]
    pub(crate) all: bool,
    /// In a dry run: the name of a file in config/tried/ of the bucket, to be read in place of the source's own.
    #[arg(long, value_name = "NAME", requires = "dry_run", conflicts_with_all = ["file", "approve"])]
    pub(crate) tried: Option<String>,
    /// Put back the last other file that was read completely, and sync it; in a dry run it is only read.
    #[arg(long, conflicts_with_all = ["file", "approve", "tried"])]
    pub(crate) previous: bool,
    /// Apply the removals that this run holds: its id, the beginning of its id, or `last`.
    #[arg(long, value_name = "RUN", conflicts_with = "file", value_parser = |text: &str| RunId::parse(text))]
    pub(crate) approve: Option<RunId>,
    /// Do not ask before an approval.
    #[arg(long, requires = "approve")]
    pub(crate) yes: bool,
}

pub(crate) async fn run(installation: &Installation, mut options: Options) -> Result<Exit> {
    if !installation.is_here() && options.file.is_some() {
        return if options.dry_run {
            send_to_be_tried(installation, &options).await
        } else {
            send_to_count(installation, &options).await
        };
    }
    let file = options.file.as_deref().map(Dropped::open).transpose()?;
    let api = Api::open(installation).await?;
    if let Some(run) = &options.approve {
        let held = require::run_to_approve(&api, run).await?;
        let run = RunId::parse(held["id"].as_str().unwrap_or_default())?;
        if !approve::is_confirmed(installation, &api, &run, options.yes).await? {
            render::note("nothing was changed");
            return Ok(Exit::Usage);
        }
        options.approve = Some(run);
    }
    match api {
        Api::Here(local) => here(installation, options, *local, file).await,
        Api::There(_) => there(installation, &options, &api, file).await,
    }
}

/// On a deployed installation: sends a file, which is tried there and does not take the place of the one that counts.
async fn send_to_be_tried(installation: &Installation, options: &Options) -> Result<Exit> {
    let Some(path) = &options.file else { refuse!("say which file is to be tried") };
    let Some(file) = Dropped::open(path)?.read(SENT_FILE_BYTES_MAX)? else {
        refuse!(
            "the file has more than {SENT_FILE_BYTES_MAX} bytes, too many to be sent: aws s3 cp FILE s3://BUCKET/{TRIED}; \
             then leave FILE out, and say --tried NAME"
        );
    };
    let api = Api::open(installation).await?;
    let source: Vec<(&str, &str)> = options.source.iter().map(|name| ("source", name.as_str())).collect();
    let started = api.post_text("/reset/file", &source, file).await?;
    follow::to_its_end(installation, &api, &started, Shown::of(options.all)).await
}

/// On a deployed installation: sends a file, which takes the place of the one that counts, and follows the run that applies it.
async fn send_to_count(installation: &Installation, options: &Options) -> Result<Exit> {
    let Some(path) = &options.file else { refuse!("say which file is to be sent") };
    let Some(file) = Dropped::open(path)?.read(SENT_FILE_BYTES_MAX)? else {
        refuse!(
            "the file has more than {SENT_FILE_BYTES_MAX} bytes, too many to be sent: aws s3 cp FILE s3://BUCKET/inbox/, \
             which begins the run"
        );
    };
    let api = Api::open(installation).await?;
    let source = require::file_source(&api, options.source.as_deref()).await?;
    let started = api.put_file(&format!("/inbox/{source}"), file).await?;
    follow::to_its_end(installation, &api, &started, Shown::of(options.all)).await
}

/// In another process. A file is put into the folder of the bucket: it lies on this machine, where `rollcall up` serves it.
async fn there(
    installation: &Installation,
    options: &Options,
    api: &Api,
    file: Option<Dropped>,
) -> Result<Exit> {
    let placed = match file {
        Some(file) => {
            let (_, config) = local::read_config(installation)?;
            let source = rollcall_sync::run::choose(&config, options.source.as_deref())?;
            let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
            Some(Placed::put(&file, installation, source, options.dry_run, now)?)
        }
        None => None,
    };
    let tried = match &placed {
        Some(Placed::Tried(trial)) => Some(trial.name()),
        Some(Placed::Counts(_)) | None => options.tried.as_deref(),
    };
    let asked = json!({ "source": options.source, "dry_run": options.dry_run, "approve": options.approve, "tried": tried, "previous": options.previous });
    let started = api.act("POST", "/reset", &asked).await?;
    let ended = follow::to_its_end(installation, api, &started, Shown::of(options.all)).await;
    drop(placed);
    ended
}

/// On this machine: in this process, with a bar that shows how far the run is.
async fn here(
    installation: &Installation,
    options: Options,
    mut local: Local,
    file: Option<Dropped>,
) -> Result<Exit> {
    let source = rollcall_sync::run::choose(&local.config, options.source.as_deref())?.clone();
    let bar = Bar::new();
    local.shell = local.shell.clone().with_progress(bar.follower());
    for (source, run) in events::dead_runs(&local.shell, &local.config).await? {
        if options.dry_run {
            refuse!(
                "run {run} was cut off; run `rollcall sync` first: a dry run changes nothing, not even its record"
            );
        }
        rollcall_sync::run::end_cut_off(&local.shell, &source, &run).await?;
        render::note(&format!("run {run} was cut off; this run goes on from what it has committed"));
    }
    let now = local.shell.now();
    let put = |file: Dropped| Placed::put(&file, installation, &source, options.dry_run, now);
    let placed = file.map(put).transpose()?;
    let run = match (&placed, &options.tried) {
        (Some(Placed::Tried(trial)), _) => events::post_trial(&local.shell, &source, trial.name()).await?,
        (Some(Placed::Counts(key)), _) => events::drop_notice_of(&local.shell, &source, key).await?,
        (None, Some(tried)) => events::post_trial(&local.shell, &source, tried).await?,
        (None, None) if options.previous => {
            events::post_previous(&local.shell, &source, options.dry_run).await?
        }
        (None, None) => {
            events::post_reset(&local.shell, &source, options.dry_run, options.approve.as_ref()).await?
        }
    };
    let failures = Failures::default();
    let drained = events::drain_noting(&local.shell, &failures).await;
    drop(bar);
    drop(placed);
    let record = events::run_record(&local.shell, &run).await;
    // The run itself says why it failed, where its record could be written.
    let record = match (record, drained) {
        (Ok(record), Err(_)) if record.status.is_finished() => record,
        (_, Err(error)) | (Err(error), Ok(())) => return Err(error),
        (Ok(record), Ok(())) => record,
    };
    let record = show(installation, local, record, options.all).await?;
    if !installation.json {
        show_next_step(installation, &options, &source, &record);
    }
    Ok(Exit::of_run(&record, failures.of(run.as_str()).map(|failure| failure.kind)))
}

/// Shows the run with the people in it: some of each outcome, or everybody where that is asked for. Answers with what is
/// shown.
async fn show(installation: &Installation, local: Local, record: RunRecord, all: bool) -> Result<RunRecord> {
    let mut run = json::run(&record);
    let record = whole_plan::named(&Api::Here(Box::new(local)), record, Shown::of(all)).await?;
    if all {
        whole_plan::write(&record, &mut run);
    }
    runs::show(installation, &run, &record)?;
    Ok(record)
}

/// What the person will want to do now, where the run itself does not say it.
fn show_next_step(installation: &Installation, options: &Options, source: &SourceConfig, record: &RunRecord) {
    let of_source = options.source.as_ref().map(|name| format!(" --source {name}")).unwrap_or_default();
    match (record.status, &options.file, source.object()) {
        (RunStatus::Failed, Some(file), _) => {
            let again = installation.command(&format!("sync {}{of_source}", quoted(file)));
            render::say(&format!("Then run again: {again}"));
        }
        (RunStatus::Failed, None, Some(object)) => {
            let again = installation.command(&format!("sync FILE{of_source}"));
            render::say(&format!("To drop a file as {object} and run again: {again}"));
        }
        (RunStatus::Failed, None, None) => {
            let again = installation.command(&format!("sync{of_source}"));
            render::say(&format!("Then run again: {again}"));
        }
        (RunStatus::DryRun, Some(file), Some(object)) => {
            let apply = installation.command(&format!("sync {}{of_source}", quoted(file)));
            let file = file.display();
            render::say(&format!("{file} was only tried; {object} stays as it was. To apply it: {apply}"));
        }
        _ => {}
    }
}
