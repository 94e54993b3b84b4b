//! Idempotency keys of the HTTP API: a request that comes again with the same `Idempotency-Key` gets the same response, and
//! nothing is done twice.

use crate::aws::dynamo::{get_number, get_text, is_condition_failed, number, text};
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_core::time::Timestamp;

/// How long a response is kept.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// After this time nobody works on a request any more: API Gateway gives up after 30 seconds.
const DEAD_MILLIS: i64 = 60 * 1000;

/// How often a request is read again when it changes at the same moment.
const TRIES_MAX: u32 = 5;

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
            let put = self
                .dynamo
                .put_item()
                .table_name(&self.names.control)
                .item("name", text(item_name(key)))
                .item("fingerprint", text(fingerprint))
                .item("begun_at", number(now.as_millis()))
                .item("begun_by", text(&beginner))
                .item("expires", number((now.as_millis() + KEPT_MILLIS) / 1000))
                .item(SCHEMA, number(SCHEMA_VERSION))
                .condition_expression(
                    "attribute_not_exists(#name) OR begun_at < :old OR begun_at > :future OR \
                     (begun_at < :dead AND attribute_not_exists(answer) AND fingerprint = :fingerprint)",
                )
                .expression_attribute_names("#name", "name")
                .expression_attribute_values(":old", number(now.as_millis() - KEPT_MILLIS))
                .expression_attribute_values(":dead", number(now.as_millis() - DEAD_MILLIS))
                // A wrong clock began it: nobody is processing it.
                .expression_attribute_values(":future", number(now.as_millis() + KEPT_MILLIS))
                .expression_attribute_values(":fingerprint", text(fingerprint));
            match put.send().await {
                Ok(_) => return Ok(Idempotency::New),
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(|error| error.is_conditional_check_failed_exception()) => {}
                Err(error) => return Err(Error::service("beginning a request", error)),
            }
            let Some(item) = self.control_item(&item_name(key), "reading a request").await? else { continue };
            return Ok(match get_text(&item, "answer") {
                // This call began it, and the first response was lost.
                _ if get_text(&item, "begun_by") == Some(&beginner) => Idempotency::New,
                _ if get_text(&item, "fingerprint") != Some(fingerprint) => Idempotency::Another,
                Some(response) => Idempotency::Answered(response.to_owned()),
                // The invocation that began it has given it up.
                None if get_number(&item, "begun_at") == Some(0) => continue,
                None => Idempotency::UnderWay,
            });
        }
        Err(Error::Contended { what: "the request" })
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
        match crate::aws::dynamo::send_update(update).await {
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
