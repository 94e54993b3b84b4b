//! What the application keeps beside an account stays, whatever Rollcall does to the account (rule 9).

use super::tables::{Item, account_item, number, set_in_account, text};
use super::{ANN, ANN_AND_BEN, STAFF, account, assert_at_rest, people};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;

use rollcall_api::accounts::administer;
use rollcall_sync::store::RunStatus;

/// What the application adds to Ben's item: its path, and what it says.
fn own() -> Vec<(&'static str, AttributeValue)> {
    let preferences = AttributeValue::M([(String::from("theme"), text("dark"))].into_iter().collect());
    vec![
        ("last_login", number(1_767_225_600)),
        ("preferences", preferences),
        ("tags", AttributeValue::Ss(vec![String::from("pilot")])),
        ("#fields.nickname", text("Benny")),
        ("#fields.logins", number(7)),
        ("#fields.badges", AttributeValue::L(vec![text("gold")])),
    ]
}

fn get(item: &Item, path: &str) -> Option<AttributeValue> {
    match path.strip_prefix("#fields.") {
        Some(field) => item["fields"].as_m().unwrap().get(field).cloned(),
        None => item.get(path).cloned(),
    }
}

async fn assert_own_is_there(world: &World, after: &str) {
    let item = account_item(world, "ben").await;
    for (path, value) in own() {
        assert_eq!(get(&item, path), Some(value), "{path} after {after}");
    }
}

#[tokio::test]
async fn what_the_application_adds_to_an_account_stays() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    for (path, value) in own() {
        set_in_account(&world, "ben", path, value).await;
    }
    assert_eq!(
        world.sync(ANN_AND_BEN.replace("ben,ben,clerk", "ben,ben,boss")).await.status,
        RunStatus::Completed
    );
    assert_eq!(get(&account_item(&world, "ben").await, "#fields.title"), Some(text("boss")));
    assert_own_is_there(&world, "an update").await;

    world.sync(ANN).await;
    assert_eq!(people(&world).await["ben"], "left_scope");
    assert_own_is_there(&world, "a block").await;

    world.sync(ANN_AND_BEN).await;
    assert_eq!(people(&world).await["ben"], "active");
    assert_own_is_there(&world, "a return").await;

    administer::block(&world.shell, "ben", "ada", Some("lost laptop")).await.unwrap();
    assert_own_is_there(&world, "an administrator's block").await;
    administer::unblock(&world.shell, "ben", "ada").await.unwrap();
    assert_own_is_there(&world, "its lifting").await;
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_the_application_adds_makes_no_work_for_the_sync() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    for (path, value) in own() {
        set_in_account(&world, "ben", path, value).await;
    }
    assert_eq!(world.sync(ANN_AND_BEN).await.summary.unwrap().writes, 0);
}

#[tokio::test]
async fn a_local_edit_of_a_mapped_field_is_put_back() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    set_in_account(&world, "ben", "#fields.title", text("emperor")).await;
    assert_eq!(world.sync(ANN_AND_BEN).await.summary.unwrap().counts["updated"], 1);
    assert_eq!(get(&account_item(&world, "ben").await, "#fields.title"), Some(text("clerk")));
}

#[tokio::test]
async fn an_edited_username_is_put_back_and_the_run_goes_on() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    set_in_account(&world, "ann", "username", text("anna")).await;
    let run = world.sync(ANN_AND_BEN).await;
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    assert_eq!(account(&world, "ann").await.username.original(), "ann");
    assert_at_rest(&world).await;
}
