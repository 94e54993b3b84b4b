//! The retirement of a source, and its renaming, killed at any of its storage calls and asked for once more: it ends as one that nobody killed
//! (rules 25 and 61).

use super::{
    Accounts, Counted, DEATHS_AFTER, DEATHS_BEFORE, Killer, When, accounts, base, calls, check_invariants,
};
use crate::handlers::api::{answer, send};
use crate::handlers::retired::without_staff;
use crate::world::World;
use rollcall::events;
use serde_json::{Value, json};

fn retire() -> Value {
    send("POST", "/sources/staff/retire", &json!({ "at_most": 6 }))
}

fn rename() -> Value {
    send("POST", "/sources/staff/rename", &json!({ "to": "guests" }))
}

/// `false`: it came to its end before that.
async fn ask_and_die(world: &World, request: Value, counted: Counted, when: When, at: u64) -> bool {
    let (shell, killer) = Killer::process_at(world, counted, when, at);
    drop(answer(request, &shell).await);
    drop(events::drain(&shell).await);
    killer.is_dead()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_retirement_is_finished_by_the_next() {
    let is_blocked = |(state, _, _): &&(String, String, u64)| state == "left_scope";
    kill_everywhere(retire, |accounts| accounts.values().filter(is_blocked).count() > 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_renaming_is_finished_by_the_next() {
    kill_everywhere(rename, |accounts| accounts.len() > 3).await;
}

async fn kill_everywhere(request: fn() -> Value, is_done: impl Fn(&Accounts) -> bool) {
    let config = without_staff(super::CONFIG);
    let base = base().await;
    let reference = base.copy(&config).await;
    assert!(!ask_and_die(&reference, request(), Counted::All, When::AfterItsEffect, u64::MAX).await);
    let expected = accounts(&reference).await;
    assert!(is_done(&expected), "{expected:?}");
    for (counted, when) in DEATHS_BEFORE.into_iter().chain(DEATHS_AFTER) {
        for at in calls(0, 2) {
            let world = base.copy(&config).await;
            if !ask_and_die(&world, request(), counted, when, at).await {
                assert!(at > 4, "it has more of {counted:?} than {at}");
                break;
            }
            let context = format!("killed at {at} of {counted:?}, {when:?}");
            check_invariants(&world, &context).await;
            world.tick();
            // The same request finds the run, or begins another.
            let again = answer(request(), &world.shell).await;
            assert_eq!(again["statusCode"], 202, "{context}: {again}");
            events::drain(&world.shell).await.unwrap();
            assert_eq!(accounts(&world).await, expected, "{context}");
            check_invariants(&world, &context).await;
        }
    }
}
