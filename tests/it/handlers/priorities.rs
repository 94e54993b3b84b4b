//! The waiting line where people have priorities, by a column or by groups (rules 13a and 45).

use super::STAFF;
use super::api::{ask, get};
use super::api_queries::{all, id_of, usernames};
use crate::fakes::Person;
use crate::fakes::okta::{Group, Okta, User};
use crate::read_counter::Reads;
use crate::world::World;
use rollcall_read::Api;
use serde_json::{Value, json};

/// The list was in the order of time, and `explain` said a place in that order, while a run seated by the column (rule 45).
#[tokio::test]
async fn the_waiting_list_follows_priorities_of_a_column() {
    let config = STAFF.replace("seats = 5", "seats = 0").replace("title = \"title\"", "priority = \"grade\"");
    let world = World::new(&config).await;
    world.put_csv("key,username,grade\nann,ann,3\nben,ben,\nzoe,zoe,1\n").await;
    world.reset(false, None).await.unwrap();
    let waiting = all(&world, "/waiting", &[], "waiting").await;
    let line: Vec<_> = waiting
        .iter()
        .map(|one| (one["account"]["username"].as_str().unwrap(), one["priority"].as_u64()))
        .collect();
    assert_eq!(line, [("zoe", Some(1)), ("ann", Some(3)), ("ben", None)]);
    let zoe = id_of(&world, "zoe").await;
    let (_, account) = ask(&world, get(&format!("/accounts/{zoe}"), &[])).await;
    assert_eq!(account["explanation"]["place"]["place"], json!(1), "{account}");
}

#[tokio::test]
async fn the_waiting_list_follows_priorities_of_groups() {
    let okta = Okta::start().await;
    let person = |name: &str| Person { username: name.to_owned(), key: name.to_owned(), ..Person::default() };
    let users = |names: &[&str]| names.iter().map(|name| User::of(&person(name), name)).collect::<Vec<_>>();
    okta.set_groups(vec![
        Group::new("leads", users(&["zoe"])),
        Group::new("all", users(&["ann", "ben", "zoe"])),
    ]);
    let groups = r#"{ name = "leads", priority = 1 }, { name = "all", priority = 2 }"#;
    let source = okta.source_of(&okta.by_key("rsa.pem"), groups);
    let world = World::new(&format!("[licence]\nseats = 0\n{source}")).await;
    world.reset(false, None).await.unwrap();
    let waiting = all(&world, "/waiting", &[], "waiting").await;
    let line: Vec<_> = waiting.iter().map(|one| one["account"]["username"].as_str().unwrap()).collect();
    assert_eq!(line, ["zoe", "ann", "ben"]);
    let zoe = id_of(&world, "zoe").await;
    // The snapshot is read once, whatever a process is asked for after that.
    let witness = Reads::default();
    let api = Api::new(world.process(Some(witness.interceptor())));
    let read = async |path: &str, query: &[(&str, &str)]| {
        rollcall_read::handle(get(path, query), &api).await.unwrap()
    };
    for _ in 0..3 {
        let explained = read(&format!("/accounts/{zoe}"), &[]).await;
        let account: Value = serde_json::from_str(explained["body"].as_str().unwrap()).unwrap();
        assert_eq!(account["explanation"]["place"], json!({ "place": 1, "more_than": null, "of": 3 }));
        drop(read("/waiting", &[("limit", "2")]).await);
        assert_eq!(witness.bytes_of("snapshots/").len(), 2, "its manifest and itself");
    }
    let before = witness.items();
    drop(read("/waiting", &[("limit", "1")]).await);
    assert!(witness.items() - before <= 1 + 6, "the page, and what names the snapshot: no key of the line");
    // The line tells the truth: with one seat it is she who is seated.
    let one = rollcall_core::licence::Limit::Seats(rollcall_core::licence::SeatCount::new(1));
    rollcall_api::accounts::administer::set_limit(&world.shell, one, "boss").await.unwrap();
    world.reset(false, None).await.unwrap();
    let active = all(&world, "/accounts", &[("state", "active")], "accounts").await;
    assert_eq!(usernames(&active), ["zoe"]);
}
