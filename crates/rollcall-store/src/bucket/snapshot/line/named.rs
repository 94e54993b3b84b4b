//! The fields of a line: values by name, as they stand there, borrowed from it where JSON has nothing escaped in them.
//!
//! Below `line`. Promises the fields that a map of the same object would have: of a name that stands twice, the last value.

use crate::field_names::FieldNames;
use rollcall_core::fields::{Fields, InvalidFieldName};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Values by name.
#[derive(Debug, Default)]
pub(super) struct Named<'a>(pub(super) Vec<(Text<'a>, Text<'a>)>);

/// A text that is borrowed where it can be; serde copies a lone [`Cow`] in any case.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl Named<'_> {
    /// The fields. `names`: those that lines before had.
    pub(super) fn fields(&self, names: &mut FieldNames) -> Result<Fields, InvalidFieldName> {
        let mut fields = Fields::with_room_for(self.0.len());
        for (Text(name), Text(value)) in &self.0 {
            fields.set(names.parse(name)?, value);
        }
        Ok(fields)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Named<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor)
    }
}

struct NamedVisitor;

impl<'de> Visitor<'de> for NamedVisitor {
    type Value = Named<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut named = Vec::new();
        while let Some(pair) = map.next_entry()? {
            named.push(pair);
        }
        Ok(Named(named))
    }
}
