//! One item or one table of a healthy installation is lost: what the next run does, and what nobody does.

use super::tables::{Item, account_item, control_item, number, put_control_item, text};
use super::{GUESTS_OBJECT, NOBODY, TWO_SOURCES, people, put};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::doctor;
use rollcall_sync::store::{Names, RunRecord, RunStatus};

pub(super) const ALL_STAFF: &str = "key,username,title\nann,ann,clerk\nben,ben,clerk\ncem,cem,clerk\n";

/// Two sources. Ben is blocked by an administrator, Gem waits, and a run holds the removal of all staff.
pub(super) async fn healthy() -> World {
    let world = World::new(TWO_SOURCES).await;
    world.sync(ALL_STAFF).await;
    sync_guests(&world, "key,username,title\ngus,gus,guest\ngil,gil,guest\n").await;
    administer::block(&world.shell, "ben", "boss", Some("lost laptop")).await.unwrap();
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(4)), "boss").await.unwrap();
    sync_guests(&world, "key,username,title\ngus,gus,guest\ngil,gil,guest\ngem,gem,guest\n").await;
    assert_eq!(world.sync(NOBODY).await.status, RunStatus::Held);
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
    world
}

async fn sync_guests(world: &World, csv: &str) -> RunRecord {
    world.tick();
    put(world, GUESTS_OBJECT, csv).await;
    let run = events::drop_notice(&world.shell, &world.config.sources[1]).await.unwrap();
    world.finish(&run).await
}

pub(super) async fn lose_control(world: &World, name: &str) {
    let delete = world.dynamo().delete_item().table_name(Names::local().control).key("name", text(name));
    delete.send().await.unwrap();
}

pub(super) async fn lose_account(world: &World, username: &str) {
    let item = account_item(world, username).await;
    let delete = world.dynamo().delete_item().table_name(Names::local().accounts);
    delete.key("shard", item["shard"].clone()).key("id", item["id"].clone()).send().await.unwrap();
}

/// Empties a table, as one that was made anew.
pub(super) async fn lose_table(world: &World, table: &str, keys: &[&str]) {
    let mut items = world.dynamo().scan().table_name(table).into_paginator().items().send();
    while let Some(item) = items.next().await {
        let item = item.unwrap();
        let key: Item = keys.iter().map(|key| ((*key).to_owned(), item[*key].clone())).collect();
        world.dynamo().delete_item().table_name(table).set_key(Some(key)).send().await.unwrap();
    }
}

pub(super) async fn lose_all_tables(world: &World) {
    let Names { accounts, usernames, words, control, audit, .. } = Names::local();
    lose_table(world, &words, &["begins", "at"]).await;
    lose_table(world, &accounts, &["shard", "id"]).await;
    lose_table(world, &usernames, &["username"]).await;
    lose_table(world, &control, &["name"]).await;
    lose_table(world, &audit, &["account", "at"]).await;
}

pub(super) async fn set_in_control(world: &World, name: &str, attribute: &str, value: AttributeValue) {
    let mut item = control_item(world, name).await;
    item.insert(attribute.to_owned(), value);
    put_control_item(world, item).await;
}

fn epoch(item: &Item) -> u64 {
    item["epoch"].as_n().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_lost_lease_costs_no_run() {
    let world = healthy().await;
    for _ in 0..3 {
        world.sync(ALL_STAFF).await;
    }
    lose_control(&world, "lease#staff").await;
    let run = world.sync(ALL_STAFF).await;
    assert_eq!((run.status, run.error), (RunStatus::Completed, None));
}

#[tokio::test]
async fn a_lease_older_than_what_was_applied_costs_no_run() {
    let world = healthy().await;
    world.sync(ALL_STAFF).await;
    set_in_control(&world, "lease#staff", "epoch", number(1)).await;
    let run = world.sync(ALL_STAFF).await;
    assert_eq!((run.status, run.error), (RunStatus::Completed, None));
    assert!(epoch(&control_item(&world, "applied#staff").await) > 3);
}

#[tokio::test]
async fn a_source_without_epochs_continues_above_what_was_read() {
    let world = healthy().await;
    world.sync(ALL_STAFF).await;
    let before = epoch(&control_item(&world, "lease#staff").await);
    lose_control(&world, "lease#staff").await;
    lose_control(&world, "applied#staff").await;
    let run = world.sync(ALL_STAFF).await;
    assert_eq!((run.status, run.error), (RunStatus::Completed, None));
    assert!(run.snapshot.unwrap().epoch > before);
}

#[tokio::test]
async fn a_lost_account_is_not_made_anew_in_silence() {
    let world = healthy().await;
    lose_account(&world, "ben").await;
    let run = world.sync(ALL_STAFF).await;
    assert_eq!(people(&world).await.get("ben"), None, "{run:?}");
    assert_eq!(run.summary.unwrap().counts["conflict"], 1);
}

#[tokio::test]
async fn a_lost_licence_stops_the_run_and_no_limit_is_forgotten() {
    let world = healthy().await;
    lose_control(&world, "licence").await;
    let run = world.sync(ALL_STAFF).await;
    assert_eq!(run.status, RunStatus::Failed);
    assert!(run.error.as_deref().unwrap().contains("the licence is gone"), "{run:?}");
}

#[tokio::test]
async fn an_installation_whose_tables_are_empty_does_not_begin_anew() {
    let world = healthy().await;
    lose_all_tables(&world).await;
    world.tick();
    let refused = world.reset(false, None).await.unwrap_err().to_string();
    assert!(refused.contains("the tables know of no run") && refused.contains("snapshots/"), "{refused}");
    assert!(people(&world).await.is_empty());
    let notice = rollcall_fetch::handle(events::schedule_event(), &world.shell).await;
    assert!(notice.is_err() || world.shell.queues.take().is_none());
    let added = administer::add_local(&world.shell, "root", true, Default::default(), "boss").await;
    assert!(added.is_err(), "{added:?}");
    let set = administer::set_limit(&world.shell, Limit::Unlimited, "boss").await;
    assert!(set.is_err(), "{set:?}");
}

#[tokio::test]
async fn a_first_run_that_died_before_it_applied_anything_is_no_loss() {
    let world = World::new(TWO_SOURCES).await;
    world.put_csv(ALL_STAFF).await;
    events::drop_notice(&world.shell, world.source()).await.unwrap();
    let read = world.shell.queues.take().unwrap();
    rollcall_fetch::handle(events::queue_event(&read), &world.shell).await.unwrap();
    // The snapshot is published; its reconcile dies. Another source begins for the first time, a person acts.
    world.shell.queues.take().unwrap();
    assert_eq!(sync_guests(&world, "key,username,title\ngus,gus,guest\n").await.status, RunStatus::Completed);
    world.wait(3_600_000);
    assert_eq!(world.sync(ALL_STAFF).await.status, RunStatus::Completed);
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
}
