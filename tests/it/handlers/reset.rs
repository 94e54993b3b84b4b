//! `POST /reset` as API Gateway's HTTP API hands it to the function (rules 26, 30, 36).

use super::{
    ANN, ANN_AND_BEN, GUESTS_OBJECT, GUS, NOBODY, STAFF, STAFF_OBJECT, TWO_SOURCES, assert_at_rest, people,
    put, runs,
};
use crate::crash::{Killer, When};
use crate::world::World;
use rollcall::events;

use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_sync::store::{RunId, RunStatus, Trigger};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The function's status, content type and body for an event.
async fn answer(world: &World, event: Value) -> (i64, String, Value) {
    let answer = rollcall_reset::handle(event, &world.shell).await.unwrap();
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    let content_type = answer["headers"]["content-type"].as_str().unwrap().to_owned();
    (answer["statusCode"].as_i64().unwrap(), content_type, body)
}

/// `POST /reset` of an administrator with this text as its body.
fn post(body: &str) -> Value {
    let mut event = events::http_event(&Value::Null, "ada@example.org");
    event["body"] = json!(body);
    event
}

async fn with_file() -> World {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN).await;
    world
}

/// An answer that says no: its status, and some words of its reason. Nothing was started by it.
async fn assert_refused(world: &World, event: Value, status: i64, words: &str) {
    let before = runs(world).await.len();
    let (answered, content_type, body) = answer(world, event).await;
    assert_eq!(answered, status, "{body}");
    assert_eq!(content_type, "application/problem+json");
    assert_eq!(body["status"], status);
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains(words), "{detail:?} does not say {words:?}");
    assert_eq!(runs(world).await.len(), before);
    assert_eq!(world.shell.queues.take(), None);
}

async fn completes(world: &World, event: Value) {
    let (status, content_type, body) = answer(world, event).await;
    assert_eq!((status, content_type.as_str()), (202, "application/json"), "{body}");
    assert_eq!(body["status"], "started");
    let run = world.finish(&RunId::parse(body["run"].as_str().unwrap()).unwrap()).await;
    assert_eq!(run.status, RunStatus::Completed);
}

