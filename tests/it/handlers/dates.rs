//! Dates that pass and conditions that fail: what the next tick of the schedule does from the same file, and what is told of
//! it (rules 33, 41, 42).

use super::account;
use super::api::{ask, get};
use super::api_queries::id_of;
use crate::world::World;
use rollcall::events;
use rollcall_api::newest_run::all_runs;
use rollcall_core::time::Timestamp;
use rollcall_sync::run::{Requested, request_for_date};
use rollcall_sync::store::{RunRecord, RunStatus, Trigger};
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
    assert_explained(
        &ben,
        &["they start at 2026-01-03 00:00 UTC", "The first run after 2026-01-03 00:00 UTC"],
    );
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
    assert_eq!(cem["explanation"]["place"], json!({ "place": 1, "more_than": null, "of": 1 }));
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
        assert_explained(&ann, &[&format!("found them {outside}"), "or the condition in the configuration"]);
        // A run that has nothing to do still knows why.
        world.reset(false, None).await.unwrap();
    }
    let left = ask(&world, get("/audit", &[("reason", "left_scope"), ("user", "ann")])).await.1;
    assert!(left["entries"].as_array().is_some_and(|entries| !entries.is_empty()), "{left}");
}

/// A tick of a schedule that reads another source only.
async fn tick_of_another(world: &World) -> Vec<RunRecord> {
    let before = all_runs(&world.shell).await.unwrap().len();
    let mut event = events::schedule_event();
    event["detail"] = json!({ "sources": "other" });
    rollcall_fetch::handle(event, &world.shell).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    let mut runs = all_runs(&world.shell).await.unwrap();
    runs.truncate(runs.len() - before);
    runs
}

/// Two sources: `staff` has dates and no timer.
async fn without_timer() -> World {
    let other = CONFIG.split_once("[[source]]").unwrap().1.replace("staff", "other");
    let world = World::new(&format!("{CONFIG}[[source]]{other}")).await;
    world
        .shell
        .store
        .put_object("inbox/other.csv", b"key,title,from,until\nzoe,clerk,,\n".to_vec())
        .await
        .unwrap();
    world.sync(FILE).await;
    world
}

fn of_staff(runs: &[RunRecord]) -> Vec<&RunRecord> {
    runs.iter().filter(|run| run.source.as_str() == "staff").collect()
}

#[tokio::test]
async fn date_of_a_source_without_timer_is_passed_by_another_tick() {
    let world = without_timer().await;
    assert_eq!(of_staff(&tick_of_another(&world).await), Vec::<&RunRecord>::new());
    world.wait(2 * DAY);
    // The file that lies there is damaged: it is not read.
    world.put_csv("no person").await;
    let runs = tick_of_another(&world).await;
    let [run] = of_staff(&runs)[..] else { panic!("{runs:?}") };
    assert_eq!((run.trigger, run.status), (Trigger::Date, RunStatus::Completed), "{run:?}");
    assert_eq!(run.read_tag, None);
    assert_eq!(states(&world).await["ben"], "active");
    // It has been passed, whoever looks again.
    assert_eq!(of_staff(&tick_of_another(&world).await), Vec::<&RunRecord>::new());
}

#[tokio::test]
async fn clock_that_is_set_passes_dates_by_the_time_that_it_shows() {
    let world = without_timer().await;
    // Forward over both dates at once, and back before them.
    world.wait(900 * DAY);
    assert_eq!(of_staff(&tick_of_another(&world).await).len(), 1);
    assert_eq!(states(&world).await["cem"], "no_seat");
    world.wait(-899 * DAY);
    assert_eq!(of_staff(&tick_of_another(&world).await), Vec::<&RunRecord>::new());
    // The next run that reads decides by the right time, and the dates are to come again.
    world.sync(FILE).await;
    assert_eq!(states(&world).await["cem"], "not_started");
    world.wait(5 * DAY);
    assert_eq!(of_staff(&tick_of_another(&world).await).len(), 1);
    assert_eq!(states(&world).await["ben"], "active");
}

#[tokio::test]
async fn source_is_read_where_the_snapshot_of_a_date_is_gone() {
    let world = without_timer().await;
    let last = all_runs(&world.shell).await.unwrap().remove(0).snapshot.unwrap();
    world.remove_object(&format!("snapshots/staff/{}-{}.json", last.run, last.epoch)).await;
    world.wait(2 * DAY);
    let runs = tick_of_another(&world).await;
    let [run] = of_staff(&runs)[..] else { panic!("{runs:?}") };
    assert_eq!((run.trigger, run.status), (Trigger::Date, RunStatus::Completed), "{run:?}");
    assert!(run.read_tag.is_some(), "{run:?}");
    assert_eq!(states(&world).await["ben"], "active");
}

#[tokio::test]
async fn reset_during_a_run_for_a_date_is_followed_by_one_that_reads() {
    let world = without_timer().await;
    world.wait(2 * DAY);
    let started = request_for_date(&world.shell, &world.source().name).await.unwrap();
    let Requested::Started(date) = started else { panic!("{started:?}") };
    world.put_csv("key,title,from,until\nann,boss,,\ndan,clerk,,\n").await;
    let (status, answer) =
        ask(&world, super::api::send("POST", "/reset", &json!({ "source": "staff" }))).await;
    assert_eq!(
        (status, &answer["status"], &answer["run"]),
        (202, &json!("follows"), &json!(date)),
        "{answer}"
    );
    events::drain(&world.shell).await.unwrap();
    let newest = all_runs(&world.shell).await.unwrap().remove(0);
    assert_eq!((newest.trigger, newest.status), (Trigger::Reset, RunStatus::Completed), "{newest:?}");
    assert_eq!(states(&world).await["ben"], "left_scope");
}
