//! What the reconcile queue may deliver: again, late, in batches, rubbish (rule 25).

use super::drops::ann_and_ben;
use super::tables::{account_items, put_control_item, run_item};
use super::{
    ANN, ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, batch, failures, notice, only_message, people,
    put, runs,
};
use crate::world::World;
use rollcall::events;

use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_sync::store::{QueuedMessage, RunRecord, RunStatus};
use serde_json::{Value, json};

/// Longer than a lease lasts.
const LEASE_RUNS_OUT_MILLIS: i64 = 21 * 60 * 1000;

async fn reconcile(world: &World, event: Value) -> Value {
    rollcall_reconcile::handle(event, &world.shell).await.unwrap()
}

/// A run that has read Ann's file, and the message to reconcile it.
async fn read_but_not_applied() -> (World, QueuedMessage) {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN).await;
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
    let read = only_message(&world);
    rollcall_fetch::handle(events::queue_event(&read), &world.shell).await.unwrap();
    let message = only_message(&world);
    (world, message)
}

async fn only_run(world: &World) -> RunRecord {
    let mut runs = runs(world).await;
    assert_eq!(runs.len(), 1);
    runs.remove(0)
}

#[tokio::test]
async fn a_message_delivered_again_after_its_run_changes_nothing() {
    let (world, message) = read_but_not_applied().await;
    reconcile(&world, events::queue_event(&message)).await;
    let (run, items) = (only_run(&world).await, account_items(&world).await);
    assert_eq!(run.status, RunStatus::Completed);
    world.tick();
    let answer = reconcile(&world, events::queue_event(&message)).await;
    assert_eq!(failures(&answer), Vec::<&str>::new());
    assert_eq!((only_run(&world).await, account_items(&world).await), (run, items));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_message_twice_in_a_batch_is_applied_once() {
    let (world, message) = read_but_not_applied().await;
    let answer = reconcile(&world, batch(&[("m1", &message.body), ("m2", &message.body)])).await;
    assert_eq!(failures(&answer), Vec::<&str>::new());
    let filter = AuditFilter { outcome: Some(String::from("created_active")), ..AuditFilter::default() };
    assert_eq!(audit::read(&world.shell, &filter).await.unwrap().len(), 1);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_message_of_a_run_that_there_is_not_is_done_with() {
    let world = World::new(STAFF).await;
    let event = batch(&[("m1", r#"{"run":"run-77"}"#), ("m2", r#"{"run":"NOT A RUN"}"#)]);
    assert_eq!(failures(&reconcile(&world, event).await), Vec::<&str>::new());
    assert_eq!(runs(&world).await, []);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn an_unreadable_message_and_all_after_it_are_redelivered() {
    let (world, message) = read_but_not_applied().await;
    let event = batch(&[("m1", &message.body), ("m2", "rubbish"), ("m3", &message.body)]);
    assert_eq!(failures(&reconcile(&world, event).await), ["m2", "m3"]);
    assert_eq!(only_run(&world).await.status, RunStatus::Completed);
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_never_taken_for_done() {
    let world = World::new(STAFF).await;
    for body in ["", "{}", "null", r#"{"run":7}"#, r#"{"run":"run-1","and":"more"}"#] {
        let answer = reconcile(&world, batch(&[("m1", body)])).await;
        assert_eq!(failures(&answer), ["m1"], "{body}: the queue keeps it for people, beside the others");
    }
}

#[tokio::test]
async fn what_is_no_batch_is_an_error() {
    let world = World::new(STAFF).await;
    let error = rollcall_reconcile::handle(json!({ "Records": "none" }), &world.shell).await.unwrap_err();
    assert!(error.to_string().contains("reading the queue's event"), "{error}");
}

#[tokio::test]
async fn a_late_older_snapshot_never_overwrites_a_newer_one() {
    let (world, late) = read_but_not_applied().await;
    world.wait(LEASE_RUNS_OUT_MILLIS);
    assert_eq!(world.sync(ANN_AND_BEN).await.status, RunStatus::Completed);
    let answer = reconcile(&world, events::queue_event(&late)).await;
    assert_eq!(failures(&answer), Vec::<&str>::new());
    assert_eq!(people(&world).await, ann_and_ben());
    let older = runs(&world).await.remove(0);
    assert_eq!(older.status, RunStatus::Failed);
    assert!(older.error.unwrap().contains("run run-2 has taken its place"));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn an_older_snapshot_of_an_unended_run_is_refused() {
    let (world, late) = read_but_not_applied().await;
    let run = only_run(&world).await.id;
    let unfinished = run_item(&world, &run).await;
    world.wait(LEASE_RUNS_OUT_MILLIS);
    assert_eq!(world.sync(ANN_AND_BEN).await.status, RunStatus::Completed);
    put_control_item(&world, unfinished).await;
    let before = account_items(&world).await;
    reconcile(&world, events::queue_event(&late)).await;
    let older = runs(&world).await.remove(0);
    assert_eq!(older.status, RunStatus::Failed);
    assert_eq!(
        older.error.unwrap(),
        "a newer snapshot of staff has been applied already; nothing was changed"
    );
    assert_eq!(account_items(&world).await, before);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_replaced_runs_message_does_not_touch_the_current_run() {
    let (world, late) = read_but_not_applied().await;
    world.wait(LEASE_RUNS_OUT_MILLIS);
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    let newer = events::drop_notice(&world.shell, world.source()).await.unwrap();
    let waiting = only_message(&world);
    let answer = reconcile(&world, events::queue_event(&late)).await;
    assert_eq!(failures(&answer), Vec::<&str>::new());
    assert_eq!(
        world.shell.store.lease_owner(&world.source().name, world.shell.now()).await.unwrap(),
        Some(newer.clone())
    );
    rollcall_fetch::handle(events::queue_event(&waiting), &world.shell).await.unwrap();
    assert_eq!(world.finish(&newer).await.status, RunStatus::Completed);
    assert_eq!(people(&world).await, ann_and_ben());
    assert_at_rest(&world).await;
}
