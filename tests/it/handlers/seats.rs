//! `POST /accounts/{id}/seat`: a person gives somebody a seat out of order (rule 60).

use super::api::{ask, get, send};
use super::api_commands::{ROLES, as_role, entry};
use super::undo::{CONFIG, accounts, csv_of_all};
use super::{account, assert_at_rest, people};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_api::accounts::seat::{self, SeatGiven, SeatWish};
use rollcall_core::licence::{Limit, SeatCount};
use serde_json::{Value, json};

/// Gives a seat, for other tests.
pub(crate) async fn give(
    world: &World,
    to: &str,
    from: Option<&str>,
    actor: &str,
) -> Result<SeatGiven, rollcall_api::error::Error> {
    let to = administer::find(&world.shell, to).await?.id;
    let from = match from {
        Some(from) => Some(administer::find(&world.shell, from).await?.id),
        None => None,
    };
    let wish = SeatWish { to, from, why: "exam week", even_last_admin: false };
    seat::give(&world.shell, wish, actor).await
}

/// Five seats, nine people: Ann to Eva are active, Fay to Ida wait.
async fn full() -> World {
    let world = World::new(CONFIG).await;
    world.sync(csv_of_all()).await;
    world.tick();
    world
}

async fn post(world: &World, to: &str, body: &Value) -> (i64, Value) {
    let id = account(world, to).await.id;
    ask(world, send("POST", &format!("/accounts/{id}/seat"), body)).await
}

async fn undo(world: &World, name: &str) -> (i64, Value) {
    world.tick();
    let id = account(world, name).await.id;
    ask(world, send("POST", &format!("/accounts/{id}/undo"), &json!({}))).await
}

fn change(field: &str, new: &str) -> Value {
    json!({ "field": field, "old": "", "new": new })
}

