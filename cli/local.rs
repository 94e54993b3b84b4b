//! One installation on this machine: a configuration, a data folder, and the shell that works on them.
//!
//! One process at a time may have a data folder: it is locked, so a run that is found unfinished is a dead one.

use crate::embedded::Servers;
use crate::tables;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use rollcall_config::Config;
use rollcall_sync::Shell;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{Names, Queues, Store};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Which installation a command is about.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The configuration.
    #[arg(long, global = true, value_name = "FILE", default_value = "rollcall.toml")]
    pub config: PathBuf,
    /// Where the data lies [default: .rollcall beside the configuration].
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The shell on the embedded servers, and the lock on the data folder.
#[derive(Debug)]
pub struct Local {
    /// What the handlers are given.
    pub shell: Shell,
    /// The configuration, checked.
    pub config: Config,
    _servers: Servers,
    _lock: File,
}

impl Local {
    /// Opens the data folder, making it where there is none, and starts the servers on it.
    ///
    /// # Errors
    /// When the configuration has mistakes, another process is at work, or the folder cannot be used.
    pub async fn open(place: &Place) -> Result<Self> {
        let text = read_config(&place.config)?;
        let config = Config::parse(&text).map_err(rollcall_sync::Error::Configuration)?;
        let data = place.data_folder();
        std::fs::create_dir_all(&data)
            .with_context(|| format!("making the data folder {}", data.display()))?;
        let lock = lock(&data)?;
        let names = Names::local();
        let buckets = data.join("s3");
        std::fs::create_dir_all(buckets.join(&names.bucket)).context("making the bucket's folder")?;
        let servers = Servers::start(open_database(&data)?, &buckets).await?;
        let dynamo = aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build());
        tables::create_missing(&dynamo).await?;
        let s3 = aws_sdk_s3::Client::from_conf(servers.s3().build());
        let shell = Shell::new(Store::new(dynamo, s3, names), Queues::local());
        shell
            .store
            .put_object(CONFIG_OBJECT, text.into_bytes())
            .await
            .context("putting the configuration in place")?;
        Ok(Self { shell, config, _servers: servers, _lock: lock })
    }
}

impl Place {
    /// Where the data lies: as asked for, or beside the configuration.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        let beside = || self.config.parent().unwrap_or(Path::new("")).join(".rollcall");
        self.data.clone().unwrap_or_else(beside)
    }
}

/// The text of the configuration file.
///
/// # Errors
/// When it cannot be read.
pub fn read_config(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| {
        format!("reading the configuration {}; say where it is with --config", path.display())
    })
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
    let opening = |error| anyhow!("opening {path}: {error}");
    let database = dynoxide::Database::new(path).map_err(opening)?;
    // Without a sync to disk after each write: safe when the process dies, not when the power goes.
    database.enable_bulk_loading().map_err(|error| anyhow!("opening {path}: {error}"))?;
    Ok(database)
}
