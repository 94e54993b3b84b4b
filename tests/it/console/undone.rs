//! The way back after a wrong file, in the console, without a script: a button, a page that names everybody, a button
//! (rule 58).

use super::{assert_says, get, location, post};
use crate::handlers::undo::{accounts, wrong_file};
use rollcall::events;

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
    assert_says(&get(&world, "/console/runs", &[]).await, 200, &["6 accounts are again what they were"]);
    assert_says(&get(&world, "/console", &[]).await, 200, &["5 of 5"]);
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
