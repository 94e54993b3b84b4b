//! A listing is whole only if it adds up, and what the mapping names is there (rules 23 and 50).

use super::{assert_completed, assert_failed, five, quoted, run, seen, states, with_five, world_of};
use crate::fakes::FakeDirectory as _;
use crate::fakes::okta::{EVERYBODY, Group, Okta, User};
use serde_json::json;

#[tokio::test]
async fn a_role_that_is_narrowed_removes_nobody() {
    let (okta, world) = with_five().await;
    for unseen in [1, 2, 4] {
        okta.narrow_role(unseen);
        assert_failed(
            &run(&world).await,
            &format!("Okta counts 5 people in it and has shown {}", 5 - unseen),
        );
        assert!(states(&world).await.values().all(|state| *state == "active"));
    }
    okta.narrow_role(0);
    okta.set_groups(vec![Group::new(EVERYBODY, five()[..3].to_vec())]);
    let left = run(&world).await;
    assert_completed(&left);
    assert_eq!(left.summary.unwrap().counts["blocked_left"], 2);
}

#[tokio::test]
async fn a_group_that_shows_nobody_any_more_is_refused() {
    let okta = Okta::start().await;
    okta.set_groups(vec![Group::new(EVERYBODY, five()), Group::new("leads", five()[..2].to_vec())]);
    let world =
        world_of(&okta.source_of(&okta.by_token(), &format!("{}, \"leads\"", quoted(EVERYBODY)))).await;
    assert_completed(&run(&world).await);
    okta.set_groups(vec![Group::new(EVERYBODY, five()), Group::new("leads", Vec::new())]);
    assert_failed(&run(&world).await, "showed 2 in the last complete run");
}

#[tokio::test]
async fn a_name_that_is_another_group_today_is_refused() {
    let (okta, world) = with_five().await;
    let other = Group { name: EVERYBODY.to_owned(), ..Group::new("other", five()[..4].to_vec()) };
    okta.set_groups(vec![other]);
    assert_failed(&run(&world).await, "is another group than in the last complete run");
    assert_eq!(seen(&world.shell).await.len(), 5);
}

#[tokio::test]
async fn an_attribute_that_nobody_has_is_refused_or_said() {
    let okta = Okta::start().await;
    okta.set_groups(vec![Group::new(EVERYBODY, five())]);
    let source =
        |from: &str, to: &str| okta.source_of(&okta.by_token(), &quoted(EVERYBODY)).replace(from, to);
    for (from, to, name) in [
        ("\"userName\"", "\"username\"", "username"),
        ("\"title\"", "\"titel\"", "titel"),
        ("\"title\"", "\"Title\"", "Title"),
    ] {
        let world = world_of(&source(from, to)).await;
        assert_failed(&run(&world).await, &format!("nobody of the 5 people has the attribute {name:?}"));
    }
    let world = world_of(&source("", "")).await;
    let ran = run(&world).await;
    assert_completed(&ran);
    let note = "nobody of 5 has the mapped attribute \"title\" (`title`, rollcall.toml, line 12)";
    assert_eq!(ran.read.unwrap().notes, [note]);
}

#[tokio::test]
async fn a_person_without_the_mapped_username_is_named() {
    let okta = Okta::start().await;
    let mut users = five();
    users[4].profile.as_object_mut().unwrap().remove("userName");
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    let world = world_of(&okta.source()).await;
    let ran = run(&world).await;
    assert_completed(&ran);
    assert_eq!(ran.summary.unwrap().counts["error"], 1);
    assert_eq!(seen(&world.shell).await.len(), 4);
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_asked_for_in_parts() {
    let okta = Okta::start().await;
    let person = |number| User::new(&format!("00u{number}"), &format!("u{number}@example.com"), "ACTIVE");
    okta.set_groups(vec![Group::new(EVERYBODY, (0..130).map(person).collect())]);
    okta.serve_large_pages();
    okta.run_out_of_time_above(60);
    let world = world_of(&okta.source()).await;
    let ran = world.reset(true, None).await.unwrap();
    assert_eq!(ran.snapshot.unwrap().records, 130);
    let smaller = okta.source().replace("groups =", "page_items = 50\ngroups =");
    let world = world_of(&smaller).await;
    okta.take_asked();
    world.reset(true, None).await.unwrap();
    assert_eq!(okta.take_asked().len(), 3, "50, 50 and 30");
}

#[tokio::test]
async fn people_match_by_another_attribute_where_chosen() {
    let okta = Okta::start().await;
    let mut users = five();
    for (number, user) in users.iter_mut().enumerate() {
        user.profile["employeeNumber"] = json!(format!("E{number}"));
    }
    users[4].profile.as_object_mut().unwrap().remove("employeeNumber");
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    let source = okta.source().replace("groups =", "match_field = \"employeeNumber\"\ngroups =");
    let world = world_of(&source).await;
    let ran = run(&world).await;
    assert_completed(&ran);
    assert_eq!(ran.summary.unwrap().counts["skipped_missing_key"], 1);
    assert_eq!(seen(&world.shell).await["ann@example.com"].1, "E0");
}

#[tokio::test]
async fn a_group_in_other_letters_gets_a_hint_and_twins_their_ids() {
    let okta = Okta::start().await;
    let twin = |name: &str, of: &str| Group { name: name.to_owned(), ..Group::new(of, five()) };
    okta.set_groups(vec![Group::new("Staff", five()), twin("twins", "one"), twin("twins", "two")]);
    let world = world_of(&okta.source_of(&okta.by_token(), "\"staff\"")).await;
    assert_failed(&run(&world).await, "did you mean \"Staff\"?");
    let world = world_of(&okta.source_of(&okta.by_token(), "\"twins\"")).await;
    assert_failed(&run(&world).await, &format!("{} (OKTA_GROUP)", Group::new("one", Vec::new()).id));
    let world = world_of(&okta.source_of(&okta.by_token(), "\"00g123\"")).await;
    assert_failed(&run(&world).await, "if it is an id, it must have 20 characters");
}

#[tokio::test]
async fn the_people_of_an_application_are_in_scope() {
    let okta = Okta::start().await;
    let mut users = five();
    users[4].status = json!("SUSPENDED");
    let app = Group::new("people of the app", users);
    let name = format!("\"app:{}\"", app.id.replacen("00g", "0oa", 1));
    okta.set_groups(vec![app]);
    for credential in [okta.by_token(), okta.by_key("rsa.pem")] {
        let world = world_of(&okta.source_of(&credential, &name)).await;
        let ran = run(&world).await;
        assert_completed(&ran);
        let counts = ran.summary.unwrap().counts;
        assert_eq!((counts["created_active"], counts["skipped_disabled"]), (4, 1));
    }
    let world = world_of(&okta.source_of(&okta.by_token(), "\"app:0oa404\"")).await;
    assert_failed(&run(&world).await, "does not exist in Okta");
}
