//! What an explanation says in every state: nothing that is not so, and nothing that another source or a person could
//! prevent (rule 33).

use super::api::{ask, get};
use super::api_queries::id_of;
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_core::fields::Fields;
use rollcall_core::licence::{Limit, SeatCount};
use serde_json::json;

const CONFIG: &str = r#"
[licence]
seats = 3
[guard]
min_removals = 1
[protect]
usernames = ["vip"]
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
active = "active"
admin = "admin"
"#;

/// A file of people: a name alone is an active one.
fn file(people: &[&str]) -> String {
    let row = |person: &&str| {
        let (name, more) = person.split_once(' ').unwrap_or((person, ""));
        let active = if more == "disabled" { "false" } else { "true" };
        let admin = if more == "admin" { "true" } else { "false" };
        format!("{name},{name},{active},{admin}\n")
    };
    let rows: String = people.iter().map(row).collect();
    format!("key,username,active,admin\n{rows}")
}

async fn synced(config: &str, files: &[&[&str]]) -> World {
    let world = World::new(config).await;
    for people in files {
        world.sync(file(people)).await;
    }
    world
}

/// The whole explanation, a sentence a line.
async fn explained(world: &World, username: &str) -> String {
    let id = id_of(world, username).await;
    let (status, account) = ask(world, get(&format!("/accounts/{id}"), &[])).await;
    assert_eq!(status, 200, "{account}");
    let explanation = &account["explanation"];
    let next = explanation["next"].as_array().unwrap().iter().map(|next| next.as_str().unwrap());
    let lines: Vec<&str> = std::iter::once(explanation["why"].as_str().unwrap()).chain(next).collect();
    lines.join("\n")
}

async fn assert_explained(world: &World, username: &str, says: &[&str], never: &[&str]) {
    let text = explained(world, username).await;
    for part in says {
        assert!(text.contains(part), "{username}: {part:?} is missing in\n{text}");
    }
    for part in never {
        assert!(!text.contains(part), "{username}: {part:?} is said in\n{text}");
    }
}

async fn set_limit(world: &World, seats: u64) {
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(seats)), "boss").await.unwrap();
}

#[tokio::test]
async fn who_is_active_or_waits_is_told_what_the_last_run_found() {
    let world = synced(CONFIG, &[&["ann", "ben", "cem", "dan", "eva"]]).await;
    let found = "The last complete run of staff (2026-01-01 00:01 UTC) found them in scope.";
    assert_explained(&world, "ann", &["is active and holds a seat.", found], &[]).await;
    let waits = [
        "has been waiting for a seat since 2026-01-01 00:01 UTC",
        found,
        "number 2 of 2 in the line of staff",
    ];
    assert_explained(&world, "eva", &waits, &[]).await;
    let seats =
        ["2 seats must become free, fewer if somebody before them leaves the line", "then seats them."];
    assert_explained(&world, "eva", &seats, &["another source"]).await;
    assert_explained(&world, "dan", &["One seat must become free, or the licence be raised"], &["fewer"])
        .await;
    // The file that cannot be read says nothing of anybody.
    world.sync("nonsense").await;
    assert_explained(&world, "ann", &[found], &[]).await;
    assert_explained(&world, "dan", &[found, "The last run of staff failed"], &[]).await;
}

#[tokio::test]
async fn no_sync_is_said_to_touch_a_local_account() {
    let world = synced(CONFIG, &[&["ann"]]).await;
    administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    let local = ["is active and holds a seat. This is a local account: no sync touches it."];
    assert_explained(&world, "root", &local, &["scope"]).await;
}

#[tokio::test]
async fn whose_removal_is_held_is_not_said_to_be_in_scope() {
    let world = synced(CONFIG, &[&["ann", "ben", "cem", "dan", "eva"]]).await;
    world.sync(file(&["ann", "cem disabled", "eva"])).await;
    let held = "but the removals of that run are held until a person approves them.";
    let decide = "Approve the removals of that run, and this person is blocked; or leave them";
    let left = ["holds a seat", "did not find them in the groups or the file, ", held, decide];
    assert_explained(&world, "ben", &left, &["found them in scope"]).await;
    let disabled = ["holds a seat", "found them disabled in the directory, ", held, decide];
    assert_explained(&world, "cem", &disabled, &["found them in scope"]).await;
    let waits = ["did not find them in the groups or the file, ", held, "keep their place", "get no seat"];
    assert_explained(&world, "dan", &waits, &["then seats them"]).await;
    assert_explained(&world, "eva", &["found them in scope", "then seats them"], &["held"]).await;
}

