//! Reads a directory page by page, each kept before the next is asked for, so that another invocation can go on where
//! this one stops; publishes all pages together, or none (product 23, 27).
//!
//! Promises that a listing that runs in a circle, gives a page twice or has no end is an error.

use crate::error::Error;
use crate::notes::Notes;
use crate::shell::{Progress, Shell};
use rollcall_config::SourceSettings;
use rollcall_sources::directory::{self, Access, Cursor, Directory, OnWait, Page, Secrets};
use rollcall_store::{Lease, PageRef, Reading, RunProgress, RunRecord, SnapshotRef, digest_of};

/// More pages than any directory has: a million people on pages of a hundred, in five groups.
const PAGES_MAX: usize = 50_000;

/// How often a listing may begin anew before the directory is left for another day.
const RESTARTS_MAX: u32 = 5;

/// `None` where another invocation must go on: the run says where.
pub(super) async fn read(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    settings: &SourceSettings,
) -> Result<Option<SnapshotRef>, Error> {
    // Secrets are only named in them.
    let digest = digest_of(&format!("{settings:?}"));
    let mut reading = match &run.reading {
        Some(key) => shell.store.reading(key).await?,
        None => Reading::new(digest.clone()),
    };
    if reading.settings != digest {
        // Half of it would be what was in scope then, half what is now.
        let why = String::from("the configuration was changed meanwhile");
        return Err(rollcall_sources::Error::Cursor(why).into());
    }
    if !reading.is_whole {
        let Some(mut directory) = open(shell, settings).await? else { return Ok(None) };
        let is_over = list(shell, run, lease, &mut reading, directory.as_mut()).await?;
        if !is_over {
            return Ok(None);
        }
    }
    if reading.pages.iter().all(|page| page.records == 0) {
        return Err(rollcall_sources::Error::Nobody.into());
    }
    Ok(Some(shell.store.publish_pages(lease, &reading.pages).await?))
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
        Some(file) => Some(
            shell
                .store
                .get_text(&format!("config/{file}"))
                .await?
                .ok_or_else(|| rollcall_store::Error::NoSuchObject { key: format!("config/{file}") })?,
        ),
        None => None,
    };
    let limits = shell.limits();
    let access = Access { secrets, ca, deadline: limits.reading_deadline(), patience: limits.patience };
    let teller = shell.clone();
    let on_wait = OnWait::new(move |wait| teller.tell(Progress::Waiting(wait)));
    Ok(directory::open_telling(settings, access, &on_wait)?)
}

/// Reads on to the end, or as far as this invocation goes: then it answers `false`.
async fn list(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    reading: &mut Reading,
    directory: &mut dyn Directory,
) -> Result<bool, Error> {
    let mut pages = 0;
    let mut notes = Notes::begin();
    let mut next = reading.next.as_deref().map(Cursor::from_text);
    // Where the next invocation could go on, if this one is left no time.
    let mut can_hand_over = false;
    loop {
        let place = next.as_ref().map_or_else(String::new, |cursor| cursor.as_str().to_owned());
        let page = match directory.read(next.take()).await {
            // Whoever has got nowhere would get nowhere the next time.
            Err(error) if error.is_out_of_time() && can_hand_over => return Ok(false),
            page => page?,
        };
        pages += 1;
        let may_hand_over = page.may_hand_over;
        next = page.next.clone();
        let of = directory.name_of(page.listing);
        keep(shell, lease, reading, pages, &place, page, &of).await?;
        run.read_so_far = reading.pages.iter().map(|page| page.records).sum();
        notes.note(shell, &run.id, RunProgress::Read(run.read_so_far)).await?;
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

/// Keeps a page, if it can be one.
async fn keep(
    shell: &Shell,
    lease: &Lease,
    reading: &mut Reading,
    number: usize,
    place: &str,
    page: Page,
    of: &str,
) -> Result<(), Error> {
    let Page { listing, is_first, records, next, .. } = page;
    // A listing that begins anew is not read from the place that was asked for, and may well lead there again.
    let place = if is_first { "" } else { place };
    if is_first {
        let before = reading.pages.len();
        reading.pages.retain(|page| page.listing != listing);
        reading.restarts += u32::from(reading.pages.len() < before);
    }
    let kept = shell.store.put_page(lease, number, listing, place, records).await?;
    let not_whole = |why: &str| {
        Error::Source(rollcall_sources::Error::NotWhole { of: of.to_owned(), why: why.to_owned() })
    };
    if reading.restarts > RESTARTS_MAX {
        return Err(not_whole("it had to be begun anew too often"));
    }
    let is_same = |page: &&PageRef| page.listing == listing && page.records > 0 && page.people == kept.people;
    if kept.records > 0 && reading.pages.iter().any(|page| is_same(&page)) {
        return Err(not_whole("a page came twice"));
    }
    if reading.pages.len() >= PAGES_MAX {
        return Err(not_whole("it has no end"));
    }
    reading.pages.push(kept);
    let next = next.map(|cursor| cursor.as_str().to_owned());
    if let Some(next) = &next {
        let place = digest_of(next);
        if reading.pages.iter().any(|page| page.listing == listing && page.place == place) {
            return Err(not_whole("its pages lead in a circle"));
        }
    }
    reading.is_whole = next.is_none();
    reading.next = next;
    Ok(())
}
