//! The installation that a command is about: its configuration and its data folder on this machine, or the address of its
//! API. On the ground floor of this program: everything else names it.

use crate::served::Served;
use crate::usage_error::UsageError;
use anyhow::Result;
use clap::Args;
use rollcall_config::Mistake;
use rollcall_sync::store::Names;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The configuration's name where none is given.
const CONFIG_FILE: &str = "rollcall.toml";

/// Which installation a command is about.
#[derive(Debug, Clone, Args)]
pub struct Installation {
    /// The configuration; where it is left out, `ROLLCALL_CONFIG` may name it.
    #[arg(long, global = true, value_name = "FILE", default_value_os_t = named_config(), display_order = 100)]
    pub config: PathBuf,
    /// Where the data lies [default: .rollcall beside the configuration].
    #[arg(long, global = true, value_name = "DIR", display_order = 101)]
    pub data: Option<PathBuf>,
    /// A deployed installation instead, by the address of its API; `ROLLCALL_TOKEN` has the token.
    #[arg(long, global = true, value_name = "URL", display_order = 103, conflicts_with_all = ["config", "data"])]
    pub remote: Option<String>,
    /// The `rollcall up` that has the data folder now.
    #[arg(skip)]
    served: Option<Served>,
    /// Print JSON for programs.
    #[arg(long, global = true, display_order = 102)]
    pub json: bool,
}

impl Installation {
    /// The same, reached through `rollcall up` where that has the data folder.
    #[must_use]
    pub(crate) fn reached(mut self) -> Self {
        if self.remote.is_none() {
            self.served = Served::find(&self.data_folder());
        }
        self
    }

    /// Whether another process answers: a deployed installation, or the `rollcall up` of this one.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.remote.is_some() || self.served.is_some()
    }

    /// Whether its files lie on this machine.
    #[must_use]
    pub(crate) fn is_here(&self) -> bool {
        self.remote.is_none()
    }

    /// The `rollcall up` that has the data folder.
    pub(crate) fn served(&self) -> Option<&Served> {
        self.served.as_ref()
    }

    /// The text of the configuration file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn config_text(&self) -> Result<String> {
        let file = self.config.display();
        let bytes = std::fs::read(&self.config).map_err(|error| {
            if error.kind() == ErrorKind::NotFound {
                UsageError::new(format!(
                    "there is no configuration at {file}; say where it is with --config FILE, or have one written for your \
                     file: rollcall init FILE"
                ))
            } else {
                UsageError::new(format!("the configuration {file} cannot be read: {error}"))
            }
        })?;
        Ok(String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            UsageError::new(format!("{file}:{line}: is not UTF-8; save the file as UTF-8"))
        })?)
    }

    /// A mistake in the configuration with its place, as editors understand it: `rollcall.toml:3: ...`.
    #[must_use]
    pub fn locate(&self, mistake: &Mistake) -> String {
        let line = mistake.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}: {}", self.config.display(), mistake.what)
    }

    /// A command for the person to type, about this very installation.
    #[must_use]
    pub fn command(&self, command: &str) -> String {
        let mut line = format!("rollcall {command}");
        if let Some(url) = &self.remote {
            return format!("{line} --remote {url}");
        }
        if self.config != Path::new(CONFIG_FILE) {
            line = format!("{line} --config {}", quoted(&self.config));
        }
        if let Some(data) = &self.data {
            line = format!("{line} --data {}", quoted(data));
        }
        line
    }

    /// Where the data lies: as asked for, or beside the configuration.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        let beside = || self.config.parent().unwrap_or(Path::new("")).join(".rollcall");
        self.data.clone().unwrap_or_else(beside)
    }
}

/// The configuration where the command line names none: a default, so that it does not stand against `--remote`.
fn named_config() -> PathBuf {
    let named = std::env::var_os("ROLLCALL_CONFIG").filter(|name| !name.is_empty());
    named.map_or_else(|| PathBuf::from(CONFIG_FILE), PathBuf::from)
}

pub(crate) fn buckets_in(data: &Path) -> PathBuf {
    data.join("s3")
}

/// The folder that is the bucket.
pub(crate) fn bucket_in(installation: &Installation) -> PathBuf {
    buckets_in(&installation.data_folder()).join(Names::local().bucket)
}

/// Where an object of the bucket lies on this machine.
pub(crate) fn file_in(installation: &Installation, object: &str) -> PathBuf {
    bucket_in(installation).join(object)
}

/// A path as a shell takes it.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
