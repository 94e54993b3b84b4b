//! Idempotency keys of the HTTP API: a request that comes again with the same `Idempotency-Key` gets the same response, and
//! nothing is done twice.

use crate::aws::dynamo::{get_number, get_text, is_condition_failed, number, send_update, text};
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::ledger::{decode_limit, encode_limit};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, TransactWriteItem, Update};
use rollcall_core::licence::Limit;
use rollcall_core::time::Timestamp;

/// How long a response is kept.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// After this time nobody works on a request any more: API Gateway gives up after 30 seconds.
const DEAD_MILLIS: i64 = 60 * 1000;

/// How often a request is read again when it changes at the same moment.
const TRIES_MAX: u32 = 5;

/// In the record of a request that has changed the limit: what it was before. Written with the change, in one transaction.
const LIMIT_BEFORE: &str = "limit_before";

/// In the record of a request that takes back a change of an account: the account's version that the change has made.
/// Written before anything is taken back.
const UNDOES: &str = "undoes";

/// A request that begins.
#[derive(Clone, Copy)]
struct Begun<'a> {
    key: &'a str,
    fingerprint: &'a str,
    /// Tells this call from other calls with the same key.
    beginner: &'a str,
    now: Timestamp,
}

/// How a request begins.
#[derive(Clone, Copy)]
enum Begin {
    /// Nothing is known of it, or only what is too old.
    First,
    /// Somebody began it, and died or gave it up.
    Again,
}

/// What is known about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Nothing: process it, and store the response.
    New,
    /// It was processed before, with this response.
    Answered(String),
    /// Another invocation is processing it.
    UnderWay,
    /// Another request had this key.
    Another,
}

impl Store {
    /// Begins a request, unless it was begun before. `fingerprint` identifies its content.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn begin_idempotent(
        &self,
        key: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Result<Idempotency, Error> {
        // Tells this call from other calls with the same key.
        let beginner = format!("{:032x}", fastrand::u128(..));
        for _ in 0..TRIES_MAX {
            let begun = Begun { key, fingerprint, beginner: &beginner, now };
            if self.begin_request(begun, Begin::First).await? {
                return Ok(Idempotency::New);
            }
            let Some(item) = self.control_item(&item_name(key), "reading a request").await? else { continue };
            let begun_at = get_number(&item, "begun_at").unwrap_or_default();
            return Ok(match get_text(&item, "answer") {
                // This call began it, and the first response was lost.
                _ if get_text(&item, "begun_by") == Some(&beginner) => Idempotency::New,
                _ if get_text(&item, "fingerprint") != Some(fingerprint) => Idempotency::Another,
                Some(response) => Idempotency::Answered(response.to_owned()),
                // The invocation that began it has died, or has given it up.
                None if i128::from(begun_at) < i128::from(now.as_millis() - DEAD_MILLIS) => {
                    if self.begin_request(begun, Begin::Again).await? {
                        return Ok(Idempotency::New);
                    }
                    continue;
                }
                None => Idempotency::UnderWay,
            });
        }
        Err(Error::Contended { what: "the request" })
    }

    /// Writes that a request is under way; `false` where its record is not as it must be for that.
    async fn begin_request(&self, request: Begun<'_>, begin: Begin) -> Result<bool, Error> {
        let Begun { key, fingerprint, beginner, now } = request;
        let set = format!(
            "SET fingerprint = :fingerprint, begun_at = :now, begun_by = :beginner, expires = :expires, {SCHEMA} = :schema"
        );
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(key)))
            .expression_attribute_values(":fingerprint", text(fingerprint))
            .expression_attribute_values(":now", number(now.as_millis()))
            .expression_attribute_values(":beginner", text(beginner))
            .expression_attribute_values(":expires", number((now.as_millis() + KEPT_MILLIS) / 1000))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION));
        let update = match begin {
            Begin::First => update
                .update_expression(format!("{set} REMOVE answer, {LIMIT_BEFORE}, {UNDOES}"))
                .condition_expression(
                    "attribute_not_exists(begun_at) OR (begun_at > :given_up AND begun_at < :old) OR begun_at > :future OR \
                     (begun_at = :given_up AND fingerprint <> :fingerprint)",
                )
                .expression_attribute_values(":given_up", number(0))
                .expression_attribute_values(":old", number(now.as_millis() - KEPT_MILLIS))
                // A wrong clock began it: nobody is processing it.
                .expression_attribute_values(":future", number(now.as_millis() + KEPT_MILLIS)),
            // What it has done already stays in the record.
            Begin::Again => update
                .update_expression(set)
                .condition_expression(
                    "begun_at < :dead AND attribute_not_exists(answer) AND fingerprint = :fingerprint",
                )
                .expression_attribute_values(":dead", number(now.as_millis() - DEAD_MILLIS)),
        };
        match send_update(update).await {
            Ok(_) => Ok(true),
            Err(error) if is_condition_failed(&error) => Ok(false),
            Err(error) => Err(Error::service("beginning a request", error)),
        }
    }

    /// The limit before the request with this key changed it; none where it has not.
    pub(crate) async fn limit_before(&self, key: &str) -> Result<Option<Limit>, Error> {
        let item = self.control_item(&item_name(key), "reading a request").await?;
        item.and_then(|item| item.get(LIMIT_BEFORE).cloned()).map(|limit| decode_limit(&limit)).transpose()
    }

    /// The part of a transaction by which the request with this key says that it has changed the limit, once.
    pub(crate) fn limit_was(&self, key: &str, before: Limit) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.names.control)
            .key("name", text(item_name(key)))
            .update_expression(format!("SET {LIMIT_BEFORE} = :before"))
            .condition_expression(format!(
                "attribute_exists(fingerprint) AND attribute_not_exists({LIMIT_BEFORE})"
            ))
            .expression_attribute_values(":before", encode_limit(before))
            .build()
            .map_err(|error| Error::service("writing the licence", error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Which version of an account the request with this key takes back: this one, or the one that was written when the same
    /// request came for the first time.
    ///
    /// # Errors
    /// When the storage fails, or the request was never begun.
    pub async fn version_undone_by(&self, key: &str, version: u64) -> Result<u64, Error> {
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(key)))
            .update_expression(format!("SET {UNDOES} = if_not_exists({UNDOES}, :version)"))
            .condition_expression("attribute_exists(fingerprint)")
            .expression_attribute_values(":version", number(version))
            .return_values(ReturnValue::AllNew);
        let written =
            send_update(update).await.map_err(|error| Error::service("noting what is undone", error))?;
        written
            .attributes
            .and_then(|item| get_number(&item, UNDOES))
            .ok_or_else(|| Error::corrupt(UNDOES, "it is no number"))
    }

    /// Stores the response to a request; with `None` the request may be processed again.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn end_idempotent(&self, key: &str, response: Option<&str>) -> Result<(), Error> {
        let (expression, name, value) = match response {
            Some(response) => ("SET answer = :value", "answer", text(response)),
            None => ("SET begun_at = :value", "begun_at", AttributeValue::N(String::from("0"))),
        };
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(key)))
            .update_expression(expression)
            .condition_expression("attribute_exists(fingerprint)")
            .expression_attribute_values(":value", value);
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => {
                Err(Error::corrupt(name, "the request was never begun"))
            }
            Err(error) => Err(Error::service("storing a response", error)),
        }
    }
}

fn item_name(key: &str) -> String {
    format!("request#{key}")
}
