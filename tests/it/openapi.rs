//! `infra/openapi.yaml` says what the handler answers: every status that is provoked here is described, and has the
//! properties that the description names.

use crate::world::World;
use rollcall::drive;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const CONFIG: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
"#;

fn description() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("infra/openapi.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// What is described for a status, with its reference looked up.
fn described<'a>(description: &'a Value, status: &str) -> &'a Value {
    let response = &description["paths"]["/reset"]["post"]["responses"][status];
    assert!(response.is_object(), "{status} is not described");
    follow(description, response)
}

fn follow<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(path) => description.pointer(path.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// The answer must be what is described, to the name of each property.
fn check(description: &Value, answer: &Value) {
    let status = answer["statusCode"].to_string();
    let media = answer["headers"]["content-type"].as_str().unwrap();
    let schema = &described(description, &status)["content"][media]["schema"];
    let schema = follow(description, schema);
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    let names: BTreeSet<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let required: BTreeSet<&str> =
        schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(names, required, "{status}");
    for (name, value) in body.as_object().unwrap() {
        let property = &schema["properties"][name];
        let kind = if value.is_string() { "string" } else { "integer" };
        assert_eq!(property["type"], kind, "{status}: {name}");
        if let Some(words) = property["enum"].as_array() {
            assert!(words.contains(value), "{name} may not be {value}");
        }
    }
}

#[tokio::test]
async fn the_answers_are_those_that_are_described() {
    let description = description();
    let world = World::new(CONFIG).await;
    world.put_csv("key\nann\n").await;
    let mut seen = BTreeSet::new();
    for (body, expected) in [
        (json!({}), 202),
        (json!({ "source": "staff" }), 202),
        (json!({ "sauce": "staff" }), 400),
        (json!({ "approve": "run-1" }), 409),
        (json!({ "source": "nobody" }), 404),
        (json!({ "approve": "run-none" }), 404),
    ] {
        let answer = rollcall_reset::handle(drive::http_event(&body, "boss"), &world.shell).await.unwrap();
        assert_eq!(answer["statusCode"], expected, "{body}");
        check(&description, &answer);
        seen.insert(answer["statusCode"].to_string());
    }
    let mut event = drive::http_event(&json!({}), "boss");
    event["requestContext"]["http"]["method"] = json!("GET");
    let answer = rollcall_reset::handle(event, &world.shell).await.unwrap();
    assert_eq!(answer["statusCode"], 405);
    check(&description, &answer);
    world.shell.store.put_object("config/rollcall.toml", b"[[source]".to_vec()).await.unwrap();
    world.tick();
    let answer = rollcall_reset::handle(drive::http_event(&json!({}), "boss"), &world.shell).await.unwrap();
    assert_eq!(answer["statusCode"], 500);
    check(&description, &answer);
    assert_eq!(seen.len(), 4);
}

#[test]
fn what_a_request_may_say_is_what_is_read() {
    let description = description();
    let names: BTreeSet<&str> = description["components"]["schemas"]["Reset"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, BTreeSet::from(["source", "dry_run", "approve"]));
}
