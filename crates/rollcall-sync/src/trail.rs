//! The audit log page by page, newest first: what the HTTP API and exports read (product 31).
//!
//! Changes stand in the audit table, where each filter has an index: by account, by outcome, by run. What runs only
//! observed stands in their reports; those are read where a run is asked for, or an outcome that is only observed.

use crate::error::Error;
use crate::shell::Shell;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use rollcall_core::account::AccountId;
use rollcall_core::outcome::Outcome;
use rollcall_store::{
    AuditEntry, CONFIGURATION_SET, LEDGER_MENDED, LICENCE_SET, Period, REMOVALS_LEFT, RunId, RunPlace,
    RunRecord,
};

/// How many of the queries of a page are under way at once.
const QUERIES_AT_ONCE: usize = 16;

/// How often a page is filled up before it is answered as it is: where few entries fit, pages are short.
const ROUNDS_MAX: usize = 4;

/// Entries that are read at once where not all of them may fit.
const SOME: usize = 250;

/// Which entries are wanted; what is left out does not restrict.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The account.
    pub account: Option<AccountId>,
    /// The run. With it also what the run only observed.
    pub run: Option<RunId>,
    /// The word of the outcome.
    pub outcome: Option<String>,
    /// The word of the reason.
    pub reason: Option<String>,
    /// The source.
    pub source: Option<String>,
    /// From when to when.
    pub period: Period,
}

/// Some entries.
#[derive(Debug, Default)]
pub struct TrailPage {
    /// The entries. There may be few, or none, where another page follows all the same.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// Every word that an entry may have as its outcome.
pub fn outcomes() -> impl Iterator<Item = &'static str> {
    let by_people = [Outcome::BlockedByAdmin, Outcome::UnblockedByAdmin, Outcome::CreatedLocal];
    let others = [LICENCE_SET, LEDGER_MENDED, CONFIGURATION_SET, REMOVALS_LEFT];
    Outcome::of_runs().chain(by_people).map(Outcome::as_str).chain(others)
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
                | Outcome::Conflict
                | Outcome::Protected
                | Outcome::Held
                | Outcome::Error
        )
    )
}

/// A page of what is wanted, after this place.
///
/// # Errors
/// When the run does not exist, there is no such place, or the storage fails.
pub async fn page(
    shell: &Shell,
    wanted: &Wanted,
    after: Option<&str>,
    limit: usize,
) -> Result<TrailPage, Error> {
    if let Some(id) = &wanted.run {
        let run = shell.store.run(id).await?.ok_or_else(|| Error::NoSuchRun { run: id.clone() })?;
        return of_run(shell, wanted, &run, after, limit).await;
    }
    if wanted.outcome.as_deref().is_some_and(is_observed) {
        return of_runs(shell, wanted, after, limit).await;
    }
    of_changes(shell, wanted, after, limit).await
}

/// Changes, newest first.
async fn of_changes(
    shell: &Shell,
    wanted: &Wanted,
    after: Option<&str>,
    limit: usize,
) -> Result<TrailPage, Error> {
    let mut entries: Vec<AuditEntry> = Vec::new();
    let mut before = after.map(str::to_owned);
    for _ in 0..ROUNDS_MAX {
        // Where every entry fits that is read, no more is read than is shown.
        let count = if wanted.is_exact() { limit + 1 - entries.len() } else { SOME };
        let read = newest(shell, wanted, before.as_deref(), count).await?;
        let is_over = read.len() < count;
        let last = read.last().map(AuditEntry::place);
        entries.extend(read.into_iter().filter(|entry| wanted.fits(entry)));
        if entries.len() > limit {
            entries.truncate(limit);
            let next = entries.last().map(AuditEntry::place);
            return Ok(TrailPage { entries, next });
        }
        if is_over {
            return Ok(TrailPage { entries, next: None });
        }
        before = last;
    }
    Ok(TrailPage { entries, next: before })
}

/// The newest changes that an index gives.
async fn newest(
    shell: &Shell,
    wanted: &Wanted,
    before: Option<&str>,
    count: usize,
) -> Result<Vec<AuditEntry>, Error> {
    let limit = i32::try_from(count).unwrap_or(i32::MAX);
    if let Some(account) = wanted.account {
        return Ok(shell.store.audit_of_account(account, &wanted.period, before, limit).await?);
    }
    let words: Vec<&str> = match &wanted.outcome {
        Some(outcome) => vec![outcome],
        None => outcomes().collect(),
    };
    // Boxed: the compiler cannot tell otherwise that they may go from thread to thread.
    let queries =
        words.iter().map(|word| shell.store.audit_of_outcome(word, &wanted.period, before, limit).boxed());
    let queries: Vec<_> = queries.collect();
    let mut entries: Vec<AuditEntry> = stream::iter(queries).buffered(QUERIES_AT_ONCE).try_concat().await?;
    entries.sort_by_cached_key(|entry| std::cmp::Reverse(entry.place()));
    entries.truncate(count);
    Ok(entries)
}

