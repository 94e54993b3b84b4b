//! A dropped file is not forgotten, wherever the function dies that hears of it or that must begin its run (rule 25).

use super::drops::{ann_and_ben, dropped_after_reading};
use super::{ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, failures, notice, people, put, runs};
use crate::crash::{Counted, Killer, When, calls};
use crate::world::World;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::store::{QueueName, QueuedMessage, RunStatus};

/// Delivers a message and all that follow from it, until one of them fails. Answers with that one.
async fn work(shell: &Shell, first: Option<QueuedMessage>) -> Option<QueuedMessage> {
    let mut next = first.or_else(|| shell.queues.take());
    while let Some(message) = next {
        let event = events::queue_event(&message);
        let answer = match message.queue {
            QueueName::Fetch => rollcall_fetch::handle(event, shell).await,
            QueueName::Reconcile => rollcall_reconcile::handle(event, shell).await,
        };
        if !failures(&answer.unwrap()).is_empty() {
            return Some(message);
        }
        next = shell.queues.take();
    }
    None
}

/// A process that lives, on the queues of one that is dead: in AWS they outlive it.
fn successor(world: &World, dead: &Shell) -> Shell {
    let mut shell = world.process(None);
    shell.queues = dead.queues.clone();
    shell
}

async fn assert_dropped_file_was_applied(world: &World, context: &str) {
    assert_eq!(people(world).await, ann_and_ben(), "{context}");
    assert!(runs(world).await.iter().all(|run| run.status == RunStatus::Completed), "{context}");
    assert_at_rest(world).await;
}

async fn kill_the_functions(counted: Counted, when: When) {
    let (base, reconcile) = dropped_after_reading().await;
    for at in calls(u64::from(when == When::AfterItsEffect), 2) {
        let world = base.copy(STAFF).await;
        let (dying, killer) = Killer::process_at(&world, counted, when, at);
        let failed = work(&dying, Some(reconcile.clone())).await;
        if !killer.is_dead() {
            assert!(at > 8, "two runs have more of {counted:?} than {at}");
            break;
        }
        let successor = successor(&world, &dying);
        assert_eq!(work(&successor, failed).await, None);
        assert_dropped_file_was_applied(&world, &format!("killed at {at} of {counted:?}, {when:?}")).await;
    }
}

async fn kill_who_hears_of_the_drop(when: When) {
    let base = World::new(STAFF).await;
    put(&base, STAFF_OBJECT, ANN_AND_BEN).await;
    for at in 1.. {
        let world = base.copy(STAFF).await;
        let (dying, killer) = Killer::process(&world, when, at);
        let heard = rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &dying).await;
        if !killer.is_dead() {
            assert!(at > 3, "a request has more storage calls than {at}");
            break;
        }
        assert!(heard.is_err());
        let successor = successor(&world, &dying);
        // Lambda calls a function again that failed on an event.
        rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &successor).await.unwrap();
        assert_eq!(work(&successor, None).await, None);
        assert_dropped_file_was_applied(&world, &format!("killed at call {at}, {when:?}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_dropped_during_a_run_outlives_a_death_before_any_call() {
    kill_the_functions(Counted::Writes, When::BeforeItsEffect).await;
    kill_the_functions(Counted::FirstReads, When::BeforeItsEffect).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_dropped_during_a_run_outlives_a_death_after_any_call() {
    kill_the_functions(Counted::Writes, When::AfterItsEffect).await;
}

#[tokio::test]
async fn a_redelivered_notice_continues_where_the_first_died() {
    kill_who_hears_of_the_drop(When::BeforeItsEffect).await;
    kill_who_hears_of_the_drop(When::AfterItsEffect).await;
}
