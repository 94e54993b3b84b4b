//! The embedded DynamoDB: takes the requests of DynamoDB's JSON protocol and gives each to dynoxide.
//!
//! Knows no HTTP and no signatures: who may ask has been decided by those who call it.

use crate::embedded::tokens::Tokens;
use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// What stands before the operation's name in the header `x-amz-target`.
const TARGETS: [&str; 2] = ["DynamoDB_20120810.", "DynamoDBStreams_20120810."];

/// Characters of a client's token (DynamoDB, `ClientRequestToken`).
const TOKEN_LENGTH_MAX: usize = 36;

/// What DynamoDB answers for an operation that there is not.
const UNKNOWN: &str = r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;

/// The tables of one database.
#[derive(Clone)]
pub(crate) struct Tables {
    database: Database,
    tokens: Arc<Tokens>,
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tables")
    }
}

/// A status and a body of JSON.
pub(crate) type Answer = (u16, String);

impl Tables {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, tokens: Arc::default() }
    }

    /// Answers a request. Dynoxide works in the caller's thread, so this runs in a thread that may wait.
    pub(crate) async fn answer(&self, target: String, body: Vec<u8>) -> Answer {
        let tables = self.clone();
        let answer = tokio::task::spawn_blocking(move || tables.answer_at_once(&target, &body)).await;
        answer.unwrap_or_else(|error| (500, failed(&DynoxideError::InternalServerError(error.to_string()))))
    }

    fn answer_at_once(&self, target: &str, body: &[u8]) -> Answer {
        let operation = TARGETS.iter().find_map(|before| target.strip_prefix(before));
        let answered = match operation {
            Some("TransactWriteItems") => Some(self.transact(body)),
            Some(operation) => perform(&self.database, operation, body),
            None => None,
        };
        match answered {
            Some(Ok(answer)) => (200, answer),
            Some(Err(error)) => (error.status_code(), failed(&error)),
            None => (400, UNKNOWN.to_owned()),
        }
    }

    fn transact(&self, body: &[u8]) -> Result<String, DynoxideError> {
        let mut request: TransactWriteItemsRequest = read(body)?;
        // A longer one dynoxide refuses.
        let token = request.client_request_token.take_if(|token| token.len() <= TOKEN_LENGTH_MAX);
        let make = || self.database.transact_write_items(request).and_then(|done| write(&done));
        match token {
            Some(token) => self.tokens.once(&token, body, Instant::now(), make),
            None => make(),
        }
    }
}

fn failed(error: &DynoxideError) -> String {
    error.to_json()
}

/// Performs one of DynamoDB's other operations; `None` where dynoxide does not have it.
fn perform(database: &Database, operation: &str, body: &[u8]) -> Option<Result<String, DynoxideError>> {
    macro_rules! operations {
        ($($name:literal => $method:ident,)*) => {
            match operation {
                $($name => read(body).and_then(|request| database.$method(request)).and_then(|done| write(&done)),)*
                _ => return None,
            }
        };
    }
    Some(operations! {
        "BatchGetItem" => batch_get_item,
        "BatchWriteItem" => batch_write_item,
        "CreateTable" => create_table,
        "DeleteItem" => delete_item,
        "DeleteTable" => delete_table,
        "DescribeTable" => describe_table,
        "DescribeTimeToLive" => describe_time_to_live,
        "ExecuteStatement" => execute_statement,
        "GetItem" => get_item,
        "ListTables" => list_tables,
        "PutItem" => put_item,
        "Query" => query,
        "Scan" => scan,
        "TransactGetItems" => transact_get_items,
        "UpdateItem" => update_item,
        "UpdateTable" => update_table,
        "UpdateTimeToLive" => update_time_to_live,
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| DynoxideError::SerializationException(error.to_string()))
}

fn write(done: &impl Serialize) -> Result<String, DynoxideError> {
    serde_json::to_string(done).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
