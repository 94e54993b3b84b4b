//! One installation on this machine: a configuration, a data folder, and the shell that works on them.
//!
//! One process at a time may have a data folder: it is locked, so a run that is found unfinished is a dead one.

use crate::embedded::Servers;
use crate::tables;
use crate::unsound::Unsound;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use rollcall_config::{Config, Mistake};
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Names, Queues, Store};
use std::fmt::Write as _;
use std::fs::{DirBuilder, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The configuration's name where none is given.
const CONFIG_FILE: &str = "rollcall.toml";

/// Which installation a command is about.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The configuration.
    #[arg(long, global = true, value_name = "FILE", default_value = CONFIG_FILE, display_order = 100)]
    pub config: PathBuf,
    /// Where the data lies [default: .rollcall beside the configuration].
    #[arg(long, global = true, value_name = "DIR", display_order = 101)]
    pub data: Option<PathBuf>,
    /// A deployed installation instead, by the address of its API; `ROLLCALL_TOKEN` has the token.
    #[arg(long, global = true, value_name = "URL", display_order = 103, conflicts_with_all = ["config", "data"])]
    pub remote: Option<String>,
    /// Print JSON for programs.
    #[arg(long, global = true, display_order = 102)]
    pub json: bool,
}

/// The shell on the embedded servers, and the lock on the data folder.
#[derive(Debug)]
pub struct Local {
    /// What the handlers are given.
    pub shell: Shell,
    /// The configuration, checked.
    pub config: Config,
    /// The embedded servers; they end with it.
    pub(crate) servers: Servers,
    _lock: File,
}

impl Local {
    /// Opens the data folder, making it where there is none, and starts the servers on it.
    ///
    /// # Errors
    /// When the configuration has mistakes, another process is at work, or the folder cannot be used.
    pub async fn open(place: &Place) -> Result<Self> {
        Self::open_if(place, true).await
    }

    /// The same, to look at what is wrong with it: also where the database is lost.
    ///
    /// # Errors
    /// As [`Local::open`].
    pub async fn open_to_examine(place: &Place) -> Result<Self> {
        Self::open_if(place, false).await
    }

    async fn open_if(place: &Place, must_be_whole: bool) -> Result<Self> {
        if place.remote.is_some() {
            bail!("this command works on this machine only; leave --remote out");
        }
        let (text, config) = read_config(place)?;
        let data = place.data_folder();
        make_private(&data).with_context(|| format!("making the data folder {}", data.display()))?;
        let lock = lock(&data)?;
        let names = Names::local();
        let buckets = buckets_in(&data);
        std::fs::create_dir_all(buckets.join(&names.bucket)).context("making the bucket's folder")?;
        let servers = Servers::start(open_database(&data)?, &buckets).await.map_err(Unsound::of)?;
        let dynamo = aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build());
        tables::create_missing(&dynamo).await.map_err(Unsound::of)?;
        let s3 = aws_sdk_s3::Client::from_conf(servers.s3().build());
        let shell = Shell::new(Store::new(dynamo, s3, names), Queues::local());
        if must_be_whole {
            refuse_lost(&shell, &config).await?;
        }
        shell
            .store
            .put_object(CONFIG_OBJECT, text.into_bytes())
            .await
            .map_err(rollcall_sync::Error::from)
            .context("putting the configuration in place")?;
        put_files_beside(place, &config, &shell).await?;
        Ok(Self { shell, config, servers, _lock: lock })
    }
}

/// Refuses a data folder whose database is gone while its bucket is there.
async fn refuse_lost(shell: &Shell, config: &Config) -> Result<()> {
    let sources: Vec<_> = config.sources.iter().map(|source| source.name.clone()).collect();
    match shell.store.refuse_lost_tables(&sources).await {
        Err(lost @ rollcall_sync::store::Error::TablesLost { .. }) => {
            Err(Unsound::new(lost.to_string()).into())
        }
        // Whoever needs what else cannot be read says so.
        Ok(()) | Err(_) => Ok(()),
    }
}

impl Place {
    /// Whether a deployed installation is meant.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    /// The text of the configuration file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn config_text(&self) -> Result<String> {
        let file = self.config.display();
        let bytes = std::fs::read(&self.config).map_err(|error| {
            if error.kind() == ErrorKind::NotFound {
                anyhow!(
                    "there is no configuration at {file}; say where it is with --config FILE, or begin with a copy of \
                     examples/quickstart/rollcall.toml"
                )
            } else {
                anyhow!("the configuration {file} cannot be read: {error}")
            }
        })?;
        String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            anyhow!("{file}:{line}: is not UTF-8; save the file as UTF-8")
        })
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

/// Makes the folder, with those above it, for its owner only: names and addresses of people lie in it.
fn make_private(data: &Path) -> std::io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(data)
}

fn buckets_in(data: &Path) -> PathBuf {
    data.join("s3")
}

/// Where an object of the bucket lies on this machine.
pub(crate) fn file_in(place: &Place, object: &str) -> PathBuf {
    buckets_in(&place.data_folder()).join(Names::local().bucket).join(object)
}

/// Puts the files that the configuration names beside it, as they lie beside it here.
async fn put_files_beside(place: &Place, config: &Config, shell: &Shell) -> Result<()> {
    let certificates = config.sources.iter().filter_map(|source| {
        let name = source.ca_file()?;
        Some((name, format!("the `ca_file` of source {}", source.name)))
    });
    let adoptions =
        config.adoptions.iter().map(|name| (name.as_str(), String::from("the `file` of [adopt]")));
    for (name, what) in certificates.chain(adoptions) {
        let path = place.config.with_file_name(name);
        let text = std::fs::read(&path).with_context(|| format!("reading {}, {what}", path.display()))?;
        let put = shell.store.put_object(&format!("config/{name}"), text).await;
        put.map_err(rollcall_sync::Error::from).with_context(|| format!("putting {name} in place"))?;
    }
    Ok(())
}

/// The text of the configuration file, and what it says.
///
/// # Errors
/// When there is none, or it has mistakes: each with its line.
fn read_config(place: &Place) -> Result<(String, Config)> {
    let text = place.config_text()?;
    match Config::parse(&text) {
        Ok(config) => Ok((text, config)),
        Err(mistakes) => {
            let mut list = String::from("the configuration has mistakes");
            for mistake in &mistakes {
                write!(list, "\n  {}", place.locate(mistake))?;
            }
            bail!(list)
        }
    }
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

fn lock(data: &Path) -> Result<File> {
    let path = data.join("lock");
    let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another rollcall is at work on {}; wait until it is done", data.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("locking the data folder"),
    }
}

fn open_database(data: &Path) -> Result<dynoxide::Database> {
    let path = data.join("dynamodb.sqlite");
    let path = path.to_str().context("the data folder's path must be UTF-8")?;
    let opening = |error| Unsound::new(format!("opening {path}: {error}"));
    let database = dynoxide::Database::new(path).map_err(opening)?;
    // Without a sync to disk after each write: safe when the process dies, not when the power goes.
    database.enable_bulk_loading().map_err(opening)?;
    Ok(database)
}
