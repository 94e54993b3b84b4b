//! What the last complete run of a source found about one account: its change in the audit log, what the run's report
//! has of it, or the rows that stand in its place. Nothing here guesses what the directory has at this moment.

use super::minute;
use crate::audit::query::folded;
use crate::error::Error;
use crate::newest_run::newest_complete;
use rollcall_core::account::{Account, Owner};
use rollcall_core::fold::fold;
use rollcall_core::outcome::{ENDED, OUTSIDE, Outcome};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_sync::Shell;
use rollcall_sync::store::{AuditEntry, Period, Report, ReportFilter, RunRecord};

/// Changes of an account that are looked through for the one of the run.
const CHANGES_MAX: i32 = 25;

/// The last complete run, and its verdict on the account.
#[derive(Debug)]
pub(super) struct LastRun {
    /// When the run began.
    at: Timestamp,
    pub(super) verdict: Verdict,
    /// What it could not do, and why, though it did the rest.
    conflict: Option<String>,
}

/// What a run found: its verdict, and what it could not do.
struct Found {
    verdict: Verdict,
    conflict: Option<String>,
}

/// The verdict.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The directory has it, and not as disabled.
    InScope,
    /// The directory does not have it, or has it outside a condition: then in words, `outside the condition ...`.
    OutOfScope(Option<String>),
    /// The directory has it as disabled, or it is past its end: then in words, `ended ...`.
    Disabled(Option<String>),
    /// The directory has it, and its start date has not come.
    NotStarted,
    /// It would have lost its seat or its place, but the guard holds the removals.
    Held(Gone),
    /// It would have lost its seat or its place, but is the last administrator or exempt.
    Protected(Gone),
    /// A person's block stood, so the run left it alone.
    LeftToAPerson,
    /// It was left as it is, for this reason.
    Unclear(String),
    /// Nothing, by itself.
    Nothing,
}

/// Why somebody would lose a seat or a place.
#[derive(Debug)]
pub(super) enum Gone {
    Left,
    /// Outside a condition, in words.
    Outside(String),
    Disabled,
    /// Past the end, in words.
    Ended(String),
}

/// Looks up the verdict of the last complete run of its source on an account. None where there is no such run.
pub(super) async fn look_up(
    shell: &Shell,
    source: &SourceName,
    account: &Account,
) -> Result<Option<LastRun>, Error> {
    let Some(run) = newest_complete(shell, source).await? else { return Ok(None) };
    let changes = shell.store.audit_of_account(account.id, &Period::default(), None, CHANGES_MAX).await?;
    let is_as_then = changes.first().is_none_or(|newest| newest.at < run.started_at);
    // Newest first: of what it did in several steps the last counts.
    let change = changes.into_iter().find(|entry| entry.run.as_ref() == Some(&run.id));
    let Found { verdict, conflict } = match change {
        Some(change) => Found::said_by(change),
        None => of_report(shell, &run, account, is_as_then).await?,
    };
    Ok(Some(LastRun { at: run.started_at, verdict, conflict }))
}

/// What the run's report says of an account that the run did not change. `is_as_then`: nobody has changed it since.
async fn of_report(
    shell: &Shell,
    run: &RunRecord,
    account: &Account,
    is_as_then: bool,
) -> Result<Found, Error> {
    let Some(mut report) = shell.store.report(&run.source, &run.id).await? else {
        return Ok(Found::without_entry(Verdict::Nothing));
    };
    let of_account = |entry: &AuditEntry| entry.account == Some(account.id) && !is_of_mapping_file(entry);
    let instead = |entry: &AuditEntry| entry.account.is_none() && stands_for(entry, account);
    let theirs = |outcomes| ReportFilter {
        outcomes: Some(outcomes),
        account: Some(account.id),
        texts: vec![account.id.to_string()],
        ..ReportFilter::default()
    };
    // Frames of whom there is something to say are read before those of the unchanged.
    let outcomes = Outcome::of_runs().filter(|outcome| *outcome != Outcome::Unchanged).map(Outcome::as_str);
    if let Some(entry) = those(&mut report, &theirs(outcomes.collect()), of_account).await?.pop() {
        return Ok(Found::said_by(entry));
    }
    // Where nothing was said of it by itself, rows may stand in its place, which name no account.
    let rows = [Outcome::SkippedDuplicate, Outcome::SkippedMissingKey, Outcome::Error].map(Outcome::as_str);
    let rows = ReportFilter { outcomes: Some(rows.to_vec()), ..ReportFilter::default() };
    let rows = those(&mut report, &rows, instead).await?;
    if rows.is_empty() && is_as_then && is_surely_there(run, account) {
        return Ok(Found::without_entry(Verdict::InScope));
    }
    if let Some(entry) =
        those(&mut report, &theirs(vec![Outcome::Unchanged.as_str()]), of_account).await?.pop()
    {
        return Ok(Found::said_by(entry));
    }
    let verdict = rows.first().map_or(Verdict::Nothing, |row| Verdict::Unclear(row_in_words(row)));
    Ok(Found::without_entry(verdict))
}

