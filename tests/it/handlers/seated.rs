//! `GET /licence/seated` says from whom a seat is most likely taken; `POST /accounts` takes one (rule 60d).

use super::api::{answer, ask, get, send};
use super::undo::{CONFIG, accounts, csv, csv_of_all};
use super::{account, assert_at_rest, people};
use crate::read_counter::Reads;
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_core::fields::Fields;
use rollcall_core::licence::{Limit, SeatCount};
use serde_json::{Value, json};
use std::fmt::Write as _;

async fn seated(world: &World, query: &[(&str, &str)]) -> Vec<String> {
    let (status, found) = ask(world, get("/licence/seated", query)).await;
    assert_eq!(status, 200, "{found}");
    let found = found["seated"].as_array().unwrap().iter();
    found.map(|one| one["account"]["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_got_their_seat_last_is_named_first() {
    let protect = "[protect]\nusernames = [\"dee\"]\nreturn";
    let world = World::new(&CONFIG.replace("[protect]\nreturn", protect)).await;
    world.sync(csv_of_all()).await;
    assert_eq!(
        seated(&world, &[]).await,
        ["ann", "ben", "cem", "eva"],
        "at one time: by username; dee is exempt"
    );
    world.tick();
    administer::block(&world.shell, "ann", "boss", None).await.unwrap();
    world.tick();
    world.sync(csv_of_all()).await;
    assert_eq!(
        seated(&world, &[("limit", "2")]).await,
        ["fay", "ben"],
        "fay has waited, and has the seat of ann"
    );
    world.tick();
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(7)), "boss").await.unwrap();
    administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    administer::add_local(&world.shell, "kiosk", false, Fields::new(), "boss").await.unwrap();
    assert_eq!(seated(&world, &[("limit", "2")]).await, ["kiosk", "fay"], "an administrator is never named");
    assert_eq!(seated(&world, &[("source", "local")]).await, ["kiosk"]);
    assert_eq!(seated(&world, &[("source", "staff"), ("limit", "1")]).await, ["fay"]);
    for query in [[("source", "No Name")], [("limit", "21")], [("limit", "0")]] {
        assert_eq!(ask(&world, get("/licence/seated", &query)).await.0, 400, "{query:?}");
    }
}

#[tokio::test]
async fn naming_seat_holders_reads_few_items_of_many() {
    let config = "[licence]\nseats = 600\n[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\n\
                  match_field = \"key\"\n";
    let world = World::new(config).await;
    let many = (0..700).fold(String::from("key\n"), |mut file, number| {
        writeln!(file, "p{number:04}").unwrap();
        file
    });
    world.sync(many).await;
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    let answer = answer(get("/licence/seated", &[("limit", "20")]), &shell).await;
    let found: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(found["seated"].as_array().unwrap().len(), 20, "{found}");
    assert!(witness.items() <= 360, "{} items", witness.items());
}

#[tokio::test]
async fn a_local_administrator_is_made_with_a_seat_of_a_full_licence() {
    let world = World::new(CONFIG).await;
    world.sync(csv_of_all()).await;
    world.tick();
    let wish = json!({ "username": "root", "is_admin": true, "seat_from": "eva", "why": "audit week" });
    let post = async |wish: &Value| ask(&world, send("POST", "/accounts", wish)).await;
    let (status, made) = post(&wish).await;
    assert_eq!((status, &made["state"], &made["is_admin"]), (201, &json!("active"), &json!(true)), "{made}");
    let now = people(&world).await;
    assert_eq!((now["root"], now["eva"]), ("active", "no_seat"));
    assert_eq!(post(&wish).await, (201, made), "sent again it is done");
    let before = accounts(&world).await;
    for (wish, status, said) in [
        (json!({ "username": "root", "seat_from": "ann", "why": "x" }), 409, "belongs to another account"),
        (json!({ "username": "ANN", "seat_from": "ann", "why": "x" }), 409, "belongs to another account"),
        (json!({ "username": "kim", "seat_from": "eva", "why": "x" }), 409, "has no seat to give"),
        (json!({ "username": "kim", "seat_from": "zoe", "why": "x" }), 404, "zoe"),
        (json!({ "username": "kim", "seat_from": "ann", "why": " " }), 400, "`why` must say"),
        (json!({ "username": "kim", "why": "x" }), 422, "`seat_from`"),
        (json!({ "username": "kim", "seat_from": "ann" }), 422, "say why"),
        (json!({ "username": "kim" }), 409, "no free seat"),
        // Nobody could administer the application.
        (json!({ "username": "kim", "seat_from": "root", "why": "x" }), 409, "last active administrator"),
    ] {
        let (found, refused) = post(&wish).await;
        assert_eq!(found, status, "{wish}: {refused}");
        assert!(refused["detail"].as_str().unwrap().contains(said), "{refused}");
        assert_eq!(accounts(&world).await, before, "{wish}");
    }
    // Another administrator may have that seat.
    let wish = json!({ "username": "kim", "is_admin": true, "seat_from": "root", "why": "x" });
    assert_eq!(post(&wish).await.0, 201);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_account_stays_that_was_made_with_a_seat_taken_back() {
    let world = World::new(CONFIG).await;
    world.sync(csv_of_all()).await;
    world.tick();
    let wish = json!({ "username": "root", "is_admin": true, "seat_from": "eva", "why": "audit week" });
    assert_eq!(ask(&world, send("POST", "/accounts", &wish)).await.0, 201);
    let eva = account(&world, "eva").await.id;
    let (_, shown) = ask(&world, get(&format!("/accounts/{eva}"), &[])).await;
    assert!(shown["explanation"]["why"].as_str().unwrap().contains("gave their seat to root"), "{shown}");
    world.tick();
    let (status, undone) = ask(&world, send("POST", &format!("/accounts/{eva}/undo"), &json!({}))).await;
    assert!([200, 409].contains(&status), "{undone}");
    let now = people(&world).await;
    assert_eq!((now["root"], now["eva"]), ("active", "no_seat"), "no seat is free for her");
    // With one more seat she has it again.
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(6)), "boss").await.unwrap();
    world.tick();
    world.sync(csv(&["ann", "ben", "cem", "dee", "eva"])).await;
    assert_eq!(people(&world).await["eva"], "active");
    assert_at_rest(&world).await;
}
