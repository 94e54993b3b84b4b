//! A page of accounts in one pass over the JSON that DynamoDB answers to a query.

use super::item::Attributes;
use crate::aws::dynamo::{Item, number, text};
use crate::aws::json::{Json, Value};
use crate::field_names::FieldNames;
use crate::tables::accounts::LastChange;
use rollcall_core::account::Account;

/// The accounts of a page.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) accounts: Vec<Account>,
    pub(super) last_changes: Vec<Option<LastChange>>,
}

/// Reads the body of an answer: its accounts, and the key after which the next page begins. `None` where anything that
/// belongs to Rollcall is unusual.
pub(super) fn read(body: &[u8]) -> Option<(Typed, Option<Item>)> {
    let (mut typed, mut next) = (Typed::default(), None);
    let mut json = Json::of(body)?;
    json.object(|json, name| {
        match &*name {
            "Items" => typed = accounts(json)?,
            "LastEvaluatedKey" => next = Some(key(json)?),
            _ => json.skip()?,
        }
        Some(())
    })?;
    json.is_over().then_some((typed, next))
}

fn accounts(json: &mut Json<'_>) -> Option<Typed> {
    let (mut typed, mut names) = (Typed::default(), FieldNames::default());
    json.array(|json| {
        let item = Attributes::read(json, &mut names)?;
        typed.last_changes.push(item.last_change());
        typed.accounts.push(item.account()?);
        Some(())
    })?;
    Some(typed)
}

/// A key, which has texts and numbers only.
fn key(json: &mut Json<'_>) -> Option<Item> {
    let mut key = Item::new();
    json.object(|json, name| {
        let value = match json.value()? {
            Value::Text(value) => text(value),
            Value::Number(value) => number(value),
            Value::Bool(_) | Value::Other => return None,
        };
        key.insert(name.into_owned(), value);
        Some(())
    })?;
    Some(key)
}
