//! The filters of a template: the closed list, what each does to the values, and how each is written.
//!
//! Below `template.rs`. Promises that no filter fails, and that no value becomes longer than `VALUE_BYTES_MAX`.

use super::values::{Values, cut, shortened_to, slice};
use crate::scan::write_text;
use rollcall_core::fold::{fold, trimmed};
use std::borrow::Cow;
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// One change of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Lower,
    Upper,
    Title,
    Trim,
    Unaccent,
    Slug,
    Digits,
    Before(String),
    After(String),
    BeforeLast(String),
    AfterLast(String),
    First(usize),
    Last(usize),
    Word(usize),
    Replace(String, String),
    Pad(usize, char),
    Unpad(char),
    /// Pairs, the left side folded for the comparison and as written.
    Map(Vec<Pair>),
    Else(String),
    Split(String),
    Join(String),
    Value(usize),
    Starting(String),
}

/// One pair of `map`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) from: String,
    pub(crate) folded: String,
    pub(crate) to: String,
}

impl Pair {
    pub(crate) fn new(from: String, to: String) -> Self {
        Self { folded: fold(&from), from, to }
    }
}

impl Filter {
    /// What it makes of the values.
    pub(crate) fn apply<'a>(&self, values: Values<'a>) -> Values<'a> {
        match self {
            Self::Else(text) if values.is_empty() => Values::one(text.clone()),
            Self::Else(_) => values,
            Self::Split(at) => values.split(at),
            Self::Join(with) => values.join(with),
            Self::Value(number) => values.only(*number),
            Self::Starting(with) => values.keep(|value| value.starts_with(with.as_str())),
            Self::Lower
            | Self::Upper
            | Self::Title
            | Self::Trim
            | Self::Unaccent
            | Self::Slug
            | Self::Digits
            | Self::Before(_)
            | Self::After(_)
            | Self::BeforeLast(_)
            | Self::AfterLast(_)
            | Self::First(_)
            | Self::Last(_)
            | Self::Word(_)
            | Self::Replace(..)
            | Self::Pad(..)
            | Self::Unpad(_)
            | Self::Map(_) => {
                values.each(|value| if value.is_empty() { value } else { cut(self.change(value)) })
            }
        }
    }

    /// What it makes of one value that is not empty.
    fn change<'a>(&self, value: Cow<'a, str>) -> Cow<'a, str> {
        match self {
            Self::Lower => value.to_lowercase().into(),
            Self::Upper => value.to_uppercase().into(),
            Self::Title => title(&value).into(),
            Self::Trim => slice(value, trimmed),
            Self::Unaccent => unaccented(&value).into(),
            Self::Slug => slug(&value).into(),
            Self::Digits => value.chars().filter(char::is_ascii_digit).collect::<String>().into(),
            Self::Before(mark) => {
                slice(value, |text| text.split_once(mark.as_str()).map_or(text, |(before, _)| before))
            }
            Self::After(mark) => {
                slice(value, |text| text.split_once(mark.as_str()).map_or(text, |(_, after)| after))
            }
            Self::BeforeLast(mark) => {
                slice(value, |text| text.rsplit_once(mark.as_str()).map_or(text, |(before, _)| before))
            }
            Self::AfterLast(mark) => {
                slice(value, |text| text.rsplit_once(mark.as_str()).map_or(text, |(_, after)| after))
            }
            Self::First(count) => {
                slice(value, |text| text.char_indices().nth(*count).map_or(text, |(end, _)| &text[..end]))
            }
            Self::Last(count) => slice(value, |text| {
                text.char_indices()
                    .nth_back(count.saturating_sub(1))
                    .map_or(text, |(begin, _)| &text[begin..])
            }),
            Self::Word(number) => {
                slice(value, |text| text.split_whitespace().nth(number.saturating_sub(1)).unwrap_or_default())
            }
            Self::Replace(from, to) => shortened_to(value.split(from.as_str()), to).into(),
            Self::Pad(width, with) => {
                let missing = width.saturating_sub(value.chars().count());
                std::iter::repeat_n(*with, missing).chain(value.chars()).collect::<String>().into()
            }
            Self::Unpad(with) => slice(value, |text| {
                // Of a text of nothing else, the last one stays: 000 is the number 0.
                let rest = text.trim_start_matches(*with);
                if rest.is_empty() { &text[text.len() - with.len_utf8().min(text.len())..] } else { rest }
            }),
            Self::Map(pairs) => {
                let folded = fold(&value);
                let found = pairs.iter().find(|pair| pair.folded == folded);
                found.map(|pair| pair.to.clone()).unwrap_or_default().into()
            }
            Self::Else(_) | Self::Split(_) | Self::Join(_) | Self::Value(_) | Self::Starting(_) => value,
        }
    }

    /// Writes it as it is written in a template.
    pub(crate) fn write(&self, out: &mut String) {
        let with = |out: &mut String, name: &str, text: &str| {
            out.push_str(name);
            out.push(' ');
            write_text(out, text, &[]);
        };
        // Writing to a text does not fail.
        let _ = match self {
            Self::Lower => write!(out, "lower"),
            Self::Upper => write!(out, "upper"),
            Self::Title => write!(out, "title"),
            Self::Trim => write!(out, "trim"),
            Self::Unaccent => write!(out, "unaccent"),
            Self::Slug => write!(out, "slug"),
            Self::Digits => write!(out, "digits"),
            Self::First(count) => write!(out, "first {count}"),
            Self::Last(count) => write!(out, "last {count}"),
            Self::Word(number) => write!(out, "word {number}"),
            Self::Value(number) => write!(out, "value {number}"),
            Self::Before(text) => return with(out, "before", text),
            Self::After(text) => return with(out, "after", text),
            Self::BeforeLast(text) => return with(out, "before_last", text),
            Self::AfterLast(text) => return with(out, "after_last", text),
            Self::Else(text) => return with(out, "else", text),
            Self::Split(text) => return with(out, "split", text),
            Self::Join(text) => return with(out, "join", text),
            Self::Starting(text) => return with(out, "starting", text),
            Self::Replace(from, to) => {
                out.push_str("replace ");
                write_text(out, from, &[' ', '\t']);
                out.push(' ');
                return write_text(out, to, &[' ', '\t']);
            }
            Self::Pad(width, with) => {
                let _ = write!(out, "pad {width} ");
                return write_text(out, &with.to_string(), &[]);
            }
            Self::Unpad(with) => {
                out.push_str("unpad ");
                return write_text(out, &with.to_string(), &[]);
            }
            Self::Map(pairs) => {
                out.push_str("map ");
                for (number, pair) in pairs.iter().enumerate() {
                    out.push_str(if number == 0 { "" } else { ", " });
                    write_text(out, &pair.from, &['=', ',']);
                    out.push('=');
                    write_text(out, &pair.to, &['=', ',']);
                }
                return;
            }
        };
    }
}

