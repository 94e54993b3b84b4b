//! Two sources side by side: each has its own accounts, all share usernames and seats (rules 7, 10).

use super::tables::account_item;
use super::{
    ANN, ANN_AND_BEN, GUESTS_OBJECT, GUESTS_OBJECT_IN_NOTICES, GUS, NOBODY, STAFF_OBJECT, TWO_SOURCES,
    account, assert_at_rest, notice, people, put,
};
use crate::world::World;
use rollcall::events;
use rollcall_core::account::Owner;

use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_api::newest_run::all_runs;
use rollcall_sync::store::{RunRecord, RunStatus};

/// Drops a file of a source and sees its run to the end.
async fn sync(world: &World, object: &str, csv: &str) -> RunRecord {
    world.tick();
    put(world, object, csv).await;
    let key = if object == GUESTS_OBJECT { GUESTS_OBJECT_IN_NOTICES } else { object };
    rollcall_fetch::handle(notice(&[key]), &world.shell).await.unwrap();
    events::drain(&world.shell).await.unwrap();
    all_runs(&world.shell).await.unwrap().remove(0)
}

async fn with_staff_and_guests() -> World {
    let world = World::new(TWO_SOURCES).await;
    assert_eq!(sync(&world, STAFF_OBJECT, ANN_AND_BEN).await.status, RunStatus::Completed);
    assert_eq!(sync(&world, GUESTS_OBJECT, GUS).await.status, RunStatus::Completed);
    world
}

#[tokio::test]
async fn a_source_never_touches_the_accounts_of_another() {
    let world = with_staff_and_guests().await;
    let gus = account_item(&world, "gus").await;
    let run = sync(&world, STAFF_OBJECT, ANN).await;
    assert_eq!((run.status, people(&world).await["ben"]), (RunStatus::Completed, "left_scope"));
    assert_eq!(account_item(&world, "gus").await, gus);
    let (ann, ben) = (account_item(&world, "ann").await, account_item(&world, "ben").await);
    sync(&world, GUESTS_OBJECT, "key,username,title\ngus,gus,guest\nhal,hal,guest\n").await;
    let run = sync(&world, GUESTS_OBJECT, "key,username,title\nhal,hal,guest\n").await;
    assert_eq!((run.status, people(&world).await["gus"]), (RunStatus::Completed, "left_scope"));
    assert_eq!((account_item(&world, "ann").await, account_item(&world, "ben").await), (ann, ben));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn another_sources_username_is_a_conflict() {
    let world = with_staff_and_guests().await;
    let ann = account_item(&world, "ann").await;
    let csv = "key,username,title\ngus,gus,guest\nann-of-accounting,ANN,guest\n";
    let run = sync(&world, GUESTS_OBJECT, csv).await;
    assert_eq!(run.status, RunStatus::Completed);
    assert_eq!(run.summary.as_ref().unwrap().counts["conflict"], 1);
    assert_eq!(account_item(&world, "ann").await, ann);
    let filter =
        AuditFilter { run: Some(run.id), outcome: Some(String::from("conflict")), ..AuditFilter::default() };
    let entries = audit::read(&world.shell, &filter).await.unwrap();
    assert_eq!(entries[0].match_key.as_deref(), Some("ann-of-accounting"));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_same_key_in_two_sources_is_two_accounts() {
    let world = with_staff_and_guests().await;
    sync(&world, GUESTS_OBJECT, "key,username,title\ngus,gus,guest\nann,ann.guest,guest\n").await;
    let owner_of = |account: rollcall_core::account::Account| match account.owner {
        Owner::Source { source, key, .. } => (source.to_string(), key.original().to_owned()),
        Owner::Local => unreachable!(),
    };
    let both = [owner_of(account(&world, "ann").await), owner_of(account(&world, "ann.guest").await)];
    assert_eq!(both, [("staff", "ann"), ("guests", "ann")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn all_sources_share_the_seats() {
    let world = with_staff_and_guests().await;
    let many = "key,username,title\ngus,gus,guest\nh1,h1,guest\nh2,h2,guest\nh3,h3,guest\n";
    let run = sync(&world, GUESTS_OBJECT, many).await.summary.unwrap();
    assert_eq!((run.used, run.waiting, people(&world).await["h3"]), (5, 1, "no_seat"));
    sync(&world, STAFF_OBJECT, ANN).await;
    assert_eq!(people(&world).await["h3"], "no_seat", "another source's run gives it nothing");
    let run = sync(&world, GUESTS_OBJECT, many).await.summary.unwrap();
    assert_eq!((run.used, run.waiting, people(&world).await["h3"]), (5, 0, "active"));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn removals_are_guarded_by_the_accounts_of_their_own_source() {
    let world = with_staff_and_guests().await;
    let run = sync(&world, GUESTS_OBJECT, NOBODY).await;
    assert_eq!((run.status, people(&world).await["gus"]), (RunStatus::Held, "active"));
    let hold = run.summary.unwrap().hold.unwrap();
    assert_eq!((hold.removals, hold.active), (1, 1));
    assert_at_rest(&world).await;
}
