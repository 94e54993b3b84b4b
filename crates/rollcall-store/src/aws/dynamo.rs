//! DynamoDB's items: reading and writing their attributes, their pages, and updates that meet a transaction.

use crate::error::Error;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;
use std::time::Duration;

/// An item as DynamoDB gives it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The end of a page; the next page begins after it. Opaque.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor(pub(crate) Item);

/// How many items a page has at most. It is always sent: without it, the embedded server reads the rest of the table.
pub(crate) const PAGE_ITEMS_MAX: i32 = 1000;

/// What is read page by page: a query, or a scan of a whole table.
pub(crate) enum Request {
    Query(Box<QueryFluentBuilder>),
    Scan(Box<ScanFluentBuilder>),
}

impl From<QueryFluentBuilder> for Request {
    fn from(query: QueryFluentBuilder) -> Self {
        Self::Query(Box::new(query))
    }
}

impl From<ScanFluentBuilder> for Request {
    fn from(scan: ScanFluentBuilder) -> Self {
        Self::Scan(Box::new(scan))
    }
}

/// A page as DynamoDB answers it.
struct Page {
    items: Vec<Item>,
    count: i32,
}

/// The items of a query or a scan, page by page. The only loop over DynamoDB's pages: a page ends at 1 MB, wherever that
/// is, so a caller who wants a number of items asks until it has them or there are no more.
pub(crate) struct Pages {
    request: Request,
    doing: &'static str,
    items_max: i32,
    start: Option<Item>,
    is_over: bool,
}

impl Pages {
    /// The items after this place, in pages of at most `items_max` items.
    pub(crate) fn of(
        request: impl Into<Request>,
        items_max: i32,
        after: Option<Cursor>,
        doing: &'static str,
    ) -> Self {
        let start = after.map(|cursor| cursor.0);
        Self { request: request.into(), doing, items_max, start, is_over: false }
    }

    /// The next page, of at most `wanted` items; `None` when there are no more.
    pub(crate) async fn next(&mut self, wanted: usize) -> Result<Option<Vec<Item>>, Error> {
        if self.is_over || wanted == 0 {
            return Ok(None);
        }
        let limit = i32::try_from(wanted).unwrap_or(i32::MAX).min(self.items_max);
        Ok(Some(self.send(limit).await?.items))
    }

    /// One page of full length, and where the next page begins.
    pub(crate) async fn one(mut self) -> Result<(Vec<Item>, Option<Cursor>), Error> {
        let page = self.send(self.items_max).await?;
        Ok((page.items, self.rest()))
    }

    /// How many items there are on all pages.
    pub(crate) async fn count(self) -> Result<u64, Error> {
        self.count_to(u64::MAX).await
    }

    /// How many items there are, if they are fewer than `most`; else `most`. Reads no more than that.
    pub(crate) async fn count_to(mut self, most: u64) -> Result<u64, Error> {
        let mut count = 0;
        while !self.is_over && count < most {
            let limit = i32::try_from(most - count).unwrap_or(i32::MAX).min(self.items_max);
            count += u64::try_from(self.send(limit).await?.count).unwrap_or(0);
        }
        Ok(count)
    }

    /// Where the next page begins, if there is one.
    pub(crate) fn rest(self) -> Option<Cursor> {
        self.start.map(Cursor)
    }

    async fn send(&mut self, limit: i32) -> Result<Page, Error> {
        let start = self.start.take();
        let page = match &self.request {
            Request::Query(query) => {
                let query = query.as_ref().clone().limit(limit).set_exclusive_start_key(start);
                let page = query.send().await.map_err(|error| Error::service(self.doing, error))?;
                self.start = page.last_evaluated_key;
                Page { items: page.items.unwrap_or_default(), count: page.count }
            }
            Request::Scan(scan) => {
                let scan = scan.as_ref().clone().limit(limit).set_exclusive_start_key(start);
                let page = scan.send().await.map_err(|error| Error::service(self.doing, error))?;
                self.start = page.last_evaluated_key;
                Page { items: page.items.unwrap_or_default(), count: page.count }
            }
        };
        self.start = self.start.take().filter(|key| !key.is_empty());
        self.is_over = self.start.is_none();
        Ok(page)
    }
}

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(crate) fn get_text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The texts of a set; none where the attribute is missing.
pub(crate) fn get_texts<'a>(item: &'a Item, name: &str) -> impl Iterator<Item = &'a str> {
    let texts = item.get(name).and_then(|value| value.as_ss().ok());
    texts.into_iter().flatten().map(String::as_str)
}

/// A text that must be there.
pub(crate) fn need_text<'a>(item: &'a Item, name: &str, what: &str) -> Result<&'a str, Error> {
    get_text(item, name).ok_or_else(|| Error::corrupt(what, format!("expected a text as {name:?}")))
}

/// A text that may be missing, but must not be of another type.
pub(crate) fn optional_text<'a>(item: &'a Item, name: &str, what: &str) -> Result<Option<&'a str>, Error> {
    if item.contains_key(name) { need_text(item, name, what).map(Some) } else { Ok(None) }
}

pub(crate) fn get_number(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// The highest value of a counter. One more still fits into a signed number of 64 bits, for Rollcall and for every other
/// reader of the tables.
pub(crate) const COUNTER_MAX: u64 = u64::MAX / 2 - 1;

/// A whole number that must be there, and that can be increased.
pub(crate) fn need_number(item: &Item, name: &str, what: &str) -> Result<u64, Error> {
    need_counter(item, name, what, "correct it by hand, or restore it from a backup")
}

/// As [`need_number`], where there is another way to repair it.
pub(crate) fn need_counter(item: &Item, name: &str, what: &str, cure: &str) -> Result<u64, Error> {
    let number = get_number(item, name).filter(|number| *number <= COUNTER_MAX);
    number.ok_or_else(|| {
        let expected = format!("expected a whole number of at most {COUNTER_MAX} as {name:?}; {cure}");
        Error::corrupt(what, expected)
    })
}

/// How often an update is sent that meets a transaction.
const UPDATES_MAX: u32 = 10;

/// Sends an update, and sends it again when it meets a transaction that is under way. The SDK does not retry here: it
/// cannot know that the transaction is a commit of Rollcall, which takes milliseconds.
pub(crate) async fn send_update(
    update: UpdateItemFluentBuilder,
) -> Result<UpdateItemOutput, SdkError<UpdateItemError>> {
    let mut tries = 1;
    loop {
        let result = update.clone().send().await;
        let has_met = |error: &SdkError<UpdateItemError>| {
            error.as_service_error().is_some_and(UpdateItemError::is_transaction_conflict_exception)
        };
        if tries == UPDATES_MAX || !result.as_ref().is_err_and(has_met) {
            return result;
        }
        tokio::time::sleep(pause(tries)).await;
        tries += 1;
    }
}

/// Exponential backoff with jitter.
pub(crate) fn pause(tries: u32) -> Duration {
    Duration::from_millis(fastrand::u64(1..10 << tries.min(8)))
}

/// Whether an update failed because its condition did not hold.
pub(crate) fn is_condition_failed(error: &SdkError<UpdateItemError>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}
