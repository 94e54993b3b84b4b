//! Why an account is as it is, its place in the waiting line, and what would make it active (rule 33).
//!
//! What the directory has is known from the last complete run only, so that is told as what this run said of the account;
//! and nothing is promised that another source's line, or a person, can prevent.

mod given_seat;
mod in_turn;
mod last_run;

use crate::accounts::place::{InLine, place_of};
use crate::error::Error;
use crate::newest_run::newest_finished;
use last_run::{LastRun, Verdict};
use rollcall_config::Config;
use rollcall_core::account::{Account, AccountState, AdminBlock, Beneath, Block, BlockReason};
use rollcall_core::licence::{Limit, Seats};
use rollcall_core::person;
use rollcall_core::seat_gate::admit_one;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::{RunRecord, RunStatus, show_time};
use rollcall_sync::words::several;
use rollcall_sync::{Shell, licence};

/// What there is to say about an account.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The account.
    pub account: Account,
    /// Why it is as it is, in a sentence.
    pub why: String,
    /// Its place in the waiting line of its source, if it waits.
    pub place: Option<InLine>,
    /// What would make it active, or keeps it so; a sentence each.
    pub next: Vec<String>,
}

/// What an explanation is made from.
struct Situation<'a> {
    config: &'a Config,
    seats: Seats,
    place: Option<InLine>,
    /// What a person decided about its seat, where that is its newest change.
    given_seat: Option<String>,
    /// The newest run that has ended, complete or not.
    newest_run: Option<RunRecord>,
    /// The newest complete run, and its verdict on the account.
    last_run: Option<LastRun>,
}

/// Explains an account.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn explain(shell: &Shell, account: Account) -> Result<Explanation, Error> {
    let (config, ledger) = licence::look_up(shell).await?;
    let (newest_run, last_run) = match account.source() {
        Some(source) => {
            (newest_finished(shell, source).await?, last_run::look_up(shell, source, &account).await?)
        }
        None => (None, None),
    };
    let place = place_of(shell, &account).await?;
    let given_seat = given_seat::sentence(shell, &account).await?;
    let seats = ledger.seats;
    let situation = Situation { config: &config, seats, place, given_seat, newest_run, last_run };
    let (why, next) = (situation.why(&account), situation.next(&account));
    Ok(Explanation { account, why, place, next })
}

/// The person's name where a field is mapped that has it, else the username.
fn name_of(account: &Account) -> String {
    person::name(&account.fields).unwrap_or_else(|| account.username.original().to_owned())
}

/// What the account's record says.
fn state_sentence(account: &Account) -> String {
    let source = account.source().map_or("", SourceName::as_str);
    let who = name_of(account);
    match &account.state {
        AccountState::Active if let Some(since) = account.missing_since => {
            format!(
                "{who} is active and holds a seat, and has been missing from {source} since {}.",
                minute(since)
            )
        }
        AccountState::Active => format!("{who} is active and holds a seat."),
        AccountState::Blocked(Block { reason, since }) => {
            let since = minute(*since);
            match reason {
                BlockReason::NoSeat => {
                    let had = account.history.seat_lost_at.map(|at| {
                        let lost = minute(at);
                        format!(" They had a seat until {lost}: the run that took it can be undone.")
                    });
                    let had = had.unwrap_or_default();
                    format!("{who} has been waiting for a seat since {since}, when none was free.{had}")
                }
                BlockReason::LeftScope => format!("{who} left the scope of {source} at {since}."),
                BlockReason::DisabledInDirectory => {
                    format!("{who} has been blocked since {since}, when {source} had them as disabled.")
                }
                BlockReason::NotStarted { starts } => {
                    format!("{who} has no seat yet: {source} says that they start at {}.", minute(*starts))
                }
                BlockReason::ByAdmin(block) => {
                    let why = block.why.as_ref().map(|why| format!(" (\"{why}\")")).unwrap_or_default();
                    format!("{} blocked {who} at {since}{why}.", block.by)
                }
            }
        }
    }
}

