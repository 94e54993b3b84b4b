//! Messages that SQS delivers again, and what it takes for one message: nobody at work is replaced by them, and no run is
//! left without one (rules 22, 27).

use super::{ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, notice, only_message, people, put, runs};
use crate::faults;
use crate::world::World;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::run::{DELIVERIES_MAX, send_to_next_step};
use rollcall_sync::store::{Acquired, Lease, QueueName, QueuedMessage, RunRecord, RunStatus};
use std::collections::BTreeMap;

async fn take_lease(shell: &Shell, run: &RunRecord) -> Lease {
    match shell.store.acquire_lease(&run.source, &run.id, shell.now(), 60_000).await.unwrap() {
        Acquired::Mine { lease, .. } => lease,
        Acquired::OwnedBy(other) => panic!("owned by {other}"),
    }
}

#[tokio::test]
async fn a_fetch_delivered_again_does_not_stop_who_reconciles() {
    let world = World::new(STAFF).await;
    world.put_csv("key,username,title\n1,ann,clerk\n").await;
    let id = events::drop_notice(&world.shell, world.source()).await.unwrap();
    let fetch = events::queue_event(&world.shell.queues.take().unwrap());
    rollcall_fetch::handle(fetch.clone(), &world.shell).await.unwrap();
    let run = events::run_record(&world.shell, &id).await.unwrap();
    let reconciling = take_lease(&world.shell, &run).await;
    rollcall_fetch::handle(fetch, &world.shell).await.unwrap();
    world.shell.store.put_run(&run, &reconciling).await.unwrap();
    assert_eq!(world.finish(&id).await.status, RunStatus::Completed);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn messages_are_deduplicated_within_an_epoch_only() {
    let world = World::new(STAFF).await;
    world.put_csv("key,username,title\n1,ann,clerk\n").await;
    let id = events::drop_notice(&world.shell, world.source()).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    let run = events::run_record(&world.shell, &id).await.unwrap();
    let queues = &world.shell.queues;
    let first = take_lease(&world.shell, &run).await;
    let second = take_lease(&world.shell, &run).await;
    for (lease, is_taken) in [(&first, true), (&first, false), (&second, true), (&second, false)] {
        send_to_next_step(&world.shell, &run, Some(lease)).await.unwrap();
        let message = queues.take();
        assert_eq!(message.is_some(), is_taken, "{lease:?}");
        assert!(message.is_none_or(|message| message.queue == QueueName::Reconcile));
    }
}

/// The queue delivers a message once more, to a process that is answered "come again later" wherever it asks for this.
async fn deliver_in_vain(world: &World, message: &QueuedMessage, times: u32, operation: &'static str) {
    let broken = faults::process(world, move |call| {
        call.operation
            .contains(operation)
            .then(|| faults::s3_error(503, "SlowDown", "Please reduce your request rate."))
    });
    let event = events::queue_event_delivered(message, times);
    let answer = rollcall_reconcile::handle(event, &broken).await.unwrap();
    assert_eq!(
        answer["batchItemFailures"].as_array().unwrap().len(),
        1,
        "it stays in the queue, or is a dead letter"
    );
}

#[tokio::test]
async fn a_run_fails_with_its_reason_at_the_last_delivery() {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
    rollcall_fetch::handle(events::queue_event(&only_message(&world)), &world.shell).await.unwrap();
    let message = only_message(&world);
    for times in 1..DELIVERIES_MAX {
        deliver_in_vain(&world, &message, times, "/snapshots/").await;
        assert_eq!(runs(&world).await.remove(0).status, RunStatus::Reconciling);
    }
    deliver_in_vain(&world, &message, DELIVERIES_MAX, "/snapshots/").await;
    let run = runs(&world).await.remove(0);
    let why = run.error.unwrap();
    assert_eq!(run.status, RunStatus::Failed);
    assert!(why.starts_with("gave up after 6 tries: ") && why.contains("SlowDown"), "{why}");
    assert_eq!(people(&world).await, BTreeMap::new());

    // The source is free: the next run need not wait for a lease to run out.
    assert_eq!(world.sync(ANN_AND_BEN).await.status, RunStatus::Completed);
    assert_at_rest(&world).await;
}
