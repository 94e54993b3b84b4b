//! `POST /runs/{id}/undo`: what a run did to accounts is taken back (rule 58, scenario m).

use super::api::{ask, get, send};
use super::{account, assert_at_rest, people, runs};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_core::account::Account;
use rollcall_sync::store::{RunId, RunRecord, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A full licence, and places in the line.
pub(crate) const CONFIG: &str = r#"
[licence]
seats = 5
[protect]
return = "14d"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
immutable_id = "id"
[source.mapping]
username = "username"
title = "title"
"#;

const NAMES: [&str; 9] = ["ann", "ben", "cem", "dee", "eva", "fay", "gus", "hal", "ida"];

/// A file with these people.
pub(crate) fn csv(names: &[&str]) -> String {
    let row = |name: &&str| format!("{name},id-{name},{name},clerk\n");
    format!("key,id,username,title\n{}", names.iter().map(row).collect::<String>())
}

/// A file with everybody.
pub(crate) fn csv_of_all() -> String {
    csv(&NAMES)
}

/// Everybody but these.
pub(crate) fn without(absent: &[&str]) -> String {
    csv(&NAMES.into_iter().filter(|name| !absent.contains(name)).collect::<Vec<_>>())
}

/// Asks for an undo, and sees it to its end.
pub(crate) async fn undo(world: &World, run: &RunId, body: &Value) -> RunRecord {
    world.tick();
    let (status, answer) = ask(world, send("POST", &format!("/runs/{run}/undo"), body)).await;
    assert_eq!(status, 202, "{answer}");
    world.finish(&RunId::parse(answer["run"].as_str().unwrap()).unwrap()).await
}

async fn refused(world: &World, run: &str, body: &Value) -> (i64, String) {
    let (status, answer) = ask(world, send("POST", &format!("/runs/{run}/undo"), body)).await;
    (status, answer["detail"].as_str().unwrap_or_default().to_owned())
}

/// Every account but for its version and for what tells that it was given back.
pub(crate) async fn accounts(world: &World) -> BTreeMap<String, Account> {
    let plain = |mut account: Account| {
        account.version = 0;
        account.history.given_back_at = None;
        (account.id.to_string(), account)
    };
    administer::all_accounts(&world.shell).await.unwrap().into_iter().map(plain).collect()
}

/// Full licence; a file without three seat holders, which is below the guard.
pub(crate) async fn wrong_file() -> (World, BTreeMap<String, Account>, RunRecord) {
    let world = World::new(CONFIG).await;
    world.sync(csv(&NAMES)).await;
    let before = accounts(&world).await;
    let wrong = world.sync(without(&["cem", "dee", "eva"])).await;
    assert_eq!(wrong.status, RunStatus::Completed);
    assert_eq!(people(&world).await["cem"], "left_scope");
    assert_eq!(people(&world).await["fay"], "active");
    (world, before, wrong)
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn everybody_is_what_they_were_before_the_wrong_file() {
    let (world, before, wrong) = wrong_file().await;
    let dry = undo(&world, &wrong.id, &json!({ "dry_run": true })).await;
    assert_eq!(dry.status, RunStatus::DryRun);
    let result = dry.undoes.unwrap().result.unwrap();
    assert_eq!((result.back_count, result.left_alone_count), (6, 0), "{result:?}");
    assert_eq!(people(&world).await["cem"], "left_scope", "nothing is changed by a dry run");

    let undone = undo(&world, &wrong.id, &json!({})).await;
    assert_eq!(undone.status, RunStatus::Completed);
    let summary = undone.summary.unwrap();
    assert_eq!((summary.counts["undone"], summary.writes), (6, 6));
    assert_eq!((summary.freed, summary.taken, summary.used, summary.waiting), (3, 3, 5, 4));
    assert_eq!(accounts(&world).await, before);

    let (_, shown) = ask(&world, get(&format!("/runs/{}", undone.id), &[])).await;
    let result = &shown["undoes"]["result"];
    assert_eq!(names(&result["back"]), ["cem", "dee", "eva", "fay", "gus", "hal"], "{shown}");
    assert_eq!(result["back"][0]["what"], "has a seat again");
    assert_eq!(result["back"][3]["what"], "waits for a seat at the old place");
    let (_, shown) = ask(&world, get(&format!("/runs/{}", wrong.id), &[])).await;
    assert_eq!(
        (&shown["undone"]["run"], &shown["undone"]["by"]),
        (&json!(undone.id), &json!("ada@example.org"))
    );
    let (_, log) = ask(&world, get("/audit", &[("outcome", "undone")])).await;
    assert_eq!(log["entries"].as_array().unwrap().len(), 6);
    let reason = log["entries"][0]["reason"].as_str().unwrap();
    assert!(reason.contains(wrong.id.as_str()), "{reason}");
    let (_, asked) = ask(&world, get("/audit", &[("outcome", "run_requested")])).await;
    assert_eq!(asked["entries"][0]["changes"][0]["field"], "undoes", "{asked}");

    // Again: nothing.
    let again = undo(&world, &wrong.id, &json!({})).await;
    let result = again.undoes.unwrap().result.unwrap();
    assert_eq!((again.summary.unwrap().writes, result.back_count, result.back_before), (0, 0, 6));
    assert_eq!(result.left_alone_count, 0);
    assert_eq!(accounts(&world).await, before);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_wrong_file_once_more_takes_nobodys_seat_again() {
    let (world, before, wrong) = wrong_file().await;
    undo(&world, &wrong.id, &json!({})).await;
    for _ in 0..2 {
        let again = world.sync(without(&["cem", "dee", "eva"])).await;
        assert_eq!(again.summary.unwrap().counts["held"], 3);
        assert_eq!(accounts(&world).await, before);
    }
    // The right file shows them, and from then on they can leave as anybody can.
    world.sync(csv(&NAMES)).await;
    assert_eq!(account(&world, "cem").await.history.given_back_at, None);
    assert_eq!(accounts(&world).await, before);
    world.sync(without(&["cem"])).await;
    assert_eq!(people(&world).await["cem"], "left_scope");
    assert_at_rest(&world).await;
}

/// Somebody has put the right file in place before they knew of undo: the three wait, because others have their seats.
#[tokio::test]
async fn who_is_back_and_waits_gets_the_seat_that_the_run_took() {
    let (world, before, wrong) = wrong_file().await;
    world.sync(csv(&NAMES)).await;
    assert_eq!(people(&world).await["cem"], "no_seat");
    let undone = undo(&world, &wrong.id, &json!({})).await;
    let result = undone.undoes.unwrap().result.unwrap();
    assert_eq!((result.back_count, result.left_alone), (6, Vec::new()));
    assert_eq!(accounts(&world).await, before);
    let again = world.sync(csv(&NAMES)).await;
    assert_eq!(again.summary.unwrap().writes, 0);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn an_undo_can_be_taken_back_too() {
    let (world, before, wrong) = wrong_file().await;
    let after = accounts(&world).await;
    let undone = undo(&world, &wrong.id, &json!({})).await;
    assert_eq!(accounts(&world).await, before);
    let redone = undo(&world, &undone.id, &json!({})).await;
    assert_eq!(redone.summary.unwrap().counts["undone"], 6);
    assert_eq!(accounts(&world).await, after);
    let (_, shown) = ask(&world, get(&format!("/runs/{}", undone.id), &[])).await;
    assert_eq!(shown["undone"]["run"], json!(redone.id));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn one_person_alone_can_go_back() {
    let (world, _, wrong) = wrong_file().await;
    let of_hal = account(&world, "hal").await.id.to_string();
    undo(&world, &wrong.id, &json!({ "account": of_hal })).await;
    let of_cem = account(&world, "cem").await.id.to_string();
    let run = undo(&world, &wrong.id, &json!({ "account": of_cem })).await;
    let result = run.undoes.unwrap().result.unwrap();
    assert_eq!(result.back.iter().map(|back| back.username.as_str()).collect::<Vec<_>>(), ["cem"]);
    let people = people(&world).await;
    assert_eq!((people["cem"], people["hal"], people["dee"]), ("active", "no_seat", "left_scope"));
    // The run as a whole is not taken back.
    assert_eq!(events::run_record(&world.shell, &wrong.id).await.unwrap().undone, None);
    // Somebody whom the run never touched.
    let of_ann = account(&world, "ann").await.id.to_string();
    let run = undo(&world, &wrong.id, &json!({ "account": of_ann })).await;
    let result = run.undoes.unwrap().result.unwrap();
    assert_eq!((result.back_count, result.left_alone_count), (0, 0));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_has_changed_since_is_left_alone_and_named() {
    let (world, _, wrong) = wrong_file().await;
    world.tick();
    administer::block(&world.shell, "fay", "boss", None).await.unwrap();
    world.sync(without(&["cem", "dee", "eva", "gus"])).await;
    let undone = undo(&world, &wrong.id, &json!({})).await;
    let result = undone.undoes.unwrap().result.unwrap();
    let left: Vec<_> = result.left_alone.iter().map(|left| left.username.as_str()).collect();
    assert_eq!(left, ["fay", "gus"], "{result:?}");
    assert!(result.left_alone[0].why.contains("changed since"), "{result:?}");
    let (_, log) = ask(&world, get("/audit", &[("run", undone.id.as_str()), ("outcome", "unchanged")])).await;
    assert_eq!(names(&log["entries"]), ["fay", "gus"], "{log}");
    let people = people(&world).await;
    assert_eq!((people["fay"], people["gus"], people["hal"]), ("by_admin", "left_scope", "no_seat"));
    // Somebody else has got one of the seats meanwhile: two of the three get theirs.
    let back = ["cem", "dee", "eva"].map(|name| people[name]);
    let counts = ["active", "no_seat"].map(|word| back.iter().filter(|state| **state == word).count());
    assert_eq!(counts, [2, 1]);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn accounts_that_the_run_made_are_blocked_and_not_deleted() {
    let world = World::new(CONFIG).await;
    let first = world.sync(csv(&["ann", "ben"])).await;
    let undone = undo(&world, &first.id, &json!({})).await;
    assert_eq!(undone.summary.unwrap().counts["undone"], 2);
    assert_eq!(people(&world).await.values().copied().collect::<Vec<_>>(), ["left_scope"; 2]);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn without_a_free_seat_they_wait_before_all_who_never_had_one() {
    let (world, _, wrong) = wrong_file().await;
    world.tick();
    let four = rollcall_core::licence::Limit::Seats(rollcall_core::licence::SeatCount::new(4));
    administer::set_limit(&world.shell, four, "boss").await.unwrap();
    let undone = undo(&world, &wrong.id, &json!({})).await;
    let summary = undone.summary.unwrap();
    assert_eq!((summary.used, summary.counts["undone"]), (4, 6));
    let waits = undone
        .undoes
        .unwrap()
        .result
        .unwrap()
        .back
        .iter()
        .filter(|one| one.what.contains("none is free"))
        .count();
    assert_eq!(waits, 1);
    let next = world.sync(csv(&NAMES)).await.summary.unwrap();
    assert!(["cem", "dee", "eva"].contains(&next.next_waiting[0].as_str()), "{:?}", next.next_waiting);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_cannot_be_undone_is_refused_with_the_reason() {
    let (world, _, wrong) = wrong_file().await;
    let dry = world.reset(true, None).await.unwrap();
    let under_way = events::post_reset(&world.shell, world.source(), false, None).await.unwrap();
    for (run, body, status, words) in [
        (dry.id.as_str(), json!({}), 409, "it was a dry run"),
        (under_way.as_str(), json!({}), 409, "it is under way"),
        (wrong.id.as_str(), json!({}), 409, "of this source is under way; nothing was taken back"),
        ("nobody", json!({}), 404, "there is no run nobody"),
        (wrong.id.as_str(), json!({ "why": "x" }), 400, "why"),
    ] {
        let (answered, detail) = refused(&world, run, &body).await;
        assert_eq!(answered, status, "{run}: {detail}");
        assert!(detail.contains(words), "{detail}");
    }
    events::drain(&world.shell).await.unwrap();
    // The same undo twice is one.
    let first = ask(&world, send("POST", &format!("/runs/{}/undo", wrong.id), &json!({}))).await;
    let second = ask(&world, send("POST", &format!("/runs/{}/undo", wrong.id), &json!({}))).await;
    assert_eq!(first.1["run"], second.1["run"]);
    assert_eq!((&first.1["status"], &second.1["status"]), (&json!("started"), &json!("under_way")));
    events::drain(&world.shell).await.unwrap();
    assert_eq!(runs(&world).await.len(), 5);
    assert_at_rest(&world).await;
}

/// The guard holds a column of usernames that has moved: the line still names accounts, not what the file says.
#[tokio::test]
async fn under_held_renames_the_line_has_accounts_names() {
    let world = World::new(CONFIG).await;
    world.sync(csv(&NAMES)).await;
    let row = |name: &&str| format!("{name},id-{name},other-{name},clerk\n");
    let moved = format!("key,id,username,title\n{}", NAMES.iter().map(row).collect::<String>());
    let run = world.sync(moved).await;
    assert_eq!(run.status, RunStatus::Held);
    assert_eq!(run.summary.unwrap().next_waiting, ["fay", "gus", "hal", "ida"]);
}
