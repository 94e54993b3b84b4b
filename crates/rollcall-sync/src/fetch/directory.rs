//! Reads a directory page by page, and publishes all pages together or none (rules 23, 27).
//!
//! Each page is stored before the next is asked for, so another invocation can go on where this one stops. A listing that
//! runs in a circle, gives a page twice or has no end is an error.

use super::adds_up;
use crate::error::Error;
use crate::expiries;
use crate::run::progress::ProgressRecorder;
use crate::shell::{Progress, Shell};
use rollcall_config::folders::CONFIG;
use rollcall_config::{SourceConfig, SourceSettings};
use rollcall_sources::directory::{self, Access, Cursor, Directory, OnWait, Page, Secrets};
use rollcall_store::{Lease, PageRef, Reading, RunProgress, RunRecord, SnapshotRef, digest_of};

/// At most so many pages: a million people in five groups, on pages of a hundred. A directory has fewer; a listing with
/// more has no end.
const PAGES_MAX: usize = 50_000;

/// How often a listing may begin again before the run fails. The next run tries it again.
const RESTARTS_MAX: u32 = 5;

/// Reads the directory, or goes on where an earlier invocation stopped. `None` where another invocation must go on; the
/// run's record says where.
pub(super) async fn read(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    source: &SourceConfig,
) -> Result<Option<SnapshotRef>, Error> {
    let settings = &source.settings;
    run.expiries = expiries::of_source(source, None);
    // Secrets are only named in them.
    let digest = digest_of(&format!("{settings:?}"));
    let mut reading = match &run.reading {
        Some(key) => shell.store.reading(key).await?,
        None => Reading::new(digest.clone()),
    };
    if reading.settings != digest {
        // One half would be in scope by the old settings, the other by the new ones.
        let why = String::from("the configuration has changed since then");
        return Err(rollcall_sources::Error::Cursor(why).into());
    }
    let Some(mut directory) = open(shell, settings).await? else { return Ok(None) };
    let goes_on = reading.is_whole;
    if !goes_on {
        let is_over = list(shell, run, lease, &mut reading, directory.as_mut()).await;
        // A reading that fails has seen the server's certificate all the same.
        run.expiries = expiries::of_source(source, Some(directory.as_ref()));
        if !is_over? {
            return Ok(None);
        }
    }
    match adds_up::check(shell, source, directory.as_mut(), &reading).await {
        Ok(read) => run.read = Some(read),
        // The next invocation has time for it: it has nothing else to ask.
        Err(Error::Source(error)) if error.is_out_of_time() && !goes_on => return Ok(None),
        Err(error) => return Err(error),
    }
    if reading.pages().iter().all(|page| page.records == 0) {
        return Err(rollcall_sources::Error::Nobody.placed(settings.lines()).into());
    }
    Ok(Some(shell.store.publish_pages(lease, reading.pages()).await?))
}

/// Opens the directory with the secrets and certificates that its settings name.
pub(crate) async fn open(
    shell: &Shell,
    settings: &SourceSettings,
) -> Result<Option<Box<dyn Directory>>, Error> {
    let mut secrets = Secrets::default();
    for name in directory::secrets_of(settings) {
        secrets.insert(name.clone(), shell.store.secrets().read(name).await?);
    }
    let ca = match settings.ca_file() {
        Some(file) => {
            let key = format!("{CONFIG}{file}");
            let text = shell.store.get_text(&key).await?;
            Some(text.ok_or(rollcall_store::Error::NoSuchObject { key })?)
        }
        None => None,
    };
    let limits = shell.limits();
    let access = Access { secrets, ca, deadline: limits.reading_deadline(), patience: limits.patience };
    let listener = shell.clone();
    let on_wait = OnWait::new(move |wait| listener.tell(Progress::Waiting(wait)));
    Ok(rollcall_sources::open_directory_telling(settings, access, &on_wait)?)
}

/// Reads to the end, or as far as this invocation goes: then it answers `false`.
async fn list(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    reading: &mut Reading,
    directory: &mut dyn Directory,
) -> Result<bool, Error> {
    let mut pages = 0;
    let mut progress = ProgressRecorder::begin();
    let mut next = reading.next.as_deref().map(Cursor::from_text);
    // Whether the next invocation could go on here, if this one runs out of time.
    let mut can_hand_over = false;
    loop {
        let place = next.as_ref().map_or_else(String::new, |cursor| cursor.as_str().to_owned());
        let page = match directory.read(next.take()).await {
            // Without a place to hand over at, the next invocation would get no further than this one.
            Err(error) if error.is_out_of_time() && can_hand_over => return Ok(false),
            page => page?,
        };
        pages += 1;
        let may_hand_over = page.may_hand_over;
        next = page.next.clone();
        let of = directory.name_of(page.listing);
        store_page(shell, lease, reading, pages, &place, page, &of).await?;
        run.read_so_far = reading.pages().iter().map(|page| page.records).sum();
        progress.record(shell, &run.id, RunProgress::Read(run.read_so_far)).await?;
        shell.tell(Progress::Listed { records: run.read_so_far });
        can_hand_over = may_hand_over;
        if may_hand_over || reading.is_whole {
            run.reading = Some(shell.store.put_reading(lease, pages, reading).await?);
            shell.store.put_run(run, lease).await?;
            if shell.limits().is_enough_read(pages) {
                return Ok(false);
            }
        }
        if reading.is_whole {
            return Ok(true);
        }
    }
}

/// Stores a page, after checking that the listing can still be whole.
async fn store_page(
    shell: &Shell,
    lease: &Lease,
    reading: &mut Reading,
    number: usize,
    place: &str,
    page: Page,
    of: &str,
) -> Result<(), Error> {
    let Page { listing, is_first, records, next, tally, .. } = page;
    let tally = adds_up::stored_tally(&tally);
    // A listing that begins again is not read from the position that was asked for, and may lead there once more.
    let place = if is_first { "" } else { place };
    if is_first {
        reading.begin_listing(listing);
    }
    let kept = shell.store.put_page(lease, number, listing, place, records, tally).await?;
    let not_whole = |why: &str| {
        Error::Source(rollcall_sources::Error::NotWhole { of: of.to_owned(), why: why.to_owned() })
    };
    if reading.restarts() > RESTARTS_MAX {
        return Err(not_whole("it had to be begun anew too often"));
    }
    let is_same = |page: &&PageRef| page.listing == listing && page.records > 0 && page.people == kept.people;
    if kept.records > 0 && reading.pages().iter().any(|page| is_same(&page)) {
        return Err(not_whole("a page came twice"));
    }
    if reading.pages().len() >= PAGES_MAX {
        return Err(not_whole("it has no end"));
    }
    reading.push(kept);
    let next = next.map(|cursor| cursor.as_str().to_owned());
    if let Some(next) = &next {
        let place = digest_of(next);
        if reading.pages().iter().any(|page| page.listing == listing && page.place == place) {
            return Err(not_whole("its pages lead in a circle"));
        }
    }
    reading.is_whole = next.is_none();
    reading.next = next;
    Ok(())
}
