//! Fields are what a map of names would be, in whatever order they come.

use super::{FieldName, Fields};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

fn shown(fields: &Fields) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value)).collect()
}

proptest! {
    #[test]
    fn fields_are_a_map_by_name(
        steps in prop::collection::vec(("[a-e]", "[xy]{0,2}", any::<bool>()), 0..24),
    ) {
        let (mut fields, mut map) = (Fields::new(), BTreeMap::<String, String>::new());
        for (name, value, is_stored) in steps {
            let field = FieldName::parse(&name).unwrap();
            if is_stored && value.is_empty() {
                map.remove(&name);
            } else {
                map.insert(name, value.clone());
            }
            if is_stored { fields.store(field, &value) } else { fields.set(field, &value) }
        }
        let expected: Vec<(&str, &str)> = map.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        prop_assert_eq!(shown(&fields), expected);
        for name in ["a", "c", "e", "f"] {
            prop_assert_eq!(fields.get(&FieldName::parse(name).unwrap()), map.get(name).map_or("", String::as_str));
        }
        let mut pairs: Vec<_> = fields.iter().map(|(name, value)| (name.clone(), String::from(value))).collect();
        pairs.reverse();
        let again: Fields = pairs.into_iter().collect();
        prop_assert_eq!(again, fields);
    }
}
