//! The counts by state in the ledger are what a recount says, whoever moves the accounts, and whoever looks counts no keys.

use super::api::{ask, get};
use super::lost::{healthy, set_in_control};
use super::tables::{Item, control_item, put_control_item};
use super::{GUESTS_OBJECT, TWO_SOURCES, people, put};
use crate::read_counter::Reads;
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall::events;
use rollcall_api::accounts::{administer, waiting};
use rollcall_core::fields::Fields;
use rollcall_sync::doctor;
use rollcall_sync::store::{Counts, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What the ledger should say: every account, counted.
async fn recount(world: &World) -> Counts {
    let mut counts = Counts::default();
    administer::all_accounts(&world.shell).await.unwrap().iter().for_each(|account| counts.add(account));
    counts
}

async fn assert_right(world: &World, when: &str) {
    let (said, counted) = (world.shell.store.counts().await.unwrap(), recount(world).await);
    let differ = said.as_ref().map(|said| said.changes_to(&counted));
    assert_eq!(differ, Some(Vec::new()), "{when}: {said:?} and not {counted:?}");
}

/// The table as an earlier version left it.
pub(crate) async fn forget_counts(world: &World) {
    let mut item: Item = control_item(world, "licence").await;
    item.remove("counts").unwrap();
    put_control_item(world, item).await;
}

async fn findings(world: &World) -> Vec<String> {
    doctor::examine(&world.shell).await.unwrap().findings
}

fn staff(usernames: &[&str]) -> String {
    usernames.iter().fold(String::from("key,username,title\n"), |mut text, name| {
        writeln!(text, "{name},{name},clerk").unwrap();
        text
    })
}

async fn accounts(world: &World, query: &[(&str, &str)]) -> Value {
    let (status, body) = ask(world, get("/accounts", query)).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn counts_follow_runs_and_people_through_every_state() {
    let world = healthy().await;
    assert_right(&world, "at first").await;
    let local = Fields::new();
    assert!(
        administer::add_local(&world.shell, "root", true, local, "boss").await.is_err(),
        "no seat is free"
    );
    administer::unblock(&world.shell, "ben", "boss").await.unwrap();
    assert_right(&world, "unblocked, and waits").await;
    administer::block(&world.shell, "gem", "boss", None).await.unwrap();
    assert_right(&world, "blocked who waited: no seat moves").await;
    for names in [&["ann", "ben"][..], &["ann", "ben", "cem", "dan", "eve"], &["ben", "cem", "dan", "eve"]] {
        assert_eq!(world.sync(staff(names)).await.status, RunStatus::Completed, "{names:?}");
        assert_right(&world, &format!("after {names:?}")).await;
    }
    let states: std::collections::BTreeSet<&str> = people(&world).await.into_values().collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["active", "by_admin", "left_scope", "no_seat"]);
}

#[tokio::test]
async fn a_table_without_counts_is_counted_by_the_next_run() {
    let world = healthy().await;
    forget_counts(&world).await;
    let said = findings(&world).await;
    assert!(said.len() == 1 && said[0].contains("how many accounts are in which state"), "{said:?}");
    // Who looks counts the keys, and who acts moves no counts that are not there.
    assert_eq!(waiting::count(&world.shell).await.unwrap(), 1);
    assert_eq!(accounts(&world, &[]).await["counts"], Value::Null);
    administer::block(&world.shell, "gem", "boss", None).await.unwrap();
    assert_eq!(world.shell.store.counts().await.unwrap(), None);
    assert_eq!(waiting::count(&world.shell).await.unwrap(), 0);
    assert_eq!(world.sync(staff(&["ann", "ben", "cem", "dan"])).await.status, RunStatus::Completed);
    assert_right(&world, "after the run").await;
    assert_eq!(findings(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn counts_of_a_moment_that_is_over_are_not_stored() {
    let world = healthy().await;
    forget_counts(&world).await;
    let (read, counted) = (world.shell.store.seats().await.unwrap(), recount(&world).await);
    // From waiting to blocked by a person: no seat moves, and yet the recount is wrong from here on.
    administer::block(&world.shell, "gem", "boss", None).await.unwrap();
    assert!(!world.shell.store.begin_counts(&read, &counted).await.unwrap());
    let read = world.shell.store.seats().await.unwrap();
    assert!(world.shell.store.begin_counts(&read, &recount(&world).await).await.unwrap());
    assert_right(&world, "counted anew").await;
    administer::unblock(&world.shell, "gem", "boss").await.unwrap();
    assert_right(&world, "moved since").await;
}

#[tokio::test]
async fn what_are_no_counts_hinders_nobody_and_is_repaired() {
    let wrong = [
        AttributeValue::S(String::from("many")),
        AttributeValue::M([(String::from("staff#active"), AttributeValue::S(String::from("x")))].into()),
        AttributeValue::M([(String::from("staff#active"), AttributeValue::N(String::from("-3")))].into()),
        AttributeValue::M(
            (0..1001).map(|at| (format!("s{at}#active"), AttributeValue::N(String::from("1")))).collect(),
        ),
    ];
    let base = healthy().await;
    for value in wrong {
        let world = base.copy(TWO_SOURCES).await;
        set_in_control(&world, "licence", "counts", value.clone()).await;
        administer::block(&world.shell, "gem", "boss", None).await.unwrap();
        assert_eq!(waiting::count(&world.shell).await.unwrap(), 0, "{value:?}");
        assert_eq!(findings(&world).await.len(), 1, "{value:?}");
        assert_eq!(doctor::repair(&world.shell, "boss").await.unwrap().len(), 1, "{value:?}");
        assert_right(&world, "repaired").await;
        assert_eq!(findings(&world).await, Vec::<String>::new(), "{value:?}");
    }
}

#[tokio::test]
async fn the_list_says_how_many_are_in_each_state_and_fit() {
    let world = healthy().await;
    let all = accounts(&world, &[("limit", "2")]).await;
    let counts = json!({
        "active": 4, "no_seat": 1, "left_scope": 0, "disabled_in_directory": 0, "not_started": 0, "by_admin": 1,
    });
    assert_eq!((&all["counts"], &all["total"]), (&counts, &json!(6)));
    let staff = accounts(&world, &[("limit", "1"), ("source", "staff"), ("state", "active")]).await;
    assert_eq!((&staff["counts"]["by_admin"], &staff["total"]), (&json!(1), &json!(2)));
    let waits = accounts(&world, &[("reason", "no_seat")]).await;
    assert_eq!((&waits["total"], &waits["counts"]), (&json!(1), &counts));
    // Nobody counts who begins so, unless they are all on the page.
    assert_eq!(accounts(&world, &[("text", "g"), ("limit", "2")]).await["total"], Value::Null);
    assert_eq!(accounts(&world, &[("text", "g")]).await["total"], json!(3));
}

#[tokio::test]
async fn the_licence_reads_no_keys_of_those_who_wait() {
    let mut world = World::new(TWO_SOURCES).await;
    let names: Vec<String> = (0..60).map(|number| format!("p{number:02}")).collect();
    world.sync(staff(&names.iter().map(String::as_str).collect::<Vec<_>>())).await;
    put(&world, GUESTS_OBJECT, "key,username,title\ngus,gus,guest\n").await;
    let run = events::drop_notice(&world.shell, &world.config.sources[1]).await.unwrap();
    world.finish(&run).await;
    let mut read: BTreeMap<&str, u64> = BTreeMap::new();
    for path in ["/licence", "/sources"] {
        let reads = Reads::default();
        world.shell = world.process(Some(reads.interceptor()));
        let (status, body) = ask(&world, get(path, &[])).await;
        assert_eq!(status, 200, "{body}");
        read.insert(path, reads.items());
    }
    assert!(read.values().all(|items| *items <= 10), "{read:?}");
    let (_, licence) = ask(&world, get("/licence", &[])).await;
    assert_eq!((&licence["used"], &licence["waiting"]), (&json!(5), &json!(56)));
}