#[tokio::test]
async fn who_is_protected_is_told_why() {
    let people: &[&str] = &["ann admin", "vip", "ben"];
    let world = synced(CONFIG, &[people, &["ben"]]).await;
    let ann = ["did not find them in the groups or the file, but they are protected: no other administrator"];
    assert_explained(&world, "ann", &ann, &["found them in scope"]).await;
    let vip = ["holds a seat", "but they are protected: their username is exempt from removals"];
    assert_explained(&world, "vip", &vip, &["found them in scope"]).await;
    let full = synced(&CONFIG.replace("seats = 3", "seats = 0"), &[&["ben", "vip"], &["ben"]]).await;
    set_limit(&full, 9).await;
    let waits =
        ["has been waiting for a seat", "is exempt", "get no seat before staff has them in scope again"];
    assert_explained(&full, "vip", &waits, &["the next run seats them"]).await;
}

#[tokio::test]
async fn a_person_of_an_unclear_row_is_not_called_in_scope() {
    let config = CONFIG.replace("seats = 3", "seats = 1");
    let world = synced(&config, &[&["ann", "ben"], &["ann", "Ann", "ben", "Ben"]]).await;
    let active =
        ["holds a seat", "could not tell whether they are in scope", "line 2 is the same person as line 3"];
    assert_explained(&world, "ann", &active, &["found them in scope"]).await;
    let waits = ["line 4 is the same person as line 5", "get no seat before that is mended"];
    assert_explained(&world, "ben", &waits, &["then seats them"]).await;
    world.sync("key,username,active,admin\nann,ann,perhaps,false\nben,ben,true,false\n").await;
    assert_explained(&world, "ann", &["holds a seat", "line 2 cannot be read: "], &["found them in scope"])
        .await;
}

#[tokio::test]
async fn a_leaver_is_told_the_way_back_and_promised_no_seat() {
    let people: &[&str] = &["ann", "ben", "cem", "dan", "eva", "fay", "gus"];
    let config = CONFIG.replace("seats = 3", "seats = 20").replace("min_removals = 1", "min_removals = 9");
    let world = synced(&config, &[people, &["ann disabled", "cem", "dan", "eva", "fay", "gus"]]).await;
    let if_left = "If one is left when their turn comes, they are active again then";
    let ben = [
        "left the scope of staff at 2026-01-01 00:02 UTC.",
        "did not find them in the groups or the file.",
        "Put the person back",
        if_left,
    ];
    assert_explained(&world, "ben", &ben, &["A seat is free, so"]).await;
    let ann = [
        "when staff had them as disabled.",
        "found them disabled in the directory.",
        "Enable the person",
        if_left,
    ];
    assert_explained(&world, "ann", &ann, &["A seat is free, so"]).await;
    set_limit(&world, 5).await;
    assert_explained(&world, "ben", &["No seat is free at this moment (5 of 5 are used)"], &[if_left]).await;
    administer::set_limit(&world.shell, Limit::Unlimited, "boss").await.unwrap();
    assert_explained(&world, "ann", &["There is no limit, so they are active again then."], &[]).await;
    world.sync(file(&["ben", "Ben", "ann disabled", "cem", "dan", "eva", "fay", "gus"])).await;
    let twice =
        ["left the scope", "could not tell whether they are in scope", "Mend what is said of the person"];
    assert_explained(&world, "ben", &twice, &["Put the person back"]).await;
}

#[tokio::test]
async fn whom_a_person_blocked_is_told_what_lies_beneath() {
    let config = CONFIG.replace("min_removals = 1", "min_removals = 9");
    let world = synced(&config, &[&["ann", "ben", "cem", "dan"]]).await;
    for name in ["ann", "ben", "cem", "dan"] {
        administer::block(&world.shell, name, "boss", Some("lost laptop")).await.unwrap();
    }
    let blocked =
        ["boss blocked ann at 2026-01-01 00:01 UTC (\"lost laptop\").", "Unblock them: no sync ever lifts"];
    assert_explained(&world, "ann", &blocked, &[]).await;
    assert_explained(&world, "ann", &["A seat is free, so they are active at once."], &[]).await;
    assert_explained(&world, "dan", &["go back to that place in the line"], &[]).await;
    world.sync(file(&["ann", "cem disabled", "dan"])).await;
    assert_explained(
        &world,
        "ann",
        &["left them alone, as a person had blocked them."],
        &["found them in scope"],
    )
    .await;
    assert_explained(&world, "ben", &["They left the directory's scope at 2026-01-01 00:02 UTC"], &[]).await;
    assert_explained(
        &world,
        "cem",
        &["The directory has had them as disabled since 2026-01-01 00:02 UTC"],
        &[],
    )
    .await;
    set_limit(&world, 0).await;
    assert_explained(
        &world,
        "ann",
        &["No seat is free at this moment (0 of 0 are used), so they wait in the line then."],
        &[],
    )
    .await;
    set_limit(&world, 3).await;
    administer::unblock(&world.shell, "ann", "boss").await.unwrap();
    let lifted = ["is active and holds a seat.", "left them alone, as a person had blocked them."];
    assert_explained(&world, "ann", &lifted, &["found them in scope"]).await;
}

