//! DynamoDB's JSON of an answer, written in the ways that JSON allows.

use crate::aws::dynamo::Item;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value, json};

/// How a body is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spelling {
    /// As short as it can be.
    Plain,
    /// Every character of a text as an escape.
    Escaped,
}

/// The body of an answer with these items.
pub(super) fn body(items: &[Item], next: Option<&Item>, spelling: Spelling) -> String {
    let items: Vec<Value> = items.iter().map(map).collect();
    let mut answer = json!({ "Count": items.len(), "ScannedCount": items.len(), "Items": items });
    if let Some(next) = next {
        answer["LastEvaluatedKey"] = map(next);
    }
    match spelling {
        Spelling::Plain => answer.to_string(),
        Spelling::Escaped => {
            let mut out = String::new();
            escaped(&answer, &mut out);
            out
        }
    }
}

fn map(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, attribute)| (name.clone(), value(attribute))).collect())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the SDK's enum cannot be named whole")]
fn value(attribute: &AttributeValue) -> Value {
    match attribute {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(bool) => json!({ "BOOL": bool }),
        AttributeValue::Null(is_null) => json!({ "NULL": is_null }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::L(values) => json!({ "L": values.iter().map(value).collect::<Vec<_>>() }),
        AttributeValue::M(values) => json!({ "M": map(values) }),
        other => panic!("no test has {other:?}"),
    }
}

fn escaped(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => escaped_text(text, out),
        Value::Array(values) => {
            out.push('[');
            for (index, value) in values.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                escaped(value, out);
            }
            out.push(']');
        }
        Value::Object(values) => escaped_object(values, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

/// Names too, but those of the kinds of values.
fn escaped_object(values: &Map<String, Value>, out: &mut String) {
    out.push('{');
    for (index, (name, value)) in values.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        match name.as_str() {
            "S" | "N" | "BOOL" | "M" => out.push_str(&format!("{name:?}")),
            _ => escaped_text(name, out),
        }
        out.push(':');
        escaped(value, out);
    }
    out.push('}');
}

fn escaped_text(text: &str, out: &mut String) {
    out.push('"');
    for unit in text.encode_utf16() {
        out.push_str(&format!("\\u{unit:04x}"));
    }
    out.push('"');
}
