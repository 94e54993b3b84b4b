//! `infra/openapi.yaml` says what the handler answers: every status that is provoked here is described, and has the
//! properties that the description names.

mod requests;
mod undo;

use crate::handlers::api::{self, get};
use crate::world::World;
use rollcall::events;
use rollcall_api::routes::{Access, ROUTES, Route};
use rollcall_sync::shell::{ExportLimits, Limits};
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

/// The schema of an answer to this request, with this status and media type.
fn described<'a>(description: &'a Value, event: &Value, answer: &Value) -> &'a Value {
    let (status, media) =
        (answer["statusCode"].to_string(), answer["headers"]["content-type"].as_str().unwrap());
    let path = event["rawPath"].as_str().unwrap();
    let method = event["requestContext"]["http"]["method"].as_str().unwrap().to_lowercase();
    // What an address does not know at all is answered alike for every method.
    let method = if status == "405" { "post" } else { method.as_str() };
    let path = pattern(path);
    let response = &description["paths"][&path][method]["responses"][&status];
    assert!(response.is_object(), "{method} {path}: {status} is not described");
    &follow(description, response)["content"][media]["schema"]
}

/// A path with `{id}` in the place of one.
fn pattern(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "accounts", "by-username", _] => String::from("/accounts/by-username/{name}"),
        ["", "sources", _, act] => format!("/sources/{{name}}/{act}"),
        ["", list @ ("runs" | "accounts" | "exports"), _] => format!("/{list}/{{id}}"),
        ["", list @ ("runs" | "accounts"), _, act] => format!("/{list}/{{id}}/{act}"),
        _ => path.to_owned(),
    }
}

fn follow<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(path) => description.pointer(path.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// The value must be what is described, to the name of each property.
fn check(description: &Value, schema: &Value, value: &Value, at: &str) {
    let schema = follow(description, schema);
    if let Some(either) = schema["oneOf"].as_array() {
        let chosen = either.iter().find(|one| (one["type"] == "null") == value.is_null()).unwrap();
        return check(description, chosen, value, at);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    assert!(kinds.contains(&json!(kind)), "{at} is {kind}, described as {kinds:?}");
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at} may not be {value}");
    }
    for item in value.as_array().into_iter().flatten() {
        check(description, &schema["items"], item, at);
    }
    let Some(object) = value.as_object() else { return };
    let others = &schema["additionalProperties"];
    let names: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    if let Some(required) = schema["required"].as_array() {
        let required: BTreeSet<&str> = required.iter().map(|name| name.as_str().unwrap()).collect();
        assert!(names.is_superset(&required), "{at} lacks {:?}", required.difference(&names));
    }
    for (name, value) in object {
        let property = if others.is_object() { others } else { &schema["properties"][name] };
        assert!(property.is_object(), "{at}.{name} is not described");
        check(description, property, value, &format!("{at}.{name}"));
    }
}

fn check_answer(description: &Value, event: &Value, answer: &Value) {
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    check(description, described(description, event, answer), &body, &answer["statusCode"].to_string());
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
        let event = events::http_event(&body, "boss");
        let answer = api::answer(event.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], expected, "{body}");
        check_answer(&description, &event, &answer);
        seen.insert(answer["statusCode"].to_string());
    }
    let mut event = events::http_event(&json!({}), "boss");
    event["requestContext"]["http"]["method"] = json!("GET");
    let answer = api::answer(event.clone(), &world.shell).await;
    assert_eq!(answer["statusCode"], 405);
    check_answer(&description, &event, &answer);
    world.shell.store.put_object("config/rollcall.toml", b"[[source]".to_vec()).await.unwrap();
    world.tick();
    for event in [events::http_event(&json!({}), "boss"), get("/runs", &[]), get("/licence", &[])] {
        let answer = api::answer(event.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], 500);
        check_answer(&description, &event, &answer);
    }
    assert_eq!(seen.len(), 4);
}

#[tokio::test]
async fn what_is_read_is_as_it_is_described() {
    let description = description();
    let world = World::new(&format!("[licence]\nseats = 1\n{CONFIG}")).await;
    world.put_csv("key\nann\nben\n").await;
    rollcall_reset::handle(events::http_event(&json!({}), "boss"), &world.shell).await.unwrap();
    // Asked for; then ended.
    for _ in 0..2 {
        for (path, query, expected) in [
            ("/runs", vec![], 200),
            ("/runs", vec![("limit", "many")], 400),
            ("/runs", vec![("before", "nobody")], 404),
            ("/runs/run-1", vec![], 200),
            ("/runs/nobody", vec![], 404),
            ("/runs/N", vec![], 400),
            ("/licence", vec![], 200),
            ("/licence/seated", vec![], 200),
            ("/licence/seated", vec![("source", "X")], 400),
            ("/accounts", vec![], 200),
            ("/accounts", vec![("state", "asleep")], 400),
            ("/accounts/00000000000000000000000000000000", vec![], 404),
            ("/accounts/x", vec![], 400),
            ("/waiting", vec![], 200),
            ("/waiting", vec![("after", "x")], 400),
            ("/audit", vec![], 200),
            ("/audit", vec![("run", "run-1")], 200),
            ("/audit", vec![("run", "run-none")], 404),
            ("/exports/nobody", vec![], 404),
            ("/events", vec![], 200),
            ("/events", vec![("after", "x")], 400),
            ("/accounts/by-username/nobody", vec![], 404),
            ("/configuration", vec![], 200),
        ] {
            let event = get(path, &query);
            let answer = api::answer(event.clone(), &world.shell).await;
            assert_eq!(answer["statusCode"], expected, "{path}");
            check_answer(&description, &event, &answer);
        }
        events::drain(&world.shell).await.unwrap();
    }
}