impl Situation<'_> {
    fn why(&self, account: &Account) -> String {
        let given_seat = self.given_seat.iter().cloned();
        let sentence =
            std::iter::once(state_sentence(account)).chain(given_seat).collect::<Vec<_>>().join(" ");
        match (account.source(), &self.last_run) {
            (None, _) => format!("{sentence} This is a local account: no sync touches it."),
            (Some(_), _) if self.grace_ends(account).is_some() => sentence,
            (Some(source), None) => format!("{sentence} No run of {source} has been completed yet."),
            (Some(source), Some(last_run)) => {
                let is_exempt = self.config.policy.exemptions.contains(&account.username);
                format!("{sentence} {}", last_run.in_words(source, is_exempt))
            }
        }
    }

    fn next(&self, account: &Account) -> Vec<String> {
        let AccountState::Blocked(Block { reason, .. }) = &account.state else {
            return match self.grace_ends(account) {
                Some(ends) => {
                    let blocked = self.when_blocked(account, ends);
                    std::iter::once(blocked).chain(self.obstacles(account)).collect()
                }
                None => self.when_decided().into_iter().collect(),
            };
        };
        let mut next = match reason {
            BlockReason::NoSeat if account.source().is_none() => vec![format!(
                "No run gives a seat to a local account. When one is free, `rollcall unblock {}` does.",
                account.username.original()
            )],
            BlockReason::NoSeat => vec![self.when_seated(account)],
            BlockReason::LeftScope | BlockReason::DisabledInDirectory if self.is_unclear() => {
                vec![String::from(
                    "Mend what is said of the person in the directory, or in the file; the next run sees it.",
                )]
            }
            BlockReason::LeftScope => vec![self.when_in_scope(), self.seat_for_one(account)],
            BlockReason::DisabledInDirectory => vec![self.when_enabled(), self.seat_for_one(account)],
            BlockReason::NotStarted { starts } => vec![
                format!("The first run after {} gives the person a seat.", minute(*starts)),
                self.seat_for_one(account),
            ],
            BlockReason::ByAdmin(block) => self.when_unblocked(account, block),
        };
        if !matches!(reason, BlockReason::ByAdmin(_)) {
            next.extend(self.obstacles(account));
        }
        next
    }

    /// What brings a person who left back into scope.
    fn when_in_scope(&self) -> String {
        match self.last_run.as_ref().map(|last| &last.verdict) {
            Some(Verdict::OutOfScope(Some(outside))) => format!(
                "The person is {outside}. Correct their record in the directory or in the file, or the condition in the configuration; the next run sees it."
            ),
            _ => String::from(
                "Put the person back into a syncing group, or into the file; the next run sees it.",
            ),
        }
    }

    /// What makes a person enabled.
    fn when_enabled(&self) -> String {
        match self.last_run.as_ref().map(|last| &last.verdict) {
            Some(Verdict::Disabled(Some(_))) => String::from(
                "Give the person a later end date in the directory, or in the file; the next run sees it.",
            ),
            _ => String::from("Enable the person in the directory; the next run sees it."),
        }
    }

    /// What a person may decide about somebody whose removal is held.
    fn when_decided(&self) -> Option<String> {
        match self.last_run.as_ref()?.verdict {
            Verdict::Held(_) => Some(String::from(
                "Approve the removals of that run, and this person is blocked; or leave them, and nothing changes here until the directory says something else.",
            )),
            Verdict::Protected(_)
            | Verdict::InScope
            | Verdict::OutOfScope(_)
            | Verdict::Disabled(_)
            | Verdict::NotStarted
            | Verdict::LeftToAPerson
            | Verdict::Unclear(_)
            | Verdict::Nothing => None,
        }
    }

    /// Whether nobody knows what the directory wants of it.
    fn is_unclear(&self) -> bool {
        self.last_run.as_ref().is_some_and(|last| matches!(last.verdict, Verdict::Unclear(_)))
    }

    fn when_seated(&self, account: &Account) -> String {
        let source = account.source().map_or("", SourceName::as_str);
        match self.last_run.as_ref().map(|last| &last.verdict) {
            Some(Verdict::Held(_)) => String::from(
                "They keep their place in the line while those removals are held, and get no seat: approve the removals, or leave them and mend the directory.",
            ),
            Some(Verdict::Protected(_)) => format!(
                "They keep their place in the line, and get no seat before {source} has them in scope again."
            ),
            Some(Verdict::Unclear(_)) => String::from(
                "They keep their place in the line, and get no seat before that is mended in the directory, or in the file.",
            ),
            Some(
                Verdict::InScope
                | Verdict::OutOfScope(_)
                | Verdict::Disabled(_)
                | Verdict::NotStarted
                | Verdict::LeftToAPerson
                | Verdict::Nothing,
            )
            | None => self.when_in_turn(source),
        }
    }

    /// When the grace of an account ends that is missing from its source; none where the last run said more of it than
    /// that: its removal is held, or protected, or another row may be about the same person.
    fn grace_ends(&self, account: &Account) -> Option<Timestamp> {
        let verdict = self.last_run.as_ref().map(|last| &last.verdict);
        if matches!(verdict, Some(Verdict::Held(_) | Verdict::Protected(_) | Verdict::Unclear(_))) {
            return None;
        }
        account.missing_since.map(|since| since.plus(self.config.policy.grace))
    }

    /// What becomes of an active account that is missing from its source.
    fn when_blocked(&self, account: &Account, ends: Timestamp) -> String {
        if self.config.policy.exemptions.contains(&account.username) {
            return String::from("They are exempt in the configuration: no run blocks them.");
        }
        format!(
            "Their grace ends at {}: the first run after that blocks them, unless they are back by then.",
            minute(ends)
        )
    }

    fn seat_for_one(&self, account: &Account) -> String {
        match admit_one(account, &self.seats, self.config.policy.reserve) {
            Ok(()) if self.seats.limit == Limit::Unlimited => {
                String::from("There is no limit, so they are active again then.")
            }
            Ok(()) => String::from(
                "A seat is free at this moment. If one is left when their turn comes, they are active again then; otherwise they wait in the line.",
            ),
            Err(_) => format!(
                "No seat is free at this moment ({}); unless one is then, they wait in the line.",
                used_of(&self.seats)
            ),
        }
    }

    fn when_unblocked(&self, account: &Account, block: &AdminBlock) -> Vec<String> {
        let lift = "Unblock them: no sync ever lifts a person's block.";
        let then = match block.beneath {
            Beneath::Active => match admit_one(account, &self.seats, self.config.policy.reserve) {
                Ok(()) => String::from("A seat is free, so they are active at once."),
                Err(_) => format!(
                    "No seat is free at this moment ({}), so they wait in the line then.",
                    used_of(&self.seats)
                ),
            },
            Beneath::NoSeat(since) => format!(
                "They have waited for a seat since {}, and go back to that place in the line.",
                minute(since)
            ),
            Beneath::LeftScope(since) => {
                format!("They left the directory's scope at {}, and stay blocked for that.", minute(since))
            }
            Beneath::NotStarted { starts, .. } => {
                format!("They start at {}, and stay blocked until then.", minute(starts))
            }
            Beneath::DisabledInDirectory(since) => format!(
                "The directory has had them as disabled since {}, and they stay blocked for that.",
                minute(since)
            ),
        };
        vec![lift.to_owned(), then]
    }

    /// What keeps the next run from helping.
    fn obstacles(&self, account: &Account) -> Option<String> {
        let source = account.source()?;
        if self.config.source(source.as_str()).is_none() {
            return Some(format!(
                "{source} is no longer in the configuration, so no run looks at this account; put the source back, or adopt the account into another."
            ));
        }
        let run = self.newest_run.as_ref()?;
        match run.status {
            RunStatus::Failed => Some(format!(
                "The last run of {source} failed, and nothing changes until one succeeds: {}",
                run.error.as_deref().unwrap_or("it does not say why")
            )),
            RunStatus::Requested
            | RunStatus::Reading
            | RunStatus::Reconciling
            | RunStatus::Completed
            | RunStatus::Held
            | RunStatus::DryRun => None,
        }
    }
}

/// A time as people read it: `2026-11-24 12:03 UTC`.
fn minute(time: Timestamp) -> String {
    let text = show_time(time).replace('T', " ");
    format!("{} UTC", text.get(..16).unwrap_or(&text))
}

fn used_of(seats: &Seats) -> String {
    let used = seats.used.get();
    match seats.limit {
        Limit::Seats(limit) => several(used, &format!("of {limit} is used"), &format!("of {limit} are used")),
        Limit::Unlimited => several(used, "is used", "are used"),
    }
}
