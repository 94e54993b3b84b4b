//! `POST /doctor` against a healthy installation in which one thing is not what it was: a run looks at everything under
//! the leases of all sources, repairs it if asked to, and its record says what it found.

use super::api::{ask, get, send};
use super::lost::{ALL_STAFF, healthy, set_in_control};
use super::tables::text;
use super::{TWO_SOURCES, people};
use crate::crash::{Counted, Killer, When, calls};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall::events;
use rollcall_sync::store::{RunStatus, Trigger};
use serde_json::{Value, json};

/// The ledger as a torn restore may leave it.
async fn tear_the_ledger(world: &World) {
    set_in_control(world, "licence", "used", AttributeValue::N(String::from("1"))).await;
}

async fn post_doctor(world: &World, repair: bool) -> String {
    world.tick();
    let (status, answer) = ask(world, send("POST", "/doctor", &json!({ "repair": repair }))).await;
    assert_eq!((status, &answer["status"]), (202, &json!("started")), "{answer}");
    answer["run"].as_str().unwrap().to_owned()
}

async fn run(world: &World, id: &str) -> Value {
    ask(world, get(&format!("/runs/{id}"), &[])).await.1
}

fn list(run: &Value, name: &str) -> Vec<String> {
    let list = run["examination"]["result"][name].as_array().unwrap_or_else(|| panic!("{run}"));
    list.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_torn_is_repaired_over_http_and_runs_go_on() {
    let world = healthy().await;
    let before = people(&world).await;
    tear_the_ledger(&world).await;
    let failed = world.sync(ALL_STAFF).await;
    assert_eq!(failed.status, RunStatus::Failed);
    assert!(failed.error.unwrap().contains("doctor --repair"));

    let id = post_doctor(&world, true).await;
    events::drain(&world.shell).await.unwrap();

    let run = run(&world, &id).await;
    assert_eq!((&run["status"], &run["error"]), (&json!("completed"), &Value::Null), "{run}");
    assert!(list(&run, "repairs").iter().any(|what| what.contains("ledger")), "{run}");
    assert_eq!(list(&run, "findings"), [""; 0]);
    assert_eq!(run["actor"], "ada@example.org");
    assert_eq!(people(&world).await, before);
    assert_eq!(world.sync(ALL_STAFF).await.status, RunStatus::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_looks_changes_nothing_and_is_told() {
    let world = healthy().await;
    tear_the_ledger(&world).await;
    let before = world.shell.store.seats().await.unwrap();
    let id = post_doctor(&world, false).await;
    events::drain(&world.shell).await.unwrap();
    let run = run(&world, &id).await;
    assert!(list(&run, "findings").iter().any(|what| what.contains("ledger")), "{run}");
    assert_eq!(list(&run, "repairs"), [""; 0]);
    assert_eq!(world.shell.store.seats().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_examination_waits_for_the_run_of_another_source() {
    let world = healthy().await;
    world.tick();
    let guests = events::drop_notice(&world.shell, &world.config.sources[1]).await.unwrap();
    let id = post_doctor(&world, true).await;
    events::drain(&world.shell).await.unwrap();
    let (guests, run) = (run(&world, guests.as_str()).await, run(&world, &id).await);
    assert_eq!((&guests["status"], &run["status"]), (&json!("completed"), &json!("completed")), "{run}");
    assert!(run["finished_at"].as_str() >= guests["finished_at"].as_str());
    assert_eq!(list(&run, "findings"), [""; 0], "what is its own is no finding");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_meanwhile_follows_in_every_source() {
    let world = healthy().await;
    let id = post_doctor(&world, true).await;
    // It holds the first source's lease; the second one's when it has begun.
    let reset = json!({ "source": "staff" });
    let (_, staff) = ask(&world, send("POST", "/reset", &reset)).await;
    assert_eq!((&staff["status"], &staff["run"]), (&json!("follows"), &json!(id)));
    let (status, again) = ask(&world, send("POST", "/doctor", &json!({ "repair": true }))).await;
    assert_eq!((status, &again["status"], &again["run"]), (202, &json!("under_way"), &json!(id)));
    let (status, _) = ask(&world, send("POST", "/doctor", &json!({}))).await;
    assert_eq!(status, 409, "one that only looks is another");
    events::drain(&world.shell).await.unwrap();
    let runs = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap();
    let newest = &runs[0];
    assert_eq!((newest.trigger, newest.examination.is_none()), (Trigger::Reset, true));
    assert_eq!(newest.source.as_str(), "staff");
    assert_eq!(world.sync(ALL_STAFF).await.status, RunStatus::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_examination_is_not_the_last_run_of_its_source() {
    let world = healthy().await;
    let (_, before) = ask(&world, get("/licence", &[])).await;
    post_doctor(&world, true).await;
    events::drain(&world.shell).await.unwrap();
    let (_, after) = ask(&world, get("/licence", &[])).await;
    assert_eq!(after, before);
    // The held removals are those of the run before it, and can still be approved.
    let runs = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap();
    let held = runs.iter().find(|run| run.status == RunStatus::Held).unwrap();
    let run = world.reset(false, Some(&held.id)).await.unwrap();
    assert_eq!(run.status, RunStatus::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_write_and_delivered_again_it_ends_the_same() {
    let base = healthy().await;
    tear_the_ledger(&base).await;
    let expected = people(&base).await;
    for when in [When::BeforeItsEffect, When::AfterItsEffect] {
        for at in calls(u64::from(when == When::AfterItsEffect), 2) {
            let world = base.copy(TWO_SOURCES).await;
            let id = post_doctor(&world, true).await;
            let message = world.shell.queues.take().unwrap();
            let (mut dying, killer) = Killer::process_at(&world, Counted::Writes, when, at);
            dying.queues = world.shell.queues.clone();
            // What it answers, nobody hears.
            drop(rollcall_reconcile::handle(events::queue_event(&message), &dying).await);
            rollcall_reconcile::handle(events::queue_event(&message), &world.shell).await.unwrap();
            events::drain(&world.shell).await.unwrap();
            let run = run(&world, &id).await;
            assert_eq!(run["status"], "completed", "{when:?} write {at}: {run}");
            assert_eq!(list(&run, "findings"), [""; 0], "{when:?} write {at}");
            assert_eq!(people(&world).await, expected, "{when:?} write {at}");
            // Both sources can run: no lease is held.
            assert_eq!(world.sync(ALL_STAFF).await.status, RunStatus::Completed, "{when:?} write {at}");
            world.tick();
            let guests = events::drop_notice(&world.shell, &world.config.sources[1]).await.unwrap();
            assert_eq!(world.finish(&guests).await.status, RunStatus::Completed, "{when:?} write {at}");
            if !killer.is_dead() {
                assert!(at > 5, "an examination writes more than {at} times");
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_that_cannot_be_read_is_repaired_too() {
    for (source, value) in [("staff", "NOT A RUN"), ("guests", "NOT A RUN")] {
        let world = healthy().await;
        set_in_control(&world, &format!("lease#{source}"), "run", text(value)).await;
        let id = post_doctor(&world, true).await;
        events::drain(&world.shell).await.unwrap();
        let run = run(&world, &id).await;
        assert_eq!((&run["status"], &run["error"]), (&json!("completed"), &Value::Null), "{source}: {run}");
        assert_eq!(list(&run, "findings"), [""; 0], "{source}");
        assert_eq!(world.sync(ALL_STAFF).await.status, RunStatus::Completed, "{source}");
    }
}
