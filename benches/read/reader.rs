//! The process that reads: a source alone, its pages thrown away; or the whole fetch step of a run, published.

use crate::cases::Site;
use crate::clock::own_seconds;
use crate::usage::peak_bytes;
use anyhow::{Context as _, Result, bail};
use rollcall::embedded::Servers;
use rollcall::embedded::tables;
use rollcall::events;
use rollcall_config::Config;
use rollcall_sources::directory::{self, Access, Secrets};
use rollcall_sync::Shell;
use rollcall_sync::shell::{CONFIG_OBJECT, Patience, Progress};
use rollcall_sync::store::{Names, Queues, Store};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Every page is read and understood, and that is all.
    Source,
    /// As in a run: every page is kept, then all are merged and published.
    Fetch,
}

/// What it took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// How many records there were.
    pub(crate) records: u64,
    /// From the first request to the last page kept.
    pub(crate) reading_seconds: f64,
    /// From there until the snapshot is published.
    pub(crate) publishing_seconds: f64,
    /// Of all of that, how long this process worked, on however many processors.
    pub(crate) own_seconds: f64,
    /// The most that it ever had in memory.
    pub(crate) peak_bytes: u64,
}

impl Way {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Source => "source alone",
            Self::Fetch => "fetch",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        [Self::Source, Self::Fetch].into_iter().find(|way| way.name() == name)
    }
}

pub(crate) async fn read(way: Way, site: &Site) -> Result<Measured> {
    match way {
        Way::Source => source_alone(site).await,
        Way::Fetch => fetch(site).await,
    }
}

async fn source_alone(site: &Site) -> Result<Measured> {
    let config = Config::parse(&site.config).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
    let settings = &config.sources.first().context("no source")?.settings;
    let folder = tempfile::tempdir()?;
    let (shell, _servers) = shell(site, folder.path()).await?;
    let mut secrets = Secrets::default();
    for name in directory::secrets_of(settings) {
        secrets.insert(name.clone(), shell.store.secrets().read(name).await?);
    }
    let ca = match settings.ca_file() {
        Some(file) => shell.store.get_text(&format!("config/{file}")).await?,
        None => None,
    };
    let deadline = Instant::now() + Duration::from_secs(3600);
    let access = Access { secrets, ca, deadline, patience: Patience::default() };
    let mut directory =
        rollcall_sources::open_directory(settings, access)?.context("a file is not asked for pages")?;
    let own = own_seconds();
    let begun = Instant::now();
    let (mut records, mut next) = (0, None);
    loop {
        let page = directory.read(next).await?;
        records += page.records.len() as u64;
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok(Measured {
        records,
        reading_seconds: begun.elapsed().as_secs_f64(),
        publishing_seconds: 0.0,
        own_seconds: own_seconds() - own,
        peak_bytes: peak_bytes()?,
    })
}

/// The first message of a run: everything that the fetch function does in one invocation.
async fn fetch(site: &Site) -> Result<Measured> {
    let folder = tempfile::tempdir()?;
    let (shell, _servers) = shell(site, folder.path()).await?;
    let last_page = Arc::new(Mutex::new((Instant::now(), None)));
    let seen = Arc::clone(&last_page);
    let shell = shell.with_progress(move |progress| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Progress::Reading | Progress::Listed { .. } => seen.0 = Instant::now(),
            Progress::Published { records } => seen.1 = Some((Instant::now(), records)),
            Progress::Waiting(_) | Progress::Comparing { .. } | Progress::Committing { .. } => {}
        }
    });
    rollcall_fetch::handle(events::schedule_event(), &shell).await?;
    let message = shell.queues.take().context("no run was begun")?;
    let own = own_seconds();
    let begun = Instant::now();
    rollcall_fetch::handle(events::queue_event(&message), &shell).await?;
    let own_seconds = own_seconds() - own;
    let (last_page, published) = *last_page.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((published, records)) = published else {
        let runs = rollcall_api::newest_run::all_runs(&shell).await?;
        bail!("nothing was published: {:?}", runs.first().and_then(|run| run.error.as_deref()))
    };
    Ok(Measured {
        records,
        reading_seconds: (last_page - begun).as_secs_f64(),
        publishing_seconds: (published - last_page).as_secs_f64(),
        own_seconds,
        peak_bytes: peak_bytes()?,
    })
}

async fn shell(site: &Site, folder: &std::path::Path) -> Result<(Shell, Servers)> {
    let (buckets, names) = (folder.join("s3"), Names::local());
    std::fs::create_dir_all(buckets.join(&names.bucket))?;
    let servers = Servers::start(dynoxide::Database::memory()?, &buckets)?;
    let dynamo = aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build());
    let s3 = aws_sdk_s3::Client::from_conf(servers.s3().build());
    tables::create_missing(&dynamo).await?;
    let shell = Shell::new(Store::new(dynamo, s3, names), Queues::local());
    shell.store.put_object(CONFIG_OBJECT, site.config.as_bytes().to_vec()).await?;
    for (key, file) in &site.objects {
        // From the disk: the memory that is measured is not to hold it.
        shell.store.put_file(key, std::fs::File::open(file)?).await?;
    }
    Ok((shell, servers))
}
