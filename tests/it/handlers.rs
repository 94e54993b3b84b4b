//! The three functions, called with the events that AWS sends, on the embedded servers: what they answer, and what
//! they leave behind (rules 22 to 26, 30, 36).

mod adoption;
pub(crate) mod api;
mod api_commands;
mod api_queries;
mod application;
mod approving;
mod audit_observations;
mod bucket;
mod clock;
mod configuration;
pub(crate) mod counts;
mod damage;
mod dates;
pub(crate) mod doctored;
mod dropped_file_survives_crash;
mod drops;
mod events;
mod examined;
mod explained;
mod finding;
mod folding;
mod grace;
mod held_removals;
mod history;
mod inbox;
mod last_admin;
mod log_pages;
mod lost;
mod names;
mod overflow;
mod places;
mod previous;
mod priorities;
mod progress;
mod reading;
mod reconcile;
mod redelivery;
mod refusals;
mod rejected;
mod reset;
pub(crate) mod retired;
mod seated;
pub(crate) mod seats;
mod sources;
mod tables;
mod trying;
pub(crate) mod undo;
mod undo_any;
mod undo_person;
mod versions;

use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::account::Account;
use rollcall_core::source::SourceName;
use rollcall_core::username::Username;
use rollcall_sync::doctor;
use rollcall_sync::store::{QueuedMessage, RunRecord, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Two directories in two files; the names of the files need all that S3 may do to a name.
const TWO_SOURCES: &str = r#"
[licence]
seats = 5
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
title = "title"
[[source]]
name = "guests"
kind = "csv"
object = "inbox/Gäste + Freunde.csv"
match_field = "key"
[source.mapping]
username = "username"
title = "title"
"#;

/// One directory in one file.
const STAFF: &str = r#"
[licence]
seats = 5
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
title = "title"
"#;

const STAFF_OBJECT: &str = "inbox/staff.csv";
const GUESTS_OBJECT: &str = "inbox/Gäste + Freunde.csv";
const GUESTS_OBJECT_IN_NOTICES: &str = "inbox/G%C3%A4ste+%2B+Freunde.csv";

const ANN: &str = "key,username,title\nann,ann,clerk\n";
const ANN_AND_BEN: &str = "key,username,title\nann,ann,clerk\nben,ben,clerk\n";
const GUS: &str = "key,username,title\ngus,gus,guest\n";

/// A complete file with nobody in it who could have an account.
const NOBODY: &str = "key,username,title\n,zed,clerk\n";

/// A notice of S3 for objects by their names as S3 writes them.
fn notice(keys: &[&str]) -> Value {
    let record = |key: &&str| {
        json!({
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "eu-central-1",
            "eventTime": "2026-01-01T00:00:00.000Z",
            "eventName": "ObjectCreated:Put",
            "userIdentity": { "principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE" },
            "requestParameters": { "sourceIPAddress": "203.0.113.7" },
            "responseElements": { "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8/IgAtTv8" },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "dropped",
                "bucket": {
                    "name": "rollcall",
                    "ownerIdentity": { "principalId": "A3NL1KOZZKExample" },
                    "arn": "arn:aws:s3:::rollcall"
                },
                "object": {
                    "key": key,
                    "size": 1024,
                    "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                    "sequencer": "0055AED6DCD90281E5"
                }
            }
        })
    };
    json!({ "Records": keys.iter().map(record).collect::<Vec<_>>() })
}

/// A batch of a FIFO queue: messages by id and text.
fn batch(messages: &[(&str, &str)]) -> Value {
    let record = |(id, body): &(&str, &str)| {
        json!({
            "messageId": id,
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body,
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": "1767225600000",
                "SequenceNumber": "18849496460467696128",
                "MessageGroupId": "staff",
                "SenderId": "AIDAIO23YVJENQZJOL4VO",
                "MessageDeduplicationId": id,
                "ApproximateFirstReceiveTimestamp": "1767225600001"
            },
            "messageAttributes": {},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:rollcall.fifo",
            "awsRegion": "eu-central-1"
        })
    };
    json!({ "Records": messages.iter().map(record).collect::<Vec<_>>() })
}

/// The ids of the messages that a function wants to be given again.
fn failures(answer: &Value) -> Vec<&str> {
    let failures = answer["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap()).collect()
}

/// The next message on its way, and no other.
fn only_message(world: &World) -> QueuedMessage {
    let message = world.shell.queues.take().unwrap();
    assert_eq!(world.shell.queues.take(), None);
    message
}

/// Puts a file of a source in its place.
async fn put(world: &World, object: &str, csv: &str) {
    world.shell.store.put_object(object, csv.as_bytes().to_vec()).await.unwrap();
}

/// Every run, oldest first.
async fn runs(world: &World) -> Vec<RunRecord> {
    let mut runs = all_runs(&world.shell).await.unwrap();
    runs.reverse();
    runs
}

/// Source and status of every run, oldest first.
async fn statuses(world: &World) -> Vec<(String, RunStatus)> {
    runs(world).await.iter().map(|run| (run.source.to_string(), run.status)).collect()
}

/// Every account by its username: `active`, or why it is blocked.
pub(crate) async fn people(world: &World) -> BTreeMap<String, &'static str> {
    let show = |account: Account| {
        let state = account.state.block().map_or("active", |block| block.reason.as_str());
        (account.username.original().to_owned(), state)
    };
    administer::all_accounts(&world.shell).await.unwrap().into_iter().map(show).collect()
}

pub(crate) async fn account(world: &World, username: &str) -> Account {
    let username = Username::parse(username).unwrap();
    world.shell.store.account_by_username(&username).await.unwrap().unwrap()
}

fn source(name: &str) -> SourceName {
    SourceName::parse(name).unwrap()
}

/// No lease is held, no run is under way, and everything counts up.
pub(crate) async fn assert_at_rest(world: &World) {
    for source in &world.config.sources {
        assert_eq!(world.shell.store.lease_owner(&source.name, world.shell.now()).await.unwrap(), None);
    }
    let unfinished: Vec<_> = runs(world).await.into_iter().filter(|run| !run.status.is_finished()).collect();
    assert!(unfinished.is_empty(), "{unfinished:?}");
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
}
