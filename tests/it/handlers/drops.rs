//! A file dropped while a run of its source is under way (rules 22, 26).

use super::{
    ANN, ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, failures, notice, only_message, people, put, runs,
    source, statuses,
};
use crate::world::World;
use rollcall::events;
use rollcall_sync::store::{QueuedMessage, RunStatus, Trigger};
use std::collections::BTreeMap;

/// What S3 does when a file is dropped.
async fn drop_file(world: &World, csv: &str) {
    put(world, STAFF_OBJECT, csv).await;
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
}

/// A run has read the first file and is not yet reconciled, and another file is dropped. Answers with the message to
/// reconcile the run.
pub(super) async fn dropped_after_reading() -> (World, QueuedMessage) {
    let world = World::new(STAFF).await;
    drop_file(&world, ANN).await;
    let read = only_message(&world);
    rollcall_fetch::handle(events::queue_event(&read), &world.shell).await.unwrap();
    let reconcile = only_message(&world);
    drop_file(&world, ANN_AND_BEN).await;
    assert_eq!(world.shell.queues.take(), None, "one run at a time");
    (world, reconcile)
}

pub(super) fn ann_and_ben() -> BTreeMap<String, &'static str> {
    BTreeMap::from([(String::from("ann"), "active"), (String::from("ben"), "active")])
}

#[tokio::test]
async fn a_file_dropped_during_reconcile_is_read_afterwards() {
    let (world, reconcile) = dropped_after_reading().await;
    rollcall_reconcile::handle(events::queue_event(&reconcile), &world.shell).await.unwrap();
    assert_eq!(people(&world).await, BTreeMap::from([(String::from("ann"), "active")]));
    events::drain(&world.shell).await.unwrap();
    assert_eq!(people(&world).await, ann_and_ben());
    let runs = runs(&world).await;
    assert_eq!(runs.iter().map(|run| run.status).collect::<Vec<_>>(), [RunStatus::Completed; 2]);
    assert_eq!(runs[1].trigger, Trigger::Drop);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_file_dropped_before_reading_needs_no_second_run() {
    let world = World::new(STAFF).await;
    drop_file(&world, ANN).await;
    drop_file(&world, ANN_AND_BEN).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(people(&world).await, ann_and_ben());
    assert_eq!(runs(&world).await.len(), 1);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_file_dropped_during_a_dry_run_is_applied_afterwards() {
    let world = World::new(STAFF).await;
    events::post_reset(&world.shell, world.source(), true, None).await.unwrap();
    drop_file(&world, ANN_AND_BEN).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(people(&world).await, ann_and_ben());
    let statuses: Vec<_> = statuses(&world).await.into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, [RunStatus::DryRun, RunStatus::Completed]);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_file_dropped_during_a_failing_run_is_read_afterwards() {
    let (world, reconcile) = dropped_after_reading().await;
    let read = runs(&world).await.remove(0).snapshot.unwrap();
    let manifest = format!("snapshots/staff/{}-{}.json", read.run, read.epoch);
    world.remove_object(&manifest).await;
    rollcall_reconcile::handle(events::queue_event(&reconcile), &world.shell).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    let statuses: Vec<_> = statuses(&world).await.into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, [RunStatus::Failed, RunStatus::Completed]);
    assert_eq!(people(&world).await, ann_and_ben());
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_dropped_file_waits_while_the_configuration_is_broken() {
    let (world, reconcile) = dropped_after_reading().await;
    put(&world, rollcall_sync::shell::CONFIG_OBJECT, "[licence]\nseats = \"many\"\n").await;
    let answer = rollcall_reconcile::handle(events::queue_event(&reconcile), &world.shell).await.unwrap();
    assert_eq!(failures(&answer), Vec::<&str>::new(), "the run has ended; delivering it again mends nothing");
    assert_eq!(runs(&world).await[0].status, RunStatus::Failed);
    put(&world, rollcall_sync::shell::CONFIG_OBJECT, STAFF).await;
    // The message is delivered a second time, as the queue may.
    rollcall_reconcile::handle(events::queue_event(&reconcile), &world.shell).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    assert_eq!(people(&world).await, ann_and_ben());
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_run_that_reads_the_dropped_file_has_no_second_run() {
    let (world, reconcile) = dropped_after_reading().await;
    rollcall_reconcile::handle(events::queue_event(&reconcile), &world.shell).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    for _ in 0..3 {
        rollcall_reconcile::handle(events::queue_event(&reconcile), &world.shell).await.unwrap();
        events::drain(&world.shell).await.unwrap();
    }
    assert_eq!(runs(&world).await.len(), 2);
    assert_eq!(world.shell.store.lease_owner(&source("staff"), world.shell.now()).await.unwrap(), None);
}
