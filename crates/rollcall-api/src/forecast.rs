//! When the licence will be full, at the pace of the days before (rule 65). Pure: days in, a day and a sentence out.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rollcall_sync::store::SeatsOfDay;
use rollcall_sync::words::several;

/// A pace of fewer days says nothing.
const DAYS_MIN: i64 = 7;

/// A pace is of the last 90 days.
pub(crate) const DAYS_MAX: i64 = 90;

/// Five years: what lies further away is no forecast.
const AHEAD_DAYS_MAX: i64 = 5 * 365;

/// The pace of seats: from the first to the last of some days.
struct Pace {
    last: Date,
    days: i64,
    more: u64,
}

/// The day on which the licence will be full but for its reserve; none without a limit, when it is full, when the seats in use do not grow, or when
/// the days are too few or that day too far.
pub(crate) fn full_on(history: &[SeatsOfDay], reserve: u64) -> Option<Date> {
    let now = history.last()?;
    let free = now.limit?.saturating_sub(reserve).checked_sub(now.used).filter(|free| *free > 0)?;
    let pace = pace(history)?;
    let left = i64::try_from(free).ok()?.checked_mul(pace.days)? / i64::try_from(pace.more).ok()?;
    if left > AHEAD_DAYS_MAX {
        return None;
    }
    pace.last.checked_add(left.days()).ok()
}

/// The forecast for people, with who waits and how many seats would do.
pub(crate) fn in_words(history: &[SeatsOfDay], reserve: u64) -> Option<String> {
    let now = history.last()?;
    let limit = now.limit?;
    let mut sentences = Vec::new();
    if now.used >= limit.saturating_sub(reserve) {
        sentences.push(String::from("The licence is full."));
    } else if let Some(days) = days_of_pace(history).filter(|days| *days < DAYS_MIN) {
        let known = if days == 1 { String::from("is 1") } else { format!("are {days}") };
        sentences.push(format!(
            "When the licence is full cannot be said yet: a forecast needs at least {DAYS_MIN} days of history; there {known}."
        ));
    } else if let Some(pace) = pace(history) {
        let when = full_on(history, reserve).map_or_else(
            || String::from("not full within five years"),
            |day| format!("full on about {}", day.strftime("%-d %B %Y")),
        );
        sentences.push(format!("The licence is {when} at the pace of the last {} days.", pace.days));
    } else if let Some(days) = days_of_pace(history) {
        sentences.push(format!("The seats in use have not grown in the last {days} days, so no day is in sight on which the licence is full."));
    }
    let seats = now.used + now.waiting + reserve;
    if now.waiting > 0 && seats > limit {
        let wait = several(now.waiting, "person waits", "people wait");
        let seats = several(seats, "seat", "seats");
        sentences.push(format!("{wait}; {seats} would give one to everybody."));
    }
    Some(sentences.join(" ")).filter(|text| !text.is_empty())
}

fn pace(history: &[SeatsOfDay]) -> Option<Pace> {
    let (first, last, days) = range_of_pace(history)?;
    let now = history.last()?;
    let more = now.used.checked_sub(first.used).filter(|more| *more > 0)?;
    (days >= DAYS_MIN).then_some(Pace { last, days, more })
}

/// How many days there are from which a pace could be known.
fn days_of_pace(history: &[SeatsOfDay]) -> Option<i64> {
    range_of_pace(history).map(|(_, _, days)| days)
}

/// The first day that counts, the last one, and how many days lie between them.
fn range_of_pace(history: &[SeatsOfDay]) -> Option<(&SeatsOfDay, Date, i64)> {
    let day = |one: &SeatsOfDay| one.day.parse::<Date>().ok();
    let last = day(history.last()?)?;
    let days_before = |one: &&SeatsOfDay| {
        let days = day(one).and_then(|day| last.since(day).ok()).map(|span| i64::from(span.get_days()));
        days.is_some_and(|days| days <= DAYS_MAX)
    };
    let first = history.iter().find(days_before)?;
    let days = i64::from(last.since(day(first)?).ok()?.get_days());
    Some((first, last, days))
}

#[cfg(test)]
mod tests {
    use super::{full_on, in_words};
    use rollcall_sync::store::SeatsOfDay;

    fn day(day: &str, used: u64, limit: Option<u64>, waiting: u64) -> SeatsOfDay {
        SeatsOfDay { day: day.to_owned(), used, limit, waiting }
    }

    const NOT_GROWN: &str = "The seats in use have not grown in the last 10 days, so no day is in sight on which the licence is full.";

    #[test]
    fn forecasts_are_of_the_pace_of_at_most_90_days() {
        let full = Some(100);
        let cases: [(&[SeatsOfDay], Option<&str>, Option<&str>); 10] = [
            (&[], None, None),
            (&[day("2026-11-29", 5, None, 0)], None, None),
            (
                &[day("2026-11-01", 60, full, 0), day("2026-11-11", 80, full, 0)],
                Some("2026-11-21"),
                Some("The licence is full on about 21 November 2026 at the pace of the last 10 days."),
            ),
            // Six days say nothing: then it says so.
            (
                &[day("2026-11-01", 60, full, 0), day("2026-11-07", 80, full, 0)],
                None,
                Some(
                    "When the licence is full cannot be said yet: a forecast needs at least 7 days of history; there are 6.",
                ),
            ),
            // What is older than 90 days does not count.
            (
                &[
                    day("2026-01-01", 0, full, 0),
                    day("2026-11-01", 89, full, 0),
                    day("2026-11-11", 90, full, 0),
                ],
                Some("2027-02-19"),
                Some("The licence is full on about 19 February 2027 at the pace of the last 10 days."),
            ),
            (&[day("2026-11-01", 80, full, 0), day("2026-11-11", 80, full, 0)], None, Some(NOT_GROWN)),
            (&[day("2026-11-01", 80, full, 0), day("2026-11-11", 70, full, 0)], None, Some(NOT_GROWN)),
            (
                &[day("2026-11-01", 100, full, 0), day("2026-11-11", 100, full, 12)],
                None,
                Some("The licence is full. 12 people wait; 112 seats would give one to everybody."),
            ),
            // There are seats for all who wait: the next run gives them.
            (
                &[day("2026-11-01", 1, Some(9000), 0), day("2026-11-11", 2, Some(9000), 1)],
                None,
                Some("The licence is not full within five years at the pace of the last 10 days."),
            ),
            (
                &[day("2026-11-01", 8, Some(9), 0), day("2026-11-02", 8, Some(9), 2)],
                None,
                Some(
                    "When the licence is full cannot be said yet: a forecast needs at least 7 days of history; there is 1. 2 people wait; 10 seats would give one to everybody.",
                ),
            ),
        ];
        for (history, on, words) in cases {
            assert_eq!(full_on(history, 0).map(|day| day.to_string()).as_deref(), on, "{history:?}");
            assert_eq!(in_words(history, 0).as_deref(), words, "{history:?}");
        }
        let many =
            [day("2026-11-28", 18_000, Some(18_000), 0), day("2026-11-29", 18_000, Some(18_000), 1_359)];
        let words = in_words(&many, 0).unwrap();
        assert_eq!(
            words,
            "The licence is full. 1,359 people wait; 19,359 seats would give one to everybody."
        );
        let history = [day("2026-11-01", 60, full, 0), day("2026-11-11", 80, full, 1)];
        assert_eq!(full_on(&history, 10).map(|day| day.to_string()).as_deref(), Some("2026-11-16"));
        let words = in_words(&history, 20).unwrap();
        assert_eq!(words, "The licence is full. 1 person waits; 101 seats would give one to everybody.");
    }
}
