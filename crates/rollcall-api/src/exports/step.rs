//! One step of an export: reads the audit log, or the accounts, page by page from where the step before has ended, and uploads a
//! part of the file whenever there is enough for one. What is left over at the end of a step lies in an object of its own, the tail.
//!
//! Promises bounded memory (a part, and a page above it), and the same file however often a step dies: pages end at the same
//! entries each time, and parts end only with pages. The record names a place only after what comes before it is stored.

use super::account_rows::{self, Places};
use super::{accounts_filter_of, filter_of, key_of, rows};
use crate::accounts::list::{self, Filter};
use crate::audit::query::AuditQuery;
use crate::error::Error;
use rollcall_config::folders::EXPORTS;
use rollcall_sync::Shell;
use rollcall_sync::store::{Direction, ExportPosition, ExportRecord, ExportState, Upload};
use std::time::Instant;

/// Parts of a file (S3).
const PARTS_MAX: u32 = 10_000;

/// After so many parts they become larger by the size of the first one, so that 10,000 of them hold more than 400 GB.
const PARTS_OF_A_SIZE: usize = 1000;

/// How often a file is begun again whose upload is lost.
const BEGUN_AGAIN_MAX: u32 = 3;

/// When a step ends that has not come to the end of the file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// At this time.
    Time(Instant),
    /// When the invocation has little time left.
    Late,
}

/// Where the rows come from.
enum Pages<'a> {
    Audit(AuditQuery<'a>),
    Accounts(Filter, Places),
}

/// An export that is being made.
struct Making<'a> {
    shell: &'a Shell,
    /// The record as it was last stored, but for `rows`.
    export: ExportRecord,
    /// How far it is.
    place: ExportPosition,
    /// Rows in the file up to `place`.
    rows: u64,
    /// The rows behind the last part.
    file: Vec<u8>,
    /// The tail of the step before, until no record names it.
    old_tail: Option<String>,
    noted: Instant,
}

/// Works on an export that this invocation has taken up. Answers with its record as it is stored at the end of the step; none
/// where another invocation has taken its place, or it was deleted.
pub(super) async fn work(
    shell: &Shell,
    export: ExportRecord,
    until: Until,
) -> Result<Option<ExportRecord>, Error> {
    let ExportState::Making(place) = export.state.clone() else { return Ok(Some(export)) };
    let (rows, old_tail) = (place.rows, place.tail.clone());
    let mut making = Making { shell, export, place, rows, file: Vec::new(), old_tail, noted: Instant::now() };
    if let Some(tail) = &making.old_tail {
        match shell.store.get_text(tail).await? {
            Some(text) => making.file = text.into_bytes(),
            None => return making.begin_again().await,
        }
    }
    making.go_on(until).await
}