#[tokio::test]
async fn seats_to_free_are_counted_over_the_limit_and_with_reserve() {
    let config = CONFIG.replace("seats = 3", "seats = 4\nreserve = 1");
    let world = synced(&config, &[&["ann", "ben", "cem", "dan"]]).await;
    assert_explained(&world, "dan", &["number 1 of 1", "One seat must become free"], &[]).await;
    set_limit(&world, 2).await;
    assert_explained(&world, "dan", &["3 seats must become free (the licence is over by 1)"], &[]).await;
    set_limit(&world, 5).await;
    assert_explained(
        &world,
        "dan",
        &["A seat is free for them: the next run seats them if they are still in scope."],
        &[],
    )
    .await;
    assert_eq!(world.sync(file(&["ann", "ben", "cem", "dan"])).await.summary.unwrap().used, 4);
}

#[tokio::test]
async fn no_seat_is_promised_that_another_source_may_give_away() {
    let second = CONFIG.split("[[source]]").nth(1).unwrap().replace("staff", "guests");
    let world = synced(&format!("{CONFIG}[[source]]{second}"), &[&["ann", "ben", "cem", "dan", "eva"]]).await;
    let unless = "unless a run of another source takes them first.";
    assert_explained(&world, "dan", &["One seat must become free", unless], &[]).await;
    set_limit(&world, 4).await;
    assert_explained(
        &world,
        "dan",
        &["the next run seats them if they are still in scope, unless a run", "Sync now"],
        &[],
    )
    .await;
    assert_explained(&world, "eva", &["1 seat is free", unless.trim_end_matches('.'), "1 more must"], &[])
        .await;
}

#[tokio::test]
async fn a_row_without_a_key_does_not_hide_that_somebody_is_in_scope() {
    let world = synced(CONFIG, &[&["ann"]]).await;
    world.sync(format!("{},ann,true,false\n", file(&["ann"]))).await;
    assert_explained(&world, "ann", &["found them in scope"], &["could not tell"]).await;
}

#[tokio::test]
async fn after_grace_a_held_removal_is_told_as_held() {
    let grace = CONFIG.replace("usernames = [\"vip\"]", "usernames = [\"vip\"]\ngrace = \"1h\"");
    let world = synced(&grace, &[&["ann", "ben", "cem"], &["cem"]]).await;
    assert_explained(&world, "ann", &["has been missing from staff since", "Their grace ends at"], &["held"])
        .await;
    world.wait(2 * 60 * 60 * 1000);
    world.sync(file(&["cem"])).await;
    let held = [
        "has been missing from staff since",
        "are held until a person approves them",
        "Approve the removals",
    ];
    assert_explained(&world, "ann", &held, &["Their grace ends"]).await;
}

/// More runs than anything reads at once.
const MANY_RUNS: usize = 101;

#[tokio::test]
async fn the_last_run_is_found_behind_many_of_another_source() {
    let other = "[[source]]\nname = \"guests\"\nkind = \"csv\"\nobject = \"inbox/guests.csv\"\n\
                 match_field = \"key\"\n[source.mapping]\nusername = \"key\"\n";
    let world = World::new(&format!("{CONFIG}{other}")).await;
    world.put_csv(file(&["ann", "ben", "cem", "dan"])).await;
    start(&world, "staff", false).await;
    world.put_csv("nonsense").await;
    start(&world, "staff", false).await;
    world.shell.store.put_object("inbox/guests.csv", b"key\nzoe\n".to_vec()).await.unwrap();
    for _ in 0..MANY_RUNS {
        start(&world, "guests", true).await;
    }
    assert_explained(&world, "dan", &["found them in scope", "The last run of staff failed"], &[]).await;
}

/// A run of a source, from beginning to end.
async fn start(world: &World, source: &str, dry_run: bool) {
    let event = events::http_event(&json!({ "source": source, "dry_run": dry_run }), "boss");
    let answer = rollcall_reset::handle(event, &world.shell).await.unwrap();
    assert_eq!(answer["statusCode"], 202, "{answer}");
    events::drain(&world.shell).await.unwrap();
    world.tick();
}

#[tokio::test]
async fn whose_id_two_rows_have_is_not_said_to_be_in_scope() {
    let config = CONFIG.replace("match_field = \"key\"", "match_field = \"key\"\nimmutable_id = \"id\"");
    let world = World::new(&config).await;
    let file = |rows: &str| format!("key,id,username,active,admin\nben,2,ben,true,false\n{rows}");
    world.sync(file("ann,1,ann,true,false\n")).await;
    assert_explained(&world, "ann", &["found them in scope"], &[]).await;
    // Neither row has her key.
    world.sync(file("ann1,1,ann,true,false\nann2,1,ann,true,true\n")).await;
    assert_explained(&world, "ann", &["is active and holds a seat"], &["found them in scope"]).await;
    assert_explained(&world, "ben", &["found them in scope"], &[]).await;
}
