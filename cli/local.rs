//! One installation on this machine: a configuration, a data folder, and the shell that works on them.
//!
//! One process at a time may have a data folder: it is locked, so a run that is found unfinished is a dead one.

use crate::data_error::DataError;
use crate::embedded::{Servers, tables};
use crate::installation::{Installation, bucket_in, buckets_in};
use crate::private;
use crate::served;
use crate::show::render;
use crate::usage_error::{UsageError, refuse};
use anyhow::{Context as _, Result};
use rollcall_config::Config;
use rollcall_config::folders::CONFIG;
use rollcall_sync::Shell;
use rollcall_sync::shell::{CONFIG_OBJECT, ExportLimits, Limits};
use rollcall_sync::store::{Ledger, Names, Queues, Store};
use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Pages of a thousand entries that a step of an export reads.
const EXPORT_PAGES: usize = 20;

/// The shell on the embedded servers, and the lock on the data folder.
#[derive(Debug)]
pub struct Local {
    /// What the handlers are given.
    pub shell: Shell,
    /// The configuration, checked.
    pub config: Config,
    /// The embedded servers; they end with it.
    pub(crate) servers: Servers,
    _lock: Option<File>,
}

/// What a command opens the data folder for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To change something.
    Act,
    /// To look only: that works on a disk that is full or read-only, too.
    Look,
    /// To look at what is wrong with it: also where the database is lost.
    Examine,
    /// To mend what is wrong with it.
    Repair,
}

impl Purpose {
    /// Refuses what this purpose cannot be served on.
    async fn admit(self, shell: &Shell, config: &Config) -> Result<()> {
        match self {
            Self::Act | Self::Look => refuse_lost(shell, config).await,
            Self::Examine | Self::Repair => Ok(()),
        }
    }
}

impl Local {
    /// Opens the data folder, making it where there is none, and starts the servers on it.
    ///
    /// # Errors
    /// When the configuration has mistakes, another process is at work, or the folder cannot be used.
    pub async fn open(installation: &Installation) -> Result<Self> {
        Self::open_for(installation, Purpose::Act).await
    }

    /// Opens the data folder to look only: nothing has to be written for that.
    ///
    /// # Errors
    /// As [`Local::open`], but for a folder that cannot be written.
    pub async fn look(installation: &Installation) -> Result<Self> {
        Self::open_for(installation, Purpose::Look).await
    }

    /// Opens the data folder to look at what is wrong with it, or to repair that: also where the database is lost.
    ///
    /// # Errors
    /// As [`Local::open`], and [`Local::look`] where nothing is repaired.
    pub async fn examine(installation: &Installation, is_repair: bool) -> Result<Self> {
        Self::open_for(installation, if is_repair { Purpose::Repair } else { Purpose::Examine }).await
    }

    async fn open_for(installation: &Installation, purpose: Purpose) -> Result<Self> {
        if let Some(served) = installation.served() {
            refuse!(
                "`rollcall up` at {} has this data, and this needs it alone; end that one with Ctrl-C first",
                served.url
            );
        }
        if installation.is_remote() {
            refuse!("this command works on this machine only; leave --remote out");
        }
        let (text, config) = read_config(installation)?;
        let data = installation.data_folder();
        private::make(&data)?;
        let local = match (private::why_not_writable(&data), purpose) {
            (None, _) => Self::open_writable(installation, &data, text, config, purpose).await?,
            (Some(why), Purpose::Act | Purpose::Repair) => {
                return Err(DataError::new(private::not_writable(&data, &why)).into());
            }
            (Some(why), Purpose::Look | Purpose::Examine) => {
                let local = Self::open_as_it_is(&data, &text, config, &why).await?;
                purpose.admit(&local.shell, &local.config).await?;
                local
            }
        };
        Ok(local)
    }

    async fn open_writable(
        installation: &Installation,
        data: &Path,
        text: String,
        config: Config,
        purpose: Purpose,
    ) -> Result<Self> {
        let lock = File::create(data.join("lock"))
            .with_context(|| format!("making a lock in {}", data.display()))?;
        hold(&lock, data)?;
        served::withdraw(data);
        std::fs::create_dir_all(bucket_in(installation)).context("making the bucket's folder")?;
        let (servers, shell) = serve(open_database(data)?, data).await?;
        purpose.admit(&shell, &config).await?;
        let stored = shell.store.get_text(CONFIG_OBJECT).await;
        if stored.ok().flatten().as_ref() != Some(&text) {
            let put = shell.store.put_object(CONFIG_OBJECT, text.into_bytes()).await;
            put.map_err(rollcall_sync::Error::from).context("putting the configuration in place")?;
        }
        put_files_beside(installation, &config, &shell).await?;
        Ok(Self { shell, config, servers, _lock: Some(lock) })
    }

    /// Without writing anything there: the tables are copied, and the bucket is read as it lies there.
    async fn open_as_it_is(data: &Path, text: &str, config: Config, why: &std::io::Error) -> Result<Self> {
        let lock = match File::open(data.join("lock")) {
            Ok(lock) => hold(&lock, data).map(|()| Some(lock))?,
            // Nobody has ever been at work on it, or nobody could be.
            Err(_) => None,
        };
        let (servers, shell) = serve(copy_database(data)?, data).await?;
        let stored = shell.store.get_text(CONFIG_OBJECT).await.map_err(rollcall_sync::Error::from)?;
        let what = match stored {
            Some(stored) if stored != text => {
                "; the configuration in force is the one of the last command that could write"
            }
            Some(_) | None => "",
        };
        render::note(&format!("{}{what}", private::only_looking(data, why)));
        Ok(Self { shell, config, servers, _lock: lock })
    }
}

