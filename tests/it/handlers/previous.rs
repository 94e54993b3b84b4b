//! The file before the one that lies there is kept, and put back when a person asks for it (rule 49a).

use super::api::{ask, get};
use super::{STAFF_OBJECT, account};
use crate::crash::{Counted, Killer, When, calls};
use crate::world::World;
use rollcall::events;
use rollcall_sync::doctor;
use rollcall_sync::store::{PutBack, RunRecord, RunStatus};
use serde_json::{Value, json};

const CONFIG: &str = r#"
[guard]
max_removal_percent = 20
min_removals = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
"#;

const GOOD: &str = "key\nann\nben\ncem\ndan\n";
const WRONG: &str = "key\nann\n";

async fn put_back(world: &World, is_dry_run: bool) -> RunRecord {
    world.tick();
    let run = events::post_previous(&world.shell, world.source(), is_dry_run).await.unwrap();
    world.finish(&run).await
}

async fn there(world: &World) -> String {
    String::from_utf8(world.object(STAFF_OBJECT).await).unwrap()
}

async fn refused(world: &World, expected: i64, body: Value) -> String {
    let (status, answer) = ask(world, super::api::send("POST", "/reset", &body)).await;
    assert_eq!(status, expected, "{answer}");
    answer["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn wrong_file_is_replaced_by_the_one_before_it() {
    let world = World::new(CONFIG).await;
    let good = world.sync(GOOD).await;
    assert_eq!(good.previous_file, None);
    let wrong = world.sync(WRONG).await;
    assert_eq!(wrong.status, RunStatus::Held);
    assert_eq!(wrong.previous_file.as_ref().map(|file| &file.run), Some(&good.id));
    let shown = ask(&world, get(&format!("/runs/{}", wrong.id), &[])).await.1;
    assert_eq!(shown["previous_file"]["run"], json!(good.id), "{shown}");

    let tried = put_back(&world, true).await;
    assert_eq!((tried.status, tried.snapshot.unwrap().records), (RunStatus::DryRun, 4));
    assert_eq!(there(&world).await, WRONG);

    let back = put_back(&world, false).await;
    assert_eq!((back.status, there(&world).await.as_str()), (RunStatus::Completed, GOOD));
    let Some(PutBack::File(file)) = &back.put_back else { panic!("{back:?}") };
    assert_eq!(&file.run, &good.id);
    assert!(account(&world, "ben").await.state.holds_seat());
    // What was put away is offered to nobody: asked once more, nothing happens.
    assert_eq!(back.previous_file, None);
    let forth = put_back(&world, false).await;
    assert_eq!((forth.status, there(&world).await.as_str()), (RunStatus::Failed, GOOD));
    // And a third file has one before it again.
    assert_eq!(world.sync(WRONG).await.previous_file.map(|file| file.run), Some(good.id));
}

/// A file that is refused is not kept: what is put back is the last one that could be read.
#[tokio::test]
async fn refused_file_is_replaced_by_the_last_that_was_read() {
    let world = World::new(CONFIG).await;
    world.sync("key\nann\n").await;
    let good = world.sync(GOOD).await;
    for refused in ["", "other\nann\n", "key\nann\n\"ben\n"] {
        let failed = world.sync(refused).await;
        assert_eq!(failed.status, RunStatus::Failed, "{refused:?}");
        assert_eq!(failed.previous_file.map(|file| file.run), Some(good.id.clone()));
        let back = put_back(&world, false).await;
        assert_eq!((back.status, there(&world).await.as_str()), (RunStatus::Completed, GOOD));
    }
    // Also where no file is there at all.
    world.remove_object(STAFF_OBJECT).await;
    let back = put_back(&world, false).await;
    assert_eq!((back.status, there(&world).await.as_str()), (RunStatus::Completed, GOOD));
}

#[tokio::test]
async fn no_more_than_three_files_of_a_source_are_ever_kept() {
    let world = World::new(CONFIG).await;
    for number in 0..7 {
        world.sync(format!("{GOOD}p{number}\n")).await;
        // The same file again is no other file.
        world.sync(format!("{GOOD}p{number}\n")).await;
    }
    let everything = world.everything().await;
    let kept: Vec<_> = everything.0.keys().filter(|place| place.starts_with("bucket files/")).collect();
    assert!(kept.len() <= 3, "{kept:?}");
    put_back(&world, false).await;
    assert_eq!(there(&world).await, format!("{GOOD}p5\n"));
}

#[tokio::test]
async fn a_person_puts_back_the_file_that_they_have_seen() {
    let world = World::new(CONFIG).await;
    assert!(refused(&world, 409, json!({ "previous": true })).await.contains("none was read completely yet"));
    let first = world.sync(GOOD).await;
    world.sync("key\nann\nben\ncem\ndan\neve\n").await;
    world.sync("key\nann\nben\ncem\ndan\neve\nfay\n").await;
    for previous in [true, false] {
        let stale = refused(&world, 409, json!({ "previous": previous, "previous_run": first.id })).await;
        assert!(stale.contains("another file has been read since"), "{stale}");
    }
    refused(&world, 400, json!({ "previous_run": "Not an id" })).await;
    for body in [
        json!({ "previous_run": first.id, "tried": "x.csv", "dry_run": true }),
        json!({ "previous": true, "approve": first.id }),
        json!({ "previous": true, "dry_run": true, "tried": "x.csv" }),
    ] {
        assert!(refused(&world, 409, body).await.contains("cannot be combined"));
    }
    let log = ask(&world, get("/audit", &[("outcome", "run_requested")])).await.1;
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(0), "{log}");
    put_back(&world, false).await;
    let log = ask(&world, get("/audit", &[("outcome", "run_requested")])).await.1;
    assert_eq!(log["entries"][0]["changes"][0]["field"], "previous_file", "{log}");
}

