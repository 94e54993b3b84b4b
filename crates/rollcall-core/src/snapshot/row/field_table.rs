//! The names of the fields that a snapshot has, and the bit that each has in the shape of an entry.

use super::{FIELDS_MAX, Shape};
use crate::entry::Entry;
use crate::fields::FieldName;
use crate::snapshot::InvalidSnapshot;
use alloc::vec::Vec;

/// The bit of each field name met in the snapshot, sorted by the names.
#[derive(Debug, Default)]
pub(in crate::snapshot) struct FieldTable(Vec<(FieldName, usize)>);

impl FieldTable {
    /// The table in which these names were met in this order.
    pub(in crate::snapshot) fn of_names(names: Vec<FieldName>) -> Self {
        let mut fields: Vec<_> = names.into_iter().zip(0..).collect();
        fields.sort_unstable();
        Self(fields)
    }

    /// The names in the order in which they were met.
    pub(in crate::snapshot) fn names_as_met(&self) -> Vec<&FieldName> {
        let mut fields: Vec<_> = self.0.iter().map(|(name, number)| (*number, name)).collect();
        fields.sort_unstable();
        fields.into_iter().map(|(_, name)| name).collect()
    }

    pub(super) fn shape_of(&mut self, entry: &Entry) -> Result<Shape, InvalidSnapshot> {
        let mut bits = 0;
        for (is_present, part) in [
            (entry.immutable_id.is_some(), Shape::IMMUTABLE_ID),
            (entry.username.is_some(), Shape::USERNAME),
            (entry.is_admin.is_some(), Shape::ADMIN),
        ] {
            bits |= if is_present { part.0 } else { 0 };
        }
        for (name, _) in entry.fields.iter() {
            bits |= Shape::of_field(self.number(name)?).0;
        }
        Ok(Shape(bits))
    }

    fn number(&mut self, name: &FieldName) -> Result<usize, InvalidSnapshot> {
        let place = match self.0.binary_search_by(|(known, _)| known.cmp(name)) {
            Ok(place) => return Ok(self.0[place].1),
            Err(place) => place,
        };
        let number = self.0.len();
        if number >= FIELDS_MAX {
            return Err(InvalidSnapshot::TooManyFields);
        }
        self.0.insert(place, (name.clone(), number));
        Ok(number)
    }

    /// The names in a shape, in the order of names.
    pub(super) fn names(&self, shape: Shape) -> impl Iterator<Item = &FieldName> {
        self.0.iter().filter(move |(_, number)| shape.has(Shape::of_field(*number))).map(|(name, _)| name)
    }
}
