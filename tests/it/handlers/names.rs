//! How an account is known, changed by a person: another username for somebody who has left (rule 55), another match key for
//! the same person under a new one (rule 54).

use super::api::{answer, ask, get, send, with_token};
use super::api_commands::{ROLES, entry as entry_of};
use super::api_queries::id_of;
use super::{STAFF, assert_at_rest};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::{administer, names};
use rollcall_core::account::Account;
use rollcall_core::fields::Fields;
use rollcall_sync::store::{RunRecord, RunStatus};
use serde_json::{Value, json};

/// A source whose directory has an id of its own for everybody.
const WITH_IDS: &str = r#"
[licence]
seats = 5
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
immutable_id = "id"
[source.mapping]
username = "username"
display_name = "name"
"#;

async fn act(world: &World, username: &str, what: &str, body: Value) -> (i64, Value) {
    let id = id_of(world, username).await;
    ask(world, send("POST", &format!("/accounts/{id}/{what}"), &body)).await
}

async fn account(world: &World, username: &str) -> Account {
    administer::find(&world.shell, username).await.unwrap()
}

/// Why the run could not process somebody.
fn reasons(run: &RunRecord) -> Vec<String> {
    let summary = run.summary.as_ref().unwrap();
    summary.unprocessed.iter().filter_map(|one| one.reason.clone()).collect()
}

fn count(run: &RunRecord, outcome: &str) -> u64 {
    run.summary.as_ref().unwrap().counts.get(outcome).copied().unwrap_or(0)
}

/// Ann has left, and another Ann comes.
async fn another_ann() -> World {
    let world = World::new(WITH_IDS).await;
    world.sync("key,id,username,name\n1,i1,ann,Ann Day\n2,i2,ben,Ben Fox\n").await;
    world.sync("key,id,username,name\n2,i2,ben,Ben Fox\n").await;
    world
}

const NEW_ANN: &str = "key,id,username,name\n2,i2,ben,Ben Fox\n3,i3,ann,Ann Lee\n";

