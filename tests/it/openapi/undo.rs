//! What `infra/openapi.yaml` says of undo (rule 58) is what the API answers.

use super::{CONFIG, check_answer, description};
use crate::handlers::api;
use crate::world::World;
use serde_json::json;

#[tokio::test]
async fn undo_answers_as_described() {
    let description = description();
    let world = World::new(&format!("[guard]\nmin_removals = 5\n{CONFIG}")).await;
    world.sync("key\nann\nben\ncem\n").await;
    let run = world.sync("key\nann\n").await.id;
    let id = crate::handlers::account(&world, "ben").await.id.to_string();
    for (run, body, expected) in [
        (run.as_str(), json!({ "dry_run": true }), 202),
        (run.as_str(), json!({ "account": id }), 202),
        (run.as_str(), json!({}), 202),
        (run.as_str(), json!({ "account": "ben" }), 400),
        (run.as_str(), json!({ "account": "0".repeat(32) }), 404),
        ("run-3", json!({}), 409),
        ("nobody", json!({}), 404),
        ("N", json!({}), 400),
    ] {
        let event = api::send("POST", &format!("/runs/{run}/undo"), &body);
        let answer = api::answer(event.clone(), &world.shell).await;
        assert_eq!(answer["statusCode"], expected, "{run}: {answer}");
        check_answer(&description, &event, &answer);
        rollcall::events::drain(&world.shell).await.unwrap();
    }
    for run in ["run-2", "run-3", "run-4", "run-5"] {
        let event = api::get(&format!("/runs/{run}"), &[]);
        check_answer(&description, &event, &api::answer(event.clone(), &world.shell).await);
    }
}
