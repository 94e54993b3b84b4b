//! The attribute `fields` of an account: the fields that Rollcall knows. All others belong to the application.

use crate::aws::json::{Json, Value};
use rollcall_core::fields::{FieldName, Fields};

/// So many names are kept; an account has far fewer fields.
const NAMES_MAX: usize = 64;

/// The names of fields that the page has shown: nearly every account has the same.
#[derive(Default)]
pub(super) struct Names(Vec<FieldName>);

impl Names {
    /// The name of a field of ours; none where the text is no such name.
    fn get(&mut self, text: &str) -> Option<FieldName> {
        if let Some(known) = self.0.iter().find(|name| name.as_str() == text) {
            return Some(known.clone());
        }
        let name = FieldName::parse(text).ok()?;
        if self.0.len() < NAMES_MAX {
            self.0.push(name.clone());
        }
        Some(name)
    }

    /// Reads the value of the attribute; none where it is no map, or has a field twice.
    pub(super) fn read_fields(&mut self, json: &mut Json<'_>) -> Option<Fields> {
        let mut fields = Vec::with_capacity(self.0.len());
        json.expect("{\"M\":")?;
        json.object(|json, name| {
            if let (Value::Text(value), Some(name)) = (json.value()?, self.get(&name)) {
                fields.push((name, value.into_owned()));
            }
            Some(())
        })?;
        json.expect("}")?;
        in_order(fields)
    }
}

fn in_order(mut fields: Vec<(FieldName, String)>) -> Option<Fields> {
    let is_before = |one: &(FieldName, String), next: &(FieldName, String)| one.0 < next.0;
    if !fields.is_sorted_by(is_before) {
        fields.sort_unstable_by(|one, next| one.0.cmp(&next.0));
    }
    if !fields.is_sorted_by(is_before) {
        return None;
    }
    fields.retain(|(_, value)| !value.is_empty());
    Some(Fields::of_ordered(fields))
}
