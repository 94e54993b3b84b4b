//! Messages that SQS delivers again, and what it takes for one message: nobody at work is replaced by them, and no run is
//! left without one (rules 22, 27).

use super::{ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, notice, only_message, people, put, runs};
use crate::faults;
use crate::world::World;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::run::{DELIVERIES_MAX, pause_after, send_to_next_step};
use rollcall_sync::store::{
    Acquired, Error, Lease, QueueName, QueueService, QueuedMessage, Queues, RunRecord, RunStatus,
};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

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

#[tokio::test]
async fn a_failed_step_is_tried_again_within_a_minute() {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    let failing = Arc::new(AtomicU32::new(2));
    let left = Arc::clone(&failing);
    // S3 is away for two deliveries of the step that reads the file.
    let shell = faults::process(&world, move |call| {
        let reads = call.operation.starts_with("GET ") && call.operation.ends_with(STAFF_OBJECT);
        let fails = reads && left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        fails.then(|| faults::s3_error(503, "SlowDown", "Please reduce your request rate."))
    });
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &shell).await.unwrap();
    let begin = Instant::now();
    let failures = events::Failures::default();
    let mut seconds = Vec::new();
    // The clock of the queue goes on by seconds.
    for second in 0..60 {
        let now = begin + Duration::from_secs(second);
        let before = failing.load(SeqCst);
        events::drain_in_time(&shell, &failures, || now).await.unwrap();
        if failing.load(SeqCst) != before || runs(&world).await[0].status == RunStatus::Completed {
            seconds.push(second);
        }
        if runs(&world).await[0].status == RunStatus::Completed {
            break;
        }
    }
    assert_eq!(seconds, [0, 10, 40], "tried after 10 and after 30 seconds");
    assert_eq!(shell.queues.next_due(), None);
    assert_at_rest(&world).await;
}

#[test]
fn the_pauses_between_deliveries_grow_and_end() {
    let pauses: Vec<u64> = (1..=DELIVERIES_MAX).map(|times| pause_after(times).as_secs()).collect();
    assert_eq!(
        pauses,
        [10, 30, 90, 270, 810, 0],
        "after the last the message goes to the dead letters at once"
    );
}

/// A queue service that notes what it is told, and may refuse.
#[derive(Debug, Default)]
struct Noting {
    refuses: bool,
    postponed: Mutex<Vec<(QueueName, String, u64)>>,
}

#[async_trait::async_trait]
impl QueueService for Noting {
    async fn send(&self, _: QueuedMessage, _: &str, _: &str) -> Result<(), Error> {
        Ok(())
    }

    async fn postpone(&self, queue: QueueName, receipt: &str, pause: Duration) -> Result<(), Error> {
        self.postponed.lock().unwrap().push((queue, receipt.to_owned(), pause.as_secs()));
        if self.refuses { Err(Error::Contended { what: "the queue" }) } else { Ok(()) }
    }
}

#[tokio::test]
async fn the_queue_is_told_when_to_deliver_again() {
    for refuses in [false, true] {
        let world = World::new(STAFF).await;
        put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
        rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
        let message = only_message(&world);
        let noting = Arc::new(Noting { refuses, ..Noting::default() });
        let mut shell = faults::process(&world, |call| {
            let reads = call.operation.starts_with("GET ") && call.operation.ends_with(STAFF_OBJECT);
            reads.then(|| faults::s3_error(503, "SlowDown", "Please reduce your request rate."))
        });
        shell.queues = Queues::served_by(Arc::clone(&noting) as Arc<dyn QueueService>);
        for times in [1, 2, 5] {
            let mut event = events::queue_event_delivered(&message, times);
            let mut behind = event["Records"][0].clone();
            behind["messageId"] = "2".into();
            behind["receiptHandle"] = "behind".into();
            event["Records"].as_array_mut().unwrap().push(behind);
            let answer = rollcall_fetch::handle(event, &shell).await.unwrap();
            assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 2, "told or not, they stay");
        }
        let told: Vec<_> = noting.postponed.lock().unwrap().drain(..).collect();
        let expected = [10, 30, 810].iter().flat_map(|seconds| {
            ["local", "behind"].map(|receipt| (QueueName::Fetch, receipt.to_owned(), *seconds))
        });
        assert_eq!(told, expected.collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn what_is_no_message_holds_nobody_up() {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
    let message = only_message(&world);
    let newer = message.body.replacen('{', r#"{"of a newer version":1,"#, 1);
    let cut = &message.body[..message.body.len() - 1];
    for (text, pause) in [("poison", 0), ("", 0), (cut, 0), ("{}", 10), (&newer, 10)] {
        let noting = Arc::new(Noting::default());
        let mut shell = faults::process(&world, |_| None);
        shell.queues = Queues::served_by(Arc::clone(&noting) as Arc<dyn QueueService>);
        let unreadable = QueuedMessage { body: text.to_owned(), ..message.clone() };
        let answer =
            rollcall_fetch::handle(events::queue_event_delivered(&unreadable, 1), &shell).await.unwrap();
        assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 1, "{text}");
        assert_eq!(
            *noting.postponed.lock().unwrap(),
            [(QueueName::Fetch, String::from("local"), pause)],
            "{text}"
        );
    }
}