/// Whether the run can only have found the account as it is: whoever has a seat or waits for one, and is not in the
/// directory, has an entry that says so. A row that could not be read may be about anybody, and duplicates with one immutable
/// id, which their entries do not have, about whoever has one. This saves reading the frames of the unchanged, which are
/// most of a report.
fn is_surely_there(run: &RunRecord, account: &Account) -> bool {
    let Some(summary) = &run.summary else { return false };
    let count = |outcome: Outcome| summary.counts.get(outcome.as_str()).copied().unwrap_or(0);
    let has_id = matches!(&account.owner, Owner::Source { immutable_id: Some(_), .. });
    let duplicates = has_id.then_some(Outcome::SkippedDuplicate);
    let may_be_theirs = [Outcome::Error, Outcome::SkippedMissingKey].into_iter().chain(duplicates);
    let is_in = matches!(account.state.block().map(|block| block.reason.as_str()), None | Some("no_seat"));
    let is_expected = account.missing_since.is_none() && account.history.given_back_at.is_none();
    is_in && is_expected && may_be_theirs.map(count).all(|rows| rows == 0)
}

/// The entries of a report that are meant, among those that are sought, in its order.
async fn those(
    report: &mut Report,
    sought: &ReportFilter,
    is_it: impl Fn(&AuditEntry) -> bool,
) -> Result<Vec<AuditEntry>, Error> {
    let (mut from, mut found) = (0, Vec::new());
    while let Some(part) = report.part(from, sought, usize::MAX).await? {
        from = part.next;
        found.extend(part.entries.into_iter().map(|(_, entry)| entry).filter(|entry| is_it(entry)));
    }
    Ok(found)
}

/// Only what the directory has can have a line, or other fields.
fn is_there(entry: &AuditEntry) -> bool {
    entry.line.is_some() || !entry.changes.is_empty()
}

impl Found {
    /// What an entry about the account says. Beside a conflict the rest was done where the directory has the person.
    fn said_by(entry: AuditEntry) -> Self {
        let is_beside = entry.outcome == Outcome::Conflict.as_str() && is_there(&entry);
        Self { verdict: of_entry(&entry), conflict: entry.reason.filter(|_| is_beside) }
    }

    /// What follows where no entry is about the account.
    fn without_entry(verdict: Verdict) -> Self {
        Self { verdict, conflict: None }
    }
}

fn of_entry(entry: &AuditEntry) -> Verdict {
    let Some(outcome) = Outcome::from_word(&entry.outcome) else { return Verdict::Nothing };
    let is_there = is_there(entry);
    let gone = gone_of(entry, is_there);
    match outcome {
        Outcome::CreatedActive | Outcome::Activated | Outcome::Reactivated | Outcome::BlockedNoSeat => {
            Verdict::InScope
        }
        Outcome::CreatedBlocked
        | Outcome::BlockedDisabled
        | Outcome::Adopted
        | Outcome::Updated
        | Outcome::Undone
        | Outcome::Unchanged => of_state(entry),
        Outcome::Conflict if is_there => of_state(entry),
        Outcome::BlockedLeft => Verdict::OutOfScope(reason_of(entry, OUTSIDE)),
        Outcome::KeptAdminBlock => Verdict::LeftToAPerson,
        Outcome::Protected => Verdict::Protected(gone),
        Outcome::Held => Verdict::Held(gone),
        Outcome::Conflict | Outcome::Error => {
            Verdict::Unclear(entry.reason.clone().unwrap_or_else(|| String::from("it does not say why")))
        }
        Outcome::SkippedDuplicate
        | Outcome::SkippedMissingKey
        | Outcome::SkippedDisabled
        | Outcome::SkippedScope
        | Outcome::BlockedByAdmin
        | Outcome::UnblockedByAdmin
        | Outcome::CreatedLocal
        | Outcome::RenamedByAdmin
        | Outcome::RekeyedByAdmin
        | Outcome::SeatedByAdmin
        | Outcome::UnseatedByAdmin => Verdict::Nothing,
    }
}

