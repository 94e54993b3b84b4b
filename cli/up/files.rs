//! Files that change under a running installation: those dropped into the bucket, and the configuration.
//!
//! They are looked at every second. One that is still being written is left alone: until no process has it open for
//! writing, where the system tells that, and until its bytes have not changed for a while.

use crate::events;
use crate::folder::{Look, Tags, open_plain};
use crate::installation::{Installation, file_in};
use crate::show::render;
use crate::up::writers::is_being_written;
use anyhow::bail;
use rollcall_api::newest_run::newest_of;
use rollcall_config::Config;
use rollcall_config::object_pattern::{folder_of, is_pattern, is_read_by};
use rollcall_core::source::SourceName;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::RunRecord;
use rollcall_sync::{Error, Shell};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Notify;

/// How often files are looked at.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);

/// How long a dropped file must not have changed. A copy over a slow line pauses for seconds, and what has come by then may
/// end at the end of a row. A file that is renamed into place has rested before.
const DROPS_REST_FOR: Duration = Duration::from_secs(10);

/// A watched file.
#[derive(Default)]
struct Watched {
    /// As it was when it was last acted on.
    known: Option<Look>,
    /// As it was a second ago.
    seen: Option<Look>,
    /// Since when it is so.
    seen_since: Option<Instant>,
}

impl Watched {
    /// The file, if it is another than the known one, and has rested for so long.
    fn changed(&mut self, now: Option<Look>, rest: Duration) -> Option<Look> {
        if self.seen != now || self.seen_since.is_none() {
            (self.seen, self.seen_since) = (now, Some(Instant::now()));
            return None;
        }
        let has_rested = |look: &Look| {
            let since_change = SystemTime::now().duration_since(look.modified).unwrap_or_default();
            let since_seen = self.seen_since.map(|since| since.elapsed()).unwrap_or_default();
            since_change.max(since_seen) >= rest
        };
        now.filter(|look| now != self.known && has_rested(look))
    }
}

/// Says what is wrong once, not every second.
#[derive(Default)]
struct Complaints(String);

impl Complaints {
    fn hear(&mut self, result: Result<(), anyhow::Error>) {
        let text = result.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default();
        if let Err(error) = result
            && text != self.0
        {
            render::complain(&error);
        }
        self.0 = text;
    }
}

/// Syncs what is dropped, and reads the configuration again when it changes.
pub(super) async fn watch(shell: Shell, installation: Installation, wake: Arc<Notify>) {
    let mut configuration = Watched { known: Look::at(&installation.config), ..Watched::default() };
    let mut drops: BTreeMap<PathBuf, Watched> = BTreeMap::new();
    let (mut of_configuration, mut of_drops) = (Complaints::default(), Complaints::default());
    loop {
        tokio::time::sleep(LOOKED_AT_EVERY).await;
        if let Some(now) = configuration.changed(Look::at(&installation.config), Duration::ZERO) {
            let read = read_again(&shell, &installation).await;
            // What could not be done is tried again.
            configuration.known = read.as_ref().map_or(configuration.known, |()| Some(now));
            of_configuration.hear(read);
        }
        of_drops.hear(look_at_drops(&shell, &installation, &mut drops, &wake).await);
    }
}

/// Tells the fetch function of every file that was dropped.
async fn look_at_drops(
    shell: &Shell,
    installation: &Installation,
    drops: &mut BTreeMap<PathBuf, Watched>,
    wake: &Notify,
) -> anyhow::Result<()> {
    // A configuration with mistakes names no files; the person who wrote it has been told.
    let Ok(config) = shell.config().await else { return Ok(()) };
    let mut result = Ok(());
    for source in &config.sources {
        let Some(object) = source.object() else { continue };
        let Some(object) = file_of(installation, object) else { continue };
        // One file's trouble does not keep the others from being read.
        match look_at_drop(shell, &source.name, &object, &file_in(installation, &object), drops).await {
            Ok(true) => wake.notify_one(),
            Ok(false) => {}
            Err(error) => result = Err(error),
        }
    }
    result
}

/// The key of the file that counts: the one that is named, or the newest in the folder that fits the pattern.
fn file_of(installation: &Installation, object: &str) -> Option<String> {
    if !is_pattern(object) {
        return Some(object.to_owned());
    }
    let folder = folder_of(object);
    let files = std::fs::read_dir(file_in(installation, folder)).into_iter().flatten().flatten();
    let fitting = files.filter_map(|file| {
        let key = format!("{folder}{}", file.file_name().to_str()?);
        let look = Look::at(&file.path())?;
        is_read_by(object, &key).then_some((look.modified, key))
    });
    fitting.max().map(|(_, key)| key)
}

