//! `starts` and `ends`: from which and until which moment a person is in scope (rule 42).
//!
//! Below `mapping.rs`. Promises that a date that cannot be read is an error, never "now" and never "never".

use crate::column::read_template;
use crate::mistake::Mistakes;
use crate::section::nearest;
use crate::template::Template;
use crate::titles::DATE;
use crate::value::{Setting, quoted};
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use rollcall_core::time::Timestamp;

/// Where a date comes from, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateRule<C = String> {
    /// Its value.
    pub from: Template<C>,
    /// How it is written.
    pub format: DateFormat,
    /// Where a day begins, and what a time without an offset means.
    pub zone: TimeZone,
}

/// How a date is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateFormat {
    /// 2026-05-31, with or without a time and an offset.
    Iso,
    /// Tenths of microseconds since 1601 (Active Directory).
    Filetime,
    /// 20260531120000Z (LDAP's `GeneralizedTime`).
    Generalized,
    /// Seconds since 1970.
    Unix,
    /// Days since the end of 1899, as spreadsheets count.
    Excel,
    /// A pattern of letters: dd.mm.yyyy.
    Pattern {
        /// As it is configured.
        text: String,
        /// The same for the library that reads dates.
        strtime: String,
        /// Whether it has a time of day.
        has_time: bool,
    },
}

/// The names of formats that are no patterns.
const NAMES: [(&str, DateFormat); 5] = [
    ("iso", DateFormat::Iso),
    ("filetime", DateFormat::Filetime),
    ("generalized", DateFormat::Generalized),
    ("unix", DateFormat::Unix),
    ("excel", DateFormat::Excel),
];

/// Which moment of a day without a time is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its beginning: a person starts on that day.
    Start,
    /// The beginning of the next day: the last day counts as a whole.
    End,
}

/// A date as it was read.
enum Found {
    Day(Date),
    Local(DateTime),
    Instant(jiff::Timestamp),
}

/// The last year that can be written.
const LAST_YEAR: i16 = 9999;

/// Nobody who is in a directory today has started or left by then.
const FIRST_DAY: Date = Date::constant(1900, 1, 1);

/// Seconds from 1601, where FILETIME begins, to 1970.
const SECONDS_FROM_1601: i64 = 11_644_473_600;

impl<C> DateRule<C> {
    /// The moment that a value means; `None` if it means that there is no date.
    ///
    /// # Errors
    /// When it cannot be read: what was expected.
    pub fn moment(&self, value: &str, edge: Edge) -> Result<Option<Timestamp>, String> {
        // 0000-00-00, and FILETIME's 0: no date.
        let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
        if value.is_empty() || (has_digit && !value.bytes().any(|byte| matches!(byte, b'1'..=b'9'))) {
            return Ok(None);
        }
        if is_day_zero(value) {
            return Ok(None);
        }
        if self.format == DateFormat::Filetime && value.parse() == Ok(i64::MAX) {
            return Ok(None);
        }
        let found = self.format.read(value).ok_or_else(|| format!("expected {}", self.format.example()))?;
        let found = match found {
            // Programs write "never" so, and the calendar of the library ends on that day.
            Found::Local(local) if local.year() == LAST_YEAR => Found::Day(local.date()),
            found @ (Found::Day(_) | Found::Local(_) | Found::Instant(_)) => found,
        };
        // The first day that a program knows stands for none: 0001-01-01, 1601-01-01, 1753-01-01, 1900-01-01.
        let day = match found {
            Found::Day(day) => day,
            Found::Local(local) => local.date(),
            Found::Instant(instant) => TimeZone::UTC.to_datetime(instant).date(),
        };
        if day <= FIRST_DAY {
            return Ok(None);
        }
        let instant = match (found, edge) {
            (Found::Instant(instant), _) => Ok(instant),
            (Found::Local(local), _) => local.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp()),
            (Found::Day(day), Edge::Start) => day.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp()),
            (Found::Day(day), Edge::End) => match day.tomorrow() {
                Ok(next) => next.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp()),
                // The last day of the calendar means never.
                Err(_) => return Ok(None),
            },
        };
        let instant = instant.map_err(|_| format!("expected {}", self.format.example()))?;
        Ok(Some(Timestamp::from_millis(instant.as_millisecond())))
    }

    /// The same rule with other names for its columns.
    ///
    /// # Errors
    /// What `find` says of the first column that it does not find.
    pub fn resolve<D, E>(&self, find: &mut dyn FnMut(&C) -> Result<D, E>) -> Result<DateRule<D>, E> {
        Ok(DateRule { from: self.from.resolve(find)?, format: self.format.clone(), zone: self.zone.clone() })
    }
}

