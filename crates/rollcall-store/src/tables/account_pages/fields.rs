//! The attribute `fields` of an account: the fields that Rollcall knows. All others belong to the application.

use crate::aws::json::{Json, Value};
use crate::field_names::FieldNames;
use rollcall_core::fields::{FieldName, Fields};
use std::borrow::Cow;

/// Reads the value of the attribute; none where it is no map, or has a field twice. `names`: those of the page so far.
pub(super) fn read_fields(json: &mut Json<'_>, names: &mut FieldNames) -> Option<Fields> {
    let mut fields = Vec::with_capacity(names.count());
    json.expect("{\"M\":")?;
    json.object(|json, name| {
        if let (Value::Text(value), Ok(name)) = (json.value()?, names.parse(&name)) {
            fields.push((name, value));
        }
        Some(())
    })?;
    json.expect("}")?;
    in_order(fields)
}

fn in_order(mut fields: Vec<(FieldName, Cow<'_, str>)>) -> Option<Fields> {
    let is_before = |one: &(FieldName, Cow<'_, str>), next: &(FieldName, Cow<'_, str>)| one.0 < next.0;
    if !fields.is_sorted_by(is_before) {
        fields.sort_unstable_by(|one, next| one.0.cmp(&next.0));
    }
    if !fields.is_sorted_by(is_before) {
        return None;
    }
    let mut ordered = Fields::with_room_for(fields.len());
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        ordered.append(name, &value);
    }
    Some(ordered)
}
