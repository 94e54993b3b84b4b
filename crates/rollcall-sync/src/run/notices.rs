//! Notices: one when something that people want to know begins, and one when it is over (rule 34).
//!
//! A crossing is recorded before its notice is sent, and as sent afterwards. A process that dies in between is noticed by
//! a later run, which sends the notice again.

use crate::error::Error;
use crate::shell::Shell;
use crate::words::{grouped, several};
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::warn_at::WarnAt;
use rollcall_store::{CredentialExpiry, Crossing, Health, RunRecord, RunStatus, RunSummary, show_time};
use serde_json::json;
use std::time::Duration;

/// How long a recorded crossing may stay unsent. After that the process that recorded it counts as dead, and a run sends
/// the notice again.
const SENDING_MILLIS: u64 = 60_000;

/// How often recording a crossing is tried, where runs of other sources write the same item.
const TRIES_MAX: u32 = 5;

/// What a person may want to know without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notice {
    LimitReached,
    FirstWaiting,
    RemovalsHeld,
    SourceFailing,
    /// Within 30 days.
    CredentialExpires,
    /// Within 7 days.
    CredentialExpiresSoon,
    /// A threshold of the configuration is reached (rule 65).
    SeatsLow(WarnAt),
}

/// From how many days before a credential expires on people are told: once, and once again (rule 66).
const EXPIRES_DAYS: u64 = 30;
const EXPIRES_SOON_DAYS: u64 = 7;

/// A notice, and whether it holds now.
type State = (Notice, bool);

impl Notice {
    fn as_str(self) -> &'static str {
        match self {
            Self::LimitReached => "limit_reached",
            Self::FirstWaiting => "first_waiting",
            Self::RemovalsHeld => "removals_held",
            Self::SourceFailing => "source_failing",
            Self::CredentialExpires => "credential_expires",
            Self::CredentialExpiresSoon => "credential_expires_soon",
            Self::SeatsLow(_) => "seats_low",
        }
    }

    /// By what its crossings are recorded: each threshold has its own.
    fn key(self) -> String {
        match self.threshold() {
            None => self.as_str().to_owned(),
            Some(threshold) => format!("{} {threshold}", self.as_str()),
        }
    }

    fn threshold(self) -> Option<WarnAt> {
        match self {
            Self::SeatsLow(threshold) => Some(threshold),
            Self::LimitReached
            | Self::FirstWaiting
            | Self::RemovalsHeld
            | Self::SourceFailing
            | Self::CredentialExpires
            | Self::CredentialExpiresSoon => None,
        }
    }

    fn text(self, is_raised: bool, run: &RunRecord) -> String {
        let (source, id) = (&run.source, &run.id);
        let summary = run.summary.clone().unwrap_or_default();
        let taken = taken_in_words(&summary);
        match (self, is_raised) {
            (Self::LimitReached, true) => {
                format!("All seats are taken: {taken}. New accounts are created, but blocked.")
            }
            (Self::LimitReached, false) => {
                format!("There are free seats again: {taken}.")
            }
            (Self::SeatsLow(at), true) => {
                format!("Seats run short: {taken}, {} (warn_at = \"{at}\").", left_in_words(&summary))
            }
            (Self::SeatsLow(at), false) => {
                let left = left_in_words(&summary);
                format!("There are enough seats again: {taken}, {left} (warn_at = \"{at}\").")
            }
            (Self::FirstWaiting, true) => {
                format!("{} for a seat; {taken}.", several(summary.waiting, "person waits", "people wait"))
            }
            (Self::FirstWaiting, false) => String::from("Nobody waits for a seat any more."),
            (Self::RemovalsHeld, true) => {
                let removals = summary.hold.map_or(0, |hold| hold.removals);
                let be = if removals == 1 { "is" } else { "are" };
                let removals = several(removals, "removal", "removals");
                format!("{removals} of {source} {be} held until a person approves run {id}.")
            }
            (Self::RemovalsHeld, false) => format!("No removals of {source} are held any more."),
            (Self::SourceFailing, true) => {
                let why = run.error.as_deref().unwrap_or("its record does not say why");
                format!("{source} cannot be synced: {why}")
            }
            (Self::SourceFailing, false) => format!("{source} is synced again."),
            (Self::CredentialExpires | Self::CredentialExpiresSoon, true) => {
                let expiry =
                    first_expiry(run).map(|expiry| format!("{} expires on {}", expiry.what, day(expiry.at)));
                let expiry = expiry.unwrap_or_else(|| String::from("a credential expires"));
                format!(
                    "{source}: {expiry}. After that it cannot be synced. Renew it, and store the new one."
                )
            }
            (Self::CredentialExpires | Self::CredentialExpiresSoon, false) => {
                format!("{source}: what was about to expire has been renewed.")
            }
        }
    }
}

/// `1 of 5 is taken`.
fn taken_in_words(summary: &RunSummary) -> String {
    let of = summary.limit.map(|limit| format!("of {} ", grouped(limit))).unwrap_or_default();
    several(summary.used, &format!("{of}is taken"), &format!("{of}are taken"))
}

/// `1 is left`.
fn left_in_words(summary: &RunSummary) -> String {
    summary.limit.map_or_else(
        || String::from("there is no limit"),
        |limit| several(limit.saturating_sub(summary.used), "is left", "are left"),
    )
}

/// Sends the notices that a run gives rise to, and records when the source last succeeded.
///
/// # Errors
/// When a notice cannot be recorded or sent: the next run sends it.
pub(crate) async fn after_run(shell: &Shell, run: &RunRecord) -> Result<Health, Error> {
    let states: Vec<State> = of_source(run).into_iter().chain(of_credentials(run, shell.now())).collect();
    let health = cross(shell, Some(&run.source), run, &states).await?;
    let of_licence = of_licence(shell, run).await;
    if !of_licence.is_empty() {
        cross(shell, None, run, &of_licence).await?;
    }
    Ok(health)
}

