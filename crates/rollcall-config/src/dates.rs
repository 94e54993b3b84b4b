//! `starts` and `ends`: from which and until which moment a person is in scope (rule 42).
//!
//! Below `mapping.rs`; `pattern` reads dates as a pattern says them. Promises that a date that cannot be read is an error,
//! never "now" and never "never", and that a last day counts as a whole, also where a program has written its midnight.

mod month;
mod pattern;
mod read;

use crate::column::read_template;
use crate::mistake::Mistakes;
use crate::section::nearest;
use crate::template::Template;
use crate::titles::DATE;
use crate::value::{Setting, quoted};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
pub use pattern::Pattern;
use read::Found;
use rollcall_core::fold::fold;
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
    /// Words that mean that there is no date, folded.
    pub nothing: Vec<String>,
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
    /// Thousandths of a second since 1970, also as `/Date(1780185600000)/`.
    UnixMs,
    /// Days since the end of 1899, as spreadsheets count.
    Excel,
    /// A pattern of letters: dd.mm.yyyy.
    Pattern(Pattern),
}

/// The names of formats that are no patterns.
const NAMES: [(&str, DateFormat); 6] = [
    ("iso", DateFormat::Iso),
    ("filetime", DateFormat::Filetime),
    ("generalized", DateFormat::Generalized),
    ("unix", DateFormat::Unix),
    ("unix_ms", DateFormat::UnixMs),
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

/// Words that can only mean that a time has no end. Others, such as TBD, are for people to judge: `nothing`.
const NO_END: [&str; 22] = [
    "never",
    "permanent",
    "perpetual",
    "indefinite",
    "indefinitely",
    "open-ended",
    "open ended",
    "open end",
    "no end",
    "no end date",
    "unlimited",
    "ongoing",
    "present",
    "unbefristet",
    "unbegrenzt",
    "nie",
    "jamais",
    "indéterminé",
    "indefinido",
    "indeterminato",
    "indeterminado",
    "onbepaald",
];

/// The last year that can be written.
const LAST_YEAR: i16 = 9999;

/// Nobody who is in a directory today has started or left by then.
const FIRST_DAY: Date = Date::constant(1900, 1, 1);

/// What to do with a year of two digits that may be two years.
const FOUR_DIGITS: &str = "write four digits, or an empty cell for never";

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
        if is_day_zero(value) || self.is_none(value, edge) {
            return Ok(None);
        }
        if self.format == DateFormat::Filetime && value.parse() == Ok(i64::MAX) {
            return Ok(None);
        }
        let expected = || format!("expected {}", self.format.example());
        let found = self.format.read(value).ok_or_else(expected)?;
        let found = match found {
            // Programs write "never" so, and the calendar of the library ends on that day.
            Found::Local(local) if local.year() == LAST_YEAR => Found::Day(local.date()),
            found @ (Found::Day(_) | Found::Local(_) | Found::Instant(..)) => found,
        };
        // The first day that a program knows stands for none: 0001-01-01, 1601-01-01, 1753-01-01, 1900-01-01.
        let day = match found {
            Found::Day(day) => day,
            Found::Local(local) => local.date(),
            Found::Instant(instant, _) => TimeZone::UTC.to_datetime(instant).date(),
        };
        if day <= FIRST_DAY {
            return Ok(None);
        }
        if edge == Edge::End && self.format.has_short_year() && day.year() < 2000 {
            return Err(format!("two digits of a year may be {} or never; {}", day.year(), FOUR_DIGITS));
        }
        let found = if edge == Edge::End { self.whole_day(found) } else { found };
        let instant = match (found, edge) {
            (Found::Instant(instant, _), _) => Ok(instant),
            (Found::Local(local), _) => local.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp()),
            (Found::Day(day), Edge::Start) => day.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp()),
            (Found::Day(day), Edge::End) => match day.tomorrow() {
                Ok(next) => next.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp()),
                // The last day of the calendar means never.
                Err(_) => return Ok(None),
            },
        };
        let instant = instant.map_err(|_| expected())?;
        Ok(Some(Timestamp::from_millis(instant.as_millisecond())))
    }

    /// A last day that is written as its midnight, as databases and many programs write a day, is that day. The number of
    /// Active Directory stays: its midnight is the end of the day before.
    fn whole_day(&self, found: Found) -> Found {
        let midnight = match &found {
            Found::Day(_) => None,
            Found::Local(local) => (local.time() == Time::midnight()).then(|| local.date()),
            Found::Instant(..) if self.format == DateFormat::Filetime => None,
            Found::Instant(instant, written) => {
                let here = instant.to_zoned(self.zone.clone());
                let is_first = here.start_of_day().is_ok_and(|first| first == here);
                if is_first { Some(here.date()) } else { *written }
            }
        };
        midnight.map_or(found, Found::Day)
    }

    /// Whether a value is a word for no date.
    fn is_none(&self, value: &str, edge: Edge) -> bool {
        // Most values begin with a digit, and most rules have no words of their own.
        let is_word = !value.bytes().any(|byte| byte.is_ascii_digit());
        if self.nothing.is_empty() && !(is_word && edge == Edge::End) {
            return false;
        }
        let folded = fold(value);
        self.nothing.contains(&folded) || is_word && edge == Edge::End && NO_END.contains(&folded.as_str())
    }

    /// The same rule with other names for its columns.
    ///
    /// # Errors
    /// What `find` says of the first column that it does not find.
    pub fn resolve<D, E>(&self, find: &mut dyn FnMut(&C) -> Result<D, E>) -> Result<DateRule<D>, E> {
        Ok(DateRule {
            from: self.from.resolve(find)?,
            format: self.format.clone(),
            zone: self.zone.clone(),
            nothing: self.nothing.clone(),
        })
    }
}