/// The first letter of each word in upper case, the others in lower case. After an apostrophe only if one letter stands
/// before it: O'Neil, but Don't.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = 0_usize;
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2019}') && letters > 1 {
            // As if it were a letter: the word goes on.
            out.push(c);
        } else if !c.is_alphanumeric() && !is_combining_mark(c) {
            letters = 0;
            out.push(c);
        } else if letters == 0 {
            letters = 1;
            out.extend(c.to_uppercase());
        } else {
            letters += 1;
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Latin letters without their marks: é is e, ø is o. Letters of other scripts stay as they are.
pub(crate) fn unaccented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        let base = std::iter::once(c).nfd().next().unwrap_or(c);
        match c {
            'ß' => out.push_str("ss"),
            'ẞ' => out.push_str("SS"),
            'æ' => out.push_str("ae"),
            'Æ' => out.push_str("AE"),
            'œ' => out.push_str("oe"),
            'Œ' => out.push_str("OE"),
            'ø' => out.push('o'),
            'Ø' => out.push('O'),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'đ' | 'ð' => out.push('d'),
            'Đ' | 'Ð' => out.push('D'),
            'þ' => out.push_str("th"),
            'Þ' => out.push_str("TH"),
            'ı' => out.push('i'),
            // A mark that makes no letter of its own with the Latin letter before it.
            _ if is_combining_mark(c) && out.ends_with(|last: char| last.is_ascii_alphabetic()) => {}
            _ if base.is_ascii_alphabetic() => out.push(base),
            _ => out.push(c),
        }
    }
    out
}

/// Lower case without marks, with one hyphen for everything that is neither letter nor digit.
fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in unaccented(text).to_lowercase().chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') && !matches!(c, '\'' | '\u{2019}') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}
