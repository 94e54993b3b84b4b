//! `POST /runs/{id}/leave`: the decision not to approve what a run holds (rule 24).

use super::api::{ask, get, send, with_token};
use super::{STAFF, assert_at_rest};
use crate::world::World;
use rollcall_sync::store::{RunRecord, RunStatus};
use serde_json::{Value, json};

const ROLES: &str =
    "[roles]\nclaim = \"groups\"\npeople_administrator = [\"hr\"]\nsync_administrator = [\"sync\"]\n";
const FOUR: &str = "key,username,title\nann,ann,x\nben,ben,x\ncem,cem,x\ndan,dan,x\n";
const ONE: &str = "key,username,title\nann,ann,x\n";
const TWO: &str = "key,username,title\nann,ann,x\nben,ben,x\n";

async fn held() -> (World, RunRecord) {
    let world = World::new(&format!("[guard]\nmin_removals = 1\n{STAFF}")).await;
    world.sync(FOUR).await;
    let run = world.sync(ONE).await;
    assert_eq!(run.status, RunStatus::Held);
    (world, run)
}

async fn leave(world: &World, run: &str, body: &Value) -> (i64, Value) {
    ask(world, send("POST", &format!("/runs/{run}/leave"), body)).await
}

async fn left(world: &World, run: &RunRecord) -> Value {
    let (status, run) = ask(world, get(&format!("/runs/{}", run.id), &[])).await;
    assert_eq!(status, 200);
    run["left"].clone()
}

#[tokio::test]
async fn leaving_held_removals_is_audited_and_they_stay_held() {
    let (world, run) = held().await;
    assert_eq!(left(&world, &run).await, Value::Null);
    world.tick();
    let decision = json!({ "by": "ada@example.org", "at": "2026-01-01T00:03:00.000Z" });
    let (status, answered) = leave(&world, run.id.as_str(), &json!({})).await;
    assert_eq!((status, &answered["left"], &answered["status"]), (200, &decision, &json!("held")));
    assert_eq!(left(&world, &run).await, decision);
    // Again, and by another way: the first decision stands, and is one entry in the log.
    world.tick();
    assert_eq!(leave(&world, run.id.as_str(), &json!({})).await.1["left"], decision);
    rollcall_api::held_removals::dismiss(&world.shell, &run.id, "tester").await.unwrap();
    let (_, log) = ask(&world, get("/audit", &[("outcome", "removals_left")])).await;
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{log}");
    let entry = &entries[0];
    assert_eq!((&entry["actor"], &entry["trigger"]), (&json!("ada@example.org"), &json!("api")));
    assert_eq!((&entry["run"], &entry["source"]), (&json!(run.id), &json!("staff")));
    let (_, of_run) = ask(&world, get("/audit", &[("run", run.id.as_str())])).await;
    assert!(of_run["entries"].to_string().contains("removals_left"), "{of_run}");
    // The same file again: held still, and nobody is asked again.
    let again = world.sync(ONE).await;
    assert_eq!((again.status, left(&world, &again).await), (RunStatus::Held, decision));
    // Another file is another question.
    let other = world.sync(TWO).await;
    assert_eq!((other.status, left(&world, &other).await), (RunStatus::Held, Value::Null));
    // And so is the first one, when it comes again after another.
    let first = world.sync(ONE).await;
    assert_eq!((first.status, left(&world, &first).await), (RunStatus::Held, Value::Null));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn removals_that_were_left_can_still_be_approved() {
    let (world, run) = held().await;
    assert_eq!(leave(&world, run.id.as_str(), &json!({})).await.0, 200);
    let approved = world.reset(false, Some(&run.id)).await.unwrap();
    assert_eq!(approved.status, RunStatus::Completed);
    assert_eq!(approved.summary.unwrap().counts["blocked_left"], 3);
    // Back, and gone once more: that is asked anew.
    world.sync(FOUR).await;
    let again = world.sync(ONE).await;
    assert_eq!((again.status, again.dismissed), (RunStatus::Held, None));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_nobody_has_to_decide_about_cannot_be_left() {
    let (world, run) = held().await;
    let dry = world.reset(true, None).await.unwrap();
    let first = "run-1";
    for (run, body, status, words) in [
        (first, json!({}), 409, "it holds none"),
        (dry.id.as_str(), json!({}), 409, "it holds none"),
        ("run-none", json!({}), 404, "there is no run run-none"),
        ("RUN", json!({}), 400, "the id of a run is"),
        (run.id.as_str(), json!({ "why": "because" }), 400, "nothing is expected"),
    ] {
        let (answered, body) = leave(&world, run, &body).await;
        assert_eq!(answered, status, "{run}: {body}");
        assert!(body["detail"].as_str().unwrap().contains(words), "{body}");
    }
    assert_eq!(ask(&world, get(&format!("/runs/{}/leave", run.id), &[])).await.0, 405);
    world.sync(FOUR).await;
    let (status, body) = leave(&world, run.id.as_str(), &json!({})).await;
    assert_eq!(status, 409, "{body}");
    assert!(body["detail"].as_str().unwrap().contains("the directory says something else since"), "{body}");
    assert_eq!(left(&world, &run).await, Value::Null);
    let (_, log) = ask(&world, get("/audit", &[("outcome", "removals_left")])).await;
    assert_eq!(log["entries"], json!([]));
}

#[tokio::test]
async fn only_those_who_may_press_reset_may_dismiss() {
    let (mut world, run) = held().await;
    world.configure(&format!("{ROLES}[guard]\nmin_removals = 1\n{STAFF}")).await;
    let post = || send("POST", &format!("/runs/{}/leave", run.id), &json!({}));
    for (groups, status) in [("none", 403), ("sync", 403), ("hr", 200)] {
        let claims = json!({ "sub": "ada", "groups": [groups] });
        assert_eq!(ask(&world, with_token(post(), &claims)).await.0, status, "{groups}");
    }
}

#[tokio::test]
async fn of_two_who_leave_at_once_one_has_decided() {
    let (world, run) = held().await;
    let shells = [world.process(None), world.process(None)];
    let (one, two) = tokio::join!(
        rollcall_api::held_removals::dismiss(&shells[0], &run.id, "ada"),
        rollcall_api::held_removals::dismiss(&shells[1], &run.id, "eve"),
    );
    assert_eq!(one.unwrap().dismissed, two.unwrap().dismissed);
    let (_, log) = ask(&world, get("/audit", &[("outcome", "removals_left")])).await;
    assert_eq!(log["entries"].as_array().unwrap().len(), 1, "{log}");
}
