//! Small words for DynamoDB's attribute values, and where a page ended.

use crate::error::Error;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// An item as DynamoDB gives it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Where a page ended; the next begins after it. Opaque.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor(pub(crate) Item);

impl Cursor {
    pub(crate) fn of(last: Option<Item>) -> Option<Self> {
        last.filter(|key| !key.is_empty()).map(Self)
    }
}

/// How many items a page has at most. Always sent: the embedded server reads the whole rest of a table for a page
/// without it.
pub(crate) const PAGE_ITEMS_MAX: i32 = 1000;

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(crate) fn get_text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// A text that must be there.
pub(crate) fn need_text<'a>(item: &'a Item, name: &str, what: &str) -> Result<&'a str, Error> {
    get_text(item, name).ok_or_else(|| Error::corrupt(what, format!("expected a text as {name:?}")))
}

/// A text that may be missing, but not be something else.
pub(crate) fn optional_text<'a>(item: &'a Item, name: &str, what: &str) -> Result<Option<&'a str>, Error> {
    if item.contains_key(name) { need_text(item, name, what).map(Some) } else { Ok(None) }
}

pub(crate) fn get_number(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// A whole number that must be there.
pub(crate) fn need_number(item: &Item, name: &str, what: &str) -> Result<u64, Error> {
    get_number(item, name).ok_or_else(|| Error::corrupt(what, format!("expected a whole number as {name:?}")))
}

/// Whether an update was not made because its condition did not hold.
pub(crate) fn is_condition_failed(error: &SdkError<UpdateItemError>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}