fn of_source(run: &RunRecord) -> Vec<State> {
    let failing = (Notice::SourceFailing, !run.status.is_complete());
    // A run that has read nothing does not know whether the removals would still be held.
    let held = run.status.is_complete().then_some((Notice::RemovalsHeld, run.status == RunStatus::Held));
    held.into_iter().chain([failing]).collect()
}

/// One of the two is told at a time: who was told a week before the end needs no notice that it is a month.
fn of_credentials(run: &RunRecord, now: Timestamp) -> Vec<State> {
    // A run that has opened nothing does not know.
    let Some(expiry) = first_expiry(run) else { return Vec::new() };
    let is_within = |days: u64| now.plus(Duration::from_hours(days * 24)) >= expiry.at;
    let soon = (Notice::CredentialExpiresSoon, is_within(EXPIRES_SOON_DAYS));
    if soon.1 { vec![soon] } else { vec![(Notice::CredentialExpires, is_within(EXPIRES_DAYS)), soon] }
}

fn first_expiry(run: &RunRecord) -> Option<&CredentialExpiry> {
    run.expiries.iter().min_by_key(|expiry| expiry.at)
}

fn day(time: Timestamp) -> String {
    show_time(time).chars().take_while(|letter| *letter != 'T').collect()
}

async fn of_licence(shell: &Shell, run: &RunRecord) -> Vec<State> {
    let Some(summary) = run.summary.as_ref().filter(|_| run.status.is_complete()) else { return Vec::new() };
    let is_waiting = summary.waiting > 0;
    let is_reached = is_waiting || summary.limit.is_some_and(|limit| summary.used >= limit);
    let limit = summary.limit.map_or(Limit::Unlimited, |limit| Limit::Seats(SeatCount::new(limit)));
    let seats = Seats { limit, used: SeatCount::new(summary.used) };
    // A configuration that has broken meanwhile says nothing of thresholds: they stay as they were.
    let thresholds = shell.config().await.map(|config| config.warn_at).unwrap_or_default();
    let low = thresholds.into_iter().map(|at| (Notice::SeatsLow(at), at.is_reached(&seats)));
    low.chain([(Notice::LimitReached, is_reached), (Notice::FirstWaiting, is_waiting)]).collect()
}

async fn cross(
    shell: &Shell,
    source: Option<&SourceName>,
    run: &RunRecord,
    states: &[State],
) -> Result<Health, Error> {
    for _ in 0..TRIES_MAX {
        let mut health = shell.store.health(source).await?;
        let to_send = record_crossings(&mut health, states, shell.now().as_millis());
        if source.is_some() && run.status.is_complete() {
            health.last_success = Some(shell.now());
        } else if to_send.is_empty() {
            return Ok(health);
        }
        if !shell.store.put_health(source, &mut health, &run.id).await? {
            continue;
        }
        for (notice, is_raised) in &to_send {
            shell.bus.send(notice_json(shell, source, run, *notice, *is_raised)).await?;
            tracing::info!(notice = notice.as_str(), is_raised, "a notice was sent");
            if let Some(crossing) = health.crossings.get_mut(&notice.key()) {
                crossing.is_sent = true;
            }
        }
        if !to_send.is_empty() {
            // A run that has written the item meanwhile saw the notice as just recorded, or sends it again later.
            shell.store.put_health(source, &mut health, &run.id).await?;
        }
        return Ok(health);
    }
    Err(Error::Contended)
}

/// Puts the crossings into the record. Answers with the notices to send.
fn record_crossings(health: &mut Health, states: &[State], now: i64) -> Vec<State> {
    let mut to_send = Vec::new();
    for (notice, holds) in states {
        let last = health.crossings.get(&notice.key());
        let is_new = last.map_or(*holds, |last| last.is_raised != *holds);
        let is_overdue =
            last.is_some_and(|last| !last.is_sent && now.abs_diff(last.at_millis) >= SENDING_MILLIS);
        if is_new || is_overdue {
            let crossing = Crossing { is_raised: *holds, at_millis: now, is_sent: false };
            health.crossings.insert(notice.key(), crossing);
            to_send.push((*notice, *holds));
        }
    }
    to_send
}

/// The event that the bus carries.
fn notice_json(
    shell: &Shell,
    source: Option<&SourceName>,
    run: &RunRecord,
    notice: Notice,
    is_raised: bool,
) -> String {
    json!({
        "stack": shell.store.stack(),
        "source": source.map(SourceName::as_str),
        "notice": notice.as_str(),
        "threshold": notice.threshold().map(|threshold| threshold.to_string()),
        "state": if is_raised { "raised" } else { "cleared" },
        "text": notice.text(is_raised, run),
        "run": run.id,
        "at": show_time(shell.now()),
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::{left_in_words, taken_in_words};
    use rollcall_store::RunSummary;

    #[test]
    fn words_fit_one_seat_and_several() {
        for (used, limit, taken, left) in [
            (1, Some(2), "1 of 2 is taken", "1 is left"),
            (0, Some(2), "0 of 2 are taken", "2 are left"),
            (1_200, Some(1_200), "1,200 of 1,200 are taken", "0 are left"),
            (5, None, "5 are taken", "there is no limit"),
        ] {
            let summary = RunSummary { used, limit, ..RunSummary::default() };
            assert_eq!((taken_in_words(&summary), left_in_words(&summary)), (taken.into(), left.into()));
        }
    }
}
