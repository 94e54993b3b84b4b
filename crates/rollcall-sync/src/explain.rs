//! Why an account is as it is, its place in the waiting line, and what would make it active (product 33).

use crate::error::Error;
use crate::shell::Shell;
use crate::{licence, waiting};
use rollcall_config::Config;
use rollcall_core::account::{Account, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner};
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::seat_gate::admit_one;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_store::{RunRecord, RunStatus, show_time};

/// Runs among which the last one of a source is looked for.
const RUNS_MAX: i32 = 50;

/// What there is to say about an account.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The account.
    pub account: Account,
    /// Why it is as it is, in a sentence.
    pub why: String,
    /// Its place in the waiting line of its source, and how many wait there.
    pub place: Option<(u64, u64)>,
    /// What would make it active, or keeps it so; a sentence each.
    pub next: Vec<String>,
}

/// What an explanation is made from.
struct Situation<'a> {
    config: &'a Config,
    seats: Seats,
    place: Option<(u64, u64)>,
    last_run: Option<RunRecord>,
}

/// Explains an account.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn explain(shell: &Shell, account: Account) -> Result<Explanation, Error> {
    let (config, ledger) = licence::look_up(shell).await?;
    let last_run = match account.source() {
        Some(source) => last_run(shell, source).await?,
        None => None,
    };
    let place = waiting::place_of(shell, &account).await?;
    let situation = Situation { config: &config, seats: ledger.seats, place, last_run };
    let (why, next) = (why(&account), situation.next(&account));
    Ok(Explanation { account, why, place, next })
}

/// The newest run of a source that is not a dry run, among the newest of all.
async fn last_run(shell: &Shell, source: &SourceName) -> Result<Option<RunRecord>, Error> {
    let runs = shell.store.runs_page(RUNS_MAX, None).await?.runs;
    Ok(runs.into_iter().find(|run| run.source == *source && !run.dry_run && run.status.is_finished()))
}

fn why(account: &Account) -> String {
    let source = account.source().map_or("", SourceName::as_str);
    match &account.state {
        AccountState::Active if account.owner == Owner::Local => {
            String::from("It is active and holds a seat. It is a local account: no sync touches it.")
        }
        AccountState::Active if let Some(since) = account.missing_since => format!(
            "It is active and holds a seat, in its grace: it is missing from {source} since {}.",
            minute(since)
        ),
        AccountState::Active => format!("It is active and holds a seat; {source} has it in scope."),
        AccountState::Blocked(Block { reason, since }) => {
            let since = minute(*since);
            match reason {
                BlockReason::NoSeat => format!(
                    "It waits for a seat, since {since}: {source} has it in scope, and no seat was free."
                ),
                BlockReason::LeftScope => {
                    format!("It left the scope of {source} at {since}: it is not in the groups or the file.")
                }
                BlockReason::DisabledInDirectory => format!("{source} has it as disabled, since {since}."),
                BlockReason::ByAdmin(block) => {
                    let why = block.why.as_ref().map(|why| format!(" (\"{why}\")")).unwrap_or_default();
                    format!("{} blocked it at {since}{why}.", block.by)
                }
            }
        }
    }
}

impl Situation<'_> {
    fn next(&self, account: &Account) -> Vec<String> {
        let AccountState::Blocked(Block { reason, .. }) = &account.state else {
            let blocked = account.missing_since.map(|since| self.when_blocked(account, since));
            let obstacles = blocked.as_ref().and_then(|_| self.obstacles(account));
            return blocked.into_iter().chain(obstacles).collect();
        };
        let mut next = match reason {
            BlockReason::NoSeat => vec![self.when_seated()],
            BlockReason::LeftScope => vec![
                String::from(
                    "Put the person back into a syncing group, or into the file; the next run sees it.",
                ),
                self.seat_for_one(account),
            ],
            BlockReason::DisabledInDirectory => vec![
                String::from("Enable the person in the directory; the next run sees it."),
                self.seat_for_one(account),
            ],
            BlockReason::ByAdmin(block) => self.when_unblocked(account, block),
        };
        if !matches!(reason, BlockReason::ByAdmin(_)) {
            next.extend(self.obstacles(account));
        }
        next
    }

    /// How many seats the sync may give; none is without end.
    fn free(&self) -> Option<u64> {
        self.seats.free(self.config.policy.reserve).map(SeatCount::get)
    }

    /// How many seats must become free before the first one may be given.
    fn lacking(&self) -> u64 {
        match self.seats.limit {
            Limit::Unlimited => 0,
            Limit::Seats(limit) => self.seats.used.plus(self.config.policy.reserve).less(limit).get(),
        }
    }

    fn when_seated(&self) -> String {
        let (place, of) = self.place.unwrap_or((1, 1));
        match self.free() {
            Some(0) => {
                let over = self.seats.over_by().get();
                let needed = place + self.lacking();
                let seats = if needed == 1 { String::from("One seat") } else { format!("{needed} seats") };
                let over = if over > 0 { format!(" (the licence is over by {over})") } else { String::new() };
                format!(
                    "It is number {place} of {of} in line. {seats} must become free{over}, or the licence be raised by as many; the next run then seats it."
                )
            }
            Some(free) if free < place => format!(
                "It is number {place} of {of} in line, and {free} seats are free: the next run seats those before it, and {} more must become free.",
                place - free
            ),
            Some(_) | None => {
                format!(
                    "It is number {place} of {of} in line, and a seat is free: the next run seats it. Press Reset to have it now."
                )
            }
        }
    }

    /// What becomes of an active account that is missing from its source.
    fn when_blocked(&self, account: &Account, since: Timestamp) -> String {
        let policy = &self.config.policy;
        if policy.exemptions.contains(&account.username) {
            return String::from("It is exempt in the configuration: no run blocks it.");
        }
        let ends = minute(since.plus(policy.grace));
        format!("The first run after {ends} blocks it, unless the person is back by then.")
    }

    fn seat_for_one(&self, account: &Account) -> String {
        match admit_one(account, &self.seats, self.config.policy.reserve) {
            Ok(()) => String::from("A seat is free, so it is active again then."),
            Err(_) => format!(
                "No seat is free ({}), so it waits at the end of the line then.",
                used_of(&self.seats)
            ),
        }
    }

    fn when_unblocked(&self, account: &Account, block: &AdminBlock) -> Vec<String> {
        let lift = "Unblock it: no sync ever lifts a person's block.";
        let then = match block.beneath {
            Beneath::Active => match admit_one(account, &self.seats, self.config.policy.reserve) {
                Ok(()) => String::from("A seat is free, so it is active at once."),
                Err(refusal) => format!("Not as things stand: {refusal}."),
            },
            Beneath::NoSeat(since) => format!(
                "It has waited for a seat since {}, and goes back to that place in the line.",
                minute(since)
            ),
            Beneath::LeftScope(since) => {
                format!("It left the directory's scope at {}, and stays blocked for that.", minute(since))
            }
            Beneath::DisabledInDirectory(since) => format!(
                "The directory has it as disabled since {}, and it stays blocked for that.",
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
        let run = self.last_run.as_ref()?;
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
    match seats.limit {
        Limit::Seats(limit) => format!("{} of {limit} are used", seats.used),
        Limit::Unlimited => format!("{} are used", seats.used),
    }
}
