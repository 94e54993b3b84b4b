//! What starts a run: notices of S3 and the schedule (rules 22, 25, 26).

use super::api::{ask, get};
use super::tables::{number, put_control_item, text};
use super::{
    ANN, ANN_AND_BEN, GUESTS_OBJECT, GUESTS_OBJECT_IN_NOTICES, GUS, STAFF_OBJECT, TWO_SOURCES,
    assert_at_rest, notice, only_message, people, put, runs, statuses,
};
use crate::world::World;
use rollcall::events;
use rollcall_sync::store::{RunStatus, Trigger};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An installation with a file in the place of each source.
async fn with_files() -> World {
    let world = World::new(TWO_SOURCES).await;
    put(&world, STAFF_OBJECT, ANN).await;
    put(&world, GUESTS_OBJECT, GUS).await;
    world
}

async fn fetch(world: &World, event: Value) -> Result<Value, String> {
    rollcall_fetch::handle(event, &world.shell).await.map_err(|error| format!("{error:#}"))
}

fn completed(sources: &[&str]) -> Vec<(String, RunStatus)> {
    sources.iter().map(|source| ((*source).to_owned(), RunStatus::Completed)).collect()
}

#[tokio::test]
async fn a_dropped_file_is_found_by_its_name_however_s3_writes_it() {
    let world = with_files().await;
    fetch(&world, notice(&[GUESTS_OBJECT_IN_NOTICES])).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    assert_eq!(statuses(&world).await, completed(&["guests"]));
    assert_eq!(people(&world).await, BTreeMap::from([(String::from("gus"), "active")]));
    let run = runs(&world).await.remove(0);
    assert_eq!((run.trigger, run.actor.as_str()), (Trigger::Drop, "AWS:AIDAJDPLRKLG7UEXAMPLE"));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn an_event_may_carry_several_notices_and_one_of_them_twice() {
    let world = with_files().await;
    fetch(&world, notice(&[STAFF_OBJECT, GUESTS_OBJECT_IN_NOTICES, STAFF_OBJECT])).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    let mut statuses = statuses(&world).await;
    statuses.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(statuses, completed(&["guests", "staff"]));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn an_event_delivered_twice_at_once_is_one_run() {
    let world = with_files().await;
    fetch(&world, notice(&[STAFF_OBJECT])).await.unwrap();
    fetch(&world, notice(&[STAFF_OBJECT])).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    assert_eq!(people(&world).await, BTreeMap::from([(String::from("ann"), "active")]));
    assert!(statuses(&world).await.iter().all(|(_, status)| *status == RunStatus::Completed));
    let written: u64 = runs(&world).await.iter().map(|run| run.summary.as_ref().unwrap().writes).sum();
    assert_eq!(written, 1);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn an_event_delivered_again_after_its_run_writes_nothing() {
    let world = with_files().await;
    for _ in 0..2 {
        fetch(&world, notice(&[STAFF_OBJECT])).await.unwrap();
        events::drain(&world.shell).await.unwrap();
        world.tick();
    }
    let writes: Vec<u64> =
        runs(&world).await.iter().map(|run| run.summary.as_ref().unwrap().writes).collect();
    assert_eq!(writes, [1, 0]);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_notice_that_comes_late_reads_the_file_that_is_there_now() {
    let world = with_files().await;
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    let (mut newer, mut older) = (notice(&[STAFF_OBJECT]), notice(&[STAFF_OBJECT]));
    newer["Records"][0]["s3"]["object"]["sequencer"] = json!("0055AED6DCD90281E9");
    older["Records"][0]["s3"]["object"]["sequencer"] = json!("0055AED6DCD90281E1");
    for event in [newer, older] {
        fetch(&world, event).await.unwrap();
        events::drain(&world.shell).await.unwrap();
        world.tick();
        let both = BTreeMap::from([(String::from("ann"), "active"), (String::from("ben"), "active")]);
        assert_eq!(people(&world).await, both);
    }
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_file_of_no_source_starts_and_blocks_nothing() {
    let world = with_files().await;
    fetch(&world, notice(&["inbox/holiday+photo.jpg"])).await.unwrap();
    assert_eq!(statuses(&world).await, []);
    fetch(&world, notice(&["inbox/STAFF.csv", STAFF_OBJECT])).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    assert_eq!(statuses(&world).await, completed(&["staff"]));
}

#[tokio::test]
async fn the_test_event_of_s3_is_answered_and_starts_nothing() {
    let world = with_files().await;
    let event = json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2026-01-01T00:00:00.000Z",
        "Bucket": "rollcall",
        "RequestId": "5582815E1AEA5ADF",
        "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR"
    });
    fetch(&world, event).await.unwrap();
    assert_eq!(statuses(&world).await, []);
}

#[tokio::test]
async fn an_event_from_nowhere_is_an_error() {
    let world = with_files().await;
    for event in [json!({}), json!(null), json!({ "Records": [] }), json!({ "source": "aws.ec2" })] {
        let error = fetch(&world, event.clone()).await.unwrap_err();
        assert!(error.contains("not from EventBridge, S3 or its queue"), "{event}: {error}");
    }
    assert_eq!(statuses(&world).await, []);
}

#[tokio::test]
async fn the_schedule_runs_every_source() {
    let world = with_files().await;
    fetch(&world, events::schedule_event()).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    let mut statuses = statuses(&world).await;
    statuses.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(statuses, completed(&["guests", "staff"]));
    for run in runs(&world).await {
        assert_eq!((run.trigger, run.actor.as_str()), (Trigger::Schedule, "schedule"));
    }
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn people_are_told_when_the_schedule_reads_next() {
    let world = with_files().await;
    assert_eq!(ask(&world, get("/sources", &[])).await.1["schedules"], json!([]));
    let now = world.shell.now();
    fetch(&world, events::tick_of("rate(2 hours)")).await.unwrap();
    let (_, shown) = ask(&world, get("/sources", &[])).await;
    let schedule = &shown["schedules"][0];
    assert_eq!(
        (&schedule["in_words"], &schedule["expression"]),
        (&json!("every 2 hours"), &json!("rate(2 hours)"))
    );
    let next: jiff::Timestamp = schedule["next_at"].as_str().unwrap().parse().unwrap();
    let after = next.as_millisecond() - now.as_millis();
    assert!((7_200_000..7_230_000).contains(&after), "{shown}");
    // Rules may tick at the same moment, and one of dates says no next time.
    fetch(&world, events::tick_of("cron(0 6 * * ? *)")).await.unwrap();
    let (_, shown) = ask(&world, get("/sources", &[])).await;
    assert_eq!(shown["schedules"][0]["in_words"], "cron(0 6 * * ? *)");
    assert_eq!(
        (&shown["schedules"][0]["next_at"], &shown["schedules"][1]["in_words"]),
        (&json!(null), &json!("every 2 hours"))
    );
}

#[tokio::test]
async fn the_schedule_may_name_sources() {
    for (named, read) in [
        ("guests", vec!["guests"]),
        ("guests, staff", vec!["guests", "staff"]),
        ("", vec!["guests", "staff"]),
    ] {
        let world = with_files().await;
        let mut event = events::schedule_event();
        event["source"] = json!("aws.scheduler");
        event["detail"] = json!({ "sources": named });
        fetch(&world, event).await.unwrap();
        events::drain(&world.shell).await.unwrap();
        let mut found = statuses(&world).await;
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, completed(&read));
    }
}

#[tokio::test]
async fn the_schedule_names_a_source_that_does_not_exist() {
    let world = with_files().await;
    let mut event = events::schedule_event();
    event["detail"] = json!({ "sources": "contractors" });
    let error = fetch(&world, event).await.unwrap_err();
    assert!(error.contains("\"contractors\"") && error.contains("staff, guests"), "{error}");
    assert_eq!(statuses(&world).await, []);
}

#[tokio::test]
async fn the_schedule_joins_a_current_run_and_starts_the_others() {
    let world = with_files().await;
    fetch(&world, notice(&[STAFF_OBJECT])).await.unwrap();
    let waiting = only_message(&world);
    fetch(&world, events::schedule_event()).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    let by_source: BTreeMap<_, _> = statuses(&world).await.into_iter().collect();
    assert_eq!(by_source["guests"], RunStatus::Completed);
    fetch(&world, events::queue_event(&waiting)).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    assert_eq!(runs(&world).await.len(), 2);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_source_that_fails_does_not_stop_the_schedule() {
    let world = with_files().await;
    damage_lease(&world, "staff").await;
    let error = fetch(&world, events::schedule_event()).await.unwrap_err();
    assert!(error.contains("staff: ") && !error.contains("guests"), "{error}");
    events::drain(&world.shell).await.unwrap();
    assert_eq!(statuses(&world).await, completed(&["guests"]));
}

#[tokio::test]
async fn a_source_that_fails_keeps_no_notice_from_the_others() {
    let world = with_files().await;
    damage_lease(&world, "guests").await;
    let error = fetch(&world, notice(&[GUESTS_OBJECT_IN_NOTICES, STAFF_OBJECT])).await.unwrap_err();
    assert!(error.contains("guests: ") && !error.contains("staff"), "{error}");
    events::drain(&world.shell).await.unwrap();
    assert_eq!(statuses(&world).await, completed(&["staff"]));
}

/// Somebody writes rubbish as the holder of a source's lease.
async fn damage_lease(world: &World, source: &str) {
    let lease = [
        ("name", text(&format!("lease#{source}"))),
        ("run", text("NOT A RUN")),
        ("expires_at", number(world.shell.now().as_millis() + 60_000)),
        ("epoch", number(1)),
    ];
    put_control_item(world, lease.map(|(name, value)| (name.to_owned(), value)).into()).await;
}
