//! `POST /accounts/{id}/undo`: what a person did to one account is taken back (rule 58f).

use super::api::{ask, get, send};
use super::undo::{CONFIG, accounts, csv_of_all, wrong_file};
use super::{account, assert_at_rest, people};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_core::fields::Fields;
use rollcall_core::licence::{Limit, SeatCount};
use serde_json::{Value, json};

async fn undo(world: &World, name: &str) -> (i64, Value) {
    world.tick();
    let id = account(world, name).await.id;
    ask(world, send("POST", &format!("/accounts/{id}/undo"), &json!({}))).await
}

#[tokio::test]
async fn a_block_and_its_lifting_are_taken_back() {
    let world = World::new(CONFIG).await;
    world.sync(csv_of_all()).await;
    let before = accounts(&world).await;
    administer::block(&world.shell, "ann", "boss", Some("the wrong Ann")).await.unwrap();
    let blocked = accounts(&world).await;
    let (status, shown) = undo(&world, "ann").await;
    assert_eq!((status, &shown["state"]), (200, &json!("active")), "{shown}");
    assert_eq!(accounts(&world).await, before);
    // The undo is a person's change too; and the lifting of a block.
    assert_eq!(undo(&world, "ann").await.0, 200);
    assert_eq!(accounts(&world).await, blocked, "as it was: by whom, why and since when");
    administer::unblock(&world.shell, "ann", "boss").await.unwrap();
    assert_eq!(undo(&world, "ann").await.0, 200);
    assert_eq!(accounts(&world).await, blocked);
    let (_, log) = ask(&world, get("/audit", &[("outcome", "undone")])).await;
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3, "{log}");
    assert!(entries[2]["reason"].as_str().unwrap().ends_with("by boss"), "{log}");
    assert_eq!((&entries[2]["actor"], &entries[2]["run"]), (&json!("ada@example.org"), &Value::Null));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn who_is_unblocked_by_an_undo_waits_where_no_seat_is_free() {
    let world = World::new(CONFIG).await;
    world.sync(csv_of_all()).await;
    administer::block(&world.shell, "ann", "boss", None).await.unwrap();
    world.sync(csv_of_all()).await;
    assert_eq!(people(&world).await["fay"], "active", "somebody has the seat");
    assert_eq!(undo(&world, "ann").await.0, 200);
    assert_eq!(people(&world).await["ann"], "no_seat");
    let next = world.sync(csv_of_all()).await.summary.unwrap().next_waiting;
    assert_eq!(next[0], "ann");
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(6)), "boss").await.unwrap();
    world.sync(csv_of_all()).await;
    assert_eq!(people(&world).await["ann"], "active");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_a_run_did_is_taken_back_with_the_run() {
    let (world, _, wrong) = wrong_file().await;
    let before = accounts(&world).await;
    let (status, refused) = undo(&world, "cem").await;
    assert_eq!(status, 409);
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("the undo of run {} takes that back", wrong.id)), "{detail}");
    let made = administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await;
    made.unwrap_err();
    let (status, _) =
        ask(&world, send("POST", &format!("/accounts/{}/undo", "0".repeat(32)), &json!({}))).await;
    assert_eq!(status, 404);
    assert_eq!(accounts(&world).await, before);
}