/// Tells the fetch function of a file, if it is another than the known one.
async fn look_at_drop(
    shell: &Shell,
    source: &SourceName,
    object: &str,
    path: &Path,
    drops: &mut BTreeMap<PathBuf, Watched>,
) -> anyhow::Result<bool> {
    let now = Look::at(path);
    if now.is_none() && path.exists() {
        bail!("{} is no plain file, so it is not read; put a file there", path.display());
    }
    let watched = match drops.entry(path.to_owned()) {
        Entry::Occupied(watched) => watched.into_mut(),
        Entry::Vacant(installation) => {
            // What was dropped while nobody watched is known by its bytes: times can be those of another file.
            let known = read_last(shell, source, path).await?;
            installation.insert(Watched { known, ..Watched::default() })
        }
    };
    let Some(now) = watched.changed(now, DROPS_REST_FOR) else { return Ok(false) };
    if is_being_written(path) {
        return Ok(false);
    }
    // What was sent through this program lies there, too: its run has read it.
    if was_read(shell, source, path, &now).await? {
        watched.known = Some(now);
        return Ok(false);
    }
    rollcall_fetch::handle(events::s3_event(&[object], None), shell).await?;
    watched.known = Some(now);
    Ok(true)
}

/// Whether the source's last run has read this very file: it has its bytes, and was put there before the run began, or by the
/// run.
async fn was_read(shell: &Shell, source: &SourceName, path: &Path, now: &Look) -> anyhow::Result<bool> {
    let Some(run) = newest_reader(shell, source).await? else { return Ok(false) };
    let last = if run.put_back.is_some() { run.finished_at } else { Some(run.started_at) };
    // To the millisecond.
    let millis = last.map_or(u64::MAX / 2, |last| last.as_millis().unsigned_abs() + 1);
    let last = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
    Ok(now.put_there() <= last && read_by(&run, path).await?.as_ref() == Some(now))
}

/// The file that lies there, if it is the one that the source's last run has read.
async fn read_last(shell: &Shell, source: &SourceName, path: &Path) -> anyhow::Result<Option<Look>> {
    match newest_reader(shell, source).await? {
        Some(run) => read_by(&run, path).await,
        None => Ok(None),
    }
}

/// The file that lies there, if it is the one that this run has read.
async fn read_by(run: &RunRecord, path: &Path) -> anyhow::Result<Option<Look>> {
    let Some(tag) = &run.read_tag else { return Ok(None) };
    // S3 writes it in quotation marks.
    let tag = tag.trim_matches('"').to_owned();
    let path = path.to_owned();
    let looking = tokio::task::spawn_blocking(move || {
        let Some(mut file) = open_plain(&path)? else { return Ok(None) };
        let look = Look::of(&file)?;
        Ok::<_, std::io::Error>(
            Some(look).filter(|_| Tags::default().of(&path, &mut file).is_ok_and(|of| of == tag)),
        )
    });
    Ok(looking.await??)
}

/// The newest run of a source that has read a file.
async fn newest_reader(shell: &Shell, source: &SourceName) -> anyhow::Result<Option<RunRecord>> {
    Ok(newest_of(shell, source, |run| !run.dry_run && run.read_tag.is_some()).await?)
}

/// Puts the configuration in place if it has no mistakes; otherwise says which it has.
async fn read_again(shell: &Shell, installation: &Installation) -> anyhow::Result<()> {
    let text = installation.config_text()?;
    if shell.store.get_text(CONFIG_OBJECT).await.map_err(Error::from)?.as_ref() == Some(&text) {
        return Ok(());
    }
    match Config::parse(&text) {
        Ok(_) => {
            shell.store.put_object(CONFIG_OBJECT, text.into_bytes()).await.map_err(Error::from)?;
            render::note(&format!("{} has changed, and counts from now on", installation.config.display()));
        }
        Err(mistakes) => {
            render::note("the configuration has mistakes; the one before still counts");
            for mistake in &mistakes {
                render::note(&format!("  {}", installation.locate(mistake)));
            }
        }
    }
    Ok(())
}

/// Whether the file says something else than the configuration in force: it is being written, or has mistakes.
pub(super) async fn is_ahead(shell: &Shell, installation: &Installation) -> anyhow::Result<bool> {
    let stored = shell.store.get_text(CONFIG_OBJECT).await.map_err(Error::from)?;
    Ok(installation.config_text().ok() != stored)
}

/// Writes the configuration that was set over the API into its file, so that it counts after the next start, too.
pub(super) async fn write_back(shell: &Shell, installation: &Installation) -> anyhow::Result<()> {
    let text = shell.store.get_text(CONFIG_OBJECT).await.map_err(Error::from)?.unwrap_or_default();
    let folder = installation.config.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(&installation.config)?;
    Ok(())
}
