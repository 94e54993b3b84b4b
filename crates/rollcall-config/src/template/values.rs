//! The values that a template works on: none, one, or several of one attribute, in their order.
//!
//! Below `filter.rs`. Promises that one value is handed on without a copy, and that length and number are bounded.

use crate::nothing::Nothing;
use std::borrow::Cow;

/// The most bytes of a value of a template, before, within and after it. The rest is cut off.
pub const VALUE_BYTES_MAX: usize = 4096;

/// The most values of one attribute that a template looks at.
pub const VALUES_MAX: usize = 200;

/// The values of a column or attribute. A value without a character counts as none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values<'a>(Several<'a>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Several<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl<'a> Values<'a> {
    /// One value; an empty text is none.
    pub fn one(value: impl Into<Cow<'a, str>>) -> Self {
        Self(Several::One(value.into()))
    }

    /// Several, in their order; empty texts are left out.
    pub fn several(values: impl IntoIterator<Item = Cow<'a, str>>) -> Self {
        let mut all = values.into_iter().filter(|value| !value.is_empty());
        let Some(first) = all.next() else { return Self::one("") };
        let Some(second) = all.next() else { return Self::one(first) };
        Self(Several::Many([first, second].into_iter().chain(all).take(VALUES_MAX).collect()))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Several::One(value) => value.is_empty(),
            Several::Many(values) => values.iter().all(|value| value.is_empty()),
        }
    }

    /// The first one; an empty text if there is none (rule 50).
    #[must_use]
    pub fn into_first(self) -> Cow<'a, str> {
        match self.0 {
            Several::One(value) => value,
            Several::Many(values) => values.into_iter().next().unwrap_or_default(),
        }
    }

    /// Every one that is not empty.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let values = match &self.0 {
            Several::One(value) => std::slice::from_ref(value),
            Several::Many(values) => values.as_slice(),
        };
        values.iter().map(AsRef::as_ref).filter(|value| !value.is_empty())
    }

    /// The values that are not words for nothing (rule 43).
    #[must_use]
    pub fn without(self, nothing: &Nothing) -> Self {
        match self.0 {
            Several::One(value) if nothing.is(&value) => Self::one(""),
            Several::One(value) => Self::one(value),
            Several::Many(values) => Self::several(values.into_iter().filter(|value| !nothing.is(value))),
        }
    }

    /// No value longer than a template may look at.
    pub(crate) fn bounded(self) -> Self {
        match &self.0 {
            Several::One(value) if value.len() <= VALUE_BYTES_MAX => self,
            Several::One(_) | Several::Many(_) => self.each(cut),
        }
    }

    /// A change of each.
    pub(crate) fn each(self, change: impl Fn(Cow<'a, str>) -> Cow<'a, str>) -> Self {
        match self.0 {
            Several::One(value) => Self::one(change(value)),
            Several::Many(values) => Self::several(values.into_iter().map(change)),
        }
    }

    /// Those that fit.
    pub(crate) fn keep(self, is_kept: impl Fn(&str) -> bool) -> Self {
        Self::several(self.into_vec().into_iter().filter(|value| is_kept(value)))
    }

    /// The one with this number, from 1.
    pub(crate) fn only(self, number: usize) -> Self {
        Self::one(self.into_vec().into_iter().nth(number.saturating_sub(1)).unwrap_or_default())
    }

    /// Each cut into several where the mark stands.
    pub(crate) fn split(self, mark: &str) -> Self {
        let parts = self.into_vec().into_iter().flat_map(|value| {
            let parts: Vec<Cow<'a, str>> = match value {
                Cow::Borrowed(text) => {
                    text.split(mark).take(VALUES_MAX).map(|part| part.trim().into()).collect()
                }
                Cow::Owned(text) => {
                    text.split(mark).take(VALUES_MAX).map(|part| part.trim().to_owned().into()).collect()
                }
            };
            parts
        });
        Self::several(parts)
    }

    /// All as one.
    pub(crate) fn join(self, with: &str) -> Self {
        match self.0 {
            Several::One(value) => Self::one(value),
            Several::Many(values) => Self::one(shortened_to(values.iter().map(AsRef::as_ref), with)),
        }
    }

    fn into_vec(self) -> Vec<Cow<'a, str>> {
        match self.0 {
            Several::One(value) => vec![value],
            Several::Many(values) => values,
        }
    }
}

/// A value that is no longer than a value may be.
pub(crate) fn cut(value: Cow<'_, str>) -> Cow<'_, str> {
    if value.len() <= VALUE_BYTES_MAX {
        return value;
    }
    slice(value, |text| &text[..text.floor_char_boundary(VALUE_BYTES_MAX)])
}

/// Texts joined by another, up to the length of a value.
pub(crate) fn shortened_to<'t>(texts: impl Iterator<Item = &'t str>, with: &str) -> String {
    let mut out = String::new();
    for (number, text) in texts.enumerate() {
        if number > 0 {
            out.push_str(with);
        }
        out.push_str(text);
        if out.len() > VALUE_BYTES_MAX {
            break;
        }
    }
    out.truncate(out.floor_char_boundary(VALUE_BYTES_MAX));
    out
}

/// A part of a value, without a copy where the value is borrowed.
pub(crate) fn slice<'a>(value: Cow<'a, str>, part: impl Fn(&str) -> &str) -> Cow<'a, str> {
    match value {
        Cow::Borrowed(text) => Cow::Borrowed(part(text)),
        Cow::Owned(text) => {
            let kept = part(&text);
            if kept.len() == text.len() { Cow::Owned(text) } else { Cow::Owned(kept.to_owned()) }
        }
    }
}
