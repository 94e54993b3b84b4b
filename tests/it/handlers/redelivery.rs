//! Messages that SQS delivers again, and what it takes for one message: nobody at work is replaced by them, and no run is
//! left without one (product 22, 27).

use super::{STAFF, assert_at_rest};
use crate::world::World;
use rollcall::drive;
use rollcall_sync::Shell;
use rollcall_sync::request::send;
use rollcall_sync::store::{Acquired, Lease, QueueName, RunRecord, RunStatus};

async fn take_lease(shell: &Shell, run: &RunRecord) -> Lease {
    match shell.store.acquire_lease(&run.source, &run.id, shell.now(), 60_000).await.unwrap() {
        Acquired::Mine { lease, .. } => lease,
        Acquired::HeldBy(other) => panic!("held by {other}"),
    }
}

#[tokio::test]
async fn a_fetch_delivered_again_does_not_stop_who_reconciles() {
    let world = World::new(STAFF).await;
    world.put_csv("key,username,title\n1,ann,clerk\n").await;
    let id = drive::drop_notice(&world.shell, world.source()).await.unwrap();
    let fetch = drive::queue_event(&world.shell.queues.take().unwrap());
    rollcall_fetch::handle(fetch.clone(), &world.shell).await.unwrap();
    let run = drive::run_record(&world.shell, &id).await.unwrap();
    let reconciling = take_lease(&world.shell, &run).await;
    rollcall_fetch::handle(fetch, &world.shell).await.unwrap();
    world.shell.store.put_run(&run, &reconciling).await.unwrap();
    assert_eq!(world.finish(&id).await.status, RunStatus::Completed);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_message_sent_once_is_one_and_one_by_whoever_takes_over_is_another() {
    let world = World::new(STAFF).await;
    world.put_csv("key,username,title\n1,ann,clerk\n").await;
    let id = drive::drop_notice(&world.shell, world.source()).await.unwrap();
    drive::drain(&world.shell).await.unwrap();
    let run = drive::run_record(&world.shell, &id).await.unwrap();
    let queues = &world.shell.queues;
    let first = take_lease(&world.shell, &run).await;
    let second = take_lease(&world.shell, &run).await;
    for (lease, is_taken) in [(&first, true), (&first, false), (&second, true), (&second, false)] {
        send(&world.shell, &run, Some(lease)).await.unwrap();
        let message = queues.take();
        assert_eq!(message.is_some(), is_taken, "{lease:?}");
        assert!(message.is_none_or(|message| message.queue == QueueName::Reconcile));
    }
}
