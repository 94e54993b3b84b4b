//! The feed of changes (rule 64): every change of an account is an event, there is no event without one, and those of one
//! account come in order, for readers of any pace, while runs and people commit.

use crate::handlers::api::{ask, get};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_core::account::AccountId;
use rollcall_core::fields::Fields;
use rollcall_sync::store::{AuditEntry, FeedPlace, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

const CONFIG: &str = r#"
[licence]
seats = 100
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
"#;

const STAFF: &str = "key,title\nann,clerk\nben,clerk\ncem,clerk\ndee,clerk\n";

/// Everything in the feed, read in pages of so many events.
async fn read(world: &World, limit: usize) -> Vec<AuditEntry> {
    let (mut place, mut entries) = (FeedPlace::default(), Vec::new());
    loop {
        let page = world.shell.store.feed(&place, limit).await.unwrap();
        assert!(page.entries.len() <= limit);
        assert!(!page.entries.is_empty() || !page.is_more, "a page of a world at rest gives something");
        entries.extend(page.entries);
        assert_eq!(FeedPlace::parse(&page.next.show()), Some(page.next.clone()));
        place = page.next;
        if !page.is_more {
            return entries;
        }
    }
}

/// The versions of each account must begin with 1 and rise by one.
fn assert_in_order(entries: &[AuditEntry], context: &str) {
    let mut versions: BTreeMap<AccountId, u64> = BTreeMap::new();
    for entry in entries {
        let version = versions.entry(entry.account.unwrap()).or_default();
        *version += 1;
        assert_eq!(entry.version, *version, "{context}: {entry:?}");
    }
}

/// The changes that the audit log knows.
async fn audited(world: &World) -> Vec<AuditEntry> {
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = world.shell.store.audit_page(after).await.unwrap();
        entries.extend(page.entries.into_iter().filter(|entry| entry.account.is_some()));
        after = page.next;
        if after.is_none() {
            return entries;
        }
    }
}

/// Each change of the audit log is one event, none is without a change, and they are in order.
pub(crate) async fn check(world: &World, context: &str) {
    let mut told = read(world, 7).await;
    assert_in_order(&told, context);
    let mut audited = audited(world).await;
    for entries in [&mut told, &mut audited] {
        entries.sort_by_key(AuditEntry::position);
    }
    assert_eq!(told, audited, "{context}");
}

/// Runs and people in turns, with a newcomer, a leaver, a return, an update and a local account.
async fn a_few_days(world: &World) {
    world.sync(STAFF).await;
    administer::block(&world.shell, "ann", "ada", Some("lost laptop")).await.unwrap();
    world.sync("key,title\nann,boss\nben,clerk\ncem,clerk\n").await;
    administer::add_local(&world.shell, "root", true, Fields::new(), "ada").await.unwrap();
    administer::unblock(&world.shell, "ann", "ada").await.unwrap();
    world.sync(STAFF).await;
}

#[tokio::test]
async fn every_change_is_one_event_in_order_at_any_pace() {
    let world = World::new(CONFIG).await;
    assert_eq!(read(&world, 5).await, []);
    a_few_days(&world).await;
    let whole = read(&world, 500).await;
    assert_eq!(whole.len(), audited(&world).await.len());
    for limit in 1..=whole.len() {
        let told = read(&world, limit).await;
        assert_in_order(&told, &format!("in pages of {limit}"));
        assert_eq!(told.len(), whole.len());
    }
    check(&world, "at rest").await;
    // A run that changes nothing is no event.
    assert_eq!(world.sync(STAFF).await.summary.unwrap().writes, 0);
    assert_eq!(read(&world, 500).await.len(), whole.len());
}