impl Making<'_> {
    async fn go_on(mut self, until: Until) -> Result<Option<ExportRecord>, Error> {
        let audit = filter_of(&self.export.filter);
        let mut pages_of = match &self.export.accounts {
            None => Pages::Audit(AuditQuery::of(self.shell, &audit).await?),
            Some(filter) => Pages::Accounts(accounts_filter_of(filter), Places::default()),
        };
        if self.place.position.is_none() {
            self.begin_file()?;
        }
        let page_entries = self.shell.limits().exports.page_entries;
        for pages in 0.. {
            // Never before the first page: a step that reads nothing would be followed by another that reads nothing.
            if pages > 0 && self.is_enough(pages, until) {
                return self.leave().await;
            }
            self.place.position = self.write_page(&mut pages_of, page_entries).await?;
            if self.place.position.is_none() {
                break;
            }
            let is_kept = if self.file.len() >= self.part_bytes() {
                if self.upload_part().await? == Upload::Lost {
                    return self.begin_again().await;
                }
                self.save().await?
            } else {
                self.note().await?
            };
            if !is_kept {
                return Ok(None);
            }
        }
        rows::end(self.export.format, &mut self.file);
        self.finish().await
    }

    fn begin_file(&mut self) -> Result<(), Error> {
        match self.export.accounts {
            None => rows::begin(self.export.format, &mut self.file),
            Some(_) => account_rows::begin(self.export.format, &mut self.file),
        }
    }

    /// Writes the next page. Answers with the place behind it, if there is more.
    async fn write_page(&mut self, pages: &mut Pages<'_>, entries: usize) -> Result<Option<String>, Error> {
        let (format, is_first, after) = (self.export.format, self.rows == 0, self.place.position.as_deref());
        match pages {
            Pages::Audit(query) => {
                let page = query.page(after, entries).await?;
                rows::write(format, &page.entries, is_first, &mut self.file)?;
                self.rows += page.entries.len() as u64;
                Ok(page.next)
            }
            Pages::Accounts(filter, places) => {
                let page = list::list(self.shell, filter, Direction::default(), after, entries).await?;
                places.read_for(self.shell, &page.accounts).await?;
                account_rows::write(format, &page.accounts, places, is_first, &mut self.file)?;
                self.rows += page.accounts.len() as u64;
                Ok(page.next)
            }
        }
    }

    fn is_enough(&self, pages: usize, until: Until) -> bool {
        let limits = self.shell.limits();
        let is_over = match until {
            Until::Time(time) => Instant::now() >= time,
            Until::Late => limits.is_late(),
        };
        is_over || limits.exports.pages.is_some_and(|most| pages >= most)
    }

    fn part_bytes(&self) -> usize {
        self.shell.limits().exports.part_bytes * (1 + self.place.parts as usize / PARTS_OF_A_SIZE)
    }

    async fn upload_part(&mut self) -> Result<Upload, Error> {
        let key = key_of(&self.export);
        let part = self.place.parts + 1;
        if part > PARTS_MAX {
            return Err(Error::TooMany);
        }
        let upload = match self.place.upload.take() {
            Some(upload) => upload,
            None => self.shell.store.begin_upload(&key).await?,
        };
        let file = std::mem::take(&mut self.file);
        let uploaded = self.shell.store.upload_part(&key, &upload, part, file).await?;
        self.place = ExportPosition {
            parts: part,
            upload: Some(upload),
            tail: None,
            rows: self.rows,
            ..std::mem::take(&mut self.place)
        };
        Ok(uploaded)
    }

    /// Puts the rows that are no part yet aside, for the next step.
    async fn leave(mut self) -> Result<Option<ExportRecord>, Error> {
        self.place.tail = None;
        if !self.file.is_empty() {
            let tail = format!("{EXPORTS}{}-tail-{}", self.export.id, self.export.epoch);
            self.shell.store.put_object(&tail, std::mem::take(&mut self.file)).await?;
            self.place.tail = Some(tail);
        }
        self.place.rows = self.rows;
        Ok(self.save().await?.then_some(self.export))
    }

    async fn finish(mut self) -> Result<Option<ExportRecord>, Error> {
        let key = key_of(&self.export);
        let bytes = if self.place.parts == 0 {
            let bytes = self.file.len() as u64;
            self.shell.store.put_object(&key, std::mem::take(&mut self.file)).await?;
            bytes
        } else {
            // The step before this one may have died right behind its upload.
            let mut bytes = self.shell.store.object_bytes(&key).await?;
            if bytes.is_none() && self.complete(&key).await? == Upload::Done {
                bytes = self.shell.store.object_bytes(&key).await?;
            }
            let Some(bytes) = bytes else { return self.begin_again().await };
            bytes
        };
        self.export.rows = self.rows;
        self.keep(ExportState::Done { bytes, at: self.shell.now() })
            .await
            .map(|kept| kept.then_some(self.export))
    }

    async fn complete(&mut self, key: &str) -> Result<Upload, Error> {
        if !self.file.is_empty() && self.upload_part().await? == Upload::Lost {
            return Ok(Upload::Lost);
        }
        let Some(upload) = &self.place.upload else { return Ok(Upload::Lost) };
        Ok(self.shell.store.complete_upload(key, upload, self.place.parts).await?)
    }

    /// Goes back to the beginning, because what was uploaded is not there any more.
    async fn begin_again(mut self) -> Result<Option<ExportRecord>, Error> {
        let begun_again = self.place.begun_again + 1;
        if begun_again > BEGUN_AGAIN_MAX {
            return Err(Error::FileLost);
        }
        self.place = ExportPosition { begun_again, ..ExportPosition::default() };
        self.rows = 0;
        Ok(self.save().await?.then_some(self.export))
    }

    /// Stores how far the export is.
    async fn save(&mut self) -> Result<bool, Error> {
        self.export.rows = self.rows;
        self.keep(ExportState::Making(self.place.clone())).await
    }

    /// Stores how many rows there are, for people who watch, where the last time was a while ago. The place stays.
    async fn note(&mut self) -> Result<bool, Error> {
        if self.noted.elapsed() < self.shell.limits().noted_every {
            return Ok(true);
        }
        self.export.rows = self.rows;
        let state = self.export.state.clone();
        self.keep(state).await
    }

    /// Stores the record in this state. `false` where another invocation has taken it up.
    async fn keep(&mut self, state: ExportState) -> Result<bool, Error> {
        self.noted = Instant::now();
        self.export.state = state;
        self.export.touched_at = self.shell.now();
        if !self.shell.store.save_export(&self.export).await? {
            tracing::info!(export.id = %self.export.id, "another invocation goes on with the export, or it was deleted");
            return Ok(false);
        }
        let is_named = match &self.export.state {
            ExportState::Making(place) => place.tail == self.old_tail,
            ExportState::Done { .. } | ExportState::Failed { .. } => false,
        };
        if !is_named && let Some(tail) = self.old_tail.take() {
            self.shell.store.delete_object(&tail).await?;
        }
        Ok(true)
    }
}
