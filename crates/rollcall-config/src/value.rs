//! One setting and its value: a text, a number or a list, or a mistake that says what was expected.
//!
//! Below `section.rs`. Promises that a value of the wrong type is reported exactly once, with what was found.

use crate::mistake::Mistakes;
use jiff::tz::TimeZone;
use rollcall_core::time::Timestamp;
use std::time::Duration;
use toml::de::{DeInteger, DeValue};

/// The longest time that a setting may name: ten years.
const DAYS_MAX: u64 = 3650;

/// A setting as it is in the file.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) name: &'a str,
    /// Offset of its name.
    pub(crate) at: usize,
    pub(crate) value: &'a DeValue<'a>,
    /// A value that works; empty for a section.
    pub(crate) example: &'static str,
}

/// A text in a list, and its offset.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) at: usize,
    pub(crate) text: &'a str,
}

impl<'a> Setting<'a> {
    /// A text that is not empty.
    pub(crate) fn text(&self, mistakes: &mut Mistakes) -> Option<&'a str> {
        let Some(text) = self.value.as_str() else {
            self.add(mistakes, "must be a text in quotes");
            return None;
        };
        if text.trim().is_empty() {
            mistakes.add(self.at, format!("`{}` must not be empty", self.name));
            return None;
        }
        Some(text)
    }

    /// The name of a file beside the configuration: an object under `config/` in the bucket.
    pub(crate) fn file_beside(&self, mistakes: &mut Mistakes) -> Option<String> {
        let name = self.text(mistakes)?;
        let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        if !is_plain || name.starts_with('.') || name == "rollcall.toml" {
            let what =
                "must be the name of a file beside the configuration: letters, digits, '.', '_' and '-'";
            mistakes.add(self.at, format!("`{}` {what}; found {}", self.name, quoted(name)));
            return None;
        }
        Some(name.to_owned())
    }

    /// A whole number from 0 to `max`.
    pub(crate) fn whole_number(&self, max: u64, mistakes: &mut Mistakes) -> Option<u64> {
        let number = self.value.as_integer().and_then(parse).filter(|number| *number <= max);
        if number.is_none() {
            self.add(mistakes, &format!("must be a whole number from 0 to {max}"));
        }
        number
    }

    /// Some days or hours: `"7d"`, `"36h"`.
    pub(crate) fn days_or_hours(&self, mistakes: &mut Mistakes) -> Option<Duration> {
        let duration = self.value.as_str().and_then(parse_duration);
        if duration.is_none() {
            self.add(mistakes, &format!("must be some days or hours in quotes, at most {DAYS_MAX} days"));
        }
        duration
    }

    /// A day: `2027-03-01`, with or without quotes. Answers with its beginning in UTC.
    pub(crate) fn day(&self, mistakes: &mut Mistakes) -> Option<Timestamp> {
        let written = self.value.as_datetime().filter(|day| day.time.is_none()).map(ToString::to_string);
        let text = written.or_else(|| self.value.as_str().map(|text| text.trim().to_owned()));
        let day = text
            .unwrap_or_default()
            .parse::<jiff::civil::Date>()
            .ok()
            .and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        if day.is_none() {
            self.add(mistakes, "must be a day");
        }
        day.map(|day| Timestamp::from_millis(day.timestamp().as_millisecond()))
    }

    /// `true` or `false`.
    pub(crate) fn truth(&self, mistakes: &mut Mistakes) -> Option<bool> {
        let truth = self.value.as_bool();
        if truth.is_none() {
            self.add(mistakes, "must be true or false");
        }
        truth
    }

    /// The items of a list, each like a setting of this name.
    pub(crate) fn items(&self, mistakes: &mut Mistakes) -> Vec<Setting<'a>> {
        let Some(items) = self.value.as_array() else {
            self.add(mistakes, "must be a list");
            return Vec::new();
        };
        items.iter().map(|item| self.item(item)).collect()
    }

    /// A list of texts that are not empty. Other items are reported and left out.
    pub(crate) fn texts(&self, mistakes: &mut Mistakes) -> Option<Vec<Item<'a>>> {
        let Some(items) = self.value.as_array() else {
            self.add(mistakes, "must be a list of texts");
            return None;
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            let item_setting = self.item(item);
            match item_setting.value.as_str() {
                Some(text) if text.trim().is_empty() => {
                    mistakes.add(item_setting.at, format!("`{}` must not contain an empty text", self.name));
                }
                Some(text) => texts.push(Item { at: item_setting.at, text }),
                None => item_setting.add(mistakes, "must contain only texts in quotes"),
            }
        }
        Some(texts)
    }

    fn item(&self, item: &'a toml::Spanned<DeValue<'a>>) -> Self {
        Self { at: item.span().start, value: item.get_ref(), ..*self }
    }

    /// Adds that the value is not what was expected, with what was found, and an example that works.
    pub(crate) fn add(&self, mistakes: &mut Mistakes, expected: &str) {
        let example = self.in_example();
        mistakes.add(self.at, format!("`{}` {expected}; found {}{example}", self.name, found(self.value)));
    }

    /// The end of a message about the value: an example that works. A section has none.
    pub(crate) fn in_example(&self) -> String {
        if self.example.is_empty() {
            return String::new();
        }
        format!("; write for example {} = {}", self.name, self.example)
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (number, hours) = match (text.strip_suffix('d'), text.strip_suffix('h')) {
        (Some(days), _) => (days, 24),
        (None, Some(hours)) => (hours, 1),
        (None, None) => return None,
    };
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    let hours: u64 = number.parse::<u64>().ok().filter(|_| is_number)?.checked_mul(hours)?;
    (hours <= DAYS_MAX * 24).then(|| Duration::from_secs(hours * 3600))
}

fn parse(integer: &DeInteger<'_>) -> Option<u64> {
    i128::from_str_radix(integer.as_str(), integer.radix()).ok().and_then(|number| u64::try_from(number).ok())
}

/// A value in words.
fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(is_so) => is_so.to_string(),
        DeValue::Datetime(time) => format!("the date or time {time}"),
        DeValue::Array(_) => String::from("a list"),
        DeValue::Table(_) => String::from("a section"),
    }
}

/// A text from the file in quotes, short enough for a sentence.
pub(crate) fn quoted(text: &str) -> String {
    match shortened(text) {
        (text, true) => format!("{text:?} and more"),
        (text, false) => format!("{text:?}"),
    }
}

/// The beginning of a text, and whether there is more of it.
pub(crate) fn shortened(text: &str) -> (&str, bool) {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), true),
        None => (text, false),
    }
}
