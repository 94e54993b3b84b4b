//! `rollcall init FILE`: writes a commented configuration for a file, and says how to try it (rule 48).

use crate::exit::Exit;
use crate::installation::{Installation, quoted};
use crate::show::render;
use crate::usage_error::{UsageError, refuse};
use anyhow::{Context as _, Result};
use clap::Args;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_trial::{Proposal, propose};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The CSV file that a directory or a personnel system has exported.
    file: PathBuf,
    /// Where the configuration is written; `-` is standard output [default: the file of --config].
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// The name of the source.
    #[arg(long, value_name = "NAME", default_value = "staff", value_parser = |text: &str| SourceName::parse(text))]
    source: SourceName,
    /// Replace a configuration that is there already.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    if !installation.is_here() {
        refuse!(
            "a configuration is written on this machine; leave --remote out, and put it in force with: rollcall config set FILE"
        );
    }
    let (mut file, bytes) = open(&options.file)?;
    let name = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let proposal = match propose(&mut file, bytes, &options.source, &name, now) {
        Ok(proposal) => proposal,
        Err(error) => {
            render::note(&format!("error: {}: {error}", options.file.display()));
            return Ok(Exit::SourceFailed);
        }
    };
    let out = options.out.as_deref().unwrap_or(&installation.config);
    if out == Path::new("-") {
        render::raw(proposal.text.as_bytes());
        return Ok(Exit::Done);
    }
    write(out, &proposal.text, options.force)?;
    let mut beside = installation.clone();
    out.clone_into(&mut beside.config);
    let next = [
        beside.command(&format!("check --file {}", quoted(&options.file))),
        beside.command(&format!("sync {} --dry-run", quoted(&options.file))),
    ];
    if installation.json {
        render::json(&json!({
            "written": out.display().to_string(),
            "export": proposal.export.map(|export| export.name),
            "rows": proposal.rows,
            "notes": proposal.notes,
            "next": next,
        }))?;
    } else {
        say(out, &proposal, &next);
    }
    Ok(Exit::Done)
}

fn say(out: &Path, proposal: &Proposal, next: &[String; 2]) {
    let rows = render::several(proposal.rows, "row", "rows");
    let what = proposal.export.map_or("no export that is known; look at each line", |export| export.title);
    render::say(&format!("{} is written ({rows}; {what}).", out.display()));
    for note in &proposal.notes {
        render::say(&format!("Look: {note}."));
    }
    let [check, dry_run] = next;
    render::say(&format!(
        "See what it makes of some people:\n  {check}\nThen see what a run would do; it changes nothing:\n  {dry_run}"
    ));
}

/// A plain file, and how long it is.
pub(crate) fn open(path: &Path) -> Result<(File, u64)> {
    let cannot = || UsageError::new(format!("the file {} cannot be read", path.display()));
    let file = File::open(path).with_context(cannot)?;
    let metadata = file.metadata().with_context(cannot)?;
    if !metadata.is_file() {
        refuse!("{} is not a plain file; write what it gives to one, and name that", path.display());
    }
    Ok((file, metadata.len()))
}

fn write(path: &Path, text: &str, is_forced: bool) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if is_forced {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let mut file = options.open(path).map_err(|error| {
        let path = path.display();
        UsageError::new(if error.kind() == ErrorKind::AlreadyExists {
            format!("{path} is there already, and is not overwritten; write elsewhere with --out PATH, or replace it with --force")
        } else {
            format!("{path} cannot be written: {error}; write elsewhere with --out PATH")
        })
    })?;
    file.write_all(text.as_bytes()).with_context(|| format!("writing {}", path.display()))
}
