//! When the sources are read by themselves: what a schedule says, in words, and when its next time is.
//!
//! A schedule is written as EventBridge has it. Who sets one says its expression with each tick; what it says next follows
//! from the last tick, where it is a rate.

use rollcall_core::time::Timestamp;
use rollcall_sync::store::{Tick, show_time};
use serde_json::{Value, json};
use std::time::Duration;

/// A schedule of dates counts as gone when it has not ticked for so long: nobody says when it is taken away.
const DATES_GONE_AFTER: Duration = Duration::from_hours(32 * 24);

/// The expression of a schedule that ticks each time after so long, as EventBridge has it.
#[must_use]
pub fn every(interval: Duration) -> String {
    let seconds = interval.as_secs();
    let (number, unit) = match seconds {
        _ if seconds.is_multiple_of(3600) => (seconds / 3600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("rate({number} {unit}{plural})")
}

/// The schedules that go on, with their words and their next time.
pub(crate) fn shown(ticks: &[Tick], now: Timestamp) -> Vec<Value> {
    let goes_on = |tick: &&Tick| match interval(&tick.expression) {
        // One tick may be late, or lost.
        Some(interval) => tick.at.plus(interval).plus(interval) > now,
        None => tick.at.plus(DATES_GONE_AFTER) > now,
    };
    let shown = |tick: &Tick| {
        let next = interval(&tick.expression).map(|interval| tick.at.plus(interval)).filter(|at| *at > now);
        json!({
            "expression": tick.expression,
            "in_words": in_words(&tick.expression),
            "last_at": show_time(tick.at),
            "next_at": next.map(show_time),
        })
    };
    ticks.iter().filter(goes_on).map(shown).collect()
}

/// What it says, for people: `every hour`.
fn in_words(expression: &str) -> String {
    match rate(expression) {
        None => expression.to_owned(),
        Some((1, unit)) => format!("every {unit}"),
        Some((number, unit)) => format!("every {number} {unit}s"),
    }
}

/// The number and the unit of `rate(5 minutes)`.
fn rate(expression: &str) -> Option<(u64, &str)> {
    let (number, unit) = expression.strip_prefix("rate(")?.strip_suffix(')')?.trim().split_once(' ')?;
    Some((number.parse().ok()?, unit.trim().trim_end_matches('s')))
}

fn interval(expression: &str) -> Option<Duration> {
    let (number, unit) = rate(expression)?;
    let seconds = match unit {
        "second" => 1,
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => 24 * 60 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::{every, in_words, interval, shown};
    use rollcall_core::time::Timestamp;
    use rollcall_sync::store::Tick;
    use std::time::Duration;

    #[test]
    fn a_schedule_is_said_in_words() {
        for (expression, words) in [
            ("rate(1 hour)", "every hour"),
            ("rate(5 minutes)", "every 5 minutes"),
            ("cron(0 6 * * ? *)", "cron(0 6 * * ? *)"),
            ("rate()", "rate()"),
        ] {
            assert_eq!(in_words(expression), words);
        }
    }

    #[test]
    fn an_interval_is_written_as_eventbridge_does_and_read_again() {
        for (seconds, written) in [
            (1, "rate(1 second)"),
            (90, "rate(90 seconds)"),
            (60, "rate(1 minute)"),
            (5400, "rate(90 minutes)"),
            (7200, "rate(2 hours)"),
        ] {
            assert_eq!(every(Duration::from_secs(seconds)), written);
            assert_eq!(interval(written), Some(Duration::from_secs(seconds)));
        }
        assert_eq!(interval("rate(1 day)"), Some(Duration::from_hours(24)));
        for other in ["cron(0 6 * * ? *)", "rate()", "rate(x hours)", "rate(1 week)"] {
            assert_eq!(interval(other), None, "{other}");
        }
    }

    #[test]
    fn a_schedule_that_has_not_ticked_for_long_is_not_shown() {
        let at = |hours: i64| Timestamp::from_millis(hours * 3_600_000);
        let next = |expression: &str, now: i64| {
            let tick = Tick { expression: expression.to_owned(), at: at(0) };
            shown(&[tick], Timestamp::from_millis(at(now).as_millis() + 1))
                .first()
                .map(|one| one["next_at"].clone())
        };
        assert_eq!(next("rate(2 hours)", 1), Some("1970-01-01T02:00:00.000Z".into()));
        assert_eq!(
            next("rate(2 hours)", 3),
            Some(serde_json::Value::Null),
            "late, and perhaps about to come"
        );
        assert_eq!(next("rate(2 hours)", 4), None, "it does not come any more");
        assert_eq!(next("cron(0 6 * * ? *)", 700), Some(serde_json::Value::Null));
        assert_eq!(next("cron(0 6 * * ? *)", 800), None);
    }
}