impl DateFormat {
    /// The format with this name, or of this pattern; or what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, format)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Ok(format.clone());
        }
        let pattern = Pattern::parse(text).map_err(|what| {
            let expected = "must be \"iso\", \"filetime\", \"generalized\", \"unix\", \"unix_ms\", \"excel\" or a pattern such \
                            as \"dd.mm.yyyy\" or \"mm/dd/yyyy hh:mm am\"";
            let meant = nearest(text, NAMES.iter().map(|(name, _)| *name));
            meant.map_or_else(|| format!("{expected} ({what})"), |meant| format!("{expected}; did you mean \"{meant}\"?"))
        })?;
        Ok(Self::Pattern(pattern))
    }

    fn has_short_year(&self) -> bool {
        matches!(self, Self::Pattern(pattern) if pattern.has_short_year())
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
            Self::UnixMs => "unix_ms",
            Self::Pattern(pattern) => pattern.text(),
        }
    }

    fn example(&self) -> String {
        match self {
            Self::Iso => String::from("a date such as 2026-05-31 (or set `format`)"),
            Self::Filetime => String::from("a FILETIME such as 134074656000000000"),
            Self::Generalized => String::from("a time such as 20260531120000Z"),
            Self::Unix => String::from("seconds since 1970, such as 1780185600"),
            Self::Excel => String::from("the number of a day, such as 46173"),
            Self::UnixMs => String::from("thousandths of a second since 1970, such as 1780185600000"),
            Self::Pattern(pattern) => format!("a date as {}", pattern.text()),
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

/// Reads `starts` or `ends`: a column or template, or a table with `from`, `format` and `time_zone`.
pub(crate) fn read(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<DateRule> {
    if setting.value.as_table().is_none() {
        let from = read_template(setting, mistakes)?;
        return Some(DateRule { from, format: DateFormat::Iso, zone: TimeZone::UTC, nothing: Vec::new() });
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
    let nothing = section.optional("nothing").and_then(|setting| setting.texts(mistakes)).unwrap_or_default();
    let nothing = nothing.iter().map(|item| fold(item.text)).collect();
    section.finish(mistakes);
    Some(DateRule { from: from?, format: format?, zone: zone?, nothing })
}

#[cfg(test)]
mod tests;
