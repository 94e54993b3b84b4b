//! What the event bus gets (rule 64): records of the audit table's stream, through the filter of the pipe in
//! `template.yaml` and the function behind it, are the events of `GET /events`, and nothing else.

use crate::handlers::api::{ask, get};
use crate::template::template;
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_api::accounts::administer;
use rollcall_core::fields::Fields;
use rollcall_read::Api;
use rollcall_sync::store::Names;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

const CONFIG: &str = r#"
[licence]
seats = 4
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
"#;

const STAFF: &str = "key,title\nann,clerk \"of\" the \\ court\nben,clerk\ncem,clerk\ndee,clerk\n";

/// An attribute as it is on the wire, and in a stream.
fn attribute(value: &AttributeValue) -> Value {
    if let Ok(text) = value.as_s() {
        json!({ "S": text })
    } else if let Ok(number) = value.as_n() {
        json!({ "N": number })
    } else if let Ok(is_so) = value.as_bool() {
        json!({ "BOOL": is_so })
    } else if let Ok(values) = value.as_l() {
        json!({ "L": values.iter().map(attribute).collect::<Vec<_>>() })
    } else if let Ok(values) = value.as_m() {
        json!({ "M": image(values) })
    } else {
        assert!(value.is_null(), "{value:?} is stored nowhere");
        json!({ "NULL": true })
    }
}

pub(crate) fn image(item: &HashMap<String, AttributeValue>) -> Map<String, Value> {
    item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

/// A record as the stream of the audit table has it.
fn record(name: &str, item: &HashMap<String, AttributeValue>) -> Value {
    json!({
        "eventID": "1", "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "dynamodb": { "NewImage": image(item), "SequenceNumber": "1", "StreamViewType": "NEW_IMAGE" },
    })
}

/// Whether a pattern of EventBridge fits, as far as the pipe's own needs it.
fn fits(pattern: &Value, value: &Value) -> bool {
    if let Some(parts) = pattern.as_object() {
        return parts.iter().all(|(name, part)| fits(part, &value[name]));
    }
    pattern.as_array().unwrap().iter().any(|choice| match choice["exists"].as_bool() {
        Some(is_there) => is_there != value.is_null(),
        None => choice == value,
    })
}

fn pattern_of_the_pipe() -> Value {
    let template = template();
    let filters =
        &template["Resources"]["ChangesPipe"]["Properties"]["SourceParameters"]["FilterCriteria"]["Filters"];
    assert_eq!(filters.as_array().map(Vec::len), Some(1));
    serde_json::from_str(filters[0]["Pattern"].as_str().unwrap()).unwrap()
}

/// Everything that was ever written to the audit table, as records.
async fn records(world: &World) -> Vec<Value> {
    let found = world.dynamo().scan().table_name(Names::local().audit).send().await.unwrap();
    assert!(found.last_evaluated_key.is_none(), "a page is enough here");
    found.items().iter().map(|item| record("INSERT", item)).collect()
}

async fn told_by_the_api(world: &World) -> Vec<Value> {
    let (status, page) = ask(world, get("/events", &[("limit", "500")])).await;
    assert_eq!((status, &page["more"]), (200, &json!(false)));
    page["events"].as_array().unwrap().clone()
}

fn by_id(events: &[Value]) -> BTreeMap<String, Value> {
    events.iter().map(|event| (event["id"].as_str().unwrap().to_owned(), event.clone())).collect()
}

/// Every kind of entry: runs, people, a licence that changes, a Reset, and a configuration.
async fn a_life(world: &mut World) {
    world.sync(STAFF).await;
    administer::block(&world.shell, "ann", "ada", Some("lost \"laptop\"\n")).await.unwrap();
    world.sync(STAFF.replace("ben,clerk", "ben,boss").replace("cem,clerk\n", "")).await;
    // Of four seats one is given up, and root takes it.
    administer::add_local(&world.shell, "root", true, Fields::new(), "ada").await.unwrap();
    administer::unblock(&world.shell, "ann", "ada").await.unwrap();
    world.configure(&CONFIG.replace("seats = 4", "seats = 5")).await;
    world.sync(STAFF).await;
}

#[tokio::test]
async fn the_bus_gets_the_events_of_the_api_and_no_others() {
    let mut world = World::new(CONFIG).await;
    a_life(&mut world).await;
    let (pattern, records) = (pattern_of_the_pipe(), records(&world).await);
    let passed: Vec<Value> = records.iter().filter(|record| fits(&pattern, record)).cloned().collect();
    let api = Api::new(world.shell.clone());
    let sent = rollcall_read::handle(Value::Array(passed.clone()), &api).await.unwrap();
    let sent = sent.as_array().unwrap();
    // The filter leaves out all that is no event, so that nobody pays for it.
    assert_eq!(sent.len(), passed.len());
    assert!(passed.len() < records.len(), "the feed's own items and the licence's entries stay behind");
    let told = told_by_the_api(&world).await;
    assert_eq!(by_id(sent), by_id(&told));
    assert_eq!((sent.len(), told.len()), (by_id(sent).len(), by_id(&told).len()), "none comes twice");
    // Without the filter it is the same.
    let unfiltered = rollcall_read::handle(Value::Array(records), &api).await.unwrap();
    assert_eq!(by_id(unfiltered.as_array().unwrap()), by_id(&told));
}

#[tokio::test]
async fn an_entry_that_expires_or_is_copied_is_no_event() {
    let world = World::new(CONFIG).await;
    world.sync(STAFF).await;
    let (pattern, api) = (pattern_of_the_pipe(), Api::new(world.shell.clone()));
    for name in ["REMOVE", "MODIFY"] {
        let mut records = records(&world).await;
        for record in &mut records {
            record["eventName"] = json!(name);
        }
        assert!(!records.iter().any(|record| fits(&pattern, record)), "{name}");
        assert_eq!(rollcall_read::handle(Value::Array(records), &api).await.unwrap(), json!([]), "{name}");
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_lets_the_batch_come_again() {
    let world = World::new(CONFIG).await;
    world.sync(STAFF).await;
    let api = Api::new(world.shell.clone());
    let good = records(&world).await.into_iter().find(|record| fits(&pattern_of_the_pipe(), record)).unwrap();
    let mut newer = good.clone();
    newer["dynamodb"]["NewImage"]["schema_version"] = json!({ "N": "999" });
    let mut imageless = good.clone();
    imageless["dynamodb"] = json!({ "Keys": {} });
    let stranger = json!({ "eventSource": "aws:kinesis", "eventName": "INSERT" });
    for bad in [newer, imageless, stranger, json!("poison")] {
        let batch = json!([good, bad]);
        assert!(rollcall_read::handle(batch, &api).await.is_err(), "{bad}");
    }
    assert_eq!(rollcall_read::handle(json!([]), &api).await.unwrap(), json!([]));
}
