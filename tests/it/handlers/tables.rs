//! The tables as somebody sees them who does not go through Rollcall: the application, or a person who breaks something.

use super::account;
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_sync::store::{Names, RunId};
use std::collections::{BTreeMap, HashMap};

pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(super) fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Every account item as it is stored, by id.
pub(super) async fn account_items(world: &World) -> BTreeMap<String, Item> {
    let page = world.dynamo().scan().table_name(Names::local().accounts).send().await.unwrap();
    assert_eq!(page.last_evaluated_key, None);
    page.items().iter().map(|item| (item["id"].as_s().unwrap().clone(), item.clone())).collect()
}

/// The item of the account with this username.
pub(super) async fn account_item(world: &World, username: &str) -> Item {
    let id = account(world, username).await.id.to_string();
    account_items(world).await.remove(&id).unwrap()
}

pub(super) async fn put_account_item(world: &World, item: Item) {
    let put = world.dynamo().put_item().table_name(Names::local().accounts).set_item(Some(item));
    put.send().await.unwrap();
}

/// Sets what a path (with `#fields` for the map of fields) of an account's item says.
pub(super) async fn set_in_account(world: &World, username: &str, path: &str, value: AttributeValue) {
    let id = account(world, username).await.id;
    let mut update = world
        .dynamo()
        .update_item()
        .table_name(Names::local().accounts)
        .key("shard", AttributeValue::N(id.shard(world.shell.store.shards()).to_string()))
        .key("id", text(&id.to_string()))
        .update_expression(format!("SET {path} = :value"))
        .expression_attribute_values(":value", value);
    if path.starts_with('#') {
        update = update.expression_attribute_names("#fields", "fields");
    }
    update.send().await.unwrap();
}

/// An item of the control table.
pub(super) async fn control_item(world: &World, name: &str) -> Item {
    let get = world.dynamo().get_item().table_name(Names::local().control).key("name", text(name));
    get.send().await.unwrap().item.unwrap()
}

pub(super) async fn put_control_item(world: &World, item: Item) {
    let put = world.dynamo().put_item().table_name(Names::local().control).set_item(Some(item));
    put.send().await.unwrap();
}

/// The record of a run as it is stored, to be put back later.
pub(super) async fn run_item(world: &World, run: &RunId) -> Item {
    control_item(world, &format!("run#{run}")).await
}
