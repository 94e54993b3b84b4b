//! An undo that is killed at any of its storage calls is finished: by its message, which is delivered again, or by asking for
//! the undo once more (rule 58e, invariants 1 and 2).

use super::{DEATHS_AFTER, DEATHS_BEFORE, Killer, LEASE_RUNS_OUT_MILLIS, calls, check_invariants};
use crate::handlers::api::{answer, send};
use crate::handlers::undo::{CONFIG, accounts, csv_of_all, undo, wrong_file};
use crate::world::World;
use rollcall::events;
use rollcall_api::newest_run::all_runs;
use rollcall_sync::store::{RunId, RunStatus};
use serde_json::json;

/// Who is asked to finish it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// The queue delivers the message again.
    Queue,
    /// The person asks again, when the lease of the dead run is over.
    Person,
}

/// Asks for the undo in a process that dies. `false`: it came to its end before that.
async fn undo_and_die(world: &World, run: &RunId, (counted, when): super::Death, at: u64) -> bool {
    let (mut shell, killer) = Killer::process_at(world, counted, when, at);
    // The queues do not die with the process.
    shell.queues = world.shell.queues.clone();
    let asked = answer(send("POST", &format!("/runs/{run}/undo"), &json!({})), &shell).await;
    if asked["statusCode"] == 202 {
        drop(events::drain(&shell).await);
    }
    killer.is_dead()
}

async fn kill_everywhere(deaths: &[super::Death], by: By) {
    let (base, before, wrong) = wrong_file().await;
    let (mut tried, mut finished_by_queue) = (0, 0);
    for death in deaths {
        for at in calls(u64::from(by == By::Queue), 2) {
            let world = base.copy(CONFIG).await;
            world.tick();
            let context = format!("an undo killed at {at}, {death:?}");
            if !undo_and_die(&world, &wrong.id, *death, at).await {
                assert!(at > 5, "an undo has more calls than {at}");
                break;
            }
            tried += 1;
            check_invariants(&world, &context).await;
            match by {
                By::Queue => world.deliver_again().await,
                By::Person => world.wait(LEASE_RUNS_OUT_MILLIS),
            }
            finished_by_queue += u64::from(accounts(&world).await == before);
            undo(&world, &wrong.id, &json!({})).await;
            assert_eq!(accounts(&world).await, before, "{context}");
            check_invariants(&world, &context).await;
            let marked = events::run_record(&world.shell, &wrong.id).await.unwrap().undone;
            assert!(marked.is_some(), "{context}: the run does not say that it was taken back");
            let unfinished = all_runs(&world.shell).await.unwrap();
            let unfinished: Vec<_> = unfinished.iter().filter(|run| !run.status.is_finished()).collect();
            assert!(unfinished.is_empty(), "{context}: {unfinished:?}");
            // Again: nothing; and the right file finds nothing to do.
            let again = undo(&world, &wrong.id, &json!({})).await;
            assert_eq!((again.status, again.summary.unwrap().writes), (RunStatus::Completed, 0), "{context}");
            let sync = world.sync(csv_of_all()).await;
            assert_eq!(accounts(&world).await, before, "{context}: {sync:?}");
        }
    }
    // Not all: the first calls come before the message that could be delivered again.
    assert!(by == By::Person || finished_by_queue * 2 > tried, "{finished_by_queue} of {tried}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_killed_before_any_call_is_delivered_again() {
    kill_everywhere(&DEATHS_BEFORE, By::Queue).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_killed_after_any_call_is_delivered_again() {
    kill_everywhere(&DEATHS_AFTER, By::Queue).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_killed_before_any_call_is_finished_by_another() {
    kill_everywhere(&DEATHS_BEFORE, By::Person).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_killed_after_any_call_is_finished_by_another() {
    kill_everywhere(&DEATHS_AFTER, By::Person).await;
}
