//! Notices and metrics: what is told without being asked, once for every crossing (rules 34, 35).

use crate::handlers::api::{ask, get};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::run::measure_age;
use rollcall_sync::store::{RunRecord, RunStatus};

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

const CONFIG: &str = r#"
[licence]
seats = 10
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
"#;

fn people(count: u32) -> String {
    let mut csv = String::from("key\n");
    for number in 0..count {
        writeln!(csv, "u{number:02}").unwrap();
    }
    csv
}

/// What was sent since the last look: `limit_reached raised`.
fn sent(world: &World) -> Vec<String> {
    let word = |notice: &Value| {
        format!("{} {}", notice["notice"].as_str().unwrap(), notice["state"].as_str().unwrap())
    };
    notices(world).iter().map(word).collect()
}

fn notices(world: &World) -> Vec<Value> {
    world.shell.bus.take().iter().map(|notice| serde_json::from_str(notice).unwrap()).collect()
}

async fn set_seats(world: &World, seats: u64) {
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(seats)), "boss").await.unwrap();
}

#[tokio::test]
async fn a_notice_is_sent_once_at_each_crossing_and_at_its_end() {
    let world = World::new(CONFIG).await;
    for (count, expected) in [
        (9, vec![]),
        (10, vec!["limit_reached raised"]),
        (10, vec![]),
        (12, vec!["first_waiting raised"]),
        (13, vec![]),
        (10, vec!["first_waiting cleared"]),
        (9, vec!["limit_reached cleared"]),
        (11, vec!["limit_reached raised", "first_waiting raised"]),
    ] {
        world.sync(people(count)).await;
        assert_eq!(sent(&world), expected, "with {count} people");
    }
}

#[tokio::test]
async fn each_threshold_of_seats_is_told_once_and_when_it_is_over() {
    let config = CONFIG.replace("seats = 10", "seats = 10\nwarn_at = [\"80%\", \"1 left\"]");
    let world = World::new(&config).await;
    for (count, expected) in [
        (7, vec![]),
        (8, vec!["seats_low raised 80%"]),
        (8, vec![]),
        (9, vec!["seats_low raised 1 left"]),
        (10, vec!["limit_reached raised null"]),
        (8, vec!["seats_low cleared 1 left", "limit_reached cleared null"]),
        (7, vec!["seats_low cleared 80%"]),
    ] {
        world.sync(people(count)).await;
        let words = |notice: &Value| {
            let threshold = notice["threshold"].as_str().unwrap_or("null");
            format!(
                "{} {} {threshold}",
                notice["notice"].as_str().unwrap(),
                notice["state"].as_str().unwrap()
            )
        };
        let notices: Vec<String> = notices(&world).iter().map(words).collect();
        assert_eq!(notices, expected, "with {count} people");
    }
    world.sync(people(9)).await;
    assert_eq!(
        notices(&world)[0]["text"],
        "Seats run short: 9 of 10 are taken, 1 is left (warn_at = \"80%\")."
    );
    let (_, licence) = ask(&world, get("/licence", &[])).await;
    assert_eq!(licence["warned"], json!(["80%", "1 left"]));
}

#[tokio::test]
async fn held_removals_are_told_until_they_are_approved() {
    let world = World::new(CONFIG).await;
    world.sync(people(9)).await;
    let held = world.sync(people(1)).await;
    let notices = notices(&world);
    assert_eq!(notices.len(), 1);
    assert_eq!(
        notices[0]["text"],
        format!("8 removals of staff are held until a person approves run {}.", held.id)
    );
    assert_eq!((&notices[0]["stack"], &notices[0]["source"]), (&Value::from("local"), &Value::from("staff")));
    assert_eq!(world.sync(people(1)).await.status, RunStatus::Held);
    assert_eq!(sent(&world), [""; 0], "the day after it is not news");
    let approved = world.reset(false, Some(&held.id)).await.unwrap();
    assert_eq!(approved.status, RunStatus::Completed);
    assert_eq!(sent(&world), ["removals_held cleared"]);
}

#[tokio::test]
async fn a_failing_source_is_told_until_it_is_synced_again() {
    let world = World::new(CONFIG).await;
    world.sync(people(3)).await;
    assert_eq!(world.sync("").await.status, RunStatus::Failed);
    let raised = notices(&world);
    assert_eq!(raised.len(), 1);
    let text = raised[0]["text"].as_str().unwrap();
    assert!(text.starts_with("staff cannot be synced: "), "{text}");
    world.sync("").await;
    assert_eq!(sent(&world), [""; 0]);
    world.sync(people(3)).await;
    assert_eq!(sent(&world), ["source_failing cleared"]);
}

