//! A clock that was wrong once: what it wrote in the future is not the newest for ever, and blocks nobody.

use super::api::{ask, get};
use super::lost::healthy;
use super::tables::{control_item, number, put_control_item};
use super::{ANN, ANN_AND_BEN, STAFF, STAFF_OBJECT, account, put};
use crate::world::World;
use rollcall_sync::store::RunStatus;

use rollcall_api::accounts::explain;
use rollcall_api::newest_run::all_runs;
use std::sync::{Arc, Mutex};

const YEAR: i64 = 365 * 24 * 60 * 60 * 1000;

#[tokio::test]
async fn a_run_of_a_future_clock_does_not_stay_the_newest() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    world.wait(YEAR);
    let future = world.sync("key,username,title\nann,ann,boss\nben,ben,clerk\n").await;
    world.wait(-YEAR);
    let now = world.sync(ANN).await;
    assert_eq!(now.status, RunStatus::Completed, "{now:?}");
    assert_eq!(all_runs(&world.shell).await.unwrap()[0].id, now.id);
    assert_eq!(all_runs(&world.shell).await.unwrap().len(), 3);
    // Page by page every run is seen once.
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let query: Vec<(&str, &str)> =
            [("limit", "1")].into_iter().chain(before.as_deref().map(|id| ("before", id))).collect();
        let page = ask(&world, get("/runs", &query)).await.1;
        seen.extend(
            page["runs"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => before = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!((seen.len(), seen[0].as_str()), (3, now.id.as_str()));
    assert_eq!(seen[2], future.id.as_str());
    let explained = explain::explain(&world.shell, account(&world, "ben").await).await.unwrap();
    assert!(!format!("{explained:?}").contains(&future.id.to_string()), "{explained:?}");
}

#[tokio::test]
async fn a_lease_of_a_future_clock_does_not_block_for_ever() {
    let world = World::new(STAFF).await;
    world.sync(ANN).await;
    world.wait(YEAR);
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    rollcall_fetch::handle(super::notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
    // It dies with its lease, and the clock is put right.
    world.shell.queues.take().unwrap();
    world.wait(-YEAR);
    let run = world.reset(false, None).await.unwrap();
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
}

#[tokio::test]
async fn no_time_to_a_seat_is_below_nothing() {
    let world = healthy().await;
    let mut licence = control_item(&world, "licence").await;
    licence.insert(String::from("limit"), number(9));
    licence.insert(String::from("free_since"), number(4_000_000_000_000));
    put_control_item(&world, licence).await;
    let measured = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&measured);
    let shell = world.shell.clone().with_meter(move |metrics| told.lock().unwrap().push(metrics.clone()));
    let run = rollcall::events::post_reset(&shell, &world.config.sources[1], false, None).await.unwrap();
    rollcall::events::drain(&shell).await.unwrap();
    let run = rollcall::events::run_record(&shell, &run).await.unwrap();
    assert_eq!(run.summary.as_ref().unwrap().time_to_seat_millis, Some(0), "{run:?}");
    let measured = measured.lock().unwrap();
    assert_eq!(measured[0]["TimeToSeat"], 0, "{measured:?}");
}

#[tokio::test]
async fn a_run_that_ends_before_it_began_took_no_time() {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN).await;
    let measured = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&measured);
    let shell = world.shell.clone().with_meter(move |metrics| told.lock().unwrap().push(metrics.clone()));
    world.wait(3_600_000);
    let run = rollcall::events::post_reset(&shell, world.source(), false, None).await.unwrap();
    world.wait(-3_600_000);
    rollcall::events::drain(&shell).await.unwrap();
    let run = rollcall::events::run_record(&shell, &run).await.unwrap();
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    let summary = run.summary.unwrap();
    assert_eq!((summary.read_millis, summary.apply_millis), (0, 0));
    assert_eq!(measured.lock().unwrap()[0]["Duration"], 0);
}
