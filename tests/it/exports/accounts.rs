//! Exports of accounts: as the list gives them, in steps, with the place in the line (rules 31b, 36).

use super::{
    CONFIG, LONG, SMALL, begin, deliver, exported, exported_by, file_of, look, people, with_exports,
};
use crate::handlers::api::{ask, get, send};
use crate::world::World;
use rollcall::events;
use rollcall_sync::shell::ExportLimits;
use serde_json::{Value, json};

/// Forty people and four seats.
async fn forty() -> World {
    let world = World::new(CONFIG).await;
    world.sync(people(40, "clerk")).await;
    world
}

/// Everything that the list gives with these filters.
async fn listed(world: &World, filters: &[(&str, &str)]) -> Vec<Value> {
    let query = [filters, &[("limit", "200")]].concat();
    let (_, page) = ask(world, get("/accounts", &query)).await;
    assert_eq!(page["next"], Value::Null);
    page["accounts"].as_array().unwrap().clone()
}

/// The accounts of a file, and at which place each of them waits.
fn read(file: &str) -> (Vec<Value>, Vec<Value>) {
    let mut accounts: Vec<Value> = serde_json::from_str(file).unwrap();
    let places = accounts.iter_mut().map(|account| account.as_object_mut().unwrap().remove("waits_at"));
    let places = places.map(Option::unwrap).collect();
    (accounts, places)
}

#[tokio::test]
async fn accounts_are_exported_as_the_list_gives_them() {
    let world = forty().await;
    let shell = with_exports(world.process(None), SMALL);
    for filters in [vec![], vec![("state", "active")], vec![("reason", "no_seat")], vec![("text", "p0000")]] {
        let mut wanted = json!({ "what": "accounts", "format": "json" });
        filters.iter().for_each(|(name, value)| wanted[name] = json!(value));
        let file = exported_by(&world, &shell, &wanted).await;
        let (accounts, places) = read(&file);
        assert_eq!(accounts, listed(&world, &filters).await, "{filters:?}");
        let (_, line) = ask(&world, get("/waiting", &[("limit", "200")])).await;
        for (account, place) in accounts.iter().zip(places) {
            let waiting = line["waiting"].as_array().unwrap();
            let waits = waiting.iter().find(|one| one["account"]["id"] == account["id"]);
            assert_eq!(place, waits.map_or(Value::Null, |one| one["place"].clone()), "{account}");
        }
        assert_eq!(file, exported(&world, &wanted).await, "in one step");
    }
    let (_, log) = ask(&world, get("/audit", &[("outcome", "exported")])).await;
    let change = json!({ "field": "what", "old": "", "new": "accounts" });
    assert!(log["entries"][0]["changes"].as_array().unwrap().contains(&change), "{log}");
}

#[tokio::test]
async fn a_table_of_accounts_has_what_people_ask() {
    let world = World::new(CONFIG).await;
    world.sync("key,title\nann,=1+1\nben,clerk\ncem,clerk\ndee,clerk\neva,boss\n").await;
    let csv = exported(&world, &json!({ "what": "accounts" })).await;
    // No cell here has a comma.
    let mut table = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let headings = table.next().unwrap();
    let known = ["username", "name", "email", "state", "reason", "since", "waits_at", "source", "match_key"];
    assert_eq!(headings[..9], known);
    let rows: Vec<_> = table.collect();
    let cell = |row: usize, heading: &str| {
        rows[row][headings.iter().position(|one| *one == heading).unwrap()].to_owned()
    };
    assert_eq!(rows.len(), 5);
    assert_eq!([cell(0, "username"), cell(0, "state"), cell(0, "waits_at")], ["ann", "active", ""]);
    assert_eq!([cell(4, "username"), cell(4, "reason"), cell(4, "waits_at")], ["eva", "no_seat", "1"]);
    assert_eq!([cell(0, "in_words"), cell(4, "in_words")], ["Active", "Waiting for a seat"]);
    assert!(!cell(4, "since").is_empty());
    assert_eq!(cell(4, "fields"), "title: boss");
    // What begins like a formula is none in any cell.
    assert!(rows.iter().flatten().all(|cell| !cell.starts_with('=')), "{csv}");
}

#[tokio::test]
async fn filters_of_the_other_list_are_refused() {
    let world = forty().await;
    for (wanted, word, expected) in [
        (json!({ "what": "accounts", "outcome": "updated" }), "outcome", 422),
        (json!({ "what": "accounts", "user": "ann" }), "user", 422),
        (json!({ "state": "active" }), "state", 422),
        (json!({ "what": "audit", "text": "a" }), "text", 422),
        (json!({ "what": "accounts", "reason": "row 7" }), "reason", 422),
        (json!({ "what": "everything" }), "what", 400),
        (json!({ "what": "accounts", "sources": "staff" }), "sources", 400),
    ] {
        let (status, problem) = ask(&world, send("POST", "/exports", &wanted)).await;
        assert_eq!(status, expected, "{wanted}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
    }
}

/// A process that has begun exports in steps is killed: the messages of their next steps are lost with it.
#[tokio::test]
async fn who_looks_at_a_cut_off_export_gets_the_whole_file() {
    let world = forty().await;
    for wanted in [json!({ "what": "accounts" }), json!({})] {
        let whole = exported_by(&world, &with_exports(world.process(None), SMALL), &wanted).await;
        let (status, export) = begin(&world, &with_exports(world.process(None), SMALL), &wanted).await;
        assert_eq!(status, 202, "{export}");
        // It may be that the request is answered in a moment.
        assert_eq!(look(&world, &export).await["state"], "making");
        assert!(world.shell.queues.take().is_none());
        world.wait(16_000);
        assert_eq!(look(&world, &export).await["state"], "making");
        events::drain(&world.shell).await.unwrap();
        let file = file_of(&world, &export).await;
        // The entry of the first export came before the second.
        assert!(file.starts_with(&whole[..20]) && file.lines().count() >= whole.lines().count(), "{file}");
        if wanted["what"] == "accounts" {
            assert_eq!(file, whole);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_come_meanwhile_cost_nobody_a_row() {
    let world = forty().await;
    let limits = ExportLimits { page_entries: 4, part_bytes: 700, pages: Some(1), answer_within: LONG };
    let shell = with_exports(world.process(None), limits);
    let (_, export) = begin(&world, &shell, &json!({ "what": "accounts", "format": "json" })).await;
    world.sync(people(60, "boss")).await;
    while look(&world, &export).await["state"] == "making" {
        deliver(&shell, &export).await;
    }
    let (accounts, _) = read(&file_of(&world, &export).await);
    let names: Vec<&str> = accounts.iter().map(|one| one["username"].as_str().unwrap()).collect();
    assert!(names.is_sorted() && names.len() == 60, "{names:?}");
}