/// The step is delivered again after it has died at any write: the same file is put back.
#[tokio::test]
async fn repeated_step_puts_back_the_same_file() {
    let world = World::new(CONFIG).await;
    world.sync(GOOD).await;
    world.sync("").await;
    let run = events::post_previous(&world.shell, world.source(), false).await.unwrap();
    // It dies when the file is back and nothing has been read.
    let mut record = events::run_record(&world.shell, &run).await.unwrap();
    let files = world.shell.store.kept_files(&world.source().name).await.unwrap().unwrap();
    record.put_back = Some(PutBack::File(files.instead_of(None).unwrap().read.clone()));
    world.put_csv(GOOD).await;
    world.shell.store.end_run(&record).await.unwrap();
    let ended = world.finish(&run).await;
    assert_eq!((ended.status, there(&world).await.as_str()), (RunStatus::Completed, GOOD), "{ended:?}");
}

#[tokio::test]
async fn file_of_a_pattern_is_newest_again_under_its_own_name() {
    let world = World::new(&CONFIG.replace("inbox/staff.csv", "inbox/staff_*.csv")).await;
    for (name, text) in [("inbox/staff_1.csv", GOOD), ("inbox/staff_2.csv", WRONG)] {
        world.shell.store.put_object(name, text.as_bytes().to_vec()).await.unwrap();
        // Two objects of one moment are told apart by name only.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        world.tick();
        world.reset(false, None).await.unwrap();
    }
    let back = put_back(&world, false).await;
    assert_eq!(back.status, RunStatus::Completed, "{back:?}");
    assert_eq!(back.snapshot.unwrap().records, 4);
    let again = world.reset(false, None).await.unwrap();
    assert_eq!(again.snapshot.unwrap().records, 4);
}

/// It dies at any of its writes, and its message is delivered again: the file is back, and stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn put_back_that_dies_is_finished() {
    let base = World::new(CONFIG).await;
    base.sync(GOOD).await;
    base.sync(WRONG).await;
    for when in [When::BeforeItsEffect, When::AfterItsEffect] {
        for at in calls(u64::from(when == When::AfterItsEffect), 2) {
            let world = base.copy(CONFIG).await;
            let (shell, killer) = Killer::process_at(&world, Counted::Writes, when, at);
            world.tick();
            if events::post_previous(&shell, world.source(), false).await.is_ok() {
                drop(events::drain(&shell).await);
            }
            let is_dead = killer.is_dead();
            world.deliver_again().await;
            if there(&world).await == WRONG {
                // It died before anybody knew of it: the person asks again.
                assert!(is_dead, "{when:?} {at}");
                put_back(&world, false).await;
            }
            assert_eq!(there(&world).await, GOOD, "{when:?} {at}");
            assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
            put_back(&world, false).await;
            assert_eq!(there(&world).await, GOOD, "{when:?} {at}");
            if !is_dead {
                assert!(at > 8, "{at} writes");
                break;
            }
        }
    }
}
