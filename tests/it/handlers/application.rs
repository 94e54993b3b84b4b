//! The contract with the application (rule 63): what it keeps beside an account stays, whatever Rollcall does to the account
//! (rule 9), and it finds an account with two point reads.

use super::tables::{Item, account_item, number, set_in_account, text};
use super::{ANN, ANN_AND_BEN, STAFF, account, assert_at_rest, people};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_core::fields::Fields;

use rollcall_api::accounts::administer;
use rollcall_sync::doctor;
use rollcall_sync::store::{Names, RunStatus};

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

/// Reads an account as an application does: the claim under the folded username names the account's whole key.
async fn in_two_reads(world: &World, folded: &str) -> Option<Item> {
    let Names { accounts, usernames, .. } = Names::local();
    let claim = world.dynamo().get_item().table_name(usernames).key("username", text(folded));
    let claim = claim.send().await.unwrap().item?;
    let account = world.dynamo().get_item().table_name(accounts);
    let account = account.key("shard", claim["shard"].clone()).key("id", claim["account"].clone());
    account.send().await.unwrap().item
}

#[tokio::test]
async fn an_application_finds_an_account_in_two_point_reads() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    assert_eq!(in_two_reads(&world, "ann").await.unwrap(), account_item(&world, "ann").await);
    // A username that changes takes its claim along.
    world.sync(ANN_AND_BEN.replace("ann,ann,", "ann,Anna Lee,")).await;
    assert_eq!(in_two_reads(&world, "anna lee").await.unwrap()["username"], text("Anna Lee"));
    assert_eq!(in_two_reads(&world, "ann").await, None);
    administer::add_local(&world.shell, "Root", true, Fields::new(), "boss").await.unwrap();
    assert_eq!(in_two_reads(&world, "root").await.unwrap()["state"], text("active"));
}

#[tokio::test]
async fn rollcall_does_not_need_the_shard_in_a_claim() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let mut update = world.dynamo().update_item().table_name(Names::local().usernames);
    update = update
        .key("username", text("ann"))
        .update_expression("REMOVE #shard")
        .expression_attribute_names("#shard", "shard");
    update.send().await.unwrap();
    assert_eq!(world.sync(ANN_AND_BEN).await.summary.unwrap().writes, 0);
    assert_eq!(account(&world, "ann").await.username.original(), "ann");
    administer::block(&world.shell, "ann", "ada", None).await.unwrap();
    let said = doctor::repair(&world.shell, "ada").await.unwrap();
    assert!(said.len() == 1 && said[0].contains("does not name the shard"), "{said:?}");
    assert_eq!(in_two_reads(&world, "ann").await.unwrap()["state"], text("blocked"));
    assert_at_rest(&world).await;
}