#[tokio::test]
async fn what_acts_answers_as_it_is_described() {
    let description = description();
    let world = World::new(&format!("[licence]\nseats = 1\n{CONFIG}")).await;
    world.sync("key\nann\nben\n").await;
    let id = api::ask(&world, get("/accounts", &[("text", "ann")])).await.1["accounts"][0]["id"].clone();
    let one = format!("/accounts/{}", id.as_str().unwrap());
    let (block, unblock) = (format!("{one}/block"), format!("{one}/unblock"));
    for (method, path, body, expected) in [
        ("POST", "/accounts", json!({ "username": "root" }), 409),
        ("POST", &block, json!({ "why": "lost laptop" }), 200),
        ("POST", &block, json!({ "why": "lost laptop" }), 409),
        ("POST", "/accounts", json!({ "username": "root" }), 201),
        ("POST", &unblock, json!({}), 200),
        ("POST", &unblock, json!({}), 409),
        ("POST", &format!("{one}/seat"), json!({ "why": "x" }), 409),
        ("POST", &format!("{one}/seat"), json!({ "why": "" }), 400),
        ("POST", &format!("{one}/rename"), json!({ "username": "x" }), 409),
        ("POST", &format!("{one}/rename"), json!({}), 400),
        ("POST", &format!("{one}/rekey"), json!({ "match_key": "ben" }), 409),
        ("POST", &format!("{one}/rekey"), json!({ "match_key": "ann" }), 200),
        ("POST", "/sources/staff/retire", json!({ "dry_run": true }), 409),
        ("POST", "/sources/nobody/retire", json!({ "dry_run": true }), 404),
        ("POST", "/sources/staff/retire", json!({}), 400),
        ("POST", "/sources/staff/rename", json!({ "to": "x" }), 409),
        ("POST", "/sources/nobody/rename", json!({ "to": "x" }), 404),
        ("PUT", "/licence", json!({ "limit": 3 }), 200),
        ("PUT", "/licence", json!({ "change": 2 }), 200),
        ("PUT", "/licence", json!({ "limit": 0 }), 409),
        ("PUT", "/licence", json!({}), 400),
        ("POST", "/accounts", json!({ "username": "kim", "seat_from": "root", "why": "x" }), 201),
        // A text that says it is JSON is no object; the configuration by itself is plain text.
        ("POST", "/configuration/check", json!("x ="), 400),
        // "key\nann\n", and a file that is cut off.
        ("POST", "/configuration/check", json!({ "text": CONFIG, "sample": "a2V5CmFubgo=" }), 200),
        ("POST", "/configuration/check", json!({ "text": CONFIG, "sample": "a2V5CiJhbm4K" }), 200),
        ("POST", "/configuration/check", json!({ "text": CONFIG, "sample": "*" }), 422),
        ("POST", "/configuration/dry-run", json!("x ="), 422),
        ("PUT", "/configuration", json!("x ="), 428),
    ] {
        let event = api::send(method, path, &body);
        let answer = api::answer(event.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], expected, "{method} {path}: {answer}");
        check_answer(&description, &event, &answer);
    }
    let mut tried = api::send("POST", "/configuration/dry-run", &Value::Null);
    // The same once more is told of the run that tries it; another one has to wait.
    for (text, expected) in
        [(CONFIG.to_owned(), 202), (CONFIG.to_owned(), 202), (format!("{CONFIG}\n# another"), 409)]
    {
        tried["body"] = json!(text);
        let answer = api::answer(tried.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], expected, "{answer}");
        check_answer(&description, &tried, &answer);
    }
    let explained = get(&one, &[]);
    check_answer(&description, &explained, &api::answer(explained.clone(), &world.shell).await);
    let mut event = api::send("PUT", "/configuration", &Value::Null);
    let stored = api::ask(&world, get("/configuration", &[])).await.1;
    for (version, text, expected) in [
        ("another", CONFIG, 412),
        (stored["version"].as_str().unwrap(), "x =", 422),
        (stored["version"].as_str().unwrap(), CONFIG, 200),
    ] {
        event["headers"]["if-match"] = json!(version);
        event["body"] = json!(text);
        let answer = api::answer(event.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], expected, "{answer}");
        check_answer(&description, &event, &answer);
    }
}

