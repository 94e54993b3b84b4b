//! The retirement of a source, killed at any of its storage calls and asked for once more: it ends as one that nobody killed
//! (rules 25 and 61).

use super::{Counted, DEATHS_AFTER, DEATHS_BEFORE, Killer, When, accounts, base, calls, check_invariants};
use crate::handlers::api::{answer, send};
use crate::handlers::retired::without_staff;
use crate::world::World;
use rollcall::events;
use serde_json::{Value, json};

fn request() -> Value {
    send("POST", "/sources/staff/retire", &json!({ "at_most": 6 }))
}

/// `false`: it came to its end before that.
async fn retire_and_die(world: &World, counted: Counted, when: When, at: u64) -> bool {
    let (shell, killer) = Killer::process_at(world, counted, when, at);
    drop(answer(request(), &shell).await);
    drop(events::drain(&shell).await);
    killer.is_dead()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_retirement_is_finished_by_the_next() {
    let config = without_staff(super::CONFIG);
    let base = base().await;
    let reference = base.copy(&config).await;
    assert!(!retire_and_die(&reference, Counted::All, When::AfterItsEffect, u64::MAX).await);
    let expected = accounts(&reference).await;
    assert!(expected.values().filter(|(state, _, _)| state == "left_scope").count() > 3, "{expected:?}");
    for (counted, when) in DEATHS_BEFORE.into_iter().chain(DEATHS_AFTER) {
        for at in calls(0, 2) {
            let world = base.copy(&config).await;
            if !retire_and_die(&world, counted, when, at).await {
                assert!(at > 4, "a retirement has more of {counted:?} than {at}");
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
