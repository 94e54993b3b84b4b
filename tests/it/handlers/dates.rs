//! Dates that pass and conditions that fail: what the next tick of the schedule does from the same file, and what is told of
//! it (rules 33, 41, 42).

use super::account;
use super::api::{ask, get};
use super::api_queries::id_of;
use crate::world::World;
use rollcall::events;
use rollcall_core::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CONFIG: &str = r#"
[licence]
seats = 2
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
title = "title"
starts = "from"
ends = "until"
"#;

/// ben starts when ann has ended: on the third of January. cem starts a day later.
const FILE: &str = "key,title,from,until\nann,clerk,,2026-01-02\nben,clerk,2026-01-03,\ncem,clerk,2026-01-04,\ndan,clerk,,\n";

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The schedule ticks, and nobody has dropped a file.
async fn tick(world: &World) {
    rollcall_fetch::handle(events::schedule_event(), &world.shell).await.unwrap();
    events::drain(&world.shell).await.unwrap();
}

async fn shown(world: &World, username: &str) -> Value {
    let id = id_of(world, username).await;
    ask(world, get(&format!("/accounts/{id}"), &[])).await.1
}

async fn states(world: &World) -> BTreeMap<&'static str, String> {
    let mut states = BTreeMap::new();
    for name in ["ann", "ben", "cem", "dan"] {
        let state = account(world, name).await.state;
        let word = state.block().map_or("active", |block| block.reason.as_str());
        states.insert(name, word.to_owned());
    }
    states
}

#[track_caller]
fn assert_explained(account: &Value, expected: &[&str]) {
    let text = format!("{} {}", account["explanation"]["why"], account["explanation"]["next"]);
    for words in expected {
        assert!(text.contains(words), "{words:?} in {text}");
    }
}

#[tokio::test]
async fn dates_pass_without_a_new_file() {
    let world = World::new(CONFIG).await;
    world.sync(FILE).await;
    let expected = |words: [&str; 4]| {
        ["ann", "ben", "cem", "dan"].into_iter().zip(words.map(str::to_owned)).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(states(&world).await, expected(["active", "not_started", "not_started", "active"]));
    let ben = shown(&world, "ben").await;
    assert_eq!(
        (&ben["reason"], &ben["starts"], &ben["explanation"]["place"]),
        (&json!("not_started"), &json!("2026-01-03T00:00:00.000Z"), &Value::Null)
    );
    assert_explained(&ben, &["starts at 2026-01-03 00:00 UTC", "The first run after 2026-01-03 00:00 UTC"]);
    assert_eq!(ask(&world, get("/waiting", &[])).await.1["waiting"], json!([]));

    world.wait(DAY);
    tick(&world).await;
    assert_eq!(states(&world).await, expected(["active", "not_started", "not_started", "active"]));

    world.wait(DAY);
    tick(&world).await;
    assert_eq!(states(&world).await, expected(["disabled_in_directory", "active", "not_started", "active"]));
    assert_explained(&shown(&world, "ann").await, &["ended 2026-01-03T00:00:00.000Z", "a later end date"]);
    // Also after a run that had nothing to do.
    tick(&world).await;
    assert_explained(&shown(&world, "ann").await, &["ended 2026-01-03T00:00:00.000Z", "a later end date"]);

    world.wait(DAY);
    tick(&world).await;
    assert_eq!(states(&world).await, expected(["disabled_in_directory", "active", "no_seat", "active"]));
    let cem = shown(&world, "cem").await;
    assert_eq!(cem["explanation"]["place"], json!({ "place": 1, "of": 1 }));
    assert_eq!(cem["starts"], Value::Null);
    let since = account(&world, "cem").await.state.waiting_since();
    assert!(since >= Some(Timestamp::from_millis(1_767_225_600_000 + 3 * DAY)), "{since:?}");
}

#[tokio::test]
async fn accounts_and_log_are_found_by_the_new_reason() {
    let world = World::new(CONFIG).await;
    world.sync(FILE).await;
    let accounts = ask(&world, get("/accounts", &[("reason", "not_started")])).await.1;
    assert_eq!(accounts["accounts"].as_array().map(Vec::len), Some(2), "{accounts}");
    let log = ask(&world, get("/audit", &[("reason", "not_started")])).await.1;
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{log}");
    assert!(entries.iter().all(|entry| entry["outcome"] == "created_blocked"), "{log}");
    assert!(log.to_string().contains("starts 2026-01-03T00:00:00.000Z"), "{log}");
}

#[tokio::test]
async fn explain_names_the_condition_that_failed() {
    let config = CONFIG.replace("match_field", "where = [\"title = clerk\"]\nmatch_field");
    let world = World::new(&config).await;
    world.sync("key,title,from,until\nann,clerk,,\nbob,clerk,,\neve,guest,,\n").await;
    let log = ask(&world, get("/audit", &[("outcome", "skipped_scope")])).await.1;
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{log}");
    assert_eq!(entries[0]["reason"], json!("outside the condition title = clerk"));

    world.sync("key,title,from,until\nann,guest,,\nbob,clerk,,\neve,clerk,,\n").await;
    let outside = "outside the condition title = clerk";
    for _ in 0..2 {
        let ann = shown(&world, "ann").await;
        assert_eq!(ann["reason"], json!("left_scope"));
        assert_explained(&ann, &[&format!("found it {outside}"), "or the condition in the configuration"]);
        // A run that has nothing to do still knows why.
        world.reset(false, None).await.unwrap();
    }
    let left = ask(&world, get("/audit", &[("reason", "left_scope"), ("user", "ann")])).await.1;
    assert!(left["entries"].as_array().is_some_and(|entries| !entries.is_empty()), "{left}");
}
