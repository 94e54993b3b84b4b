//! Counters that are as high as numbers go: an error that names the item and the cure, never a panic or a number below.

use super::tables::{Item, control_item, put_account_item, put_control_item};
use super::{ANN, ANN_AND_BEN, STAFF};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_sync::store::RunStatus;

const TOO_HIGH: [&str; 4] =
    ["9223372036854775807", "18446744073709551615", "18446744073709551616", "99999999999999999999999999"];

fn with(item: &Item, name: &str, value: &str) -> Item {
    let mut item = item.clone();
    item.insert(name.to_owned(), AttributeValue::N(value.to_owned()));
    item
}

#[tokio::test]
async fn a_counter_that_is_too_high_is_an_error_that_names_its_item() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let counters = [
        ("licence", "used"),
        ("licence", "admins"),
        ("licence", "version"),
        ("licence", "limit"),
        ("applied#staff", "epoch"),
    ];
    for (item, name) in counters {
        let good = control_item(&world, item).await;
        for value in TOO_HIGH {
            put_control_item(&world, with(&good, name, value)).await;
            let told = match world.reset(false, None).await {
                Ok(run) => {
                    assert_eq!(run.status, RunStatus::Failed, "{item} {name} {value}");
                    run.error.unwrap()
                }
                Err(refused) => refused.to_string(),
            };
            let names_it = if item == "licence" { "the licence" } else { item };
            assert!(told.contains(names_it), "{item} {name} {value}: {told}");
            assert!(told.contains("rollcall "), "{told}");
            put_control_item(&world, good.clone()).await;
        }
    }
    assert_eq!(world.sync(ANN).await.status, RunStatus::Completed);
}

#[tokio::test]
async fn an_epoch_that_is_too_high_is_an_error_that_names_the_lease() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let good = control_item(&world, "lease#staff").await;
    for value in TOO_HIGH {
        put_control_item(&world, with(&good, "epoch", value)).await;
        let refused = world.reset(false, None).await.unwrap_err().to_string();
        assert!(refused.contains("lease#staff") && refused.contains("doctor --repair"), "{value}: {refused}");
    }
    put_control_item(&world, good).await;
    assert_eq!(world.sync(ANN).await.status, RunStatus::Completed);
}

#[tokio::test]
async fn a_version_that_is_too_high_names_its_account() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let good = super::tables::account_item(&world, "ann").await;
    for value in TOO_HIGH {
        put_account_item(&world, with(&good, "version", value)).await;
        let run = world.sync("key,username,title\nann,ann,boss\nben,ben,clerk\n").await;
        assert_eq!(run.status, RunStatus::Failed);
        assert!(run.error.as_deref().unwrap().contains(good["id"].as_s().unwrap()), "{run:?}");
    }
    put_account_item(&world, good).await;
    assert_eq!(world.sync(ANN).await.status, RunStatus::Completed);
}
