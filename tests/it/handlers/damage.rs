//! Stored things that somebody has damaged: the run fails before it writes, and says what to do (rules 17, 23).

use super::tables::{
    Item, account_item, account_items, control_item, number, put_account_item, put_control_item, run_item,
    set_in_account, text,
};
use super::{ANN, ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, notice, only_message, people, put, runs};
use crate::every_call::is_played;
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall::events;
use rollcall_core::licence::{Limit, SeatCount};

use rollcall_api::accounts::administer;
use rollcall_api::audit;

use rollcall_api::audit::query::AuditFilter;
use rollcall_sync::store::{Names, QueuedMessage, RunId, RunRecord, RunStatus};

/// Where a zstd frame says how much memory its reader needs: nothing of what it holds.
const FORMAT_NOTES: [usize; 1] = [5];

/// Ann and Ben have accounts; Ann has become a boss, and Ben has left. That is read, but not applied.
struct Read {
    world: World,
    message: QueuedMessage,
    run: RunId,
    run_item: Item,
    /// Key of the snapshot's object, and of its manifest.
    snapshot: String,
    manifest: String,
}

impl Read {
    async fn new() -> Self {
        let world = World::new(STAFF).await;
        world.sync(ANN_AND_BEN).await;
        world.tick();
        put(&world, STAFF_OBJECT, "key,username,title\nann,ann,boss\n").await;
        rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &world.shell).await.unwrap();
        let read = only_message(&world);
        rollcall_fetch::handle(events::queue_event(&read), &world.shell).await.unwrap();
        let message = only_message(&world);
        let record = runs(&world).await.pop().unwrap();
        let snapshot = record.snapshot.unwrap();
        let key = format!("snapshots/staff/{}-{}", snapshot.run, snapshot.epoch);
        let run_item = run_item(&world, &record.id).await;
        let (snapshot, manifest) = (format!("{key}.zst"), format!("{key}.json"));
        Self { world, message, run: record.id, run_item, snapshot, manifest }
    }

    async fn bytes(&self, key: &str) -> Vec<u8> {
        self.world.object(key).await
    }

    async fn overwrite(&self, key: &str, bytes: &[u8]) {
        self.world.shell.store.put_object(key, bytes.to_vec()).await.unwrap();
    }

    /// Applies the snapshot as it is now, for the first time.
    async fn apply(&self) -> RunRecord {
        put_control_item(&self.world, self.run_item.clone()).await;
        rollcall_reconcile::handle(events::queue_event(&self.message), &self.world.shell).await.unwrap();
        events::run_record(&self.world.shell, &self.run).await.unwrap()
    }

    /// The run fails, and nothing is changed by it.
    async fn assert_refused(&self, words: &str) {
        let before = account_items(&self.world).await;
        let run = self.apply().await;
        assert_eq!(run.status, RunStatus::Failed, "{words}");
        let error = run.error.unwrap();
        assert!(error.contains(words), "{error:?} does not say {words:?}");
        assert_eq!(account_items(&self.world).await, before);
        let filter = AuditFilter { run: Some(self.run.clone()), ..AuditFilter::default() };
        assert_eq!(audit::read(&self.world.shell, &filter).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_snapshot_with_any_byte_changed_is_refused() {
    let read = Read::new().await;
    let good = read.bytes(&read.snapshot).await;
    for at in (0..good.len()).filter(|at| is_played(*at) && !FORMAT_NOTES.contains(at)) {
        let mut bad = good.clone();
        bad[at] ^= 0x01;
        read.overwrite(&read.snapshot, &bad).await;
        read.assert_refused("start a new run").await;
    }
    read.overwrite(&read.snapshot, &good).await;
    assert_eq!(read.apply().await.status, RunStatus::Completed);
    assert_eq!(people(&read.world).await["ben"], "left_scope");
    assert_at_rest(&read.world).await;
}

#[tokio::test]
async fn a_snapshot_cut_off_anywhere_is_refused() {
    let read = Read::new().await;
    let good = read.bytes(&read.snapshot).await;
    for length in [0, 1, good.len() / 2, good.len() - 1] {
        read.overwrite(&read.snapshot, &good[..length]).await;
        read.assert_refused("start a new run").await;
    }
}

#[tokio::test]
async fn a_snapshot_that_is_gone_is_refused() {
    let read = Read::new().await;
    read.world.remove_object(&read.snapshot).await;
    read.assert_refused("start a new run").await;
}

#[tokio::test]
async fn a_snapshot_without_its_manifest_is_refused() {
    let read = Read::new().await;
    read.world.remove_object(&read.manifest).await;
    read.assert_refused("start a new run").await;
}

#[tokio::test]
async fn a_snapshot_with_another_manifest_is_refused() {
    let read = Read::new().await;
    let good = String::from_utf8(read.bytes(&read.manifest).await).unwrap();
    for bad in [String::new(), String::from("{"), good.replace("\"records\": 1", "\"records\": 2")] {
        assert_ne!(bad, good);
        read.overwrite(&read.manifest, bad.as_bytes()).await;
        read.assert_refused("start a new run").await;
    }
}

#[tokio::test]
async fn an_unreadable_licence_stops_the_run_before_any_write() {
    let read = Read::new().await;
    let good = control_item(&read.world, "licence").await;
    let damages = [("limit", text("many")), ("limit", number(-1)), ("limit", text("5")), ("used", text("2"))];
    for (name, value) in damages {
        let mut bad = good.clone();
        bad.insert(name.to_owned(), value);
        put_control_item(&read.world, bad).await;
        read.assert_refused("the licence cannot be read").await;
    }
    put_control_item(&read.world, good).await;
    assert_eq!(read.apply().await.status, RunStatus::Completed);
}

#[tokio::test]
async fn a_licence_that_cannot_be_read_is_mended_by_setting_it_again() {
    let read = Read::new().await;
    let mut bad = control_item(&read.world, "licence").await;
    bad.insert(String::from("limit"), text("many"));
    put_control_item(&read.world, bad).await;
    administer::set_limit(&read.world.shell, Limit::Seats(SeatCount::new(5)), "boss").await.unwrap();
    assert_eq!(read.apply().await.status, RunStatus::Completed);
}

#[tokio::test]
async fn a_wrong_ledger_stops_the_run_before_any_write() {
    let read = Read::new().await;
    let good = control_item(&read.world, "licence").await;
    for used in [0, 1, 3] {
        let mut bad = good.clone();
        bad.insert(String::from("used"), number(used));
        put_control_item(&read.world, bad).await;
        let accounts = if used == 1 { "account" } else { "accounts" };
        let words = format!("the seat ledger says {used} active {accounts}, there are 2");
        read.assert_refused(&words).await;
    }
}

#[tokio::test]
async fn a_damaged_account_stops_the_run_and_is_named() {
    let read = Read::new().await;
    let good = account_item(&read.world, "ann").await;
    let words = format!("account {} cannot be read", good["id"].as_s().unwrap());
    let damages = [
        ("state", Some(text("asleep"))),
        ("state", None),
        ("version", Some(text("one"))),
        ("is_admin", Some(text("no"))),
        ("username", None),
        ("match_key", None),
        ("source", Some(number(1))),
        ("immutable_id", Some(number(1))),
        ("fields", Some(text("none"))),
        ("fields", None),
    ];
    for (name, value) in damages {
        let mut bad = good.clone();
        bad.remove(name);
        bad.extend(value.map(|value| (name.to_owned(), value)));
        put_account_item(&read.world, bad).await;
        read.assert_refused(&words).await;
    }
    put_account_item(&read.world, good).await;
    assert_eq!(read.apply().await.status, RunStatus::Completed);
    assert_at_rest(&read.world).await;
}

#[tokio::test]
async fn a_damaged_block_stops_the_run_and_its_account_is_named() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    world.sync(ANN).await;
    let good = account_item(&world, "ben").await;
    let words = format!("account {} cannot be read", good["id"].as_s().unwrap());
    for (name, value) in [("reason", text("bad_mood")), ("since", text("yesterday"))] {
        let mut bad = good.clone();
        bad.insert(name.to_owned(), value);
        put_account_item(&world, bad).await;
        let before = account_items(&world).await;
        let run = world.sync(ANN_AND_BEN).await;
        assert_eq!(run.status, RunStatus::Failed);
        assert!(run.error.as_deref().unwrap().contains(&words), "{run:?}");
        assert_eq!(account_items(&world).await, before);
    }
}

#[tokio::test]
async fn a_mapped_field_that_is_no_text_any_more_is_put_back() {
    let world = World::new(STAFF).await;
    world.sync(ANN).await;
    let mut item = account_item(&world, "ann").await;
    item.insert(
        String::from("fields"),
        AttributeValue::M([(String::from("title"), number(7))].into_iter().collect()),
    );
    put_account_item(&world, item).await;
    assert_eq!(world.sync(ANN).await.status, RunStatus::Completed);
    assert_eq!(account_item(&world, "ann").await["fields"].as_m().unwrap()["title"], text("clerk"));
    assert_at_rest(&world).await;
}

/// What the run says of a person: outcome and reason.
async fn said_of(world: &World, run: &RunRecord, username: &str) -> (String, String) {
    let filter =
        AuditFilter { run: Some(run.id.clone()), user: Some(username.to_owned()), ..AuditFilter::default() };
    let entry = audit::read(&world.shell, &filter).await.unwrap().remove(0);
    (entry.outcome, entry.reason.unwrap_or_default())
}

#[tokio::test]
async fn a_username_claimed_by_nobody_is_a_conflict_of_one_person() {
    let world = World::new(STAFF).await;
    world.sync(ANN).await;
    let claim = world
        .dynamo()
        .put_item()
        .table_name(Names::local().usernames)
        .item("username", text("ben"))
        .item("account", text("00000000-0000-5000-8000-000000000000"));
    claim.send().await.unwrap();
    let run = world.sync("key,username,title\nann,ann,boss\nben,ben,clerk\ncem,cem,clerk\n").await;
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    let summary = run.summary.clone().unwrap();
    assert_eq!((summary.counts["conflict"], summary.counts["created_active"], summary.used), (1, 1, 2));
    let (outcome, reason) = said_of(&world, &run, "ben").await;
    assert_eq!(outcome, "conflict");
    assert!(reason.contains("doctor"), "{reason}");
    assert_eq!(people(&world).await.into_keys().collect::<Vec<_>>(), ["ann", "cem"]);
}

#[tokio::test]
async fn an_account_the_table_refuses_is_an_error_of_one_person() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    // The application has filled the item to just below DynamoDB's 400 KB.
    set_in_account(&world, "ann", "#fields.notes", text(&"x".repeat(408_500))).await;
    let title = "t".repeat(4000);
    let run = world.sync(format!("key,username,title\nann,ann,{title}\nben,ben,boss\n")).await;
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    let counts = run.summary.clone().unwrap().counts;
    assert_eq!((counts["error"], counts["updated"]), (1, 1));
    let (outcome, reason) = said_of(&world, &run, "ann").await;
    assert_eq!(outcome, "error");
    assert!(reason.contains("size"), "{reason}");
    assert_at_rest(&world).await;
}