#[tokio::test]
async fn a_seat_goes_from_one_to_another_and_no_sync_turns_it() {
    let world = full().await;
    let wish = json!({ "from": "Ann", "why": " exam week " });
    let (status, given) = post(&world, "ida", &wish).await;
    assert_eq!(
        (status, &given["state"], &given["before"]["reason"]),
        (200, &json!("active"), &json!("no_seat"))
    );
    assert_eq!(given["seats"], json!({ "before": 5, "used": 5, "limit": 5 }), "one transaction");
    let from = &given["from"];
    assert_eq!(
        (&from["username"], &from["reason"], &from["before"]["state"]),
        (&json!("ann"), &json!("no_seat"), &json!("active"))
    );
    assert_eq!(from["place"], json!({ "place": 4, "more_than": null, "of": 4 }), "the last in the line");
    // Sent again by the same person it is done; somebody else is told that she has a seat.
    let (status, again) = post(&world, "ida", &wish).await;
    assert_eq!((status, &again), (200, &given));
    let other = give(&world, "ida", Some("ben"), "ada@example.org").await.unwrap_err();
    assert!(other.to_string().contains("it has a seat already"), "{other}");
    let other = give(&world, "ida", Some("ann"), "boss").await.unwrap_err();
    assert!(other.to_string().contains("it has a seat already"), "{other}");

    let (seated, unseated) =
        (entry(&world, "seated_by_admin").await, entry(&world, "unseated_by_admin").await);
    assert_eq!(seated["changes"], json!([change("why", "exam week"), change("seat_from", "ann")]));
    assert_eq!(unseated["changes"], json!([change("why", "exam week"), change("seat_to", "ida")]));
    assert_eq!((&seated["actor"], &seated["seats"]["used"]), (&json!("ada@example.org"), &json!(5)));
    for (name, said) in [
        ("ida", "ada@example.org gave them the seat of ann"),
        ("ann", "ada@example.org gave their seat to ida"),
    ] {
        let id = account(&world, name).await.id;
        let (_, shown) = ask(&world, get(&format!("/accounts/{id}"), &[])).await;
        let why = shown["explanation"]["why"].as_str().unwrap();
        assert!(why.contains(said) && why.contains("(\"exam week\")"), "{why}");
    }
    let (_, told) = ask(&world, get("/events", &[])).await;
    let told: Vec<_> =
        told["events"].as_array().unwrap().iter().map(|event| event["outcome"].clone()).collect();
    assert!(
        told.contains(&json!("seated_by_admin")) && told.contains(&json!("unseated_by_admin")),
        "{told:?}"
    );

    let before = accounts(&world).await;
    assert_eq!(world.sync(csv_of_all()).await.summary.unwrap().writes, 0, "no sync turns it round");
    assert_eq!(accounts(&world).await, before);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_given_seat_is_taken_back_for_both() {
    let world = full().await;
    let before = accounts(&world).await;
    give(&world, "ida", Some("ann"), "boss").await.unwrap();
    let given = accounts(&world).await;
    for asked in ["ida", "ann"] {
        // Each undo is a person's change too, of both.
        assert_eq!(undo(&world, asked).await.0, 200);
        assert_eq!(accounts(&world).await, before, "{asked}");
        let (status, shown) = undo(&world, asked).await;
        assert_eq!(status, 200, "{shown}");
        assert_eq!(accounts(&world).await, given, "{asked}");
    }
    // What has changed on one side since is left alone there.
    administer::block(&world.shell, "ann", "boss", None).await.unwrap();
    let (status, shown) = undo(&world, "ida").await;
    assert_eq!((status, &shown["reason"]), (200, &json!("no_seat")), "{shown}");
    assert_eq!(people(&world).await["ann"], "by_admin");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_free_seat_is_given_and_a_full_licence_names_people() {
    let world = full().await;
    let before = world.everything().await;
    let (status, refused) = post(&world, "ida", &json!({ "why": "exam week" })).await;
    assert_eq!((status, &refused["used"], &refused["limit"]), (409, &json!(5), &json!(5)));
    assert_eq!(refused["could_give"], json!(["ann", "ben", "cem", "dee", "eva"]));
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("5 of 5 are used") && detail.contains("--from USERNAME"), "{detail}");
    assert_eq!(world.everything().await.differs_from(&before), [].into());
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(6)), "boss").await.unwrap();
    let (status, given) = post(&world, "ida", &json!({ "why": "exam week" })).await;
    assert_eq!((status, &given["state"], &given["from"]), (200, &json!("active"), &Value::Null));
    assert_eq!(given["seats"], json!({ "before": 5, "used": 6, "limit": 6 }));
    assert_eq!(undo(&world, "ida").await.1["reason"], "no_seat");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_cannot_be_given_is_refused_and_says_why() {
    let world = full().await;
    administer::block(&world.shell, "ben", "boss", None).await.unwrap();
    let before = world.everything().await;
    let because = |from: &str| json!({ "from": from, "why": "exam week" });
    for (to, body, status, said) in [
        ("ida", because("ida"), 409, "nobody can take their own seat"),
        ("ida", because("hal"), 409, "\"hal\" has no seat to give: the account is no_seat"),
        ("ida", because("nobody"), 404, "there is no account with the username \"nobody\""),
        ("ann", because("cem"), 409, "it has a seat already"),
        ("ben", because("ann"), 409, "unblock it first"),
        ("ida", json!({ "from": "ann" }), 400, "why"),
        ("ida", json!({ "from": "ann", "why": "  " }), 400, "must say why"),
        ("ida", json!({ "from": "ann", "why": "x".repeat(501) }), 400, "more than 500 characters"),
        ("ida", json!({ "from": "ann", "why": "x", "reason": "x" }), 400, "reason"),
    ] {
        let (got, refused) = post(&world, to, &body).await;
        assert_eq!(got, status, "{to} {body}: {refused}");
        assert!(refused["detail"].as_str().unwrap().contains(said), "{to} {body}: {refused}");
    }
    assert_eq!(world.everything().await.differs_from(&before), [].into());
}

#[tokio::test]
async fn the_last_administrator_gives_no_seat_in_passing() {
    let config = format!("{}admin = \"title\"\n{ROLES}", CONFIG.replace("title = \"title\"\n", ""));
    let world = World::new(&config.replace("seats = 5", "seats = 1")).await;
    world.sync("key,id,username,title\nann,1,ann,yes\nben,2,ben,no\n").await;
    let id = account(&world, "ben").await.id;
    let ask_as = async |role: &str, body: Value| {
        ask(&world, as_role(send("POST", &format!("/accounts/{id}/seat"), &body), role)).await
    };
    let (status, refused) = ask_as("people", json!({ "from": "ann", "why": "x" })).await;
    assert_eq!((status, &refused["last_admin"]), (409, &json!(true)), "{refused}");
    let meant = json!({ "from": "ann", "why": "x", "even_last_admin": true });
    assert_eq!(ask_as("people", meant.clone()).await.0, 403);
    assert_eq!(people(&world).await["ann"], "active");
    let (status, given) = ask_as("root", meant).await;
    assert_eq!((status, &given["from"]["username"]), (200, &json!("ann")), "{given}");
    assert_at_rest(&world).await;
}