/// Why somebody would lose something.
fn gone_of(entry: &AuditEntry, is_there: bool) -> Gone {
    let outside = reason_of(entry, OUTSIDE).map(Gone::Outside);
    let ended = reason_of(entry, ENDED).map(Gone::Ended);
    outside.or(ended).unwrap_or(if is_there { Gone::Disabled } else { Gone::Left })
}

/// The entry's reason, if it begins so.
fn reason_of(entry: &AuditEntry, beginning: &str) -> Option<String> {
    entry.reason.clone().filter(|reason| reason.starts_with(beginning))
}

/// What the state says that the run found right.
fn of_state(entry: &AuditEntry) -> Verdict {
    match entry.after.as_ref().and_then(|state| state.reason.as_deref()) {
        None | Some("no_seat") => Verdict::InScope,
        Some("left_scope") => Verdict::OutOfScope(reason_of(entry, OUTSIDE)),
        Some("disabled_in_directory") => Verdict::Disabled(reason_of(entry, ENDED)),
        Some("not_started") => Verdict::NotStarted,
        Some(_) => Verdict::LeftToAPerson,
    }
}

/// What is said of a line of the mapping file says nothing of the directory.
fn is_of_mapping_file(entry: &AuditEntry) -> bool {
    entry.outcome == Outcome::Conflict.as_str()
        && entry.reason.as_deref().is_some_and(|reason| reason.starts_with("not adopted"))
}

/// Whether a row that names no account is about this one.
fn stands_for(row: &AuditEntry, account: &Account) -> bool {
    match (&row.match_key, &row.username) {
        (Some(key), _) => account.key().is_some_and(|own| own.folded() == folded(key)),
        (None, Some(username)) => fold(username) == account.username.folded(),
        (None, None) => false,
    }
}

fn row_in_words(row: &AuditEntry) -> String {
    let line = match row.line {
        None => String::from("a row"),
        // A directory has no lines.
        Some(0) => String::from("an entry of the directory"),
        Some(line) => format!("line {line}"),
    };
    let why = row.reason.as_deref();
    if row.outcome == Outcome::SkippedDuplicate.as_str() {
        format!("{line} is {}", why.unwrap_or("the same person as another one"))
    } else if row.outcome == Outcome::SkippedMissingKey.as_str() {
        format!("{line} has no match key")
    } else {
        format!("{line} cannot be read: {}", why.unwrap_or("it does not say why"))
    }
}

impl LastRun {
    /// In a sentence.
    pub(super) fn in_words(&self, source: &SourceName, is_exempt: bool) -> String {
        let found = self.verdict_in_words(source, is_exempt);
        match &self.conflict {
            None => found,
            Some(why) => format!("{found} It could not do all that the directory says: {why}."),
        }
    }

    fn verdict_in_words(&self, source: &SourceName, is_exempt: bool) -> String {
        let run = format!("The last complete run of {source} ({})", minute(self.at));
        match &self.verdict {
            Verdict::InScope => format!("{run} found them in scope."),
            Verdict::OutOfScope(None) => format!("{run} {}.", Gone::Left.in_words()),
            Verdict::OutOfScope(Some(outside)) => format!("{run} found them {outside}."),
            Verdict::Disabled(None) => format!("{run} {}.", Gone::Disabled.in_words()),
            Verdict::Disabled(Some(ended)) => format!("{run} found their time over ({ended})."),
            Verdict::NotStarted => format!("{run} found them in scope, but not started."),
            Verdict::Held(gone) => format!(
                "{run} {}, but the removals of that run are held until a person approves them.",
                gone.in_words()
            ),
            Verdict::Protected(gone) => {
                let why = if is_exempt {
                    "their username is exempt from removals"
                } else {
                    "no other administrator would have been active"
                };
                format!("{run} {}, but they are protected: {why}.", gone.in_words())
            }
            Verdict::LeftToAPerson => format!("{run} left them alone, as a person had blocked them."),
            Verdict::Unclear(why) => {
                format!("{run} could not tell whether they are in scope, and left them as they are: {why}.")
            }
            Verdict::Nothing => format!(
                "{run} says nothing of them by itself: another row may be about the same person, or cannot be read."
            ),
        }
    }
}

impl Gone {
    fn in_words(&self) -> String {
        match self {
            Self::Left => String::from("did not find them in the groups or the file"),
            Self::Outside(outside) => format!("found them {outside}"),
            Self::Disabled => String::from("found them disabled in the directory"),
            Self::Ended(ended) => format!("found their time over ({ended})"),
        }
    }
}
