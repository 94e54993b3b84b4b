//! `rollcall completion SHELL` and `rollcall man DIR`: made from the parser, so they know every option that there is.

use crate::Arguments;
use crate::exit::Exit;
use crate::show::render;
use crate::usage_error::UsageError;
use anyhow::{Context as _, Result};
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CompletionOptions {
    /// The shell that is to complete.
    shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManOptions {
    /// The folder that gets a page for every command.
    folder: PathBuf,
}

/// Prints what the shell is to read at its start.
pub(crate) fn completion(options: &CompletionOptions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "rollcall", &mut script);
    render::raw(&script);
    Exit::Done
}

/// Writes a page for every command.
pub(crate) fn man(options: &ManOptions) -> Result<Exit> {
    let writing = || UsageError::new(format!("writing into {}", options.folder.display()));
    std::fs::create_dir_all(&options.folder).with_context(writing)?;
    clap_mangen::generate_to(Arguments::command(), &options.folder).with_context(writing)?;
    render::say(&format!("man -l {}", options.folder.join("rollcall.1").display()));
    Ok(Exit::Done)
}