#[tokio::test]
async fn reset_starts_a_run_and_answers_with_its_id() {
    let world = with_file().await;
    completes(&world, post(r#"{ "source": "staff" }"#)).await;
    assert_eq!(people(&world).await, BTreeMap::from([(String::from("ann"), "active")]));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn reset_during_a_run_answers_with_that_runs_id() {
    let world = with_file().await;
    let (_, _, first) = answer(&world, post("")).await;
    let (status, _, second) = answer(&world, post("")).await;
    assert_eq!((status, &second["status"]), (202, &json!("under_way")));
    assert_eq!(second["run"], first["run"]);
    events::drain(&world.shell).await.unwrap();
    assert_eq!(runs(&world).await.len(), 1);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn who_pressed_reset_stands_in_the_run_and_in_every_audit_entry() {
    let world = with_file().await;
    completes(&world, post("{}")).await;
    let run = runs(&world).await.remove(0);
    assert_eq!((run.trigger, run.actor.as_str()), (Trigger::Reset, "ada@example.org"));
    let filter = AuditFilter { run: Some(run.id), ..AuditFilter::default() };
    let entries = audit::read(&world.shell, &filter).await.unwrap();
    let outcomes: Vec<&str> = entries.iter().map(|entry| entry.outcome.as_str()).collect();
    assert_eq!(outcomes, ["run_requested", "created_active"]);
    for entry in entries {
        assert_eq!((entry.trigger.as_str(), entry.actor.as_str()), ("reset", "ada@example.org"));
    }
}

#[tokio::test]
async fn reset_may_be_a_dry_run_that_writes_nothing() {
    let world = with_file().await;
    let (_, _, body) = answer(&world, post(r#"{ "dry_run": true }"#)).await;
    let run = world.finish(&RunId::parse(body["run"].as_str().unwrap()).unwrap()).await;
    assert_eq!((run.status, run.summary.unwrap().counts["created_active"]), (RunStatus::DryRun, 1));
    assert_eq!(people(&world).await, BTreeMap::new());
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_reset_behind_a_dry_run_follows_it_and_says_so() {
    let world = with_file().await;
    let (_, _, dry) = answer(&world, post(r#"{ "dry_run": true }"#)).await;
    let (status, _, body) = answer(&world, post("")).await;
    assert_eq!((status, body), (202, json!({ "run": dry["run"], "status": "follows" })));
    let (_, _, again) = answer(&world, post(r#"{ "dry_run": true }"#)).await;
    assert_eq!(again, json!({ "run": dry["run"], "status": "under_way" }));
    events::drain(&world.shell).await.unwrap();
    let runs = runs(&world).await;
    assert_eq!(
        runs.iter().map(|run| run.status).collect::<Vec<_>>(),
        [RunStatus::DryRun, RunStatus::Completed]
    );
    assert_eq!((runs[1].trigger, runs[1].actor.as_str()), (Trigger::Reset, "ada@example.org"));
    assert_eq!(people(&world).await["ann"], "active");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn an_approval_while_a_run_is_under_way_is_refused_and_not_lost() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let held = world.sync(NOBODY).await;
    assert_eq!(held.status, RunStatus::Held);
    let approve = json!({ "approve": held.id }).to_string();
    let (_, _, under_way) = answer(&world, post("")).await;
    let words = format!("run {} of this source is under way", under_way["run"].as_str().unwrap());
    let (status, _, refusal) = answer(&world, post(&approve)).await;
    assert_eq!(status, 409, "{refusal}");
    assert!(refusal["detail"].as_str().unwrap().contains(&words), "{refusal}");
    events::drain(&world.shell).await.unwrap();
    let newest = runs(&world).await.pop().unwrap();
    let (status, _, body) = answer(&world, post(&json!({ "approve": newest.id }).to_string())).await;
    assert_eq!((status, &body["status"]), (202, &json!("started")));
    events::drain(&world.shell).await.unwrap();
    assert_eq!(people(&world).await["ann"], "left_scope");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn without_an_identity_nothing_is_done() {
    let world = with_file().await;
    let mut without_authorizer = post("");
    without_authorizer["requestContext"]["authorizer"] = Value::Null;
    let mut without_sub = post("");
    without_sub["requestContext"]["authorizer"]["jwt"]["claims"] = json!({ "scope": "openid" });
    let mut by_iam = post("");
    by_iam["requestContext"]["authorizer"] = json!({ "iam": { "userId": "AIDACOSFODNN7EXAMPLE" } });
    let mut with_empty_sub = post("");
    with_empty_sub["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = json!("");
    for event in [without_authorizer, without_sub, by_iam, with_empty_sub] {
        assert_refused(&world, event, 401, "`sub` claim").await;
    }
}

#[tokio::test]
async fn another_path_is_not_found() {
    let world = with_file().await;
    for path in ["/", "/resets", "/reset/now", "/prod/reset"] {
        let mut event = post("");
        event["rawPath"] = json!(path);
        assert_refused(&world, event, 404, path).await;
    }
}

#[tokio::test]
async fn another_method_is_not_allowed() {
    let world = with_file().await;
    for method in ["GET", "PUT", "DELETE"] {
        let mut event = post("");
        event["requestContext"]["http"]["method"] = json!(method);
        assert_refused(&world, event, 405, "use POST").await;
    }
}

#[tokio::test]
async fn the_path_may_begin_with_the_name_of_the_stage() {
    let world = with_file().await;
    let mut event = post("");
    event["requestContext"]["stage"] = json!("prod");
    event["rawPath"] = json!("/prod/reset");
    completes(&world, event).await;
}

#[tokio::test]
async fn a_body_that_cannot_be_understood_is_refused() {
    let world = with_file().await;
    assert_refused(&world, post("{"), 400, "the body cannot be read").await;
    assert_refused(&world, post("[]"), 400, "the body cannot be read").await;
    assert_refused(&world, post(r#"{ "dry_run": "yes" }"#), 400, "the body cannot be read").await;
    assert_refused(&world, post(r#"{ "dryrun": true }"#), 400, "dryrun").await;
    assert_refused(&world, post(r#"{ "approve": "../run" }"#), 400, "`approve`").await;
}

#[tokio::test]
async fn an_empty_body_asks_for_a_plain_run() {
    let world = with_file().await;
    completes(&world, post("  \n")).await;
    world.tick();
    let mut event = post("");
    event.as_object_mut().unwrap().remove("body");
    completes(&world, event).await;
}

#[tokio::test]
async fn a_source_that_there_is_not_is_not_found() {
    let world = with_file().await;
    assert_refused(&world, post(r#"{ "source": "contractors" }"#), 404, "\"contractors\"").await;
}

#[tokio::test]
async fn of_several_sources_one_must_be_named() {
    let world = World::new(TWO_SOURCES).await;
    put(&world, GUESTS_OBJECT, GUS).await;
    assert_refused(&world, post("{}"), 400, "staff, guests").await;
    completes(&world, post(r#"{ "source": "guests" }"#)).await;
}

#[tokio::test]
async fn a_run_that_is_not_there_or_holds_nothing_cannot_be_approved() {
    let world = with_file().await;
    assert_refused(&world, post(r#"{ "approve": "run-99" }"#), 404, "run-99").await;
    completes(&world, post("")).await;
    let run = runs(&world).await.remove(0).id;
    let approve = json!({ "approve": run }).to_string();
    assert_refused(&world, post(&approve), 409, "it holds nothing that waits for a person").await;
}

#[tokio::test]
async fn held_removals_are_applied_once_a_person_approves_them() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let held = world.sync(NOBODY).await;
    assert_eq!((held.status, people(&world).await["ann"]), (RunStatus::Held, "active"));
    completes(&world, post(&json!({ "approve": held.id }).to_string())).await;
    let both = BTreeMap::from([(String::from("ann"), "left_scope"), (String::from("ben"), "left_scope")]);
    assert_eq!(people(&world).await, both);
    let approval = runs(&world).await.pop().unwrap();
    assert_eq!((approval.approves, approval.actor.as_str()), (Some(held.id), "ada@example.org"));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn held_removals_lapse_when_the_directory_has_changed_since() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let held = world.sync(NOBODY).await;
    world.sync(ANN_AND_BEN).await;
    let approve = json!({ "approve": held.id }).to_string();
    assert_refused(&world, post(&approve), 409, "the directory has changed since").await;
}

#[tokio::test]
async fn held_removals_are_not_approved_through_another_source() {
    let world = World::new(TWO_SOURCES).await;
    world.sync(ANN).await;
    let held = world.sync(NOBODY).await;
    assert_eq!(held.status, RunStatus::Held);
    let approve = json!({ "source": "guests", "approve": held.id }).to_string();
    assert_refused(&world, post(&approve), 409, "another source").await;
}

#[tokio::test]
async fn a_body_in_base64_is_read_as_any_other() {
    let world = World::new(TWO_SOURCES).await;
    put(&world, GUESTS_OBJECT, GUS).await;
    // {"source":"guests"}
    let mut event = post("eyJzb3VyY2UiOiJndWVzdHMifQ==");
    event["isBase64Encoded"] = json!(true);
    completes(&world, event).await;
    assert_eq!(runs(&world).await[0].source.as_str(), "guests");
}

#[tokio::test]
async fn a_body_that_is_not_the_base64_it_says_is_refused() {
    let world = with_file().await;
    for body in ["{}", "////", "e30"] {
        let mut event = post(body);
        event["isBase64Encoded"] = json!(true);
        assert_refused(&world, event, 400, "the body cannot be read").await;
    }
}

#[tokio::test]
async fn reset_answers_that_the_configuration_is_broken() {
    let world = with_file().await;
    put(&world, rollcall_sync::shell::CONFIG_OBJECT, "[licence]\nseats = \"many\"\n").await;
    assert_refused(&world, post(""), 500, "the configuration has mistakes").await;
    world.remove_object(rollcall_sync::shell::CONFIG_OBJECT).await;
    assert_refused(&world, post(""), 500, "there is no configuration").await;
}

#[tokio::test]
async fn what_only_operators_may_know_is_not_answered() {
    let world = with_file().await;
    let (shell, _) = Killer::process(&world, When::BeforeItsEffect, 3);
    let answer = rollcall_reset::handle(post(""), &shell).await.unwrap();
    assert_eq!(answer["statusCode"], 503);
    let body = answer["body"].as_str().unwrap();
    assert!(body.contains("ask again") && !body.contains("the process was killed"), "{body}");
}

#[tokio::test]
async fn what_is_no_http_request_is_an_error() {
    let world = with_file().await;
    let error = rollcall_reset::handle(json!("hello"), &world.shell).await.unwrap_err();
    assert!(error.to_string().contains("reading the HTTP request"), "{error}");
}