/// What a run changed, by outcome, then what it observed.
async fn of_run(
    shell: &Shell,
    wanted: &Wanted,
    run: &RunRecord,
    after: Option<&str>,
    limit: usize,
) -> Result<TrailPage, Error> {
    let mut page = TrailPage::default();
    let mut at = after.map(RunCursor::parse).transpose()?;
    for _ in 0..ROUNDS_MAX {
        let after = match &at {
            None => None,
            Some(RunCursor::Changed { outcome, place }) => Some(RunPlace { outcome, place }),
            Some(RunCursor::Observed(_)) => break,
        };
        let read = shell
            .store
            .audit_of_run_from(
                &run.id,
                wanted.outcome.as_deref(),
                after,
                i32::try_from(SOME).unwrap_or(i32::MAX),
            )
            .await?;
        let is_over = read.len() < SOME;
        for entry in read {
            if page.entries.len() == limit {
                page.next = at.map(|at| at.to_string());
                return Ok(page);
            }
            at = Some(RunCursor::Changed { outcome: entry.outcome.clone(), place: entry.place() });
            page.entries.extend(Some(entry).filter(|entry| wanted.fits(entry)));
        }
        if is_over {
            at = Some(RunCursor::Observed(0));
        }
    }
    let Some(RunCursor::Observed(begin)) = at else {
        page.next = at.map(|at| at.to_string());
        return Ok(page);
    };
    let observed = shell.store.observations(&run.source, &run.id).await?;
    for (number, entry) in observed.into_iter().enumerate().skip(begin) {
        if page.entries.len() == limit {
            page.next = Some(RunCursor::Observed(number).to_string());
            return Ok(page);
        }
        page.entries.extend(Some(entry).filter(|entry| wanted.fits(entry)));
    }
    Ok(page)
}

/// The same over all runs, newest first; of dry runs nothing happened.
async fn of_runs(
    shell: &Shell,
    wanted: &Wanted,
    after: Option<&str>,
    limit: usize,
) -> Result<TrailPage, Error> {
    let mut page = TrailPage::default();
    let (mut run, mut inner) = match after {
        None => (shell.store.runs_page(1, None).await?.runs.pop(), None),
        Some(after) => {
            let (id, inner) = after.split_once('|').ok_or(Error::NoSuchPlace)?;
            let id = RunId::parse(id).map_err(|_| Error::NoSuchPlace)?;
            let run = shell.store.run(&id).await?.ok_or(Error::NoSuchPlace)?;
            (Some(run), Some(inner.to_owned()).filter(|inner| !inner.is_empty()))
        }
    };
    for _ in 0..ROUNDS_MAX {
        let Some(at) = run else { return Ok(page) };
        if wanted.period.from.is_some_and(|from| at.finished_at.is_some_and(|ended| ended < from)) {
            return Ok(page);
        }
        if wanted.may_be_of(&at) {
            let left = limit - page.entries.len();
            let part = of_run(shell, wanted, &at, inner.as_deref(), left).await?;
            page.entries.extend(part.entries);
            if let Some(next) = part.next {
                page.next = Some(format!("{}|{next}", at.id));
                return Ok(page);
            }
        }
        inner = None;
        run = shell.store.runs_before(1, &at).await?.runs.pop();
        if page.entries.len() == limit {
            break;
        }
    }
    page.next = run.map(|run| format!("{}|", run.id));
    Ok(page)
}

impl Wanted {
    /// Whether an index gives what is wanted and nothing else.
    fn is_exact(&self) -> bool {
        self.reason.is_none() && self.source.is_none() && (self.account.is_none() || self.outcome.is_none())
    }

    fn may_be_of(&self, run: &RunRecord) -> bool {
        !run.dry_run
            && self.source.as_ref().is_none_or(|source| run.source.as_str() == source)
            && self.period.to.is_none_or(|to| run.started_at < to)
    }

    fn fits(&self, entry: &AuditEntry) -> bool {
        self.account.is_none_or(|account| entry.account == Some(account))
            && self.outcome.as_ref().is_none_or(|outcome| *outcome == entry.outcome)
            && self.reason.as_ref().is_none_or(|reason| entry.reason.as_ref() == Some(reason))
            && self.source.as_ref().is_none_or(|source| entry.source.as_ref() == Some(source))
            && self.period.has(entry.at)
    }
}

/// A place among what a run did and saw.
enum RunCursor {
    /// After this change.
    Changed { outcome: String, place: String },
    /// From this observation on.
    Observed(usize),
}

impl RunCursor {
    fn parse(text: &str) -> Result<Self, Error> {
        if let Some(number) = text.strip_prefix("observed:") {
            return number.parse().map(Self::Observed).map_err(|_| Error::NoSuchPlace);
        }
        let (outcome, place) = text.split_once(':').ok_or(Error::NoSuchPlace)?;
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
