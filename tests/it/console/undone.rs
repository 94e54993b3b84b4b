//! The way back after a wrong file, in the console, without a script: a button, a page that names everybody, a button
//! (rule 58).

use super::{assert_says, get, location, post};
use crate::handlers::people;
use crate::handlers::undo::{accounts, undo, without, wrong_file};
use crate::world::World;
use rollcall::events;
use serde_json::json;

#[tokio::test]
async fn a_run_is_taken_back_with_two_buttons() {
    let (world, before, wrong) = wrong_file().await;
    let path = format!("/console/runs/{}", wrong.id);
    let page = get(&world, &path, &[]).await;
    let form = format!("action=\"{path}/undo\"");
    assert_says(&page, 200, &["If this was a mistake", "Show what an undo would do", &form]);

    // The first button changes nothing: its page names everybody.
    let shown = post(&world, &format!("{path}/undo"), &[("dry_run", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let (dry_path, _) = location(&shown).split_once('?').unwrap();
    let page = get(&world, dry_path, &[]).await;
    let says =
        ["Would go back", "cem", "dee", "eva", "fay", "has a seat again", "Do it: take it back", &form];
    assert_says(&page, 200, &says);
    assert!(!page.body.contains("Do it: sync"), "{}", page.body);
    assert_ne!(accounts(&world).await, before);

    let done = post(&world, &format!("{path}/undo"), &[]).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(accounts(&world).await, before);
    let (undo_path, _) = location(&done).split_once('?').unwrap();
    let page = get(&world, undo_path, &[]).await;
    assert_says(&page, 200, &["6 accounts are again what they were", "Went back", &path]);
    // The run says so from then on, and offers no second undo.
    let page = get(&world, &path, &[]).await;
    assert_says(&page, 200, &["Taken back by", "ada@example.org", undo_path]);
    assert!(!page.body.contains("Show what an undo would do"), "{}", page.body);
    let marks =
        ["6 accounts are again what they were", "undo of a run</a>", "taken back</a>", "<small>undo</small>"];
    assert_says(&get(&world, "/console/runs", &[]).await, 200, &marks);
    let page = get(&world, "/console", &[]).await;
    let says = ["5 of 5", "<b>Taken back</b>", "was taken back, and the file that it read still counts"];
    assert_says(&page, 200, &says);
    assert!(!page.body.contains("people lost access"), "{}", page.body);
}

#[tokio::test]
async fn who_is_left_alone_is_named_with_the_reason() {
    let (world, _, wrong) = wrong_file().await;
    rollcall_api::accounts::administer::block(&world.shell, "fay", "boss", None).await.unwrap();
    let shown = post(&world, &format!("/console/runs/{}/undo", wrong.id), &[("dry_run", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, location(&shown).split_once('?').unwrap().0, &[]).await;
    assert_says(&page, 200, &["Would be left alone", "fay", "it has changed since"]);
    let refused = post(&world, "/console/runs/nobody/undo", &[]).await;
    assert_says(&refused, 404, &["there is no run nobody"]);
}

#[tokio::test]
async fn who_was_given_back_and_is_missing_still_is_named() {
    let (world, before, wrong) = wrong_file().await;
    let undone = undo(&world, &wrong.id, &json!({})).await;
    let page = get(&world, &format!("/console/runs/{}", undone.id), &[]).await;
    assert_says(&page, 200, &["The wrong file still lies there", "Put the earlier file back"]);
    let again = world.sync(without(&["cem", "dee", "eva"])).await;
    assert_eq!(accounts(&world).await, before);
    let path = format!("/console/runs/{}", again.id);
    let page = get(&world, &path, &[]).await;
    let says =
        ["Still missing: 3 people to whom an undo gave something back", "cem", "Approve these changes"];
    assert_says(&page, 200, &says);
    assert_says(&page, 200, &["because an undo gave these people back what they have"]);
    let missing =
        ["3 people to whom an undo gave something back", "the file that counts still lacks them", &path];
    assert_says(&get(&world, "/console", &[]).await, 200, &missing);
    post(&world, &format!("{path}/approve"), &[("sure", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(people(&world).await["cem"], "left_scope");
}

#[tokio::test]
async fn undo_of_an_approval_says_that_the_wrong_file_still_counts() {
    let world = World::new(&format!("[guard]\nmin_removals = 1\n{}", crate::handlers::undo::CONFIG)).await;
    world.sync(crate::handlers::undo::csv_of_all()).await;
    let held = world.sync(without(&["ann", "ben", "cem", "dee", "eva"])).await;
    let done = post(&world, &format!("/console/runs/{}/approve", held.id), &[("sure", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let approval = location(&done).split('?').next().unwrap().to_owned();
    let back = "Put the earlier file back";
    let page = get(&world, &approval, &[]).await;
    assert_says(&page, 200, &["If this file was wrong", back, "(approval)"]);
    let at = |said: &str| page.body.find(said).unwrap();
    assert!(at("Show what an undo would do") < at(back), "the accounts come first, then the file");
    let undone = post(&world, &format!("{approval}/undo"), &[]).await;
    events::drain(&world.shell).await.unwrap();
    let undo = location(&undone).split('?').next().unwrap().to_owned();
    let says = ["The wrong file still lies there", "inbox/staff.csv", back];
    assert_says(&get(&world, &undo, &[]).await, 200, &says);
    // Once another file counts, nothing is said of the old one.
    world.sync(crate::handlers::undo::csv_of_all()).await;
    let page = get(&world, &undo, &[]).await;
    assert!(!page.body.contains("still lies there"), "{}", page.body);
}

#[tokio::test]
async fn the_undo_of_a_put_back_first_asks_which_run_is_meant() {
    let (world, _, wrong) = wrong_file().await;
    world.tick();
    let back = events::post_previous(&world.shell, world.source(), false).await.unwrap();
    world.finish(&back).await;
    let path = format!("/console/runs/{back}");
    let named = format!("href=\"/console/runs/{}#undo-title\"", wrong.id);
    assert_says(&get(&world, &path, &[]).await, 200, &["only put the earlier file back", &named]);
    let before = accounts(&world).await;
    let asks = post(&world, &format!("{path}/undo"), &[("dry_run", "1")]).await;
    assert_says(&asks, 200, &["Which run do you mean?", &named, "name=\"sure\"", "name=\"dry_run\""]);
    assert_says(&post(&world, &format!("{path}/undo"), &[]).await, 200, &["Which run do you mean?"]);
    assert_eq!(accounts(&world).await, before);
    let shown = post(&world, &format!("{path}/undo"), &[("dry_run", "1"), ("sure", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, location(&shown).split_once('?').unwrap().0, &[]).await;
    assert_says(&page, 200, &["Do it: take it back"]);
    let log = get(&world, "/console/audit", &[("outcome", "run_requested")]).await;
    assert_says(&log, 200, &["earlier file put back</small>"]);
}

#[tokio::test]
async fn where_people_came_back_the_run_to_take_back_is_named() {
    let (world, _, wrong) = wrong_file().await;
    let right = world.sync(crate::handlers::undo::csv_of_all()).await;
    let page = get(&world, &format!("/console/runs/{}", right.id), &[]).await;
    let named = format!("href=\"/console/runs/{}#undo-title\"", wrong.id);
    assert_says(&page, 200, &["People came back in this run and wait.", &named]);
}