#[tokio::test]
async fn the_api_gives_events_and_where_to_go_on() {
    let world = World::new(CONFIG).await;
    let (status, empty) = ask(&world, get("/events", &[])).await;
    assert_eq!((status, &empty["events"], &empty["more"]), (200, &json!([]), &json!(false)));
    a_few_days(&world).await;
    let (mut after, mut told) = (empty["next"].clone(), Vec::new());
    loop {
        let query = [("limit", "3"), ("after", after.as_str().unwrap())];
        let (status, page) = ask(&world, get("/events", &query)).await;
        assert_eq!(status, 200, "{page}");
        told.extend(page["events"].as_array().unwrap().clone());
        after = page["next"].clone();
        if page["more"] == false {
            break;
        }
    }
    let of_ann: Vec<&Value> = told.iter().filter(|event| event["username"] == "ann").collect();
    let told_of_ann: Vec<(&Value, &Value, &Value)> = of_ann
        .iter()
        .map(|event| (&event["version"], &event["outcome"], &event["after"]["reason"]))
        .collect();
    assert_eq!(told_of_ann[0], (&json!(1), &json!("created_active"), &Value::Null));
    assert_eq!(told_of_ann[1], (&json!(2), &json!("blocked_by_admin"), &json!("by_admin")));
    assert_eq!((&of_ann[0]["before"], &of_ann[1]["before"]["state"]), (&Value::Null, &json!("active")));
    let id = of_ann[1]["account"].as_str().unwrap();
    assert_eq!(of_ann[1]["id"], format!("{id}-2"));
    // What happens later is given to who asks again.
    administer::block(&world.shell, "ben", "ada", None).await.unwrap();
    let (_, later) = ask(&world, get("/events", &[("after", after.as_str().unwrap())])).await;
    assert_eq!((later["events"].as_array().unwrap().len(), &later["more"]), (1, &json!(false)), "{later}");
    assert_eq!(later["events"][0]["username"], "ben");
    let (status, _) = ask(&world, get("/events", &[("after", "nowhere")])).await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_misses_nothing_while_runs_and_people_commit() {
    let world = World::new(CONFIG).await;
    world.sync(STAFF).await;
    let is_over = AtomicBool::new(false);
    let people = async {
        for turn in 0..30 {
            // Somebody else may have been quicker, and then nothing was done.
            drop(administer::block(&world.shell, ["ann", "ben"][turn % 2], "ada", None).await);
            drop(administer::unblock(&world.shell, ["ann", "ben"][turn % 2], "ada").await);
        }
    };
    let runs = async {
        for turn in 0..12 {
            let run = world.sync(STAFF.replace("clerk", &format!("title {turn}"))).await;
            assert_eq!(run.status, RunStatus::Completed, "{run:?}");
        }
    };
    let reader = async {
        let (mut place, mut told) = (FeedPlace::default(), Vec::new());
        loop {
            let is_last = is_over.load(Ordering::SeqCst);
            let page = world.shell.store.feed(&place, 3).await.unwrap();
            (place, _) = (page.next, told.extend(page.entries));
            if is_last && !page.is_more {
                return told;
            }
            tokio::task::yield_now().await;
        }
    };
    let writers = async {
        futures::join!(people, runs);
        is_over.store(true, Ordering::SeqCst);
    };
    let (told, ()) = futures::join!(reader, writers);
    assert_in_order(&told, "read while it was written");
    assert_eq!(told.len(), audited(&world).await.len());
    check(&world, "at rest").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_many_sources_with_long_names_is_taken_back() {
    let names: Vec<String> =
        (0..40).map(|number| format!("a-source-with-a-very-long-name{number:02}")).collect();
    let of_source = |name: &String| {
        format!(
            "[[source]]\nname = \"{}\"\nkind = \"csv\"\nobject = \"inbox/{name}.csv\"\nmatch_field = \"key\"\n\
             [source.mapping]\nusername = \"key\"\n",
            name
        )
    };
    let config: String = names.iter().map(of_source).collect();
    let world = World::new(&config).await;
    for (name, source) in names.iter().zip(&world.config.sources) {
        let csv = format!("key\n{name}\n");
        world.shell.store.put_object(&format!("inbox/{name}.csv"), csv.into()).await.unwrap();
        rollcall::events::drop_notice(&world.shell, source).await.unwrap();
    }
    rollcall::events::drain(&world.shell).await.unwrap();
    let (status, page) = ask(&world, get("/events", &[("limit", "500")])).await;
    assert_eq!((status, page["events"].as_array().unwrap().len()), (200, 40));
    let cursor = page["next"].as_str().unwrap();
    assert!((1500..4000).contains(&cursor.len()), "{}", cursor.len());
    let (status, page) = ask(&world, get("/events", &[("after", cursor)])).await;
    assert_eq!((status, &page["events"]), (200, &serde_json::json!([])), "{page}");
    let too_long = "x".repeat(6001);
    assert_eq!(ask(&world, get("/events", &[("after", &too_long)])).await.0, 400);
}