/// The licence as it is stored, and nothing put in place for it; none where nothing is stored, or it cannot be looked at.
pub(crate) async fn stored_licence(installation: &Installation) -> Option<Ledger> {
    let data = installation.data_folder();
    let lock = File::open(data.join("lock")).ok()?;
    hold(&lock, &data).ok()?;
    let is_there = path_of_database(&data).is_ok_and(|path| Path::new(&path).exists());
    let database = match private::why_not_writable(&data) {
        None if is_there => open_database(&data),
        None | Some(_) => copy_database(&data),
    };
    let (_servers, shell) = serve(database.ok()?, &data).await.ok()?;
    shell.store.seats().await.ok()
}

/// The servers on a database and the buckets of a data folder, and the shell that reaches them.
async fn serve(database: dynoxide::Database, data: &Path) -> Result<(Servers, Shell)> {
    let servers = Servers::start(database, &buckets_in(data)).map_err(DataError::of)?;
    let dynamo = aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build());
    tables::create_missing(&dynamo).await.map_err(DataError::of)?;
    let s3 = aws_sdk_s3::Client::from_conf(servers.s3().build());
    let store = Store::new(dynamo, s3, Names::local());
    #[cfg(feature = "aws")]
    let store = store.with_secrets(rollcall_aws::secrets().await);
    // Other work of this process has its turn between the steps of an export.
    let exports = ExportLimits { pages: Some(EXPORT_PAGES), ..ExportLimits::default() };
    let shell = Shell::new(store, Queues::local()).with_limits(Limits { exports, ..Limits::default() });
    Ok((servers, shell))
}

/// After a command that did not do what it should: says where the disk is the cause.
pub(crate) fn tell_trouble(installation: &Installation) {
    let data = installation.data_folder();
    if !installation.is_remote()
        && data.is_dir()
        && let Some(why) = private::why_not_writable(&data)
    {
        render::note(&private::not_writable(&data, &why));
    }
}

/// Refuses a data folder whose database is gone while its bucket is there.
async fn refuse_lost(shell: &Shell, config: &Config) -> Result<()> {
    let sources: Vec<_> = config.sources.iter().map(|source| source.name.clone()).collect();
    match shell.store.refuse_lost_tables(&sources).await {
        Err(lost @ rollcall_sync::store::Error::TablesLost { .. }) => {
            Err(DataError::new(lost.to_string()).into())
        }
        // A command that needs what else cannot be read says so.
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Puts the files that the configuration names beside it, as they lie beside it here.
async fn put_files_beside(installation: &Installation, config: &Config, shell: &Shell) -> Result<()> {
    let certificates = config.sources.iter().filter_map(|source| {
        let name = source.ca_file()?;
        Some((name, format!("the `ca_file` of source {}", source.name)))
    });
    let adoptions =
        config.adoptions.iter().map(|name| (name.as_str(), String::from("the `file` of [adopt]")));
    for (name, what) in certificates.chain(adoptions) {
        let path = installation.config.with_file_name(name);
        let text = std::fs::read(&path)
            .with_context(|| UsageError::new(format!("reading {}, {what}", path.display())))?;
        let put = shell.store.put_object(&format!("{CONFIG}{name}"), text).await;
        put.map_err(rollcall_sync::Error::from).with_context(|| format!("putting {name} in place"))?;
    }
    Ok(())
}

/// The text of the configuration file, and what it says.
///
/// # Errors
/// When there is none, or it has mistakes: each with its line.
pub(crate) fn read_config(installation: &Installation) -> Result<(String, Config)> {
    let text = installation.config_text()?;
    match Config::parse(&text) {
        Ok(config) => Ok((text, config)),
        Err(mistakes) => {
            let mut list = String::from("the configuration has mistakes");
            for mistake in &mistakes {
                write!(list, "\n  {}", installation.locate(mistake))?;
            }
            refuse!("{list}")
        }
    }
}

fn hold(lock: &File, data: &Path) -> Result<()> {
    match lock.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            refuse!("another rollcall is at work on {}; wait until it is done", data.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("locking the data folder"),
    }
}

fn path_of_database(data: &Path) -> Result<String> {
    let path = data.join("dynamodb.sqlite");
    path.to_str().map(str::to_owned).context("the data folder's path must be UTF-8")
}

fn open_database(data: &Path) -> Result<dynoxide::Database> {
    let path = path_of_database(data)?;
    let opening = |error| DataError::new(format!("opening {path}: {error}"));
    let database = dynoxide::Database::new(&path).map_err(opening)?;
    // Without a sync to disk after each write: safe when the process dies, not when the power goes.
    database.enable_bulk_loading().map_err(opening)?;
    Ok(database)
}

/// The tables as they are, in a copy: SQLite keeps it in a temporary file without a name, however large they are.
fn copy_database(data: &Path) -> Result<dynoxide::Database> {
    let path = path_of_database(data)?;
    let opening = |error| DataError::new(format!("reading {path}: {error}"));
    let database = dynoxide::Database::new("").map_err(opening)?;
    if Path::new(&path).exists() {
        // What was written last stands in the log beside the file. Where there is none, SQLite must not make one.
        let log = std::fs::metadata(format!("{path}-wal")).map_or(0, |log| log.len());
        let plain = percent_encoding::utf8_percent_encode(&path, percent_encoding::NON_ALPHANUMERIC);
        let from = if log > 0 { path.clone() } else { format!("file:{plain}?immutable=1") };
        database.restore_from(&from).map_err(opening)?;
    }
    Ok(database)
}
