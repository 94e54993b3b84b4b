//! The audit log page by page, newest first: what the HTTP API, the console, the command line and exports read (rule 31).
//!
//! Changes stand in the audit table, where each filter has an index: by account, by outcome, by run. What runs only
//! observed stands in their reports. One rule says what of it is shown, to every caller: of a run, or with an outcome
//! that is only observed, all of it; of a person, what the newest complete run of each source observed of them, but for
//! `unchanged`; otherwise none.

mod changes;
mod filter;
mod person;

use crate::error::Error;
use changes::{Changes, Of};
pub use filter::AuditFilter;
use person::Person;
pub(crate) use person::folded;
use rollcall_core::outcome::Outcome;
use rollcall_sync::Shell;
use rollcall_sync::store::{
    AuditEntry, CONFIGURATION_SET, EXPORTED, FILE_SENT, LEDGER_MENDED, LICENCE_SET, REMOVALS_DISMISSED,
    RUN_REQUESTED, Report, RunId, RunPosition, RunRecord,
};

/// No run takes longer, over all its invocations: what began earlier before a time has ended by then.
const RUN_MILLIS_MAX: i64 = 2 * 24 * 60 * 60 * 1000;

/// Changes that a page looks at before it is answered as it is, where no index has what is asked for.
const CHANGES_MAX: usize = 200;

/// Runs that a page over all of them looks at before it is answered as it is.
const ROUNDS_MAX: usize = 4;

/// Frames of a run's report, a thousand entries each, that a page looks at before it is answered as it is.
const FRAMES_MAX: usize = 128;

/// Entries of a frame.
const FRAME_ENTRIES: usize = 1000;

/// Comes before every change in the order of pages.
const NEWEST: &str = "~";

/// Some entries.
#[derive(Debug, Default)]
pub struct AuditPage {
    /// The entries. There may be few, or none, where another page follows all the same.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// Every word that an entry may have as its outcome.
pub fn outcomes() -> impl Iterator<Item = &'static str> {
    let settings = [LICENCE_SET, LEDGER_MENDED, CONFIGURATION_SET, FILE_SENT];
    let others = settings.into_iter().chain([RUN_REQUESTED, REMOVALS_DISMISSED, EXPORTED]);
    Outcome::of_runs().chain(Outcome::of_people()).map(Outcome::as_str).chain(others)
}

/// Whether runs write this outcome into their reports, not into the audit table, where nothing changed.
#[must_use]
pub fn is_observed(outcome: &str) -> bool {
    matches!(
        Outcome::from_word(outcome),
        Some(
            Outcome::Unchanged
                | Outcome::KeptAdminBlock
                | Outcome::SkippedDuplicate
                | Outcome::SkippedMissingKey
                | Outcome::SkippedDisabled
                | Outcome::SkippedScope
                | Outcome::Conflict
                | Outcome::Protected
                | Outcome::Held
                | Outcome::Error
        )
    )
}

/// A page of what fits, after this place.
///
/// # Errors
/// When the run does not exist, there is no such place, or the storage fails.
pub async fn page(
    shell: &Shell,
    filter: &AuditFilter,
    after: Option<&str>,
    limit: usize,
) -> Result<AuditPage, Error> {
    AuditQuery::of(shell, filter).await?.page(after, limit).await
}

/// A way through the audit log. Several pages of one query read no report twice.
pub struct AuditQuery<'a> {
    shell: &'a Shell,
    filter: &'a AuditFilter,
    person: Option<Person>,
    /// The report looked at last, if its run has one.
    report: Option<(RunId, Option<Report>)>,
    /// What has been read of changes.
    changes: Option<Changes>,
}