#[tokio::test]
async fn exports_answer_as_described() {
    let description = description();
    let mut world = World::new(&format!("[licence]\nseats = 1\n{CONFIG}")).await;
    world.sync("key\nann\nben\n").await;
    world.tick();
    let check = async |world: &World, method: &str, path: &str, body: Value, expected: i64| {
        let event = api::send(method, path, &body);
        let answer = api::answer(event.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], expected, "{method} {path}: {answer}");
        check_answer(&description, &event, &answer);
        serde_json::from_str::<Value>(answer["body"].as_str().unwrap()).unwrap()
    };
    let done = check(&world, "POST", "/exports", json!({ "outcome": "created_active" }), 201).await;
    check(&world, "POST", "/exports", json!({ "format": "xls" }), 400).await;
    check(&world, "POST", "/exports", json!({ "run": "nobody" }), 404).await;
    let exports = ExportLimits { page_entries: 1, pages: Some(1), ..ExportLimits::default() };
    world.shell = world.shell.clone().with_limits(Limits { exports, ..Limits::default() });
    let making = check(&world, "POST", "/exports", json!({}), 202).await;
    for export in [&done, &making] {
        let path = format!("/exports/{}", export["id"].as_str().unwrap());
        check(&world, "GET", &path, Value::Null, 200).await;
        check(&world, "DELETE", &path, json!({}), 200).await;
        check(&world, "DELETE", &path, json!({}), 404).await;
    }
}

#[tokio::test]
async fn leaving_held_removals_answers_as_described() {
    let description = description();
    let world = World::new(&format!("[guard]\nmin_removals = 1\n{CONFIG}")).await;
    world.sync("key\nann\nben\ncem\n").await;
    let held = world.sync("key\nann\n").await.id;
    for (run, expected) in [(held.as_str(), 200), ("run-1", 409), ("nobody", 404), ("N", 400)] {
        let event = api::send("POST", &format!("/runs/{run}/leave"), &json!({}));
        let answer = api::answer(event.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], expected, "{run}: {answer}");
        check_answer(&description, &event, &answer);
    }
}

#[test]
fn every_route_is_described_and_no_other() {
    let routes: BTreeSet<String> = ROUTES.iter().map(written).collect();
    let description = description();
    let paths = description["paths"].as_object().unwrap().iter();
    let described: BTreeSet<String> = paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    assert_eq!(described, routes);
    assert_eq!(routes.len(), ROUTES.len(), "no route stands there twice");
}

#[test]
fn every_route_is_deployed_to_its_function() {
    let template = crate::template::template();
    for (function, access) in [("ResetFunction", Access::Write), ("ReadFunction", Access::Read)] {
        let events = template["Resources"][function]["Properties"]["Events"].as_object().unwrap().values();
        let deployed: BTreeSet<String> = events
            .map(|event| (&event["Properties"]["Method"], &event["Properties"]["Path"]))
            .map(|(method, path)| format!("{} {}", method.as_str().unwrap(), path.as_str().unwrap()))
            .collect();
        let routes = ROUTES.iter().filter(|route| route.access() == access).map(written);
        assert_eq!(deployed, routes.collect(), "{function}");
    }
}

fn written(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

#[test]
fn every_outcome_is_described() {
    let description = description();
    let described = description["components"]["schemas"]["Outcome"]["enum"].as_array().unwrap().clone();
    assert_eq!(described, rollcall_api::audit::query::outcomes().map(Value::from).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_a_request_may_say_is_what_is_read() {
    let description = description();
    let described = description["components"]["schemas"]["Reset"]["properties"].as_object().unwrap();
    let names: BTreeSet<&str> = described.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["source", "dry_run", "approve", "tried", "previous", "previous_run"]));
    let world = World::new(CONFIG).await;
    for (name, property) in described {
        let takes_null = property["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
        let answer = api::answer(events::http_event(&json!({ name: null }), "boss"), &world.shell).await;
        assert_eq!(answer["statusCode"], if takes_null { 202 } else { 400 }, "{name}: {answer}");
    }
}

#[tokio::test]
async fn a_moment_is_described_as_it_is_read() {
    let description = description();
    let pattern = description["components"]["schemas"]["Moment"]["pattern"].as_str().unwrap();
    let pattern = regex_lite::Regex::new(pattern).unwrap();
    let world = World::new(CONFIG).await;
    for (moment, is_good) in [
        ("2026-01-31", true),
        ("2026-04-30", true),
        ("2026-11-29T23:59:59Z", true),
        ("2026-11-30T09:00:00.000Z", true),
        ("2026-12-31T09:00:00+02:00", true),
        ("2028-02-29", true),
        ("2026-02-28", true),
        ("2026-02-29", false),
        ("2026-02-30", false),
        ("2026-04-31", false),
        ("2026-13-01", false),
        ("2026-01-00", false),
        ("2026-01-01T24:00:00Z", false),
        ("2026-01-01T09:00", false),
        ("yesterday", false),
    ] {
        assert_eq!(pattern.is_match(moment), is_good, "{moment}");
        let answer = api::answer(get("/audit", &[("to", moment)]), &world.shell).await;
        assert_eq!(answer["statusCode"], if is_good { 200 } else { 400 }, "{moment}: {answer}");
    }
}
