//! Finding people by their name, address, username, key or id, over HTTP (rule 67).

use super::api::{answer, ask, get};
use super::doctored::Harm;
use super::lost::lose_table;
use crate::read_counter::Reads;
use crate::world::World;
use rollcall_sync::doctor;
use rollcall_sync::store::{Names, RunStatus};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const CONFIG: &str = r#"
[licence]
seats = 500
[guard]
max_removal_percent = 100
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "number"
[source.mapping]
username = "login"
display_name = "name"
email = "mail"
"#;

const FIVE: &str = "number,login,name,mail\n\
    00018,noah.okafor,Noah Okafor,noah.okafor@example.com\n\
    00019,leila.rahimi,Leila Rahimi,l.rahimi@example.com\n\
    00020,beatriz.goncalves,Beatriz Gonçalves,bg@example.com\n\
    00021,s.wright292,Sarah Wright,sarah@example.com\n\
    00022,wright2,Tom Wright,tom@elsewhere.example\n";

async fn five() -> World {
    let world = World::new(CONFIG).await;
    assert_eq!(world.sync(FIVE).await.status, RunStatus::Completed);
    world
}

async fn find(world: &World, text: &str) -> Value {
    let (status, found) = ask(world, get("/find", &[("text", text)])).await;
    assert_eq!(status, 200, "{found}");
    found
}

fn usernames(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|account| account["username"].as_str().unwrap()).collect()
}

#[track_caller]
fn check(found: &Value, accounts: &[&str], exact: Option<&str>) {
    assert_eq!(usernames(&found["accounts"]), accounts, "{found}");
    assert_eq!(found["exact"]["username"].as_str(), exact, "{found}");
    assert_eq!(found["more"], false, "{found}");
}

#[tokio::test]
async fn the_log_has_names_and_is_read_beside_a_damaged_account() {
    let world = five().await;
    let names = || async {
        let (status, page) = ask(&world, get("/audit", &[("outcome", "created_active")])).await;
        assert_eq!(status, 200, "{page}");
        let of = |entry: &Value| (entry["username"].as_str().unwrap().to_owned(), entry["name"].clone());
        page["entries"].as_array().unwrap().iter().map(of).collect::<BTreeMap<_, _>>()
    };
    let named = names().await;
    assert_eq!((named.len(), &named["noah.okafor"]), (5, &Value::from("Noah Okafor")));
    Harm::RemoveOfAccount("wright2", "state").do_to(&world).await;
    let named = names().await;
    assert_eq!((named.len(), &named["wright2"]), (5, &Value::Null));
}

#[tokio::test]
async fn somebody_is_found_by_whatever_is_known_of_them() {
    let world = five().await;
    let noah = find(&world, "noah.okafor").await["exact"]["id"].as_str().unwrap().to_owned();
    let exact = ["Noah Okafor", "okafor NOAH", "noah.okafor", "NOAH.OKAFOR@example.com", "00018", &noah];
    for text in exact {
        let is_reversed = text.starts_with("okafor");
        check(&find(&world, text).await, &["noah.okafor"], Some("noah.okafor").filter(|_| !is_reversed));
    }
    for text in ["okaf", "noa oka", "Okafor, N", "noah@example"] {
        check(&find(&world, text).await, &["noah.okafor"], None);
    }
    check(&find(&world, "goncalves").await, &["beatriz.goncalves"], None);
    check(&find(&world, "GONÇ").await, &["beatriz.goncalves"], None);
    check(&find(&world, "wright").await, &["s.wright292", "wright2"], None);
    check(&find(&world, "wright2").await, &["wright2", "s.wright292"], Some("wright2"));
    check(&find(&world, "tom@elsewhere.example").await, &["wright2"], Some("wright2"));
    check(&find(&world, "elsewhere tom").await, &["wright2"], None);
    check(&find(&world, "sarah elsewhere").await, &[], None);
}

#[tokio::test]
async fn a_misspelt_name_offers_the_names_that_are_spelt_alike() {
    let world = five().await;
    for text in ["leila.rahmi", "Leila Rahmi", "lelia rahimi", "rahmi", "elila"] {
        let found = find(&world, text).await;
        check(&found, &[], None);
        assert_eq!(usernames(&found["alike"]), ["leila.rahimi"], "{text}");
    }
    assert_eq!(usernames(&find(&world, "wrihgt").await["alike"]).len(), 2);
    let found = find(&world, "somebody else").await;
    assert_eq!((usernames(&found["accounts"]).len(), usernames(&found["alike"]).len()), (0, 0), "{found}");
}

