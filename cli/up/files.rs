//! Files that change under a running installation: those dropped into the bucket, and the configuration.
//!
//! They are looked at every second; one that is still being written is left alone until it rests.

use crate::local::{Place, file_in};
use crate::{drive, render};
use rollcall_config::Config;
use rollcall_core::source::SourceName;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::{Error, Shell};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;

/// How often files are looked at.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);

/// Runs among which the last one of a source is looked for.
const RUNS_MAX: i32 = 100;

/// What tells whether a file has changed.
type Look = Option<(u64, SystemTime)>;

/// A watched file.
#[derive(Default)]
struct Watched {
    /// As it was when it was last acted on.
    known: Look,
    /// As it was a second ago.
    seen: Look,
}

impl Watched {
    /// Whether the file is another than the known one, and has rested since it was last looked at.
    fn has_changed(&mut self, now: Look) -> bool {
        let rests = self.seen == now;
        self.seen = now;
        if !rests || now.is_none() || now == self.known {
            return false;
        }
        self.known = now;
        true
    }
}

/// Syncs what is dropped, and reads the configuration again when it changes.
pub(super) async fn watch(shell: Shell, place: Place, wake: Arc<Notify>) {
    let mut configuration = Watched { known: look(&place.config), ..Watched::default() };
    let mut drops: BTreeMap<PathBuf, Watched> = BTreeMap::new();
    loop {
        tokio::time::sleep(LOOKED_AT_EVERY).await;
        if configuration.has_changed(look(&place.config))
            && let Err(error) = read_again(&shell, &place).await
        {
            render::complain(&error);
        }
        match look_at_drops(&shell, &place, &mut drops).await {
            Ok(true) => wake.notify_one(),
            Ok(false) => {}
            Err(error) => render::complain(&error),
        }
    }
}

/// Tells the fetch function of every file that was dropped. `false`: there is none.
async fn look_at_drops(
    shell: &Shell,
    place: &Place,
    drops: &mut BTreeMap<PathBuf, Watched>,
) -> anyhow::Result<bool> {
    // A configuration with mistakes names no files; whoever wrote it has been told.
    let Ok(config) = shell.config().await else { return Ok(false) };
    let mut is_any = false;
    for source in &config.sources {
        let Some(object) = source.object() else { continue };
        let path = file_in(place, object);
        let now = look(&path);
        if !drops.contains_key(&path) {
            let last = last_begun(shell, &source.name).await?;
            // What lay there when the source was last read is not new; what was dropped since then is.
            let known = now.filter(|(_, changed)| last.is_some_and(|last| millis(*changed) <= last));
            drops.insert(path.clone(), Watched { known, seen: None });
        }
        let is_known = drops.get_mut(&path).is_some_and(|watched| !watched.has_changed(now));
        if !is_known {
            rollcall_fetch::handle(drive::s3_event(&[object]), shell).await?;
            is_any = true;
        }
    }
    Ok(is_any)
}

/// When the newest run of a source began, among the newest runs of all.
async fn last_begun(shell: &Shell, source: &SourceName) -> anyhow::Result<Option<i64>> {
    let now = shell.now();
    let runs = shell.store.newest_runs(RUNS_MAX, None, now).await.map_err(Error::from)?.runs;
    // A clock that was wrong has begun no reading of what was dropped since.
    let last = runs.iter().find(|run| run.source == *source && !run.dry_run && run.started_at <= now);
    Ok(last.map(|run| run.started_at.as_millis()))
}

/// Puts the configuration in place if it has no mistakes; otherwise says which it has.
async fn read_again(shell: &Shell, place: &Place) -> anyhow::Result<()> {
    let text = place.config_text()?;
    if shell.store.get_text(CONFIG_OBJECT).await.map_err(Error::from)?.as_ref() == Some(&text) {
        return Ok(());
    }
    match Config::parse(&text) {
        Ok(_) => {
            shell.store.put_object(CONFIG_OBJECT, text.into_bytes()).await.map_err(Error::from)?;
            render::note(&format!("{} has changed, and counts from now on", place.config.display()));
        }
        Err(mistakes) => {
            render::note("the configuration has mistakes; the one before still counts");
            for mistake in &mistakes {
                render::note(&format!("  {}", place.locate(mistake)));
            }
        }
    }
    Ok(())
}

/// Whether the file says something else than the configuration in force: it is being written, or has mistakes.
pub(super) async fn is_ahead(shell: &Shell, place: &Place) -> anyhow::Result<bool> {
    let stored = shell.store.get_text(CONFIG_OBJECT).await.map_err(Error::from)?;
    Ok(place.config_text().ok() != stored)
}

/// Writes the configuration that was set over the API into its file, so that it counts after the next start, too.
pub(super) async fn write_back(shell: &Shell, place: &Place) -> anyhow::Result<()> {
    let text = shell.store.get_text(CONFIG_OBJECT).await.map_err(Error::from)?.unwrap_or_default();
    let folder = place.config.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(&place.config)?;
    Ok(())
}

fn look(path: &Path) -> Look {
    let of = std::fs::metadata(path).ok()?;
    Some((of.len(), of.modified().ok()?))
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
