//! The typed reading and the plain decoder find the same accounts, and the same faults.

mod json;
pub(crate) mod people;
mod sdk;

use super::{decode_all, typed};
use crate::aws::dynamo::{Item, number, text};
use crate::tables::accounts::{ATTRIBUTES, CHANGED_IN, encode};
use aws_sdk_dynamodb::types::AttributeValue;
use json::{Spelling, body};
use people::{account, applications, last_change};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashMap;

const SHARDS: u64 = 64;

/// Items of accounts as Rollcall writes them, with attributes and fields of the application.
fn items() -> impl Strategy<Value = Vec<Item>> {
    vec((account(), last_change(), applications(), applications()), 0..4).prop_map(|people| {
        let items = people.into_iter().map(|(account, change, attributes, fields)| {
            let mut item = encode(&account, SHARDS);
            item.extend(change.map(|change| (CHANGED_IN.to_owned(), text(change))));
            item.extend(attributes.into_iter().map(|(name, value)| (format!("App_{name}"), value)));
            if let Some(AttributeValue::M(known)) = item.get_mut("fields") {
                // A name that is no field of ours, and one that could be, with a value that is not.
                let values = fields.into_iter().map(|(name, value)| (format!("App-{name}"), value));
                known.extend(values);
                known.insert(String::from("zz_points"), number(7));
                known.insert(String::from("zz_empty"), text(""));
            }
            item
        });
        items.collect()
    })
}

fn spelling() -> impl Strategy<Value = Spelling> {
    prop_oneof![Just(Spelling::Plain), Just(Spelling::Escaped)]
}

/// Values that an attribute of ours does not have, and some that it may have.
fn odd_value() -> impl Strategy<Value = AttributeValue> {
    let texts = [
        "",
        "x",
        "active",
        "blocked",
        "by_admin",
        "not_started",
        "2026-11-30T10:00:00Z",
        "2026-11-30",
        "local",
        "staff#a",
        "  ",
        "\u{0}",
        "RUN#updated",
        "run-1#updated",
        "run-1#danced",
    ];
    prop_oneof![
        proptest::sample::select(texts.to_vec()).prop_map(text),
        proptest::sample::select(vec!["0", "1", "2", "+1", "-1", "1.5", "9223372036854775807", ""])
            .prop_map(number),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null(true)),
        Just(AttributeValue::M(HashMap::new())),
        Just(AttributeValue::M(HashMap::from([(String::from("mail"), text("a@example.com"))]))),
        Just(AttributeValue::L(vec![text("a")])),
        Just(AttributeValue::Ss(vec![String::from("a")])),
    ]
}

proptest! {
    #[test]
    fn typed_and_plain_find_the_same_accounts(items in items(), spelling in spelling(), is_last in any::<bool>()) {
        let next = (!is_last).then(|| HashMap::from([
            (String::from("shard"), number(3)),
            (String::from("id"), text("é\"\u{1F600}")),
        ]));
        let (typed, key) = typed::read(body(&items, next.as_ref(), spelling).as_bytes())
            .expect("nothing is unusual");
        let (accounts, last_changes) = decode_all(&items).unwrap();
        prop_assert_eq!(typed.accounts, accounts);
        prop_assert_eq!(typed.last_changes, last_changes);
        prop_assert_eq!(key, next);
    }

    #[test]
    fn a_damaged_item_is_not_read_otherwise(
        account in account(),
        change in last_change(),
        damage in (0..ATTRIBUTES.len() + 4, proptest::option::of(odd_value())),
    ) {
        let mut item = encode(&account, SHARDS);
        item.extend(change.map(|change| (CHANGED_IN.to_owned(), text(change))));
        let more = ["id", "fields", CHANGED_IN, "new_in_another_version"];
        let name = ATTRIBUTES.iter().chain(&more).nth(damage.0).unwrap();
        match damage.1 {
            None => drop(item.remove(*name)),
            Some(value) => drop(item.insert((*name).to_owned(), value)),
        }
        let items = [item];
        // What is not read here goes to the plain decoder; what is read must be what that says.
        if let Some((typed, _)) = typed::read(body(&items, None, Spelling::Plain).as_bytes()) {
            let (accounts, last_changes) = decode_all(&items).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(typed.accounts, accounts);
            prop_assert_eq!(typed.last_changes, last_changes);
        }
    }

    #[test]
    fn a_body_that_ends_early_is_not_read(items in items(), cut in any::<proptest::sample::Index>()) {
        let whole = body(&items, None, Spelling::Plain);
        prop_assert!(typed::read(&whole.as_bytes()[..cut.index(whole.len())]).is_none());
    }
}

#[test]
fn bodies_of_another_form_are_not_read() {
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{}{}",
        "{} x",
        r#"{"Items":null}"#,
        r#"{"Items":[null]}"#,
        r#"{"Items":[{}]}"#,
        r#"{"Items":[{"id":null}]}"#,
        r#"{"Items":[{"id":{}}]}"#,
        r#"{"Items":[{"id":{"S":"a","N":"1"}}]}"#,
        r#"{"LastEvaluatedKey":null}"#,
        r#"{"LastEvaluatedKey":{"id":{"B":"AA=="}}}"#,
    ] {
        assert!(typed::read(body.as_bytes()).is_none(), "{body}");
    }
    assert!(typed::read(b"{\"Items\":[\xff]}").is_none());
    assert!(typed::read(br#"{"Items":[],"Count":0,"More":{"a":[1]}}"#).is_some());
}

#[test]
fn a_field_that_is_there_twice_is_not_read() {
    let account = r#""id":{"S":"0123456789abcdef0123456789abcdef"},"username":{"S":"a"},"is_admin":{"BOOL":false},"state":{"S":"active"},"version":{"N":"1"}"#;
    let with = |fields: &str| format!(r#"{{"Items":[{{{account},"fields":{{"M":{{{fields}}}}}}}]}}"#);
    assert!(typed::read(with(r#""b":{"S":"1"},"a":{"S":"2"}"#).as_bytes()).is_some());
    assert!(typed::read(with(r#""b":{"S":"1"},"a":{"S":"2"},"b":{"S":""}"#).as_bytes()).is_none());
}