#[tokio::test]
async fn a_dry_run_tells_nothing() {
    let world = World::new(CONFIG).await;
    world.put_csv(people(20)).await;
    assert_eq!(world.reset(true, None).await.unwrap().status, RunStatus::DryRun);
    assert_eq!(sent(&world), [""; 0]);
}

/// A world that measures, and what it has measured.
async fn measured() -> (World, Arc<Mutex<Vec<Value>>>) {
    let mut world = World::new(CONFIG).await;
    let documents = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&documents);
    world.shell = world.shell.clone().with_meter(move |metrics| noted.lock().unwrap().push(metrics.clone()));
    (world, documents)
}

/// The document of the last run, whose definitions and values must agree.
fn last(documents: &Mutex<Vec<Value>>) -> Value {
    let document = documents.lock().unwrap().pop().unwrap();
    let directive = &document["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Namespace"], "Rollcall");
    for set in directive["Dimensions"].as_array().unwrap() {
        assert!(set.as_array().unwrap().iter().all(|name| document[name.as_str().unwrap()].is_string()));
    }
    let defined: BTreeSet<&str> = directive["Metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| metric["Name"].as_str().unwrap())
        .collect();
    let values: BTreeSet<&str> = document
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| value.is_i64() || value.is_u64())
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(defined, values);
    assert!(defined.len() <= 100, "CloudWatch takes no more in one document");
    document
}

#[tokio::test]
async fn a_run_measures_what_it_came_to() {
    let (world, documents) = measured().await;
    let run: RunRecord = world.sync(people(12)).await;
    let document = last(&documents);
    for (name, expected) in [
        ("RunsSucceeded", 1),
        ("RunsFailed", 0),
        ("RunsHeld", 0),
        ("Entries", 12),
        ("CreatedActive", 10),
        ("CreatedBlocked", 2),
        ("SeatsUsed", 10),
        ("SeatsLimit", 10),
        ("Waiting", 2),
        ("Demand", 12),
        ("OverBy", 0),
        ("RemovalsHeld", 0),
        ("AgeOfLastSuccess", 0),
        ("Invocations", 2),
    ] {
        assert_eq!(document[name], expected, "{name}");
    }
    assert_eq!(document["run.id"], run.id.as_str());
    assert!(document["TimeToSeat"].is_null(), "nobody waited");
    assert!(document["SkippedMissingKey"].is_null(), "what did not occur has no price");
}

#[tokio::test]
async fn time_to_seat_is_from_free_seat_to_active_person() {
    let (world, documents) = measured().await;
    world.sync(people(12)).await;
    world.wait(3_600_000);
    set_seats(&world, 11).await;
    world.wait(240_000);
    // A minute passes before a file is dropped.
    world.sync(people(12)).await;
    let document = last(&documents);
    assert_eq!((&document["Activated"], &document["TimeToSeat"]), (&Value::from(1), &Value::from(300)));
    // Free seats that nobody waited for do not count for who comes later.
    set_seats(&world, 20).await;
    world.sync(people(15)).await;
    world.wait(3_600_000);
    set_seats(&world, 15).await;
    world.sync(people(16)).await;
    world.sync(people(16)).await;
    assert!(last(&documents)["TimeToSeat"].is_null());
}

#[tokio::test]
async fn the_age_of_the_last_success_grows_while_a_source_fails() {
    let (world, documents) = measured().await;
    measure_age(&world.shell, "staff").await;
    assert!(documents.lock().unwrap().is_empty(), "it never was synced");
    world.sync(people(3)).await;
    world.wait(600_000);
    measure_age(&world.shell, "staff").await;
    assert_eq!(last(&documents)["AgeOfLastSuccess"], 600);
    world.sync("").await;
    let document = last(&documents);
    assert_eq!(
        (&document["RunsFailed"], &document["AgeOfLastSuccess"]),
        (&Value::from(1), &Value::from(660))
    );
    assert!(document["SeatsUsed"].is_null());
    assert_eq!(all_runs(&world.shell).await.unwrap().len(), 2);
}