#[tokio::test]
async fn a_new_name_is_found_at_once_and_the_old_one_no_more() {
    let world = five().await;
    world.sync(FIVE.replace("Noah Okafor", "Noah Adeyemi")).await;
    check(&find(&world, "adeyemi").await, &["noah.okafor"], None);
    world.sync(FIVE.replace("Noah Okafor", "Noah Adeyemi").replace("noah.okafor", "noah.adeyemi")).await;
    check(&find(&world, "okafor").await, &[], None);
    check(&find(&world, "adeyemi").await, &["noah.adeyemi"], None);
    let examined = doctor::examine(&world.shell).await.unwrap();
    assert!(examined.findings.is_empty(), "{examined:?}");
}

#[tokio::test]
async fn somebody_known_by_an_immutable_id_is_found_by_their_key() {
    let world =
        World::new(&CONFIG.replace("[source.mapping]", "immutable_id = \"uid\"\n[source.mapping]")).await;
    let run = world.sync("uid,number,login,name,mail\nx1,77 A/b,ann,Ann,\nx2,78,ben,Ben,\n").await;
    assert_eq!(run.status, RunStatus::Completed);
    check(&find(&world, "77 a/B").await, &["ann"], Some("ann"));
    check(&find(&world, "78").await, &["ben"], Some("ben"));
}

#[tokio::test]
async fn who_left_is_found_with_their_state() {
    let world = five().await;
    let (rest, _) = FIVE.split_at(FIVE.find("00022").unwrap());
    assert_eq!(world.sync(rest).await.status, RunStatus::Completed);
    let found = find(&world, "tom").await;
    check(&found, &["wright2"], None);
    assert_eq!(found["accounts"][0]["reason"], "left_scope");
}

#[tokio::test]
async fn a_search_reads_no_more_where_more_people_have_the_name() {
    let reads = Reads::default();
    let world = World::new(CONFIG).await;
    let mut file = String::from("number,login,name,mail\n");
    for number in 0..400 {
        let name = if number == 399 { "Sarah Zwart" } else { "Sarah Wright" };
        writeln!(file, "{number},sarah{number},{name},s{number}@example.com").unwrap();
    }
    assert_eq!(world.sync(file).await.status, RunStatus::Completed);
    let shell = world.process(Some(reads.interceptor()));
    let ask = async |text: &str| {
        let answer = answer(get("/find", &[("text", text)]), &shell).await;
        serde_json::from_str::<Value>(answer["body"].as_str().unwrap()).unwrap()
    };
    let many = ask("sarah").await;
    assert_eq!((usernames(&many["accounts"]).len(), &many["more"]), (50, &true.into()));
    assert!(reads.items() <= 400, "{}", reads.items());
    assert_eq!(reads.scans(), 0);
    let one = ask("sarah zwa").await;
    assert_eq!(usernames(&one["accounts"]), ["sarah399"], "the second word leads to them");
}

#[tokio::test]
async fn words_that_are_missing_or_wrong_are_made_again() {
    let world = five().await;
    lose_table(&world, &Names::local().words, &["begins", "at"]).await;
    assert_eq!(
        usernames(&find(&world, "wright").await["accounts"]),
        ["wright2"],
        "usernames are still found"
    );
    let examined = doctor::examine(&world.shell).await.unwrap();
    assert!(examined.findings[0].starts_with("5 people cannot be found by all words"), "{examined:?}");
    let repaired = doctor::repair(&world.shell, "boss").await.unwrap();
    assert_eq!(repaired.len(), 1, "{repaired:?}");
    assert_eq!(usernames(&find(&world, "wright").await["accounts"]), ["s.wright292", "wright2"]);
    assert!(doctor::examine(&world.shell).await.unwrap().findings.is_empty());
    Harm::LoseAccount("wright2").do_to(&world).await;
    check(&find(&world, "tom").await, &[], None);
}

#[tokio::test]
async fn what_is_looked_for_must_be_said() {
    let world = five().await;
    let (status, answer) = ask(&world, get("/find", &[])).await;
    assert_eq!((status, answer["detail"].as_str().unwrap()), (400, "`text` is missing: who is looked for"));
    let (status, _) = ask(&world, get("/find", &[("text", &"x".repeat(256))])).await;
    assert_eq!(status, 400);
    for text in ["-", "🎉", "\u{202e}", "a", "'; DROP TABLE", "=0123456789abcdef", "%"] {
        find(&world, text).await;
    }
}
