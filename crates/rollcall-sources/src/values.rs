//! One of several values of an attribute: always the same one, in every kind of directory (rule 50).
//!
//! Templates and conditions see all values, the one that counts first.
//!
//! Directories keep values in no order. The first in the order of their characters counts; of `proxyAddresses` the
//! primary address, which begins with `SMTP:` in capitals (Microsoft: proxyAddresses).

use serde_json::Value;

/// What a primary address begins with.
const PRIMARY: &str = "SMTP:";

/// The value that counts.
pub(crate) fn first_of<'a>(name: &str, values: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let present = values.filter(|value| !value.trim().is_empty());
    if name.eq_ignore_ascii_case("proxyAddresses") {
        let primary = present.clone().filter_map(|value| value.strip_prefix(PRIMARY)).min();
        return primary.or_else(|| present.min());
    }
    present.min()
}

/// All values, the one that counts first, the others in the order of their characters. A primary address comes first
/// without what it begins with, and once more as it is: a template may look for its beginning.
pub(crate) fn in_order<'a>(name: &str, values: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let Some(first) = first_of(name, values.clone()) else { return Vec::new() };
    let mut others: Vec<&str> = values.filter(|value| !value.trim().is_empty()).collect();
    others.sort_unstable();
    if let Some(at) = others.iter().position(|value| *value == first) {
        others.remove(at);
    }
    std::iter::once(first).chain(others).map(str::to_owned).collect()
}

/// The values of JSON as text, the one that counts first; an object has none.
pub(crate) fn texts_of(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Bool(truth) => vec![truth.to_string()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(values) => {
            let texts: Vec<String> = values.iter().flat_map(|value| texts_of(name, value)).collect();
            in_order(name, texts.iter().map(String::as_str))
        }
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

/// Whether a value has parts, or is a list of such values: it has no text of its own and would look empty.
pub(crate) fn has_parts(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(values) => values.iter().any(has_parts),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_several_values_the_same_counts_in_any_order() {
        for (name, values, expected) in [
            ("mail", json!(["b@x", "a@x"]), Some("a@x")),
            ("mail", json!(["a@x", "b@x"]), Some("a@x")),
            ("mail", json!(["", " ", "b@x"]), Some("b@x")),
            ("mail", json!([]), None),
            ("mail", json!([null, 7]), Some("7")),
            ("proxyAddresses", json!(["smtp:a@x", "SIP:s@x", "SMTP:z@x"]), Some("z@x")),
            ("PROXYADDRESSES", json!(["SMTP:z@x"]), Some("z@x")),
            ("proxyAddresses", json!(["smtp:b@x", "smtp:a@x"]), Some("smtp:a@x")),
            ("mail", json!({ "a": 1 }), None),
            ("mail", json!(true), Some("true")),
        ] {
            assert_eq!(texts_of(name, &values).first().map(String::as_str), expected, "{name} {values}");
        }
        assert_eq!(
            texts_of("proxyAddresses", &json!(["smtp:b@x", "SMTP:z@x"])),
            ["z@x", "SMTP:z@x", "smtp:b@x"],
            "a template may look for SMTP:"
        );
        assert_eq!(texts_of("phones", &json!(["2", "", "1", "2"])), ["1", "2", "2"]);
        assert!(has_parts(&json!([{ "skuId": 1 }])) && has_parts(&json!({})) && !has_parts(&json!(["a"])));
    }
}