impl DateFormat {
    /// The format with this name, or of this pattern; or what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, format)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Ok(format.clone());
        }
        let (strtime, has_time) = strtime_of(text).map_err(|what| {
            let expected = "must be \"iso\", \"filetime\", \"generalized\", \"unix\", \"excel\" or a pattern such as \
                            \"dd.mm.yyyy\" or \"mm/dd/yyyy hh:mm\"";
            let meant = nearest(text, NAMES.iter().map(|(name, _)| *name));
            meant.map_or_else(|| format!("{expected} ({what})"), |meant| format!("{expected}; did you mean \"{meant}\"?"))
        })?;
        Ok(Self::Pattern { text: text.to_owned(), strtime, has_time })
    }

    /// As it is configured.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Iso => "iso",
            Self::Filetime => "filetime",
            Self::Generalized => "generalized",
            Self::Unix => "unix",
            Self::Excel => "excel",
            Self::Pattern { text, .. } => text,
        }
    }

    fn example(&self) -> String {
        match self {
            Self::Iso => String::from("a date such as 2026-05-31 (or set `format`)"),
            Self::Filetime => String::from("a FILETIME such as 134074656000000000"),
            Self::Generalized => String::from("a time such as 20260531120000Z"),
            Self::Unix => String::from("seconds since 1970, such as 1780185600"),
            Self::Excel => String::from("the number of a day, such as 46173"),
            Self::Pattern { text, .. } => format!("a date as {text}"),
        }
    }

    fn read(&self, value: &str) -> Option<Found> {
        match self {
            Self::Iso => read_iso(value),
            Self::Filetime => {
                let ticks: i64 = value.parse().ok()?;
                let second = (ticks / 10_000_000).checked_sub(SECONDS_FROM_1601)?;
                jiff::Timestamp::from_second(second).ok().map(Found::Instant)
            }
            Self::Generalized => read_generalized(value),
            Self::Unix => jiff::Timestamp::from_second(value.parse().ok()?).ok().map(Found::Instant),
            Self::Excel => {
                // A fraction is a time of the day, which does not count here.
                let (whole, part) = value.split_once(['.', ',']).unwrap_or((value, ""));
                part.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
                let days = jiff::Span::new().try_days(whole.parse::<i64>().ok()?).ok()?;
                Date::constant(1899, 12, 30).checked_add(days).ok().map(Found::Day)
            }
            Self::Pattern { strtime, has_time, .. } => {
                let parsed = BrokenDownTime::parse(strtime, value).ok()?;
                // The library reads 26 as the year 26.
                parsed.to_date().ok().filter(|day| day.year() >= 1000)?;
                if *has_time {
                    parsed.to_datetime().ok().map(Found::Local)
                } else {
                    parsed.to_date().ok().map(Found::Day)
                }
            }
        }
    }
}

/// The day zero of a spreadsheet, in any order: `1900-01-00`, `1/0/1900`.
fn is_day_zero(value: &str) -> bool {
    let day = value.split([' ', 'T']).next().unwrap_or_default();
    let mut parts: Vec<&str> = day.split(['-', '/', '.']).map(|part| part.trim_start_matches('0')).collect();
    parts.sort_unstable();
    parts == ["", "1", "1900"]
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
    if has_zone { whole.parse().ok().map(Found::Instant) } else { whole.parse().ok().map(Found::Local) }
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
    parsed.to_timestamp().ok().map(Found::Instant)
}

/// A pattern of letters for the library, and whether it has a time. `mm` after hours means minutes.
fn strtime_of(text: &str) -> Result<(String, bool), &'static str> {
    let mut out = String::new();
    let (mut years, mut months, mut days, mut hours) = (0, 0, 0, 0);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let (token, left) = rest.split_at(run);
        rest = left;
        let directive = match (c, token.chars().count()) {
            ('y' | 'Y', 4) => (years += 1, "%Y").1,
            ('y' | 'Y', 2) => (years += 1, "%y").1,
            ('m' | 'M', 1 | 2) if hours > 0 && out.ends_with([':', '.', 'H', 'I']) => "%M",
            ('m' | 'M', 1 | 2) => (months += 1, "%m").1,
            ('m' | 'M', 3) => (months += 1, "%b").1,
            ('m' | 'M', 4) => (months += 1, "%B").1,
            ('d' | 'D', 1 | 2) => (days += 1, "%d").1,
            ('h' | 'H', 1 | 2) => (hours += 1, "%H").1,
            ('s' | 'S', 1 | 2) if hours > 0 => "%S",
            ('.' | '/' | '-' | ' ' | ',' | ':' | 'T' | '_', _) => token,
            _ => return Err("it has other letters than yyyy, mm, dd, hh, ss"),
        };
        out.push_str(directive);
    }
    if (years, months, days) != (1, 1, 1) || hours > 1 {
        return Err("a year, a month and a day are needed, each once");
    }
    Ok((out, hours > 0))
}

/// Reads `starts` or `ends`: a column or template, or a table with `from`, `format` and `time_zone`.
pub(crate) fn read(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<DateRule> {
    if setting.value.as_table().is_none() {
        let from = read_template(setting, mistakes)?;
        return Some(DateRule { from, format: DateFormat::Iso, zone: TimeZone::UTC });
    }
    let mut section = setting.section(DATE, mistakes)?;
    let from = section.required("from", "from = \"Hire date\"", mistakes);
    let from = from.and_then(|setting| read_template(&setting, mistakes));
    let format = section.optional("format").map_or(Some(DateFormat::Iso), |setting| {
        let text = setting.text(mistakes)?.trim();
        let format = DateFormat::parse(text);
        format
            .map_err(|what| mistakes.add(setting.at, format!("`format` {what}; found {}", quoted(text))))
            .ok()
    });
    let zone = section.optional("time_zone").map_or(Some(TimeZone::UTC), |setting| {
        let name = setting.text(mistakes)?.trim();
        let expected = "must be the name of a time zone such as \"Europe/Oslo\"";
        let zone = TimeZone::get(name);
        zone.map_err(|_| mistakes.add(setting.at, format!("`time_zone` {expected}; found {}", quoted(name))))
            .ok()
    });
    section.finish(mistakes);
    Some(DateRule { from: from?, format: format?, zone: zone? })
}

#[cfg(test)]
mod tests;
