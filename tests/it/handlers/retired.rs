//! A source that is no longer configured (rule 61): who names it, and how its accounts are blocked.

use super::api::{ask, get, send};
use super::api_commands::entry;
use super::undo::{accounts, undo};
use super::{STAFF, assert_at_rest};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_sync::store::{RunId, RunRecord, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The same installation, whose configuration has another source in the place of the one that has the accounts.
pub(crate) fn without_staff(config: &str) -> String {
    config.replace("\"staff\"", "\"guests\"").replace("inbox/staff.csv", "inbox/guests.csv")
}

const FIVE: &str = "key,username,title\n1,ann,a\n2,ben,b\n3,cem,c\n4,dee,d\n5,eva,e\n";

/// Three seats, five people, one blocked by a person; and their source has been taken out of the configuration.
async fn gone() -> World {
    let config = STAFF.replace("seats = 5", "seats = 3");
    let mut world = World::new(&config).await;
    world.sync(FIVE).await;
    administer::block(&world.shell, "cem", "boss", None).await.unwrap();
    world.configure(&without_staff(&config)).await;
    world
}

async fn retire(world: &World, body: Value) -> (i64, Value) {
    world.tick();
    ask(world, send("POST", "/sources/staff/retire", &body)).await
}

/// Asks for it, and sees the run to its end.
async fn retired(world: &World, body: Value) -> RunRecord {
    let (status, started) = retire(world, body).await;
    assert_eq!(status, 202, "{started}");
    world.finish(&RunId::parse(started["run"].as_str().unwrap()).unwrap()).await
}

async fn states(world: &World) -> BTreeMap<String, String> {
    let accounts = administer::all_accounts(&world.shell).await.unwrap();
    let state = |account: rollcall_core::account::Account| {
        let word = account.state.block().map_or("active", |block| block.reason.as_str());
        (account.username.original().to_owned(), word.to_owned())
    };
    accounts.into_iter().map(state).collect()
}

fn count(run: &RunRecord, outcome: &str) -> u64 {
    run.summary.as_ref().unwrap().counts.get(outcome).copied().unwrap_or(0)
}

async fn assert_nobody_is_of_a_source_that_is_gone(world: &World) {
    let (_, shown) = ask(world, get("/sources", &[])).await;
    for source in shown["sources"].as_array().unwrap() {
        assert!(
            source["configured"] == true || (source["active"] == 0 && source["waiting"] == 0),
            "{source}"
        );
    }
}

#[tokio::test]
async fn a_source_that_is_gone_is_named_with_its_accounts() {
    let world = gone().await;
    let (status, shown) = ask(&world, get("/sources", &[])).await;
    let expected = json!([
        { "name": "guests", "configured": true, "active": 0, "waiting": 0 },
        { "name": "staff", "configured": false, "active": 2, "waiting": 2 },
    ]);
    assert_eq!((status, &shown["sources"]), (200, &expected));
}

#[tokio::test]
async fn retiring_a_source_blocks_whom_its_dry_run_named() {
    let world = gone().await;
    let before = states(&world).await;
    let plan = retired(&world, json!({ "dry_run": true })).await;
    assert_eq!((plan.status, count(&plan, "blocked_left"), count(&plan, "held")), (RunStatus::DryRun, 4, 0));
    assert_eq!(plan.summary.as_ref().unwrap().freed, 2);
    assert_eq!(states(&world).await, before, "a dry run changes nothing");
    let run = retired(&world, json!({ "at_most": 4 })).await;
    assert_eq!((run.status, count(&run, "blocked_left")), (RunStatus::Completed, 4), "{run:?}");
    let after = states(&world).await;
    assert_eq!((after["ann"].as_str(), after["cem"].as_str()), ("left_scope", "by_admin"));
    let log = entry(&world, "blocked_left").await;
    assert_eq!((&log["actor"], &log["run"]), (&json!("ada@example.org"), &json!(run.id.to_string())));
    assert_eq!(entry(&world, "run_requested").await["source"], "staff");
    assert_nobody_is_of_a_source_that_is_gone(&world).await;
    let again = retired(&world, json!({ "at_most": 4 })).await;
    assert_eq!((again.status, again.summary.unwrap().writes), (RunStatus::Completed, 0));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn more_than_were_seen_are_held_and_the_last_admin_stays() {
    let config = STAFF.replace("title = \"title\"", "admin = \"title\"");
    let mut world = World::new(&config).await;
    world.sync("key,username,title\n1,ann,yes\n2,ben,no\n3,cem,no\n").await;
    world.configure(&without_staff(&config)).await;
    let held = retired(&world, json!({ "at_most": 1 })).await;
    assert_eq!((held.status, count(&held, "blocked_left")), (RunStatus::Held, 0), "{held:?}");
    let run = retired(&world, json!({ "at_most": 2 })).await;
    assert_eq!(
        (run.status, count(&run, "blocked_left"), count(&run, "protected")),
        (RunStatus::Completed, 2, 1)
    );
    assert_eq!(states(&world).await["ann"], "active");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_is_not_gone_or_not_said_is_not_retired() {
    let mut world = gone().await;
    for (path, body, status, words) in [
        ("guests", json!({ "dry_run": true }), 409, "take it out of the configuration first"),
        ("nobody", json!({ "dry_run": true }), 404, "accounts are, or were, of staff"),
        ("staff", json!({}), 400, "at_most"),
        ("staff", json!({ "dry_run": true, "at_most": 3 }), 409, "a dry run changes no accounts"),
        ("staff", json!({ "at_most": -1 }), 400, "a whole number"),
    ] {
        let (answered, problem) = ask(&world, send("POST", &format!("/sources/{path}/retire"), &body)).await;
        assert_eq!(answered, status, "{path} {body}: {problem}");
        assert!(problem.to_string().contains(words), "{problem}");
    }
    // Configured again while the message is under way: nobody is blocked.
    let before = states(&world).await;
    let (_, started) = retire(&world, json!({ "at_most": 4 })).await;
    world.configure(STAFF).await;
    let run = world.finish(&RunId::parse(started["run"].as_str().unwrap()).unwrap()).await;
    assert_eq!(run.status, RunStatus::Failed, "{run:?}");
    assert_eq!(states(&world).await, before);
    // And the source goes on as it was.
    assert_eq!(world.sync(FIVE).await.status, RunStatus::Completed);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn who_was_retired_comes_back_when_the_source_does() {
    let mut world = gone().await;
    retired(&world, json!({ "at_most": 4 })).await;
    world.configure(STAFF).await;
    let run = world.sync(FIVE).await;
    assert_eq!((run.status, count(&run, "reactivated")), (RunStatus::Completed, 4), "{run:?}");
    events::drain(&world.shell).await.unwrap();
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_retirement_can_be_taken_back() {
    let world = gone().await;
    let before = accounts(&world).await;
    let run = retired(&world, json!({ "at_most": 4 })).await;
    assert_ne!(accounts(&world).await, before);
    let writes = run.summary.as_ref().unwrap().writes;
    let dry = undo(&world, &run.id, &json!({ "dry_run": true })).await;
    let result = dry.undoes.unwrap().result.unwrap();
    assert_eq!((result.back_count, result.left_alone_count), (writes, 0), "{result:?}");
    let undone = undo(&world, &run.id, &json!({})).await;
    assert_eq!((undone.status, undone.summary.unwrap().writes), (RunStatus::Completed, writes));
    assert_eq!(accounts(&world).await, before, "everybody is what they were");
    assert_at_rest(&world).await;
    // Whoever retires it again has seen whom that is about: nothing is held because an undo gave it back.
    let again = retired(&world, json!({ "at_most": 4 })).await;
    assert_eq!((again.status, count(&again, "blocked_left")), (RunStatus::Completed, 4), "{again:?}");
    assert_at_rest(&world).await;
}

async fn renamed(world: &World, from: &str, to: &str) -> (i64, Value) {
    ask(world, send("POST", &format!("/sources/{from}/rename"), &json!({ "to": to }))).await
}

#[tokio::test]
async fn a_source_of_another_name_keeps_its_people_as_they_are() {
    let mut world = gone().await;
    // The renamed source reads the same directory; before the command its run harms nobody.
    let before = states(&world).await;
    let run = world.sync(FIVE).await;
    assert_eq!((run.status, count(&run, "conflict")), (RunStatus::Completed, 5));
    assert_eq!(states(&world).await, before);
    world.tick();
    let (status, started) = renamed(&world, "staff", "guests").await;
    assert_eq!(status, 202, "{started}");
    let run = world.finish(&RunId::parse(started["run"].as_str().unwrap()).unwrap()).await;
    assert_eq!(
        (run.status, count(&run, "adopted"), count(&run, "conflict")),
        (RunStatus::Completed, 5, 0),
        "{run:?}"
    );
    assert_eq!(states(&world).await, before, "state and place stay");
    let log = entry(&world, "adopted").await;
    assert_eq!(log["changes"], json!([{ "field": "source", "old": "staff", "new": "guests" }]));
    // The seat of the person who was blocked goes to the next, as ever.
    let run = world.sync(FIVE).await;
    assert_eq!(
        (run.status, count(&run, "activated"), count(&run, "unchanged")),
        (RunStatus::Completed, 1, 3)
    );
    assert_eq!(world.sync(FIVE).await.summary.unwrap().writes, 0);
    assert_nobody_is_of_a_source_that_is_gone(&world).await;
    // A newcomer under the old name whose key was one of theirs first: nobody exists twice.
    world.configure(&STAFF.replace("seats = 5", "seats = 9")).await;
    let run = world.sync("key,username,title\n1,another,a\n").await;
    assert_eq!((run.status, count(&run, "conflict")), (RunStatus::Completed, 1), "{run:?}");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_source_is_renamed_after_its_configuration_only() {
    let mut world = gone().await;
    let config = STAFF.replace("seats = 5", "seats = 3");
    world.configure(&config).await;
    for (from, to, status, words) in [
        ("staff", "guests", 409, "take it out of the configuration first"),
        ("nobody", "staff", 404, "accounts are, or were, of staff"),
    ] {
        let (answered, problem) = renamed(&world, from, to).await;
        assert_eq!(answered, status, "{problem}");
        assert!(problem.to_string().contains(words), "{problem}");
    }
    world.configure(&without_staff(&config)).await;
    let (status, problem) = renamed(&world, "staff", "nobody").await;
    assert_eq!(status, 404, "{problem}");
    // Somebody has an account of the new name already.
    world.sync("key,username,title\n1,ann.too,a\n").await;
    let (_, started) = renamed(&world, "staff", "guests").await;
    let run = world.finish(&RunId::parse(started["run"].as_str().unwrap()).unwrap()).await;
    assert_eq!((count(&run, "adopted"), count(&run, "conflict")), (4, 1), "{run:?}");
    assert_at_rest(&world).await;
}
