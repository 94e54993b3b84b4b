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

/// As long as most values are: an address, a name, a department.
const USUAL_BYTES: usize = 24;

/// Field values by name, in the order of their names.
///
/// On an account: what is stored; an absent field and an empty one are the same, and are stored as absent.
/// On an entry: what the directory asks for; an absent field stays as it is, an empty value clears it.
/// (The source leaves an empty value out unless the field may be cleared.)
///
/// All values are one text, so that making, copying and giving back the fields of a person is two pieces of memory, however
/// many fields there are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// One value behind the other.
    values: String,
    /// Each name, and where its value ends.
    ends: Vec<(FieldName, usize)>,
}

impl Fields {
    /// No field at all.
    #[must_use]
    pub const fn new() -> Self {
        Self { values: String::new(), ends: Vec::new() }
    }

    /// None yet, with room for so many of the usual length.
    #[must_use]
    pub fn with_room_for(count: usize) -> Self {
        Self { values: String::with_capacity(count * USUAL_BYTES), ends: Vec::with_capacity(count) }
    }

    /// The value of a field; an absent one is empty.
    #[must_use]
    pub fn get(&self, name: &FieldName) -> &str {
        self.place(name).map_or("", |at| self.value(at))
    }

    /// Sets one field as given, an empty value included.
    pub fn set(&mut self, name: FieldName, value: &str) {
        match self.place(&name) {
            Ok(at) => self.replace(at, value),
            Err(at) if at == self.ends.len() => self.append(name, value),
            Err(at) => {
                let begin = self.begin(at);
                self.ends.insert(at, (name, begin));
                self.replace(at, value);
            }
        }
    }

    /// Sets one field as given, whose name comes after all others in their order.
    pub fn append(&mut self, name: FieldName, value: &str) {
        debug_assert!(
            self.ends.last().is_none_or(|(last, _)| *last < name),
            "fields in the order of their names"
        );
        self.values.push_str(value);
        self.ends.push((name, self.values.len()));
    }

    /// Sets one field of an account: an empty value removes it.
    pub fn store(&mut self, name: FieldName, value: &str) {
        match self.place(&name) {
            Ok(at) if value.is_empty() => {
                self.replace(at, value);
                self.ends.remove(at);
            }
            Err(_) if value.is_empty() => {}
            Ok(_) | Err(_) => self.set(name, value),
        }
    }

    /// All fields, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldName, &str)> {
        let mut rest = self.values.as_str();
        let mut begin = 0;
        self.ends.iter().map(move |(name, end)| {
            let (value, behind) = rest.split_at(*end - begin);
            (rest, begin) = (behind, *end);
            (name, value)
        })
    }

    /// Where a field is, or where it would be. Nearly always they come in the order of their names.
    fn place(&self, name: &FieldName) -> Result<usize, usize> {
        if self.ends.last().is_none_or(|(last, _)| last < name) {
            return Err(self.ends.len());
        }
        self.ends.binary_search_by(|(other, _)| other.cmp(name))
    }

    fn value(&self, at: usize) -> &str {
        &self.values[self.begin(at)..self.ends[at].1]
    }

    /// Where the value at this place begins.
    fn begin(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before].1)
    }

    fn replace(&mut self, at: usize, value: &str) {
        let (begin, end) = (self.begin(at), self.ends[at].1);
        self.values.replace_range(begin..end, value);
        for (_, later) in &mut self.ends[at..] {
            *later = *later + value.len() - (end - begin);
        }
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<S: AsRef<str>> FromIterator<(FieldName, S)> for Fields {
    fn from_iter<I: IntoIterator<Item = (FieldName, S)>>(pairs: I) -> Self {
        let mut fields = Self::new();
        pairs.into_iter().for_each(|(name, value)| fields.set(name, value.as_ref()));
        fields
    }
}

#[cfg(test)]
mod tests;