impl<'a> AuditQuery<'a> {
    /// The way through what fits.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn of(shell: &'a Shell, filter: &'a AuditFilter) -> Result<Self, Error> {
        let person = match &filter.user {
            None => None,
            Some(user) => Some(Person::find(shell, user).await?),
        };
        Ok(Self { shell, filter, person, report: None, changes: None })
    }

    /// As [`page()`].
    ///
    /// # Errors
    /// As [`page()`].
    pub async fn page(&mut self, after: Option<&str>, limit: usize) -> Result<AuditPage, Error> {
        let mut page = self.stored_page(after, limit).await?;
        for entry in &mut page.entries {
            // A directory has no lines.
            entry.line = entry.line.filter(|line| *line > 0);
        }
        Ok(page)
    }

    async fn stored_page(&mut self, after: Option<&str>, limit: usize) -> Result<AuditPage, Error> {
        if let Some(id) = &self.filter.run {
            let run = self.shell.store.run(id).await?;
            let run = run.ok_or_else(|| rollcall_sync::Error::NoSuchRun { run: id.clone() })?;
            let mut page = self.of_run(&run, after, limit).await?;
            page.entries.iter_mut().for_each(|entry| entry.dry_run = run.dry_run);
            return Ok(page);
        }
        match (self.filter.outcome.as_deref(), &self.person) {
            (Some(outcome), _) if is_observed(outcome) => self.of_runs(after, limit).await,
            (None, Some(_)) => self.of_person(after, limit).await,
            (Some(_), _) | (None, None) => self.of_changes(after, limit).await,
        }
    }

    /// What the newest complete run of each source observed of a person, then their changes, newest first.
    async fn of_person(&mut self, after: Option<&str>, limit: usize) -> Result<AuditPage, Error> {
        let mut page = AuditPage::default();
        let at = match after.map(|after| after.strip_prefix("seen|").ok_or(after)) {
            None => None,
            Some(Err(place)) => return self.of_changes(Some(place), limit).await,
            Some(Ok(seen)) => {
                let (id, number) = seen.split_once('|').ok_or(Error::NoSuchPlace)?;
                let id = RunId::parse(id).map_err(|_| Error::NoSuchPlace)?;
                let run = self.shell.store.run(&id).await?.ok_or(Error::NoSuchPlace)?;
                Some((run, number.parse().map_err(|_| Error::NoSuchPlace)?))
            }
        };
        let runs = person::newest_runs(self.shell, self.filter.source.as_deref()).await?;
        let later = runs.into_iter().filter(|run| at.as_ref().is_none_or(|(at, _)| run.source > at.source));
        let later: Vec<_> = later.map(|run| (run, 0)).collect();
        for (run, from) in at.into_iter().chain(later) {
            if !self.filter.may_be_of(&run) {
                continue;
            }
            if let Some(next) = self.observed(&run, from, &words_of_people(), limit, &mut page).await? {
                page.next = Some(format!("seen|{}|{next}", run.id));
                return Ok(page);
            }
        }
        if page.entries.len() == limit {
            page.next = Some(NEWEST.to_owned());
            return Ok(page);
        }
        let changes = self.of_changes(None, limit - page.entries.len()).await?;
        page.entries.extend(changes.entries);
        page.next = changes.next;
        Ok(page)
    }

    /// Changes, newest first.
    async fn of_changes(&mut self, after: Option<&str>, limit: usize) -> Result<AuditPage, Error> {
        let mut entries: Vec<AuditEntry> = Vec::new();
        let mut before = after.map_or_else(|| NEWEST.to_owned(), str::to_owned);
        let (mut wanted, mut left) = (limit + 1, CHANGES_MAX.max(limit + 1));
        while left > 0 {
            // Where every entry fits that is read, no more is read than is shown.
            let count = if self.filter.is_exact() { limit + 1 - entries.len() } else { wanted.min(left) };
            let read = self.newest(&before, count).await?;
            let is_over = read.len() < count;
            let last = read.last().map(AuditEntry::position);
            entries.extend(read.into_iter().filter(|entry| self.fits(entry)));
            if entries.len() > limit {
                entries.truncate(limit);
                let next = entries.last().map(AuditEntry::position);
                return Ok(AuditPage { entries, next });
            }
            let Some(last) = last.filter(|_| !is_over) else { return Ok(AuditPage { entries, next: None }) };
            before = last;
            (wanted, left) = (wanted * 2, left.saturating_sub(count));
        }
        Ok(AuditPage { entries, next: Some(before) })
    }

    /// The newest changes that an index gives, before this place.
    async fn newest(&mut self, before: &str, count: usize) -> Result<Vec<AuditEntry>, Error> {
        let kept = self.changes.take().filter(|changes| changes.lead_to(before));
        let changes = self
            .changes
            .insert(kept.unwrap_or_else(|| Changes::new(indexes(self.filter, self.person.as_ref()))));
        changes.newest(&self.shell.store, &self.filter.period, before, count).await
    }

    /// What a run changed, by outcome, then what it observed.
    async fn of_run(
        &mut self,
        run: &RunRecord,
        after: Option<&str>,
        limit: usize,
    ) -> Result<AuditPage, Error> {
        let mut page = AuditPage::default();
        let mut at = after.map(RunCursor::parse).transpose()?;
        let (mut wanted, mut left) = (limit + 1, CHANGES_MAX.max(limit + 1));
        while left > 0 {
            let after = match &at {
                None => None,
                Some(RunCursor::Changed { outcome, place }) => Some(RunPosition { outcome, position: place }),
                Some(RunCursor::Observed(_)) => break,
            };
            let outcome = self.filter.outcome.as_deref();
            // Where few entries fit, the page is short, and the next one goes on.
            let is_exact = self.filter.is_exact_of_run();
            let count = if is_exact { limit + 1 - page.entries.len() } else { wanted.min(left) };
            let some = i32::try_from(count).unwrap_or(i32::MAX);
            let read = self.shell.store.audit_of_run_from(&run.id, outcome, after, some).await?;
            let is_over = read.len() < count;
            for entry in read {
                if page.entries.len() == limit {
                    page.next = at.map(|at| at.to_string());
                    return Ok(page);
                }
                at = Some(RunCursor::Changed { outcome: entry.outcome.clone(), place: entry.position() });
                page.entries.extend(Some(entry).filter(|entry| self.fits(entry)));
            }
            if is_over {
                at = Some(RunCursor::Observed(0));
                break;
            }
            (wanted, left) = (wanted * 2, left.saturating_sub(count));
        }
        if let Some(RunCursor::Observed(from)) = at {
            let words =
                self.filter.outcome.as_deref().map(|word| Outcome::from_word(word).map(Outcome::as_str));
            let words = words.map(Vec::from_iter);
            at = self.observed(run, from, &words, limit, &mut page).await?.map(RunCursor::Observed);
        }
        page.next = at.map(|at| at.to_string());
        Ok(page)
    }

    /// Fills a page with what a run observed, from this number on. Answers where to go on, if there is more.
    async fn observed(
        &mut self,
        run: &RunRecord,
        mut from: u64,
        words: &Option<Vec<&'static str>>,
        limit: usize,
        page: &mut AuditPage,
    ) -> Result<Option<u64>, Error> {
        let (_, report) = match self.report.take().filter(|(id, _)| *id == run.id) {
            Some(open) => self.report.insert(open),
            None => {
                let report = self.shell.store.report(&run.source, &run.id).await?;
                self.report.insert((run.id.clone(), report))
            }
        };
        let Some(report) = report else { return Ok(None) };
        let mut sought = self.filter.sought(words.clone())?;
        if let Some(person) = &self.person {
            person.narrow(&mut sought);
        }
        for _ in 0..FRAMES_MAX {
            if page.entries.len() == limit {
                return Ok(report.has_more(from, &sought).then_some(from));
            }
            // Of one person few entries of many fit, so a whole frame is looked at.
            let left = limit - page.entries.len();
            let most = if self.person.is_some() { FRAME_ENTRIES } else { left };
            let Some(part) = report.part(from, &sought, most).await? else {
                return Ok(None);
            };
            from = part.next;
            let fits = |entry: &AuditEntry| {
                // A report that is not cut knows of no outcomes beforehand.
                let is_sought = words.as_ref().is_none_or(|words| words.contains(&entry.outcome.as_str()));
                is_sought && self.filter.fits(self.person.as_ref(), entry)
            };
            let mut found = part.entries.into_iter().filter(|(_, entry)| fits(entry));
            page.entries.extend(found.by_ref().take(left).map(|(_, entry)| entry));
            // What does not fit on the page begins the next one.
            from = found.next().map_or(from, |(number, _)| number);
        }
        Ok(Some(from))
    }

    /// The same over all runs, newest first; of dry runs nothing happened.
    async fn of_runs(&mut self, after: Option<&str>, limit: usize) -> Result<AuditPage, Error> {
        let mut page = AuditPage::default();
        let (mut run, mut inner) = match after {
            None => (self.shell.store.runs_page(1, None).await?.runs.pop(), None),
            Some(after) => {
                let (id, inner) = after.split_once('|').ok_or(Error::NoSuchPlace)?;
                let id = RunId::parse(id).map_err(|_| Error::NoSuchPlace)?;
                let run = self.shell.store.run(&id).await?.ok_or(Error::NoSuchPlace)?;
                (Some(run), Some(inner.to_owned()).filter(|inner| !inner.is_empty()))
            }
        };
        let period = self.filter.period;
        for _ in 0..ROUNDS_MAX {
            let Some(at) = run else { return Ok(page) };
            if period.from.is_some_and(|from| at.started_at.as_millis() + RUN_MILLIS_MAX < from.as_millis()) {
                return Ok(page);
            }
            // Runs come by their beginnings; of those of several sources one may have ended long before another.
            let is_over = period.from.is_some_and(|from| at.finished_at.is_some_and(|ended| ended < from));
            if !is_over && self.filter.may_be_of(&at) {
                let left = limit - page.entries.len();
                let part = self.of_run(&at, inner.as_deref(), left).await?;
                page.entries.extend(part.entries);
                if let Some(next) = part.next {
                    page.next = Some(format!("{}|{next}", at.id));
                    return Ok(page);
                }
            }
            inner = None;
            run = self.shell.store.runs_before(1, &at).await?.runs.pop();
            if page.entries.len() == limit {
                break;
            }
        }
        page.next = run.map(|run| format!("{}|", run.id));
        Ok(page)
    }

    fn fits(&self, entry: &AuditEntry) -> bool {
        self.filter.fits(self.person.as_ref(), entry)
    }
}

