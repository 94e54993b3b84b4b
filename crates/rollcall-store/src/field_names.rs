//! Names of fields that were seen before: a copy of one takes no memory, and nearly everybody has the same few.
//!
//! Below whatever reads people again from bytes of our own: the spill file, lines of a snapshot, pages of accounts.

use rollcall_core::fields::{FieldName, InvalidFieldName};

/// So many are kept; an account has far fewer fields.
const NAMES_MAX: u8 = 64;

/// The names that were asked for, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct FieldNames(Vec<FieldName>);

impl FieldNames {
    /// How many are kept.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The name that this text is.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn parse(&mut self, text: &str) -> Result<FieldName, InvalidFieldName> {
        if let Some(known) = self.0.iter().find(|name| name.as_str() == text) {
            return Ok(known.clone());
        }
        let name = FieldName::parse(text)?;
        self.keep(&name);
        Ok(name)
    }

    /// The number of a name, which is kept from now on; none where too many are.
    pub(crate) fn number_of(&mut self, name: &FieldName) -> Option<u8> {
        let known = (0..).zip(&self.0).find(|(_, known)| *known == name).map(|(number, _)| number);
        known.or_else(|| self.keep(name))
    }

    /// The name with this number.
    pub(crate) fn of_number(&self, number: u8) -> Option<&FieldName> {
        self.0.get(usize::from(number))
    }

    fn keep(&mut self, name: &FieldName) -> Option<u8> {
        let number = u8::try_from(self.0.len()).ok().filter(|number| *number < NAMES_MAX)?;
        self.0.push(name.clone());
        Some(number)
    }
}