#[tokio::test]
async fn a_newcomer_gets_the_username_of_a_person_who_was_renamed() {
    let world = another_ann().await;
    let since = account(&world, "ann").await.state.block().unwrap().since;
    let run = world.sync(NEW_ANN).await;
    assert_eq!(count(&run, "conflict"), 1);
    let said = reasons(&run).join("");
    for part in [
        &format!("\"ann\" (Ann Day, source staff, blocked as left_scope since {since})"),
        "Another person: `rollcall rename ann NEW`",
        "The same person: `rollcall rekey ann 3`",
    ] {
        assert!(said.contains(part), "{part} is missing in: {said}");
    }
    let (status, renamed) = act(&world, "ann", "rename", json!({ "username": "ann.day" })).await;
    assert_eq!(
        (status, &renamed["username"], &renamed["reason"]),
        (200, &json!("ann.day"), &json!("left_scope"))
    );
    let entry = entry_of(&world, "renamed_by_admin").await;
    assert_eq!(entry["changes"], json!([{ "field": "username", "old": "ann", "new": "ann.day" }]));
    assert_eq!(entry["actor"], "ada@example.org");
    let run = world.sync(NEW_ANN).await;
    assert_eq!((count(&run, "created_active"), count(&run, "conflict")), (1, 0));
    assert_eq!(account(&world, "ann").await.full_name().as_deref(), Some("Ann Lee"));
    assert_eq!(world.sync(NEW_ANN).await.summary.unwrap().writes, 0, "nothing puts the name back");
    // The first Ann returns: her name is taken, and it is said by whom.
    let both = format!("{NEW_ANN}1,i1,ann,Ann Day\n");
    let holder = "\"ann\" (Ann Lee, source staff, active)";
    assert_eq!(count(&world.sync(both.clone()).await, "reactivated"), 1);
    let back = entry_of(&world, "reactivated").await;
    assert!(back["reason"].as_str().unwrap().contains(holder), "{back}");
    let said = reasons(&world.sync(both).await).join("");
    assert!(said.contains(holder), "{said}");
    assert!(account(&world, "ann.day").await.state.holds_seat(), "she is back under the name that she has");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn who_returns_gets_the_mapped_username_back_where_it_is_free() {
    let world = another_ann().await;
    act(&world, "ann", "rename", json!({ "username": "ann.day" })).await;
    let run = world.sync("key,id,username,name\n1,i1,ann,Ann Day\n2,i2,ben,Ben Fox\n").await;
    assert_eq!(
        (run.status, count(&run, "reactivated"), count(&run, "conflict")),
        (RunStatus::Completed, 1, 0)
    );
    assert!(account(&world, "ann").await.state.holds_seat());
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_rename_that_cannot_be_says_why_and_changes_nothing() {
    let world = another_ann().await;
    administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    for (user, body, status, words) in [
        ("ben", json!({ "username": "x" }), 409, "only an account whose person has left"),
        ("root", json!({ "username": "x" }), 409, "is a local account"),
        ("ann", json!({ "username": "BEN" }), 409, "belongs to \\\"ben\\\" (Ben Fox, source staff, active)"),
        ("ann", json!({ "username": " " }), 400, "the username is empty"),
        ("ann", json!({}), 400, "username"),
        ("ann", json!({ "username": "x", "y": 1 }), 400, "unknown field"),
        (
            "ann",
            json!({ "username": "a\u{7}b" }),
            400,
            "the username holds a control character (U+0007); remove it\"",
        ),
    ] {
        let (answered, problem) = act(&world, user, "rename", body.clone()).await;
        assert_eq!(answered, status, "{user} {body}: {problem}");
        assert!(problem.to_string().contains(words), "{problem}");
    }
    assert_eq!(account(&world, "ann").await.version, 2);
    // A second request finds it done.
    let (_, once) = act(&world, "ann", "rename", json!({ "username": "ann.day" })).await;
    let again = format!("/accounts/{}/rename", once["id"].as_str().unwrap());
    let (status, twice) = ask(&world, send("POST", &again, &json!({ "username": "ann.day" }))).await;
    assert_eq!((status, twice), (200, once));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_key_that_lost_a_zero_is_cured_by_one_command() {
    let world = World::new(STAFF).await;
    world.sync("key,username,title\n0012,ann,clerk\n13,ben,clerk\n").await;
    let retyped = "key,username,title\n12,ann,clerk\n13,ben,clerk\n";
    let run = world.sync(retyped).await;
    assert_eq!((count(&run, "conflict"), count(&run, "held")), (1, 1));
    let said = reasons(&run).join("");
    assert!(said.contains("The same person: `rollcall rekey ann 12`."), "{said}");
    let (status, rekeyed) = act(&world, "ann", "rekey", json!({ "match_key": "12" })).await;
    assert_eq!((status, &rekeyed["match_key"], &rekeyed["state"]), (200, &json!("12"), &json!("active")));
    let entry = entry_of(&world, "rekeyed_by_admin").await;
    assert_eq!(entry["changes"], json!([{ "field": "match_key", "old": "0012", "new": "12" }]));
    let run = world.sync(retyped).await;
    assert_eq!(
        (run.status, run.summary.unwrap().writes),
        (RunStatus::Completed, 0),
        "the key is theirs already"
    );
    assert_eq!(administer::all_accounts(&world.shell).await.unwrap().len(), 2, "nobody twice");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_person_made_anew_in_the_directory_is_cured_by_one_command() {
    let world = World::new(WITH_IDS).await;
    world.sync("key,id,username,name\n1,i1,ann,Ann Day\n2,i2,ben,Ben Fox\n").await;
    // The same key, another id.
    let anew = "key,id,username,name\n1,j1,ann,Ann Day\n2,i2,ben,Ben Fox\n";
    let run = world.sync(anew).await;
    assert_eq!((count(&run, "conflict"), count(&run, "held")), (1, 1));
    assert!(reasons(&run).join("").contains("`rollcall rekey ann 1`"), "{run:?}");
    assert_eq!(act(&world, "ann", "rekey", json!({ "match_key": "1" })).await.0, 200);
    let run = world.sync(anew).await;
    assert_eq!((run.status, count(&run, "updated"), count(&run, "conflict")), (RunStatus::Completed, 1, 0));
    let (_, shown) = ask(&world, get("/accounts", &[("text", "ann")])).await;
    assert_eq!(
        (&shown["accounts"][0]["immutable_id"], &shown["accounts"][0]["state"]),
        (&json!("j1"), &json!("active"))
    );
    assert_eq!(world.sync(anew).await.summary.unwrap().writes, 0);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_key_that_somebody_has_or_a_run_under_way_refuses_a_new_key() {
    let world = World::new(STAFF).await;
    world.sync("key,username,title\n1,ann,clerk\n2,ben,clerk\n").await;
    administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    for (user, key, status, words) in [
        ("ann", "２", 409, "\\\"ben\\\" (source staff, active) has the match key"),
        ("root", "9", 409, "is a local account"),
        ("ann", "", 400, "the match key is empty"),
        // Typed here, not exported from a directory.
        ("ann", "a\u{7}b", 400, "the match key holds a control character (U+0007); remove it\""),
        ("ann", &"k".repeat(256), 400, "has 256 characters, at most 255 are allowed; shorten it\""),
    ] {
        let (answered, problem) = act(&world, user, "rekey", json!({ "match_key": key })).await;
        assert_eq!(answered, status, "{user} {key}: {problem}");
        assert!(problem.to_string().contains(words), "{problem}");
    }
    let run = events::drop_notice(&world.shell, world.source()).await.unwrap();
    let (status, problem) = act(&world, "ann", "rekey", json!({ "match_key": "9" })).await;
    assert_eq!(status, 409, "{problem}");
    assert!(problem.to_string().contains(&format!("run {run} of this source is under way")), "{problem}");
    world.finish(&run).await;
    assert_eq!(act(&world, "ann", "rekey", json!({ "match_key": "9" })).await.0, 200);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_run_that_begins_while_a_key_is_changed_makes_nobody_twice() {
    let world = World::new(STAFF).await;
    let both = "key,username,title\n1,ann,clerk\n2,ben,clerk\n";
    world.sync(both).await;
    let other = world.process(None);
    let rekeying = async {
        for round in 0..20 {
            drop(names::rekey(&other, "ann", if round % 2 == 0 { "7" } else { "1" }, "boss").await);
        }
    };
    let syncing = async {
        for _ in 0..10 {
            world.sync(both).await;
        }
    };
    tokio::join!(rekeying, syncing);
    let accounts = administer::all_accounts(&world.shell).await.unwrap();
    let mut keys: Vec<&str> = accounts.iter().map(|account| account.key().unwrap().folded()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!((accounts.len(), keys.len()), (2, 2), "{accounts:?}");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn who_may_only_look_at_configurations_changes_no_name() {
    let world = World::new(&format!("{STAFF}{ROLES}")).await;
    world.sync("key,username,title\n1,ann,clerk\n").await;
    let ann = administer::find(&world.shell, "ann").await.unwrap().id;
    for (what, body) in [("rename", json!({ "username": "x" })), ("rekey", json!({ "match_key": "7" }))] {
        let event = send("POST", &format!("/accounts/{ann}/{what}"), &body);
        let event = with_token(event, &json!({ "sub": "sy", "groups": ["sync"] }));
        assert_eq!(answer(event, &world.shell).await["statusCode"], 403, "{what}");
    }
}