/// The indexes that together have every change that fits.
fn indexes(filter: &AuditFilter, person: Option<&Person>) -> Vec<Of> {
    match (person, &filter.outcome) {
        (Some(person), _) => person.accounts.iter().copied().map(Of::Account).collect(),
        (None, Some(outcome)) => vec![Of::Outcome(outcome.clone())],
        (None, None) => outcomes().map(|word| Of::Outcome(word.to_owned())).collect(),
    }
}

/// What is shown of a person without a run being asked for: every outcome that is only observed and says something.
fn words_of_people() -> Option<Vec<&'static str>> {
    let words = Outcome::of_runs().filter(|outcome| *outcome != Outcome::Unchanged).map(Outcome::as_str);
    Some(words.filter(|word| is_observed(word)).collect())
}

/// A place among what a run did and saw.
enum RunCursor {
    /// After this change.
    Changed { outcome: String, place: String },
    /// From this observation on.
    Observed(u64),
}

impl RunCursor {
    fn parse(text: &str) -> Result<Self, Error> {
        if let Some(number) = text.strip_prefix("observed:") {
            return number.parse().map(Self::Observed).map_err(|_| Error::NoSuchPlace);
        }
        // A place is a time and whose: without both the way would begin anew.
        let place = text.split_once(':').filter(|(_, place)| place.contains('#'));
        let (outcome, place) = place.ok_or(Error::NoSuchPlace)?;
        Ok(Self::Changed { outcome: outcome.to_owned(), place: place.to_owned() })
    }
}

impl std::fmt::Display for RunCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed { outcome, place } => write!(f, "{outcome}:{place}"),
            Self::Observed(number) => write!(f, "observed:{number}"),
        }
    }
}
