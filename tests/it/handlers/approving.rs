//! An approval is for one snapshot, the one that a person has seen; a newer file that lies unread is read next, and what it
//! removes is another question (rules 24, 25).

use super::api::{ask, send};
use super::{STAFF, STAFF_OBJECT, assert_at_rest, notice, people, put, runs, statuses};
use crate::world::World;
use rollcall::events;
use rollcall_sync::store::{RunRecord, RunStatus};
use serde_json::json;

const FOUR: &str = "key,username,title\nann,ann,x\nben,ben,x\ncem,cem,x\ndan,dan,x\n";
const ONE: &str = "key,username,title\nann,ann,x\n";

/// Ann has left as well, and Dan is back.
const NEWER: &str = "key,username,title\ndan,dan,x\n";

/// Three removals are held, and a newer file lies there of which no notice has come.
async fn held_with_a_newer_file() -> (World, RunRecord) {
    let world = World::new(&format!("[guard]\nmin_removals = 0\n{STAFF}")).await;
    world.sync(FOUR).await;
    let held = world.sync(ONE).await;
    assert_eq!(held.status, RunStatus::Held);
    put(&world, STAFF_OBJECT, NEWER).await;
    world.tick();
    (world, held)
}

async fn approve(world: &World, held: &RunRecord) {
    let (status, answer) = ask(world, send("POST", "/reset", &json!({ "approve": held.id }))).await;
    assert_eq!(status, 202, "{answer}");
}

/// Who is there after the approval, and what the newer file made of them.
fn shown(people: &std::collections::BTreeMap<String, &'static str>) -> String {
    people.iter().map(|(name, state)| format!("{name} {state}, ")).collect()
}

const APPROVED: &str = "ann active, ben left_scope, cem left_scope, dan left_scope, ";
const READ_NEXT: &str = "ann active, ben left_scope, cem left_scope, dan active, ";

#[tokio::test]
async fn an_approval_is_for_what_was_seen_despite_a_newer_file() {
    let (world, held) = held_with_a_newer_file().await;
    approve(&world, &held).await;
    events::drain(&world.shell).await.unwrap();
    let approval = runs(&world).await.pop().unwrap();
    assert_eq!((approval.status, &approval.approves), (RunStatus::Completed, &Some(held.id)));
    assert_eq!(approval.snapshot, held.snapshot, "nothing was read for it");
    assert_eq!(shown(&people(&world).await), APPROVED);
    // The notice comes: nobody has approved that Ann goes.
    world.tick();
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    let newer = runs(&world).await.pop().unwrap();
    assert_eq!((newer.status, newer.summary.unwrap().hold.unwrap().removals), (RunStatus::Held, 1));
    assert_eq!(shown(&people(&world).await), READ_NEXT);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_file_dropped_while_an_approval_is_applied_is_read_next() {
    // The notice comes before the approved run begins, or before it reconciles.
    for is_taken in [false, true] {
        let (world, held) = held_with_a_newer_file().await;
        approve(&world, &held).await;
        let message = is_taken.then(|| world.shell.queues.take().unwrap());
        rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
        if let Some(message) = message {
            rollcall_reconcile::handle(events::queue_event(&message), &world.shell).await.unwrap();
            assert_eq!(shown(&people(&world).await), APPROVED);
        }
        events::drain(&world.shell).await.unwrap();
        let ended = statuses(&world).await.into_iter().map(|(_, status)| status.as_str());
        assert_eq!(ended.collect::<Vec<_>>(), ["completed", "held", "completed", "held"]);
        assert_eq!(shown(&people(&world).await), READ_NEXT);
        assert_at_rest(&world).await;
    }
}

#[tokio::test]
async fn an_approval_stands_though_a_newer_file_cannot_be_read() {
    let (world, held) = held_with_a_newer_file().await;
    assert_eq!(world.sync("").await.status, RunStatus::Failed);
    approve(&world, &held).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(shown(&people(&world).await), APPROVED);
    assert_at_rest(&world).await;
}
