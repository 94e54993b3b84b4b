//! Mapped fields: the attributes of a person that follow the directory (rule 9).

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

/// The name of an account field: 1 to 64 of `a-z`, `0-9`, `_`, beginning with a letter. A copy is the same text: a million
/// entries have the names of the mapping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldName(Arc<str>);

/// Why a text is not a field name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a field name: use 1 to 64 of a-z, 0-9 and '_', beginning with a letter")]
pub struct InvalidFieldName {
    text: String,
}

impl FieldName {
    /// Parses a field name.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, InvalidFieldName> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let is_plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if starts_well && is_plain && text.len() <= 64 {
            Ok(Self(text.into()))
        } else {
            Err(InvalidFieldName { text: text.to_owned() })
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Field values by name, in the order of their names.
///
/// On an account: what is stored; an absent field and an empty one are the same, and are stored as absent.
/// On an entry: what the directory asks for; an absent field stays as it is, an empty value clears it.
/// (The source leaves an empty value out unless the field may be cleared.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(FieldName, String)>);

impl Fields {
    /// No field at all.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// None yet, with room for so many.
    #[must_use]
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Fields that are in the order of their names already, each once.
    #[must_use]
    pub fn of_ordered(fields: Vec<(FieldName, String)>) -> Self {
        debug_assert!(
            fields.is_sorted_by(|(one, _), (next, _)| one < next),
            "fields in the order of their names"
        );
        Self(fields)
    }

    /// The value of a field; an absent one is empty.
    #[must_use]
    pub fn get(&self, name: &FieldName) -> &str {
        self.place(name).map_or("", |at| self.0[at].1.as_str())
    }

    /// Sets one field as given, an empty value included.
    pub fn set(&mut self, name: FieldName, value: String) {
        match self.place(&name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// Sets one field of an account: an empty value removes it.
    pub fn store(&mut self, name: FieldName, value: String) {
        match self.place(&name) {
            Ok(at) if value.is_empty() => drop(self.0.remove(at)),
            Err(_) if value.is_empty() => {}
            Ok(_) | Err(_) => self.set(name, value),
        }
    }

    /// All fields, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldName, &str)> {
        self.0.iter().map(|(name, value)| (name, value.as_str()))
    }

    /// Where a field is, or where it would be. Nearly always they come in the order of their names.
    fn place(&self, name: &FieldName) -> Result<usize, usize> {
        if self.0.last().is_none_or(|(last, _)| last < name) {
            return Err(self.0.len());
        }
        self.0.binary_search_by(|(other, _)| other.cmp(name))
    }
}

impl FromIterator<(FieldName, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (FieldName, String)>>(pairs: I) -> Self {
        let mut fields = Self::new();
        pairs.into_iter().for_each(|(name, value)| fields.set(name, value));
        fields
    }
}

#[cfg(test)]
mod tests;
