//! What other versions of Rollcall have stored: older items are read, newer ones are left alone.

use super::tables::{Item, account_items, control_item, number, put_account_item, put_control_item};
use super::{ANN, ANN_AND_BEN, STAFF, assert_at_rest, people};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;

use rollcall_api::newest_run::all_runs;
use rollcall_sync::store::{Names, RunStatus};
use std::collections::HashMap;

const VERSION: &str = "schema_version";

/// Every item of a table.
async fn items(world: &World, table: &str) -> Vec<Item> {
    world.dynamo().scan().table_name(table).send().await.unwrap().items.unwrap()
}

#[tokio::test]
async fn every_item_and_every_document_has_the_version_of_its_shape() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    world.sync(ANN).await;
    let Names { accounts, usernames, control, audit, .. } = Names::local();
    for table in [accounts, usernames, control, audit] {
        for item in items(&world, &table).await {
            assert_eq!(item.get(VERSION), Some(&number(1)), "{table}: {item:?}");
        }
    }
    let run = all_runs(&world.shell).await.unwrap().remove(0);
    assert_eq!(run.snapshot.unwrap().schema_version, 1);
}

#[tokio::test]
async fn what_was_stored_before_there_were_versions_is_read() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let Names { accounts, usernames, control, audit, .. } = Names::local();
    for table in [accounts, usernames, control, audit] {
        for mut item in items(&world, &table).await {
            item.remove(VERSION);
            world.dynamo().put_item().table_name(&table).set_item(Some(item)).send().await.unwrap();
        }
    }
    assert_eq!(world.sync(ANN).await.status, RunStatus::Completed);
    let states = people(&world).await;
    assert_eq!((states["ann"], states["ben"]), ("active", "left_scope"));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn records_of_a_newer_version_stop_the_run_before_it_writes() {
    let newer = |mut item: Item| {
        item.insert(VERSION.to_owned(), number(2));
        item
    };
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let before: HashMap<String, HashMap<String, AttributeValue>> =
        account_items(&world).await.into_iter().collect();
    for name in ["licence", "applied#staff"] {
        let item = control_item(&world, name).await;
        put_control_item(&world, newer(item.clone())).await;
        let run = world.sync(ANN).await;
        assert_eq!(run.status, RunStatus::Failed, "{name}: {run:?}");
        let why = run.error.unwrap();
        assert!(
            why.contains(&format!("{name} was stored by a newer version of Rollcall (its schema is 2)")),
            "{why}"
        );
        put_control_item(&world, item).await;
    }
    let item = before.values().next().unwrap().clone();
    put_account_item(&world, newer(item.clone())).await;
    let why = world.sync(ANN).await.error.unwrap();
    assert!(why.contains("was stored by a newer version of Rollcall"), "{why}");
    put_account_item(&world, item).await;
    assert_eq!(account_items(&world).await.into_iter().collect::<HashMap<_, _>>(), before);
    assert_eq!(world.sync(ANN).await.status, RunStatus::Completed);
    assert_at_rest(&world).await;
}
