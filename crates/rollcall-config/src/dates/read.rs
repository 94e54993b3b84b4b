//! From a value to a date or a moment, in each format. Below `dates`, above `pattern`.
//!
//! Promises that a value which is not wholly in its format is none.

use super::DateFormat;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

/// A date as it was read.
pub(super) enum Found {
    Day(Date),
    Local(DateTime),
    /// A moment, and the day that begins with it where it is written as the midnight of one.
    Instant(jiff::Timestamp, Option<Date>),
}

/// Seconds from 1601, where FILETIME begins, to 1970.
const SECONDS_FROM_1601: i64 = 11_644_473_600;

impl DateFormat {
    pub(super) fn read(&self, value: &str) -> Option<Found> {
        match self {
            Self::Iso => read_iso(value),
            Self::Filetime => {
                let ticks: i64 = value.parse().ok()?;
                let second = (ticks / 10_000_000).checked_sub(SECONDS_FROM_1601)?;
                jiff::Timestamp::from_second(second).ok().map(|at| Found::Instant(at, None))
            }
            Self::Generalized => read_generalized(value),
            Self::Unix => jiff::Timestamp::from_second(value.parse().ok()?).ok().map(in_utc),
            Self::UnixMs => read_milliseconds(value),
            Self::Excel => {
                // A fraction is a time of the day, which does not count here.
                let (whole, part) = value.split_once(['.', ',']).unwrap_or((value, ""));
                part.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
                let days = jiff::Span::new().try_days(whole.parse::<i64>().ok()?).ok()?;
                Date::constant(1899, 12, 30).checked_add(days).ok().map(Found::Day)
            }
            Self::Pattern(pattern) => {
                let (day, time) = pattern.read(value)?;
                Some(time.map_or(Found::Day(day), |time| Found::Local(day.to_datetime(time))))
            }
        }
    }
}

/// A moment; where it is a midnight in UTC, a program may have written a day so.
fn in_utc(at: jiff::Timestamp) -> Found {
    let local = TimeZone::UTC.to_datetime(at);
    Found::Instant(at, (local.time() == Time::midnight()).then(|| local.date()))
}

/// `1780185600000`, and `/Date(1780185600000)/` or `\/Date(1780185600000+0200)\/` as .NET writes it in JSON.
fn read_milliseconds(value: &str) -> Option<Found> {
    let inner = value.trim_start_matches(['\\', '/']).strip_prefix("Date(");
    let inner = inner.map(|inner| inner.trim_end_matches(['\\', '/']).strip_suffix(')'));
    let digits = match inner {
        // The offset says where it was written, not when it is.
        Some(inner) => inner.and_then(|inner| {
            inner.get(..inner.rfind(['+', '-']).filter(|at| *at > 0).unwrap_or(inner.len()))
        })?,
        None => value,
    };
    jiff::Timestamp::from_millisecond(digits.parse().ok()?).ok().map(in_utc)
}

fn read_iso(value: &str) -> Option<Found> {
    let is_day = |text: &str| {
        text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    };
    let (day, time) = value.split_at_checked(10).filter(|(day, _)| is_day(day))?;
    if time.is_empty() {
        return day.parse().ok().map(Found::Day);
    }
    // A day with an offset, as XML has it: the offset of the server that wrote it says nothing of the day.
    if is_offset(time) {
        return day.parse().ok().map(Found::Day);
    }
    let time = time.strip_prefix(['T', 't', ' '])?.trim();
    if day.starts_with("9999-12-31") {
        return day.parse().ok().map(Found::Day);
    }
    let whole = format!("{day}T{}", time.replace(' ', ""));
    let has_zone = whole.ends_with(['Z', 'z']) || time.contains(['+', '-']);
    if !has_zone {
        return whole.parse().ok().map(Found::Local);
    }
    let is_midnight = time.split(['Z', 'z', '+', '-']).next().is_some_and(is_midnight);
    let written = if is_midnight { day.parse().ok() } else { None };
    whole.parse().ok().map(|at| Found::Instant(at, written))
}

/// `00:00`, `00:00:00.000`, `000000`
fn is_midnight(time: &str) -> bool {
    time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.' | b',' | b' '))
}

/// `Z`, `+02:00`, `-08:00`
fn is_offset(text: &str) -> bool {
    let is_time = |time: &str| {
        time.split_once(':').is_some_and(|(hours, minutes)| {
            [hours, minutes]
                .iter()
                .all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    text == "Z" || text.strip_prefix(['+', '-']).is_some_and(is_time)
}

/// `GeneralizedTime` (RFC 4517, 3.3.13), with whole seconds or a fraction of them.
fn read_generalized(value: &str) -> Option<Found> {
    let zone_at = value.find(['Z', '+', '-'])?;
    let (local, zone) = value.split_at_checked(zone_at)?;
    let digits = local.split(['.', ',']).next()?;
    let offset = if zone == "Z" { "+0000" } else { zone };
    let padded = match digits.len() {
        14 => digits.to_owned(),
        12 => format!("{digits}00"),
        10 => format!("{digits}0000"),
        _ => return None,
    };
    let parsed = BrokenDownTime::parse("%Y%m%d%H%M%S%z", format!("{padded}{offset}")).ok()?;
    let is_day = local.get(8..).is_some_and(is_midnight);
    let written = if is_day { parsed.to_date().ok() } else { None };
    parsed.to_timestamp().ok().map(|at| Found::Instant(at, written))
}
